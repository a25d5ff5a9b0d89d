"""Store with each snapshot what changed in the organisation since the one before.

Revision: 0015, after: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of snapshots from before it no change is known."""
    op.add_column(
        "snapshot",
        sa.Column("organisation_changes", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("snapshot", "organisation_changes")
