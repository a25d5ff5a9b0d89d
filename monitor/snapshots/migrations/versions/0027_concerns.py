"""Concerns of offender managers who cannot carry their caseload safely, the answers, and the notes of both.

Revision: 0027, after: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None

REFUSES = "what was raised and answered is only ever added to"


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("om_code", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("raised_by", AutoString(), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("om_code", "number"),
    )
    op.create_table(
        "concern_answer",
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("answered_by", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"]),
        sa.PrimaryKeyConstraint("concern_id"),
    )
    op.create_table(
        "concern_note",
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("part", AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"]),
        sa.PrimaryKeyConstraint("concern_id", "part"),
    )
    op.create_index("ix_concern_note_written_at", "concern_note", ["written_at"])
    _refuse_changes()


def downgrade() -> None:
    op.drop_table("concern_note")
    op.drop_table("concern_answer")
    op.drop_table("concern")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION concern_stays()")


def _refuse_changes() -> None:
    """Let the database itself refuse to change what was raised or answered, or to remove it if it is real."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION concern_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        for table in ("concern", "concern_answer"):
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION concern_stays()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_stays_delete BEFORE DELETE ON {table} "
                "FOR EACH ROW WHEN (NOT OLD.is_made_up) EXECUTE FUNCTION concern_stays()"
            )
        op.execute(
            "CREATE TRIGGER concern_note_stays BEFORE UPDATE ON concern_note "
            "FOR EACH STATEMENT EXECUTE FUNCTION concern_stays()"
        )
    else:
        for name, change in (
            ("concern_stays_update", "UPDATE ON concern"),
            ("concern_stays_delete", "DELETE ON concern WHEN NOT OLD.is_made_up"),
            ("concern_answer_stays_update", "UPDATE ON concern_answer"),
            ("concern_answer_stays_delete", "DELETE ON concern_answer WHEN NOT OLD.is_made_up"),
            ("concern_note_stays_update", "UPDATE ON concern_note"),
        ):
            op.execute(f"CREATE TRIGGER {name} BEFORE {change} BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END")
