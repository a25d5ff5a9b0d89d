"""Sessions of the pages, so that they end on the server.

Revision: 0010, after: 0009
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    words = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "web_session",
        sa.Column("key", words(), nullable=False),
        sa.Column("email", words(), nullable=False),
        sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_web_session_email"), "web_session", ["email"], unique=False)


def downgrade() -> None:
    op.drop_table("web_session")
