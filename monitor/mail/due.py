"""List what is due now and what would happen to it; this sends nothing and changes no message."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from alerts.people import load_people
from alerts.wording import count_of
from monitor.mail.backoff import server_pause
from monitor.mail.claims import has_waited, is_abandoned
from monitor.mail.eligibility import reason_to_hold
from monitor.mail.folder import write_to_folder
from monitor.mail.sender import Delivery, name_of, server_name
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import ClaimPhase, MessageState
from monitor.snapshots.store import Store


def expected_outcomes(store: Store, settings: Settings, now: datetime) -> Iterator[tuple[OutboxMessage, Delivery]]:
    """List every message that ``deliver`` would take now, with what it would do short of sending; change nothing."""
    people = load_people(settings.people_file)
    for number in due_numbers(store, now):
        with Session(store.engine) as session:
            message = session.get_one(OutboxMessage, number)
        against = reason_to_hold(store, message, people, settings.mail_domains)
        yield message, Delivery.of(message, *(against or (MessageState.QUEUED, "would go now")))


def due_numbers(store: Store, now: datetime) -> list[int]:
    """Numbers of the messages that are due, in the order of sending, without trial copies."""
    claimed_by_the_dead = (col(OutboxMessage.phase) == ClaimPhase.CLAIMED) & is_abandoned(store, now)
    waiting = (col(OutboxMessage.state) == MessageState.QUEUED) & has_waited(now)
    query = (
        select(OutboxMessage.id)
        .where(waiting | claimed_by_the_dead, col(OutboxMessage.redirected_from).is_(None))
        .order_by(col(OutboxMessage.send_after), col(OutboxMessage.id))
    )
    with Session(store.engine) as session:
        return [number for number in session.exec(query) if number is not None]


def write_dry_run(store: Store, settings: Settings, now: datetime) -> Iterator[Delivery]:
    """Empty the folder of dry runs and write what ``deliver`` would send now to it; no message changes."""
    for old in settings.dry_run.glob("*"):
        if old.suffix in (".eml", ".html"):
            old.unlink()
    for message, would in expected_outcomes(store, settings, now):
        if would.state == MessageState.QUEUED:
            paths = write_to_folder(settings.dry_run, name_of(message), message.message)
            yield Delivery.of(message, "would go", ", ".join(str(path) for path in paths))
        else:
            yield Delivery.of(message, f"would be {would.state}", would.detail)


def pause_in_words(store: Store, settings: Settings, now: datetime) -> str | None:
    """Why the mail server is left alone while a message waits for it, and until when; None if it may be tried."""
    server = server_pause(store, server_name(settings), now)
    if server is None or not due_numbers(store, now):
        return None
    until = f"{server.not_before:%Y-%m-%d %H:%M:%S} UTC"
    return f"the mail server is left alone until {until} after {count_of(server.faults, 'fault')}: {server.reason}"
