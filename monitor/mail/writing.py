"""Write messages for the outbox: as final bytes, checked before they are stored."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from alerts.addresses import address_in
from alerts.digest.digest import write_digest
from alerts.digest.disclosure.leak import Leak
from alerts.digest.disclosure.leak_check import find_leaks, find_leaks_to_reader
from alerts.digest.message.mime import compose
from alerts.digest.privacy import name_scope
from alerts.digest.settings import Contact, DigestSettings
from alerts.digest.week_facts import WeekFacts
from alerts.people import Cadence, Person
from alerts.recipients import scope_of
from monitor.mail.outbox import message_id_of, scope_codes
from monitor.settings import Settings
from monitor.snapshots.mail_tables import HeldMail, OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store


def write_messages(
    picture: WeekFacts,
    readers: Sequence[Person],
    settings: Settings,
    red_line: float,
    now: datetime,
    without_news: Collection[str] = (),
) -> list[OutboxMessage]:
    """Write the digest of each reader as a message to queue; suppress one that would give protected data away.

    red_line: per cent of capacity above which the policy calls a unit red.
    without_news: addresses of readers for whom there is nothing new; no digest is written for them, which is recorded.

    A digest that cannot be written or scanned is suppressed too: only its own reader then gets no email.
    """
    wording = DigestSettings(
        settings.marking,
        settings.base_url,
        settings.small_team,
        red_line,
        contact=Contact(settings.contact, settings.reply_to),
    )
    return [
        _record_nothing_new(picture, person, settings, now)
        if person.email in without_news
        else _write_message(picture, person, settings, wording, now)
        for person in readers
    ]


def queue_notice(
    store: Store,
    *,
    digest: str,
    period: date,
    person: Person,
    subject: str,
    message_id: str,
    content: bytes,
    now: datetime,
    revision: int = 1,
    snapshot_id: int | None = None,
) -> bool:
    """Queue a message of any kind but a digest; it is claimed, checked and sent like a digest.

    digest: the kind of message, such as ``run-refused``; none of ``DIGESTS``.
    content: the final bytes, from ``alerts.digest.message.mime.compose``. If anything in them looks like a CRN, a NOMS
        or a PNC number, the message is suppressed instead of queued.
    message_id: from ``message_id_of``.

    Returns whether it was queued now: a message of the same digest, period, revision and recipient is queued only once.
    """
    message = _message(digest, period, revision, person, subject, message_id, now)
    _seal(message, content, lambda: find_leaks(content, surnames=(), crns=(), other_names=(), allowed_words=()))
    message.snapshot_id = snapshot_id
    try:
        with Session(store.engine) as session, session.begin():
            session.add(message)
    except IntegrityError:
        if _is_there(store, digest, period, revision, person.email):
            return False
        raise
    return True


def _write_message(
    picture: WeekFacts, person: Person, settings: Settings, wording: DigestSettings, now: datetime
) -> OutboxMessage:
    scope = name_scope([(level.value, code) for level, code in scope_of(person)], picture.organisation)
    cadence = _cadence_of(person)
    message = _digest_message(picture, person, settings, now)
    try:
        digest = write_digest(picture, scope, person.name, wording, cadence=cadence)
        reason = f"{person.role.value} of {scope.name}: {cadence} digest"
        content = compose(digest, settings.mail_from, person.email, message.message_id, now, reason, settings.reply_to)
    except Exception as error:
        # The text of the error may quote the caseload, so only its type is stored.
        message.state = MessageState.SUPPRESSED
        message.reason = f"not sent, the digest could not be written ({type(error).__name__})"
        return message
    message.subject = digest.subject
    own_words = f"{settings.marking} {settings.mail_from} {settings.base_url}"
    contact = (settings.contact, address_in(settings.contact))
    _seal(
        message,
        content,
        lambda: find_leaks_to_reader(content, picture, scope, person.name, own_words, contact=contact),
    )
    return message


def _record_nothing_new(picture: WeekFacts, person: Person, settings: Settings, now: datetime) -> OutboxMessage:
    """Record that a reader gets no digest, and why."""
    message = _digest_message(picture, person, settings, now)
    message.state = MessageState.NOTHING_NEW
    message.reason = "not written, there is nothing new for this reader since the last digest"
    return message


def _digest_message(picture: WeekFacts, person: Person, settings: Settings, now: datetime) -> OutboxMessage:
    cadence = _cadence_of(person)
    message_id = message_id_of(cadence, picture.as_at, picture.revision, person.email, settings.mail_from)
    return _message(cadence, picture.as_at, picture.revision, person, "", message_id, now)


def _cadence_of(person: Person) -> Cadence:
    if person.digest is None:
        raise ValueError(f"{person.email} receives no digest")
    return Cadence(person.digest)


def _message(
    digest: str, period: date, revision: int, person: Person, subject: str, message_id: str, now: datetime
) -> OutboxMessage:
    """Make a message to this person that has no bytes yet."""
    level, codes = scope_codes(person)
    return OutboxMessage(
        digest=digest,
        period=period,
        revision=revision,
        recipient=person.email,
        role=person.role.value,
        scope_level=level,
        scope_code=codes,
        subject=subject,
        message_id=message_id,
        message=b"",
        sha256="",
        state=MessageState.QUEUED,
        queued_at=now,
        send_after=now,
    )


def _seal(message: OutboxMessage, content: bytes, scan: Callable[[], Sequence[Leak]]) -> None:
    """Give a message its final bytes if the check for personal data finds nothing in them, else hold it.

    What is held is for the operator alone: the outbox itself has neither its bytes nor its subject. The reason says
    what kind of thing stands where, never the thing itself. If the scan fails, nothing is known about the bytes, so
    they may not go.
    """
    message.sha256 = hashlib.sha256(content).hexdigest()
    try:
        leaks = scan()
    except Exception as error:
        _hold(message, content, (), f"the check for personal data broke off ({type(error).__name__})")
        return
    if leaks:
        places = sorted({leak.place for leak in leaks})
        _hold(message, content, leaks, f"it would give away {'; '.join(places)}")
    else:
        message.message = content


def _hold(message: OutboxMessage, content: bytes, leaks: Sequence[Leak], why: str) -> None:
    found = json.dumps([asdict(leak) for leak in leaks])
    message.held = HeldMail(subject=message.subject, message=content, leaks=found)
    message.state, message.reason, message.subject = MessageState.SUPPRESSED, f"not sent, {why}", ""


def _is_there(store: Store, digest: str, period: date, revision: int, recipient: str) -> bool:
    query = select(OutboxMessage.id).where(
        OutboxMessage.digest == digest,
        OutboxMessage.period == period,
        OutboxMessage.revision == revision,
        OutboxMessage.recipient == recipient,
    )
    with Session(store.engine) as session:
        return session.exec(query).first() is not None
