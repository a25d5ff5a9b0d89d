"""Store with each snapshot the numbers by which the assumed weights are drawn.

Revision: 0031, after: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; snapshots from before it drew no weights."""
    op.add_column("snapshot", sa.Column("firmness_json", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("snapshot", "firmness_json")
