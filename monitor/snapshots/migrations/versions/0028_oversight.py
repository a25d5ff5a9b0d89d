"""Store with each snapshot the rules beyond assessments, and how much of what they ask for is late in each unit.

Revision: 0028, after: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

FIGURES = ("oversight_overdue", "oversight_high_risk_overdue", "oversight_due_soon")


def upgrade() -> None:
    """Add the columns; snapshots from before them were judged by no such rule and have no such figure."""
    op.add_column("snapshot", sa.Column("oversight_json", sa.Text(), server_default=sa.text("'[]'"), nullable=False))
    for name in FIGURES:
        op.add_column("unit_workload", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in FIGURES:
        op.drop_column("unit_workload", name)
    op.drop_column("snapshot", "oversight_json")
