"""When the clock was last right, and for which due time a week was run.

Revision: 0011, after: 0010
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    words = sqlmodel.sql.sqltypes.AutoString
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "clock_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", moment(), nullable=True),
        sa.Column("confirmed_by", words(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("run", sa.Column("due_at", moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "due_at")
    op.drop_table("clock_look")
