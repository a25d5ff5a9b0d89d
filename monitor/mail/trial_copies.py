"""Trial copies of every digest that is due go to one address that the operator names; the originals keep waiting."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from alerts.addresses import address_fault
from alerts.digest.message.mime import readdress
from alerts.people import load_people
from monitor.mail.due import expected_outcomes
from monitor.mail.outbox import message_id_of
from monitor.mail.sender import Delivery
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from tiering.faults import ConfigFault


def queue_copies(store: Store, settings: Settings, address: str, now: datetime) -> Iterator[Delivery]:
    """Queue a copy to ``address`` of every message that would go now.

    - Yields the messages that would not go, and why.
    - A copy is a message with a state of its own. It is made only once, however often this runs.
    - Raises ConfigFault for an address that is not a plain one, or outside the domains that email may go to.
    """
    faults = list(_address_faults(address, settings))
    if faults:
        raise ConfigFault(faults)
    for message, would in expected_outcomes(store, settings, now):
        if would.state != MessageState.QUEUED:
            yield would
            continue
        try:
            with Session(store.engine) as session, session.begin():
                session.add(_copy(message, address, settings, now))
        except IntegrityError:
            # This copy was made before; its own row shows whether it was sent.
            continue


def _address_faults(address: str, settings: Settings) -> Iterator[str]:
    """Faults of the address of a trial copy.

    If no domains are set, the people file decides where email may go: a mistyped address must not reach a stranger.
    """
    if fault := address_fault(address):
        yield f"--redirect-to: {address!r} {fault}"
        return
    known = {person.email.rpartition("@")[2].lower() for person in load_people(settings.people_file)}
    allowed = settings.mail_domains or tuple(sorted(known))
    domain = address.rpartition("@")[2].lower()
    if domain not in allowed:
        where = (
            "HOTSPOTS_MAIL_DOMAINS"
            if settings.mail_domains
            else "the people file, and HOTSPOTS_MAIL_DOMAINS is not set"
        )
        yield f"--redirect-to: {domain} is not one of the domains {', '.join(allowed)} of {where}"


def _copy(message: OutboxMessage, address: str, settings: Settings, now: datetime) -> OutboxMessage:
    digest = f"{message.digest}:redirected:{message.id}"
    message_id = message_id_of(digest, message.period, message.revision, address, settings.mail_from)
    content, subject = readdress(message.message, address, message_id)
    return OutboxMessage(
        digest=digest,
        period=message.period,
        revision=message.revision,
        recipient=address,
        snapshot_id=message.snapshot_id,
        scope_level=message.scope_level,
        scope_code=message.scope_code,
        subject=subject,
        message_id=message_id,
        message=content,
        sha256=sha256(content).hexdigest(),
        state=MessageState.QUEUED,
        queued_at=now,
        send_after=now,
        redirected_from=message.id,
    )
