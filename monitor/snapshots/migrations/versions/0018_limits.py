"""Store with each snapshot the limits of tolerable risk that it was judged by.

Revision: 0018, after: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; snapshots from before it were judged by no limit."""
    op.add_column("snapshot", sa.Column("limits_json", sa.Text(), server_default=sa.text("'[]'"), nullable=False))


def downgrade() -> None:
    op.drop_column("snapshot", "limits_json")
