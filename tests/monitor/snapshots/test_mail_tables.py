"""The tables of email: which rows the database keeps from being there twice."""

from sqlalchemy import UniqueConstraint

from monitor.snapshots.mail_tables import HeldMail, OutboxMessage


def test_one_period_has_one_message_per_digest_revision_and_recipient() -> None:
    constraints = OutboxMessage.metadata.tables["outbox"].constraints
    unique = [tuple(item.columns.keys()) for item in constraints if isinstance(item, UniqueConstraint)]
    assert unique == [("digest", "period", "revision", "recipient")]


def test_what_was_stopped_belongs_to_one_message() -> None:
    held = HeldMail.metadata.tables["held_mail"]
    assert [column.name for column in held.primary_key] == ["outbox_id"]
    assert [key.target_fullname for key in held.c.outbox_id.foreign_keys] == ["outbox.id"]
