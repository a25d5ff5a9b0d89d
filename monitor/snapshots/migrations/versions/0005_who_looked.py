"""Who looked at which person or case; the database itself refuses to change or remove such a row.

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REFUSES = "what was looked at is only ever added to"


def upgrade() -> None:
    words = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "looked_at",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("who", words(), nullable=False),
        sa.Column("role", words(), nullable=False),
        sa.Column("page", words(), nullable=False),
        sa.Column("level", words(), nullable=False),
        sa.Column("code", words(), nullable=False),
        sa.Column("crn", words(), nullable=True),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_looked_at_at"), "looked_at", ["at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION looked_at_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER looked_at_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON looked_at "
            "FOR EACH STATEMENT EXECUTE FUNCTION looked_at_stays()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER looked_at_stays_{change.lower()} BEFORE {change} ON looked_at "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
            )


def downgrade() -> None:
    op.drop_table("looked_at")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION looked_at_stays()")
