"""What the check for personal data stopped, for the operator alone, and who released it.

Revision: 0014, after: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REFUSES = "what was released is only ever added to"


def upgrade() -> None:
    op.create_table(
        "held_mail",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("leaks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"]),
        sa.PrimaryKeyConstraint("outbox_id"),
    )
    op.create_table(
        "mail_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _refuse_changes_of_releases()


def downgrade() -> None:
    op.drop_table("mail_release")
    op.drop_table("held_mail")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION mail_release_stays()")


def _refuse_changes_of_releases() -> None:
    """Let the database itself refuse to change or remove a row of who released what."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION mail_release_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER mail_release_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON mail_release "
            "FOR EACH STATEMENT EXECUTE FUNCTION mail_release_stays()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER mail_release_stays_{change.lower()} BEFORE {change} ON mail_release "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
            )
