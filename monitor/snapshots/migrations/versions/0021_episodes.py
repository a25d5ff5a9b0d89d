"""Give every hotspot the identity of its episode.

Revision: 0021, after: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; an episode of an earlier snapshot is named by its own first week where it is read."""
    op.add_column("hotspot", sa.Column("episode", AutoString(), nullable=True))


def downgrade() -> None:
    op.drop_column("hotspot", "episode")
