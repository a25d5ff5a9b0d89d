"""Send a message again because an operator decides so: queue the same bytes, and record who decided and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from alerts.people import Person, load_people
from monitor.mail.eligibility import newer_digest, objection
from monitor.mail.held import load_held
from monitor.mail.outbox import add_event, load_message, messages, write_transaction
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store

CAN_BE_SETTLED = (MessageState.QUEUED, MessageState.FAILED, MessageState.IN_DOUBT, MessageState.SUPPRESSED)


@dataclass(frozen=True)
class Candidate:
    """A message to send again, or to settle.

    message: None for a number that does not exist.
    against: why it stays as it is; None if it may be changed.
    done: it stays because it was sent already.
    """

    number: int
    message: OutboxMessage | None
    against: str | None
    done: bool = False


def resend_candidates(
    store: Store,
    settings: Settings,
    numbers: Sequence[int],
    states: Collection[str] = (),
    *,
    even_if_sent: bool = False,
) -> list[Candidate]:
    """List messages to send again, by number or by state, each with any reason against it.

    Raises ConfigFault if the people file cannot be read.
    """
    people = load_people(settings.people_file)
    return [_candidate(store, settings, people, number, even_if_sent) for number in _numbers_in(store, numbers, states)]


def queue_again(store: Store, message: OutboxMessage, by: str, now: datetime) -> bool:
    """Queue the same bytes once more; False if the message has changed since it was loaded.

    by: the account that decided.
    """
    anew = {"state": MessageState.QUEUED, "attempts": 0, "queued_at": now, "send_after": now, "phase": None}
    return _decide(store, message, by, now, "to send it again", anew)


def settle_message(store: Store, message: OutboxMessage, by: str, now: datetime) -> bool:
    """Take a message off the list of what needs a person: one in doubt becomes sent, any other superseded.

    Settle a message if its reader has it after all or knows its content, or if it waits although it went before a
    restore. Returns False if the message has changed since it was loaded.
    """
    state = MessageState.SENT if message.state == MessageState.IN_DOUBT else MessageState.SUPERSEDED
    return _decide(store, message, by, now, "that it is settled", {"state": state, "phase": None})


def _decide(store: Store, message: OutboxMessage, by: str, now: datetime, what: str, values: Mapping[str, Any]) -> bool:
    before = message.state
    reason = f"{by} decided on {now:%Y-%m-%d %H:%M} UTC {what}; before that {before.replace('_', ' ')}"
    reason += f": {message.reason}" if message.reason else ""
    unchanged = update(OutboxMessage).where(
        col(OutboxMessage.id) == message.id,
        col(OutboxMessage.state) == before,
        col(OutboxMessage.claims) == message.claims,
    )
    with write_transaction(store) as connection:
        if connection.execute(unchanged.values(reason=reason, **values)).rowcount != 1:
            return False
        add_event(connection, message.id, now, (before, values["state"]), by, f"decided {what}")
    return True


def _numbers_in(store: Store, numbers: Sequence[int], states: Collection[str]) -> list[int]:
    """These numbers and the numbers of all messages in these states, each once."""
    chosen = [message.id for message in messages(store, states)] if states else []
    return list(dict.fromkeys([*numbers, *(number for number in chosen if number is not None)]))


def _candidate(
    store: Store, settings: Settings, people: Collection[Person], number: int, even_if_sent: bool
) -> Candidate:
    message = load_message(store, number)
    if message is None:
        return Candidate(number, None, "there is no such message")
    if message.state == MessageState.SENT and not even_if_sent:
        return Candidate(number, message, "was sent; send it twice with --even-if-sent", done=True)
    later = newer_digest(store, message)
    against = {
        MessageState.QUEUED: "waits to be sent already",
        MessageState.SENDING: "a sender is at it; wait for what becomes of it",
        MessageState.SUPERSEDED: "a newer digest took its place",
        MessageState.NOTHING_NEW: "it was never written: there was nothing new for its reader",
    }.get(MessageState(message.state))
    if against is None and later is not None:
        against = f"the same reader has a newer digest, message {later}"
    if against is None and load_held(store, number) is not None:
        against = f"the check for personal data stopped it; look at it with: hotspots digests --show {number}"
    if against is None and (why := objection(message, people, settings.mail_domains)):
        against = why
    return Candidate(number, message, against)


def settle_candidates(store: Store, numbers: Sequence[int], states: Collection[str] = ()) -> list[Candidate]:
    """List messages to settle, each with any reason against it: only what waits, or needs a person, can be settled."""
    wanted = [(number, load_message(store, number)) for number in _numbers_in(store, numbers, states)]
    return [
        Candidate(number, message, None if message and message.state in CAN_BE_SETTLED else "nothing is left to settle")
        for number, message in wanted
    ]
