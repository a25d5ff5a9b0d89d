"""Store with each snapshot the numbers by which better and worse are judged.

Revision: 0020, after: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; snapshots from before it were judged by no such numbers."""
    op.add_column("snapshot", sa.Column("direction_json", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("snapshot", "direction_json")
