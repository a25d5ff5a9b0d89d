"""What-ifs that were saved, and the plans that answer them.

Revision: 0008, after: 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    words = sqlmodel.sql.sqltypes.AutoString
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", words(), nullable=False),
        sa.Column("author", words(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("scope_level", words(), nullable=False),
        sa.Column("scope_codes", sa.Text(), nullable=False),
        sa.Column("area_code", words(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_scenario_area_code"), "scenario", ["area_code"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("scenario_version", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("author", words(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("policy_fingerprint", words(), nullable=True),
        sa.Column("prices_fingerprint", words(), nullable=True),
        sa.Column("state", words(), nullable=False),
        sa.Column("step", words(), nullable=False),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("started_at", moment(), nullable=True),
        sa.Column("finished_at", moment(), nullable=True),
        sa.Column("owner", words(), nullable=False),
        sa.Column("lease_until", moment(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["scenario_id"], ["scenario.id"]),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_plan_scenario_id"), "plan", ["scenario_id"], unique=False)
    op.add_column("removal", sa.Column("what_ifs", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("removal", "what_ifs")
    op.drop_table("plan")
    op.drop_table("scenario")
