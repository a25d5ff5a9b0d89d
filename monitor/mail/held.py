"""Messages that the check for personal data stopped, for the operator alone, and who released which."""

import json
from dataclasses import dataclass

from sqlmodel import Session, col, select

from alerts.digest.disclosure.leak import Leak
from monitor.snapshots.mail_tables import HeldMail, MailRelease, OutboxMessage
from monitor.snapshots.store import Store


@dataclass(frozen=True)
class HeldMessage:
    """The content of a message that was stopped, and what was found in it."""

    subject: str
    content: bytes
    leaks: tuple[Leak, ...]


def load_held(store: Store, number: int) -> HeldMessage | None:
    """Read the content of a message that is held; None if it is not, was released, or is no longer stored."""
    with Session(store.engine) as session:
        row = session.get(HeldMail, number)
    if row is None or not row.message:
        return None
    return HeldMessage(row.subject, row.message, tuple(Leak(**leak) for leak in json.loads(row.leaks)))


def load_releases(store: Store) -> dict[int, MailRelease]:
    """Read who released which message, by its number, in the order of the decisions."""
    same_message = (
        col(OutboxMessage.message_id) == col(MailRelease.message_id),
        # Of the message itself: a demonstration that is made anew has the same message ids.
        col(OutboxMessage.sha256) == col(MailRelease.sha256),
        col(OutboxMessage.redirected_from).is_(None),
    )
    query = select(OutboxMessage.id, MailRelease).where(*same_message).order_by(col(MailRelease.id))
    with Session(store.engine) as session:
        return {number: release for number, release in session.exec(query) if number is not None}


def release_in_words(release: MailRelease) -> str:
    """Say who released a message, when and why."""
    return f"released by {release.by} on {release.at:%Y-%m-%d %H:%M} UTC: {release.reason}"
