"""The history of each message, messages that belong to no snapshot, and mail servers that are left alone.

Revision: 0003, after: 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.alter_column("snapshot_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("claims", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("redirected_from", sa.Integer(), nullable=True))
    op.execute("UPDATE outbox SET claims = attempts")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.alter_column("claims", existing_type=sa.Integer(), nullable=False)

    op.create_table(
        "outbox_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("from_state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("to_state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outbox_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_event_outbox_id"), ["outbox_id"], unique=False)

    op.create_table(
        "mail_server",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("not_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("mail_server")
    with op.batch_alter_table("outbox_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_event_outbox_id"))

    op.drop_table("outbox_event")
    op.execute("DELETE FROM outbox WHERE snapshot_id IS NULL")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("redirected_from")
        batch_op.drop_column("claims")
        batch_op.drop_column("role")
        batch_op.alter_column("snapshot_id", existing_type=sa.Integer(), nullable=False)
