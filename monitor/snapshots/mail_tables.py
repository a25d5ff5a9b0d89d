"""The tables of email: every message with its states, what was stopped, and what was released."""

from datetime import date, datetime
from typing import Optional

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel


class OutboxMessage(SQLModel, table=True):
    """One message to one recipient, as final bytes; it is sent from here and never rendered again.

    * state: a ``MessageState``
    * phase: a ``ClaimPhase``, while the message is being sent
    * lease_until: end of the claim; after it, the message is queued again if the phase is before DATA, else in doubt
    * role, scope_level, scope_code: of the reader it was written for, compared with the people file before it is sent
    * queued_at: when it was last queued; it is given up a day later
    * attempts: how many answers the server has given about this recipient
    * claims: how often a sender has claimed it, which distinguishes one claim from the next
    * redirected_from: id of the original, if this is a trial copy to another address
    * removal_id: the removal that took the bytes away and left ``message`` empty; ``sha256`` stays
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("digest", "period", "revision", "recipient"),
        Index("outbox_by_state", "state", "send_after"),
    )

    id: int | None = Field(default=None, primary_key=True)
    digest: str
    period: date
    revision: int
    recipient: str
    snapshot_id: int | None = Field(default=None, foreign_key="snapshot.id")
    scope_level: str
    scope_code: str
    subject: str
    message_id: str
    message: bytes = Field(sa_type=LargeBinary)
    sha256: str
    state: str
    reason: str | None = Field(default=None, sa_type=Text)
    queued_at: datetime
    send_after: datetime
    attempts: int = 0
    claimed_by: str | None = None
    lease_until: datetime | None = None
    phase: str | None = None
    sent_at: datetime | None = None
    role: str | None = None
    claims: int = 0
    redirected_from: int | None = None
    removal_id: int | None = None
    # Only ever set before the message is stored; read by number, so that no list loads what was stopped.
    held: Optional["HeldMail"] = Relationship(sa_relationship_kwargs={"uselist": False, "lazy": "raise"})


class HeldMail(SQLModel, table=True):
    """A message that the check for personal data stopped, for the operator alone; never sent from here.

    subject, message: as they were to go; both empty once it was released, or its time was over. leaks: what was found
    and where, as JSON.
    """

    __tablename__ = "held_mail"

    outbox_id: int | None = Field(default=None, primary_key=True, foreign_key="outbox.id")
    subject: str
    message: bytes = Field(sa_type=LargeBinary)
    leaks: str = Field(sa_type=Text)


class MailRelease(SQLModel, table=True):
    """The decision to send a message that was stopped; rows are only ever added.

    message_id, sha256: of the message. by: the account of the operator who decided, and why.
    """

    __tablename__ = "mail_release"

    id: int | None = Field(default=None, primary_key=True)
    message_id: str
    sha256: str
    at: datetime
    by: str
    reason: str = Field(sa_type=Text)


class OutboxEvent(SQLModel, table=True):
    """One change of state of one message; rows are only ever added.

    * by: the sender's machine and process, or the account of the operator who decided
    """

    __tablename__ = "outbox_event"

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    at: datetime
    from_state: str
    to_state: str
    by: str
    reason: str | None = Field(default=None, sa_type=Text)


class MailServer(SQLModel, table=True):
    """A mail server that could not be reached; every sender leaves it alone until ``not_before``."""

    __tablename__ = "mail_server"

    name: str = Field(primary_key=True)
    faults: int
    not_before: datetime
    reason: str = Field(sa_type=Text)
