"""What the retention removed.

The columns have no foreign key: to add one, SQLite would have to copy each table and drop the old one.

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("removed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("keep_cases_weeks", sa.Integer(), nullable=False),
        sa.Column("keep_mail_days", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in ("archived_frame", "outbox"):
        op.add_column(table, sa.Column("removal_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in ("outbox", "archived_frame"):
        op.drop_column(table, "removal_id")
    op.drop_table("removal")
