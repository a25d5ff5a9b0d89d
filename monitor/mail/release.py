"""The operator's decision to send a message that the check for personal data stopped: once, with a reason on record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import col

from alerts.people import load_people
from alerts.wording import clean
from monitor.mail.eligibility import newer_digest, reader_objection
from monitor.mail.held import HeldMessage, load_held, load_releases, release_in_words
from monitor.mail.outbox import add_event, load_message, write_transaction
from monitor.settings import Settings
from monitor.snapshots.mail_tables import HeldMail, MailRelease, OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from tiering.faults import UserFault


class NotReleasable(UserFault):
    """Why a message is not released; nothing was changed."""


class ReleasedBefore(NotReleasable):
    """The message was released already."""


@dataclass(frozen=True)
class Decision:
    """Who releases a message, when and why."""

    by: str
    at: datetime
    reason: str


def release_message(store: Store, settings: Settings, number: int, decision: Decision) -> OutboxMessage:
    """Queue a message that was stopped, as it was written, with the decision on record; ``deliver`` sends it.

    Returns the message as it was before. Raises NotReleasable for an empty reason, a number that does not exist, a
    message that is not stopped, or no longer stored, one that its reader may not have now, and one that was released.
    """
    reason = clean(decision.reason).strip()
    if not reason:
        raise NotReleasable(["--reason: is empty; say why the message may go"])
    message = load_message(store, number)
    if message is None:
        raise NotReleasable([f"there is no message {number}; see: hotspots digests"])
    held = _releasable(store, settings, message, number)
    if not _queue(store, message, held, Decision(decision.by, decision.at, reason)):
        raise NotReleasable([f"message {number} has changed in the meantime; see: hotspots digests --show {number}"])
    return message


def _releasable(store: Store, settings: Settings, message: OutboxMessage, number: int) -> HeldMessage:
    """What is to be sent; raises NotReleasable."""
    release = load_releases(store).get(number)
    if release is not None:
        raise ReleasedBefore([f"message {number} was {release_in_words(release)}"])
    if message.state != MessageState.SUPPRESSED:
        raise NotReleasable([f"message {number} is {message.state.replace('_', ' ')}, not suppressed"])
    held = load_held(store, number)
    if held is None:
        raise NotReleasable([f"message {number}: its content is not stored, so it cannot be sent: {message.reason}"])
    if (later := newer_digest(store, message)) is not None:
        raise NotReleasable([f"message {number}: the same reader has a newer digest, message {later}"])
    against = reader_objection(message, load_people(settings.people_file), settings.mail_domains)
    if against is not None:
        raise NotReleasable([f"message {number}: {against}"])
    return held


def _queue(store: Store, message: OutboxMessage, held: HeldMessage, decision: Decision) -> bool:
    """Move the content into the outbox and keep the decision, in one transaction; False if it was decided before."""
    number, before = message.id, (MessageState.SUPPRESSED, MessageState.QUEUED)
    still_held = update(OutboxMessage).where(
        col(OutboxMessage.id) == number,
        col(OutboxMessage.state) == MessageState.SUPPRESSED,
        col(OutboxMessage.sha256) == message.sha256,
        # Once released it has its bytes, whatever becomes of it: this is what keeps it from being queued twice.
        col(OutboxMessage.message) == b"",
    )
    record = MailRelease(
        message_id=message.message_id,
        sha256=message.sha256,
        at=decision.at,
        by=decision.by,
        reason=decision.reason,
    )
    why = release_in_words(record)
    queued = {
        "message": held.content,
        "subject": held.subject,
        "state": MessageState.QUEUED,
        "reason": f"{why}; before that {message.reason}",
        "attempts": 0,
        "queued_at": decision.at,
        "send_after": decision.at,
    }
    with write_transaction(store) as connection:
        if connection.execute(still_held.values(queued)).rowcount != 1:
            return False
        connection.execute(insert(MailRelease).values(record.model_dump(exclude={"id"})))
        gone = update(HeldMail).where(col(HeldMail.outbox_id) == number)
        connection.execute(gone.values(subject="", message=b""))
        add_event(connection, number, decision.at, before, decision.by, why)
    return True
