"""Second readings: whether a second SPO agrees with a countersignature, and of which plan.

Revision: 0029, after: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

REFUSES = "second readings are only ever added to; only the plans and notes of them are removed, after their term"


def upgrade() -> None:
    op.create_table(
        "second_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("team_code", AutoString(), nullable=False),
        sa.Column("office_code", AutoString(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("has_note", sa.Boolean(), nullable=False),
        sa.Column("read_by", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "second_reading_plan",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("crn", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("countersigned_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["second_reading.id"]),
        sa.PrimaryKeyConstraint("reading_id"),
        sa.UniqueConstraint("crn", "kind", "completed_on", "countersigned_on"),
    )
    op.create_index("ix_second_reading_plan_written_at", "second_reading_plan", ["written_at"])
    _refuse_changes()


def downgrade() -> None:
    op.drop_table("second_reading_plan")
    op.drop_table("second_reading")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION second_reading_stays()")


def _refuse_changes() -> None:
    """Let the database itself refuse to change what was read, or to remove it if it is real."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION second_reading_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER second_reading_stays BEFORE UPDATE OR TRUNCATE ON second_reading "
            "FOR EACH STATEMENT EXECUTE FUNCTION second_reading_stays()"
        )
        op.execute(
            "CREATE TRIGGER second_reading_stays_delete BEFORE DELETE ON second_reading "
            "FOR EACH ROW WHEN (NOT OLD.is_made_up) EXECUTE FUNCTION second_reading_stays()"
        )
        op.execute(
            "CREATE TRIGGER second_reading_plan_stays BEFORE UPDATE ON second_reading_plan "
            "FOR EACH STATEMENT EXECUTE FUNCTION second_reading_stays()"
        )
    else:
        for name, change in (
            ("second_reading_stays_update", "UPDATE ON second_reading"),
            ("second_reading_stays_delete", "DELETE ON second_reading WHEN NOT OLD.is_made_up"),
            ("second_reading_plan_stays_update", "UPDATE ON second_reading_plan"),
        ):
            op.execute(f"CREATE TRIGGER {name} BEFORE {change} BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END")
