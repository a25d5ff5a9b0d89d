"""Every table of the first release.

The revisions before it belong to versions that were never released; a database of theirs is refused by its number.

Revision: 0012, after:
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0012"
down_revision = None
branch_labels = None
depends_on = None

REFUSES = "what was looked at is only ever added to"


def upgrade() -> None:
    op.create_table(
        "clock_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("confirmed_by", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "looked_at",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("who", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("page", AutoString(), nullable=False),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("crn", AutoString(), nullable=True),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_looked_at_at"), "looked_at", ["at"], unique=False)
    op.create_table(
        "mail_server",
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=False),
        sa.Column("removed_by", AutoString(), nullable=False),
        sa.Column("keep_cases_weeks", sa.Integer(), nullable=False),
        sa.Column("keep_mail_days", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("what_ifs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("comparison", AutoString(), server_default=sa.text("''"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("policy", AutoString(), nullable=False),
        sa.Column("policy_fingerprint", AutoString(), nullable=False),
        sa.Column("weights_fingerprint", AutoString(), nullable=False),
        sa.Column("rules_fingerprint", AutoString(), nullable=False),
        sa.Column("content_hash", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("source_hashes", sa.Text(), nullable=False),
        sa.Column("policy_json", sa.Text(), nullable=False),
        sa.Column("rules_json", sa.Text(), nullable=False),
        sa.Column("forecast_json", sa.Text(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("as_at", "comparison", "revision"),
    )
    op.create_index(op.f("ix_snapshot_as_at"), "snapshot", ["as_at"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_web_session_email"), "web_session", ["email"], unique=False)
    op.create_table(
        "archived_frame",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "name"),
    )
    op.create_table(
        "hotspot",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("change", sa.Float(), nullable=True),
        sa.Column("usual", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("weeks_ahead", sa.Integer(), nullable=True),
        sa.Column("total_points", sa.Float(), nullable=True),
        sa.Column("available_points", sa.Float(), nullable=True),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("high_risk_overdue", sa.Integer(), nullable=False),
        sa.Column("explained_by", AutoString(), nullable=True),
        sa.Column("explained_by_level", AutoString(), nullable=True),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "rule", "level", "code"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recipient", AutoString(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("scope_level", AutoString(), nullable=False),
        sa.Column("scope_code", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("message_id", AutoString(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("queued_at", UTCDateTime(), nullable=False),
        sa.Column("send_after", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", AutoString(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("phase", AutoString(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("role", AutoString(), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("redirected_from", sa.Integer(), nullable=True),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", "period", "revision", "recipient"),
    )
    op.create_index("outbox_by_state", "outbox", ["state", "send_after"], unique=False)
    op.create_table(
        "run",
        sa.Column("job", AutoString(), nullable=False),
        sa.Column("iso_week", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("owner", AutoString(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("cause", AutoString(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("job", "iso_week"),
    )
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("scope_level", AutoString(), nullable=False),
        sa.Column("scope_codes", sa.Text(), nullable=False),
        sa.Column("area_code", AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_scenario_area_code"), "scenario", ["area_code"], unique=False)
    op.create_table(
        "timeliness",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("fell_due", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("percentage", sa.Float(), nullable=False),
        sa.Column("band", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "level", "code", "rule"),
    )
    op.create_table(
        "unit_workload",
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("level", AutoString(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("parent_code", AutoString(), nullable=True),
        sa.Column("offender_managers", sa.Integer(), nullable=False),
        sa.Column("offender_managers_over", sa.Integer(), nullable=False),
        sa.Column("offender_managers_without_hours", sa.Integer(), nullable=False),
        sa.Column("contracted_hours", sa.Float(), nullable=False),
        sa.Column("reduction_hours", sa.Float(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("case_points", sa.Float(), nullable=False),
        sa.Column("duty_points", sa.Float(), nullable=False),
        sa.Column("unallocated_cases", sa.Integer(), nullable=False),
        sa.Column("unallocated_points", sa.Float(), nullable=False),
        sa.Column("total_points", sa.Float(), nullable=False),
        sa.Column("available_points", sa.Float(), nullable=False),
        sa.Column("capacity_percentage", sa.Float(), nullable=True),
        sa.Column("band", AutoString(), nullable=True),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("high_risk_overdue", sa.Integer(), nullable=False),
        sa.Column("due_soon", sa.Integer(), nullable=False),
        sa.Column("spo_hours", sa.Float(), nullable=True),
        sa.Column("span", sa.Float(), nullable=True),
        sa.Column("inexperienced", sa.Integer(), nullable=True),
        sa.Column("experience_unknown", sa.Integer(), nullable=True),
        sa.Column("awaiting_countersignature", sa.Integer(), nullable=True),
        sa.Column("longest_wait_days", sa.Integer(), nullable=True),
        sa.Column("forecast_percentage", sa.Float(), nullable=True),
        sa.Column("forecast_low", sa.Float(), nullable=True),
        sa.Column("forecast_high", sa.Float(), nullable=True),
        sa.Column("forecast_weeks_ahead", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "level", "code"),
    )
    op.create_index(
        "unit_workload_over_weeks",
        "unit_workload",
        ["level", "code", "snapshot_id", "total_points", "available_points"],
        unique=False,
    )
    op.create_table(
        "outbox_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("from_state", AutoString(), nullable=False),
        sa.Column("to_state", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"],
            ["outbox.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_outbox_event_outbox_id"), "outbox_event", ["outbox_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("scenario_version", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("author", AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("policy_fingerprint", AutoString(), nullable=True),
        sa.Column("prices_fingerprint", AutoString(), nullable=True),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("owner", AutoString(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["scenario.id"],
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["snapshot.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_plan_scenario_id"), "plan", ["scenario_id"], unique=False)
    _refuse_changes_of_looks()


def downgrade() -> None:
    for table in (
        "plan",
        "outbox_event",
        "unit_workload",
        "timeliness",
        "scenario",
        "run",
        "outbox",
        "hotspot",
        "archived_frame",
        "web_session",
        "snapshot",
        "removal",
        "mail_server",
        "looked_at",
        "clock_look",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION looked_at_stays()")


def _refuse_changes_of_looks() -> None:
    """Let the database itself refuse to change or remove a row of who looked at whom."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION looked_at_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER looked_at_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON looked_at "
            "FOR EACH STATEMENT EXECUTE FUNCTION looked_at_stays()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER looked_at_stays_{change.lower()} BEFORE {change} ON looked_at "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
            )
