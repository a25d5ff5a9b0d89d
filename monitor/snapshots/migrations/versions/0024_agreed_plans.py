"""Agreed plans, and their moves and people, which go before them.

Revision: 0024, after: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

REFUSES = "what was agreed is only ever added to"


def upgrade() -> None:
    op.create_table(
        "agreed_plan",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("scope_level", AutoString(), nullable=False),
        sa.Column("scope_codes", sa.Text(), nullable=False),
        sa.Column("agreed_by", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("agreed_at", UTCDateTime(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("episode", AutoString(), nullable=True),
        sa.Column("decision_number", sa.Integer(), nullable=True),
        sa.Column("move_count", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"]),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    op.create_table(
        "agreed_rows",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("moves", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["agreed_plan.plan_id"]),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    _refuse_changes()


def downgrade() -> None:
    op.drop_table("agreed_rows")
    op.drop_table("agreed_plan")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION agreed_plan_stays()")


def _refuse_changes() -> None:
    """Let the database itself refuse to change an agreed plan or its rows, or to remove one about real figures."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION agreed_plan_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER agreed_plan_stays BEFORE UPDATE OR TRUNCATE ON agreed_plan "
            "FOR EACH STATEMENT EXECUTE FUNCTION agreed_plan_stays()"
        )
        op.execute(
            "CREATE TRIGGER agreed_plan_stays_delete BEFORE DELETE ON agreed_plan "
            "FOR EACH ROW WHEN (NOT OLD.is_made_up) EXECUTE FUNCTION agreed_plan_stays()"
        )
        op.execute(
            "CREATE TRIGGER agreed_rows_stay BEFORE UPDATE ON agreed_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION agreed_plan_stays()"
        )
    else:
        for name, change in (
            ("agreed_plan_stays_update", "UPDATE ON agreed_plan"),
            ("agreed_plan_stays_delete", "DELETE ON agreed_plan WHEN NOT OLD.is_made_up"),
            ("agreed_rows_stay_update", "UPDATE ON agreed_rows"),
        ):
            op.execute(f"CREATE TRIGGER {name} BEFORE {change} BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END")
