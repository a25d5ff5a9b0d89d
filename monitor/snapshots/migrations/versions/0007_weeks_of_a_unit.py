"""The points of a unit over the weeks lie side by side: a page reads them without going to every snapshot.

Revision: 0007, after: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("unit_workload_by_unit", "unit_workload")
    columns = ["level", "code", "snapshot_id", "total_points", "available_points"]
    op.create_index("unit_workload_over_weeks", "unit_workload", columns)


def downgrade() -> None:
    op.drop_index("unit_workload_over_weeks", "unit_workload")
    op.create_index("unit_workload_by_unit", "unit_workload", ["level", "code", "snapshot_id", "capacity_percentage"])
