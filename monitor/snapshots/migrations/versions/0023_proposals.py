"""Store with each snapshot the terms and prices that its proposals go by.

Revision: 0023, after: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; snapshots from before it have no proposals."""
    op.add_column("snapshot", sa.Column("proposals_json", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("snapshot", "proposals_json")
