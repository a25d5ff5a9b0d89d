"""Decisions about hotspots, their notes, and how many notes a removal took away.

Revision: 0022, after: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

REFUSES = "what was decided is only ever added to"


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("episode", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("first_week", AutoString(), nullable=False),
        sa.Column("unit_name", AutoString(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("owner", AutoString(), nullable=False),
        sa.Column("has_note", sa.Boolean(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"]),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("episode", "number"),
    )
    op.create_index("decision_by_unit", "decision", ["level", "code", "id"])
    op.create_table(
        "decision_note",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"]),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index("ix_decision_note_decided_at", "decision_note", ["decided_at"])
    op.add_column("removal", sa.Column("keep_notes_weeks", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("removal", sa.Column("notes", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _refuse_changes()


def downgrade() -> None:
    op.drop_column("removal", "notes")
    op.drop_column("removal", "keep_notes_weeks")
    op.drop_table("decision_note")
    op.drop_table("decision")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decision_stays()")


def _refuse_changes() -> None:
    """Let the database itself refuse to change a decision or a note, or to remove a decision about real figures."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION decision_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER decision_stays BEFORE UPDATE OR TRUNCATE ON decision "
            "FOR EACH STATEMENT EXECUTE FUNCTION decision_stays()"
        )
        op.execute(
            "CREATE TRIGGER decision_stays_delete BEFORE DELETE ON decision "
            "FOR EACH ROW WHEN (NOT OLD.is_made_up) EXECUTE FUNCTION decision_stays()"
        )
        op.execute(
            "CREATE TRIGGER decision_note_stays BEFORE UPDATE ON decision_note "
            "FOR EACH STATEMENT EXECUTE FUNCTION decision_stays()"
        )
    else:
        for name, change in (
            ("decision_stays_update", "UPDATE ON decision"),
            ("decision_stays_delete", "DELETE ON decision WHEN NOT OLD.is_made_up"),
            ("decision_note_stays_update", "UPDATE ON decision_note"),
        ):
            op.execute(f"CREATE TRIGGER {name} BEFORE {change} BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END")
