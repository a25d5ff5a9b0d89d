"""Let the SPO who read a plan a second time correct what they found: a later reading takes the place of the former.

Revision: 0030, after: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

REFUSES = "second readings are only ever added to; only the plans and notes of them are removed, after their term"
PLAN = "reading_id, crn, kind, completed_on, countersigned_on, note, written_at"


def upgrade() -> None:
    op.add_column("second_reading", sa.Column("corrects", sa.Integer(), nullable=True))
    op.create_index("ix_second_reading_corrects", "second_reading", ["corrects"], unique=True)
    number = sa.Column("number", sa.Integer(), nullable=False)
    _make_plans_again(f"SELECT {PLAN}, 1 FROM former_plan", f"{PLAN}, number", number)  # noqa: S608 - names of ours


def downgrade() -> None:
    """Keep what stands: a table with one reading per plan has no place for what was corrected."""
    later = " AND ".join(
        f"later.{column} = former_plan.{column}" for column in ("crn", "kind", "completed_on", "countersigned_on")
    )
    corrected = f"SELECT 1 FROM former_plan AS later WHERE {later} AND later.number > former_plan.number"  # noqa: S608
    _make_plans_again(f"SELECT {PLAN} FROM former_plan WHERE NOT EXISTS ({corrected})", PLAN)  # noqa: S608
    op.drop_index("ix_second_reading_corrects", "second_reading")
    op.drop_column("second_reading", "corrects")


def _make_plans_again(rows: str, columns: str, *number: "sa.Column[int]") -> None:
    """Make the table of plans with another key, since SQLite cannot change the key of a table, and fill it."""
    op.execute("CREATE TABLE former_plan AS SELECT * FROM second_reading_plan")
    op.drop_table("second_reading_plan")
    key = ("crn", "kind", "completed_on", "countersigned_on", *(column.name for column in number))
    op.create_table(
        "second_reading_plan",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("crn", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("countersigned_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        *number,
        sa.ForeignKeyConstraint(["reading_id"], ["second_reading.id"]),
        sa.PrimaryKeyConstraint("reading_id"),
        sa.UniqueConstraint(*key),
    )
    op.create_index("ix_second_reading_plan_written_at", "second_reading_plan", ["written_at"])
    op.execute(f"INSERT INTO second_reading_plan ({columns}) {rows}")
    op.execute("DROP TABLE former_plan")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER second_reading_plan_stays BEFORE UPDATE ON second_reading_plan "
            "FOR EACH STATEMENT EXECUTE FUNCTION second_reading_stays()"
        )
    else:
        op.execute(
            "CREATE TRIGGER second_reading_plan_stays_update BEFORE UPDATE ON second_reading_plan "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
        )
