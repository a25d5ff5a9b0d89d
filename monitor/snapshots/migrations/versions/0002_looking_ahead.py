"""Looking ahead: what is expected of a unit, who supervises it, and what a trend is held against.

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = {
    "snapshot": {"weights_fingerprint": AutoString, "forecast_json": sa.Text},
    "unit_workload": {
        "spo_hours": sa.Float,
        "span": sa.Float,
        "inexperienced": sa.Integer,
        "experience_unknown": sa.Integer,
        "awaiting_countersignature": sa.Integer,
        "longest_wait_days": sa.Integer,
        "forecast_percentage": sa.Float,
        "forecast_low": sa.Float,
        "forecast_high": sa.Float,
        "forecast_weeks_ahead": sa.Integer,
    },
    "hotspot": {"usual": sa.Float, "low": sa.Float, "high": sa.Float, "weeks_ahead": sa.Integer},
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind(), nullable=True))


def downgrade() -> None:
    # Not as a batch: that would make the tables anew, and rows of others point to snapshots.
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
