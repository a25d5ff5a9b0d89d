"""The column contracts of decisions, concerns, agreed plans, proposals and what came of them."""

from typing import Final

from monitor.snapshots.contracts.columns import DerivedFrame, counts, dates, flags, numbers, texts

DECISION_OUTCOMES: Final = DerivedFrame(
    "decision_outcomes",
    (
        *dates("as_at"),
        *texts("episode"),
        *counts("place among the decisions about the episode, from 1", "number"),
        *texts("rule", "level", "code", "name", "kind"),
        *dates("decided_on", "since"),
        *counts("weeks", "weeks"),
        *numbers("per cent of capacity", "capacity_then", "capacity_now"),
        *counts("assessments", "high_risk_overdue_then", "high_risk_overdue_now", optional=True),
        *counts("persons", "offender_managers_over_then", "offender_managers_over_now", optional=True),
        *counts("units", "like_units"),
        *numbers("percentage points", "like_low", "like_middle", "like_high", optional=True),
        *texts("judgement"),
    ),
    key=("episode",),
    archived=False,
    derived=False,
)
"""What came of decisions up to a snapshot: it changes with every decision, so it is not stored and not one of
``FRAMES``."""


DECISIONS: Final = DerivedFrame(
    "decisions",
    (
        *dates("as_at"),
        *texts("episode"),
        *counts("place among the decisions about the episode, from 1", "number"),
        *texts("rule", "level", "code", "first_week", "unit_name", "decided_at"),
        *dates("decided_on"),
        *texts("decided_by", "role", "kind", "owner"),
        *dates("review_on", optional=True),
        *flags("has_note"),
        *texts("note", optional=True),
        *counts("number of the plan", "plan_id", optional=True),
        *flags("is_made_up"),
    ),
    key=("episode", "number"),
    archived=False,
    derived=False,
)
"""The decisions of a home: not of one snapshot, so not one of ``FRAMES``."""

CONCERNS: Final = DerivedFrame(
    "concerns",
    (
        *dates("as_at"),
        *texts("om_code"),
        *counts("place among the concerns of the offender manager, from 1", "number"),
        *texts("raised_by", "raised_at"),
        *dates("raised_on"),
        *texts("answered_by", "role", "answered_at", optional=True),
        *dates("answered_on", optional=True),
        *flags("is_made_up"),
    ),
    key=("om_code", "number"),
    archived=False,
    derived=False,
)
"""The concerns of offender managers in a home. Their notes are for the offender manager and the SPO alone."""

SECOND_READINGS: Final = DerivedFrame(
    "second_readings",
    (
        *dates("as_at", "month"),
        *texts("team_code", "office_code"),
        *flags("agrees", "has_note"),
        *texts("read_by", "role", "read_at"),
        *dates("read_on"),
        *flags("is_made_up"),
        *dates("corrected_on", optional=True),
    ),
    key=("read_at", "team_code"),
    archived=False,
    derived=False,
)
"""Whether second SPOs agree with countersignatures, in a home; without the plans and the notes about them."""

OUTCOMES: Final = DerivedFrame(
    "outcomes",
    (
        *dates("as_at"),
        *counts("number of the plan", "plan_id"),
        *dates("agreed_on"),
        *texts("level", "code", "name"),
        *counts(
            "moves of cases that the office gives",
            "moves",
            "due",
            "done",
            "still_with_giver",
            "gone_elsewhere",
            "ended",
            optional=True,
        ),
        *numbers(
            "per cent of capacity", "start_percentage", "promised_percentage", "capacity_percentage", optional=True
        ),
    ),
    key=("as_at", "plan_id", "code"),
    archived=False,
    derived=False,
)
"""What has happened since plans were agreed: of every later week up to a snapshot, so not one of ``FRAMES``."""

SEARCH_FAILED: Final = "failed"
"""The status of a proposal whose plan ended in an error; all others are those of a plan."""

PROPOSALS: Final = DerivedFrame(
    "proposals",
    (
        *texts("cluster_code", "cluster_name", "status"),
        *numbers("share of the cost of the plan", "gap", optional=True),
        *counts("moves", "elective_limit"),
        *counts("new cases per person and week", "intake"),
        *counts("moves", "elective_moves", "necessary_moves", optional=True),
        *counts("cases", "unplaced", optional=True),
        *counts("persons", "over_before", "over_after", "newly_over", optional=True),
        *numbers("points", "points_over_before", "points_over_after", optional=True),
        *numbers("per cent of capacity", "capacity_before", "capacity_after", optional=True),
        *numbers("full-time offender managers", "full_time_short", optional=True),
    ),
    key=("cluster_code",),
)
PROPOSED_UNITS: Final = DerivedFrame(
    "proposed_units",
    (
        *texts("level", "code", "cluster_code"),
        *numbers("per cent of capacity", "capacity_before", "capacity_after", optional=True),
        *counts("moves", "moves_out"),
        *texts("to_code", optional=True),
        *counts("moves", "moves_to"),
    ),
    key=("level", "code"),
)
PROPOSED_MOVES: Final = DerivedFrame(
    "proposed_moves",
    (
        *texts("cluster_code", "crn"),
        *texts("from_om_code", optional=True),
        *texts("from_team_code", "to_om_code", "to_team_code"),
        *counts("number of the week, from 1", "week"),
        *flags("over_line"),
    ),
    key=("crn",),
)
