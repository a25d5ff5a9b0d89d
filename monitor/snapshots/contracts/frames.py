"""The column contract of every derived frame that is stored or exported, in the style of ``tiering.caseload.TABLES``.

The store, the exports, verify and the tests of the documents use it: no other place knows a column's type, unit or key.
"""

from typing import Final

from alerts.detection.trends.unit_weeks import PAST_COLUMNS
from monitor.snapshots.contracts.causes import CAUSE_ROWS, CAUSES, STANDING_CAUSES
from monitor.snapshots.contracts.columns import PLACES, DerivedFrame, counts, dates, flags, numbers, texts
from monitor.snapshots.contracts.follow_through import PROPOSALS, PROPOSED_MOVES, PROPOSED_UNITS
from monitor.snapshots.contracts.read_off import BENCHMARK_PLANS, COMING
from tiering.projection import ARRIVED, AVAILABLE, DUTIES, PLANNED

UNITS: Final = DerivedFrame(
    "units",
    (
        *texts("level", "code", "name"),
        *texts("parent_code", optional=True),
        *counts("persons", "offender_managers", "offender_managers_over", "offender_managers_without_hours"),
        *numbers("hours a week", "contracted_hours", "reduction_hours"),
        *counts("cases", "cases"),
        *numbers("points", "case_points", "duty_points"),
        *counts("cases", "unallocated_cases"),
        *numbers("points", "unallocated_points", "total_points", "available_points"),
        *numbers("per cent of capacity", "capacity_percentage", optional=True),
        *texts("band", optional=True),
        *counts("assessments", "overdue", "high_risk_overdue", "due_soon"),
        *numbers("hours a week", "spo_hours", optional=True),
        *numbers("offender managers for each full-time SPO", "span", optional=True),
        *counts("persons", "inexperienced", "experience_unknown", optional=True),
        *counts("plans", "awaiting_countersignature", optional=True),
        *counts("days", "longest_wait_days", optional=True),
        *numbers(
            "per cent of capacity", "forecast_percentage", "forecast_low", "forecast_high", optional=True
        ),
        *counts("weeks", "forecast_weeks_ahead", optional=True),
        *counts(
            "items beyond assessments", "oversight_overdue", "oversight_high_risk_overdue", "oversight_due_soon",
            optional=True,
        ),
    ),
    key=("level", "code"),
    archived=False,
)  # fmt: skip

HOTSPOTS: Final = DerivedFrame(
    "hotspots",
    (
        *texts("rule", "level", "code", "name", "status"),
        *counts("weeks", "weeks"),
        *dates("since", optional=True),
        *numbers("as its rule", "value", optional=True),
        *numbers("as its rule", "threshold"),
        *numbers("percentage points", "change", "usual", optional=True),
        *numbers("as its rule", "low", "high", optional=True),
        *counts("weeks", "weeks_ahead", optional=True),
        *numbers("points", "total_points", "available_points", optional=True),
        *counts("assessments", "overdue", "high_risk_overdue"),
        *texts("explained_by", "explained_by_level", optional=True),
        *counts("weeks", "running"),
        *counts("weeks", "escalated", optional=True),
        *counts("place", "rank", optional=True),
        *texts("reason"),
        *texts("episode", optional=True),
    ),
    key=("rule", "level", "code"),
    archived=False,
)

TIMELINESS: Final = DerivedFrame(
    "timeliness",
    (
        *texts("level", "code", "rule"),
        *counts("assessments", "fell_due", "on_time"),
        *numbers("per cent", "percentage"),
        *texts("band"),
    ),
    key=("level", "code", "rule"),
    archived=False,
)

CASES: Final = DerivedFrame(
    "cases",
    (
        *texts("crn"),
        *texts("om_code", optional=True),
        *texts("team_code"),
        *texts("tier", "rosh", optional=True),
        *texts("setting", "activity"),
        *counts("cases", "number_of_cases", optional=True),
        *numbers("points", "tier_points", "rosh_points"),
        *numbers("share", "activity_share"),
        *numbers("points", "points"),
    ),
    key=("crn",),
)

_ASSESSMENTS = (
    *texts("rule", "kind", "crn"),
    *PLACES,
    *texts("area_code"),
    *texts("tier", "rosh", optional=True),
    *dates("due_on"),
    *dates("done_on", optional=True),
    *flags("overdue", "high_risk"),
)

OVERDUE: Final = DerivedFrame("overdue", (*_ASSESSMENTS, *counts("days", "days_overdue")), key=("rule", "crn"))
DUE_SOON: Final = DerivedFrame("due_soon", _ASSESSMENTS, key=("rule", "crn"))

OVERSIGHT: Final = DerivedFrame(
    "oversight",
    (
        *texts("status", "rule", "kind"),
        *texts("crn", "om_code", optional=True),
        *texts("team_code", "office_code", "cluster_code", "area_code"),
        *texts("tier", "rosh", optional=True),
        *dates("since", "due_on"),
        *counts("days", "days_overdue", optional=True),
        *flags("overdue", "high_risk"),
    ),
    key=("rule", "crn", "om_code", "since"),
)
"""What is late or due beyond assessments; an item about an offender manager has no CRN."""

OVERSIGHT_RATES: Final = DerivedFrame(
    "oversight_rates",
    (
        *texts("level", "code", "rule"),
        *counts("items", "fell_due", "on_time"),
        *numbers("per cent", "percentage", optional=True),
        *texts("band", optional=True),
        *counts("items", "overdue", "high_risk_overdue", "due_soon"),
    ),
    key=("level", "code", "rule"),
)

FINDINGS: Final = DerivedFrame(
    "findings",
    (*texts("finding", "crn"), *PLACES, *texts("detail", optional=True)),
    key=("finding", "crn", "detail"),
)

GRADES: Final = DerivedFrame(
    "grades",
    (
        *texts("level", "code", "grade"),
        *counts("persons", "offender_managers"),
        *numbers("points", "total_points", "available_points", "spare_points"),
        *numbers("points a case", "average_case_points", optional=True),
        *numbers("cases", "spare_cases", optional=True),
    ),
    key=("level", "code", "grade"),
)

TEAM_TYPES: Final = DerivedFrame(
    "team_types",
    (
        *texts("level", "code", "team_type"),
        *counts("teams", "teams"),
        *counts("persons", "offender_managers"),
        *counts("cases", "cases"),
        *numbers("points", "total_points", "available_points"),
        *numbers("per cent of capacity", "capacity_percentage", optional=True),
        *numbers("points", "spare_points"),
        *counts("assessments", "overdue", "high_risk_overdue"),
        *numbers(
            "assessments per 100 cases", "overdue_per_100_cases", "high_risk_overdue_per_100_cases", optional=True
        ),
    ),
    key=("level", "code", "team_type"),
)  # fmt: skip

LIMITS: Final = DerivedFrame(
    "limits",
    (
        *texts("name", "measure", "level", "code", "unit_name", "owner"),
        *numbers("as its measure", "value", optional=True),
        *numbers("as its measure", "limit"),
        *flags("breached"),
        *counts("weeks", "weeks"),
        *dates("since", optional=True),
        *dates("forecast_on", optional=True),
        *numbers("as its measure", "forecast_value", optional=True),
    ),
    key=("name", "level", "code"),
)

FIRST_SEEN: Final = DerivedFrame("first_seen", (*texts("crn"), *dates("first_seen")), key=("crn",))

PEOPLE_SEEN: Final = DerivedFrame(
    "people_seen",
    (
        *texts("om_code", "team_code", "office_code", "cluster_code", "area_code"),
        *dates("first_seen", "last_seen", "counted_since"),
    ),
    key=("om_code", "team_code", "office_code"),
)

STAFFING: Final = DerivedFrame(
    "staffing",
    (
        *texts("level", "code", "name"),
        *counts("weeks", "weeks"),
        *counts("persons", "people"),
        *counts("persons", "leavers", "joiners", optional=True),
        *counts("persons", "sick_people"),
        *numbers("hours a week", "sick_hours", "contracted_hours"),
        *numbers("per cent of contracted hours", "sick_percentage", optional=True),
        *counts("weeks", "sick_weeks"),
        *numbers("per cent of contracted hours", "sick_percentage_mean", optional=True),
        *counts("persons", "offender_managers", "inexperienced", "experience_unknown"),
        *numbers("per cent of offender managers", "inexperienced_percentage", optional=True),
        *counts("persons", "spos", "spos_inexperienced", "spos_experience_unknown"),
        *numbers("years", "spo_years", optional=True),
    ),
    key=("level", "code"),
)

BULK_DAYS: Final = DerivedFrame(
    "bulk_days",
    (
        *texts("level", "code", "name", "what"),
        *dates("on"),
        *counts("assessments", "assessments"),
        *numbers("assessments a working day", "usual"),
        *numbers("times the usual day", "times_usual", optional=True),
        *counts("assessments", "near_deadline", optional=True),
    ),
    key=("level", "code", "what", "on"),
)

FLOW: Final = DerivedFrame(
    "flow",
    (
        *texts("team_code"),
        *numbers("points", "case_points", "report_points", *DUTIES),
        *numbers("points", *ARRIVED, optional=True),
        *numbers("points", *PLANNED, *AVAILABLE),
    ),
    key=("team_code",),
)

FORECAST: Final = DerivedFrame(
    "forecast",
    (
        *texts("level", "code", "name"),
        *counts("weeks", "weeks_ahead"),
        *dates("on"),
        *numbers("points", "points", "points_low_80", "points_high_80", "points_low_95", "points_high_95"),
        *numbers("points", "available_points"),
        *numbers(
            "per cent of capacity", "capacity_percentage", "capacity_low_80", "capacity_high_80", "capacity_low_95",
            "capacity_high_95", optional=True,
        ),
        *texts("method"),
    ),
    key=("level", "code", "weeks_ahead"),
)  # fmt: skip

FORECAST_SCORES: Final = DerivedFrame(
    "forecast_scores",
    (
        *texts("level"),
        *counts("weeks", "weeks_ahead"),
        *counts("forecasts", "forecasts"),
        *numbers(
            "per cent", "points_mape", "last_value_mape", "bias", "coverage_80", "coverage_95", optional=True
        ),
    ),
    key=("level", "weeks_ahead"),
)  # fmt: skip

REJECTED: Final = DerivedFrame(
    "rejected",
    (*texts("table"), *counts("line, 1 the heading", "line"), *texts("column", "value", "reason")),
    key=(),
    derived=False,
)

KNOWN_EVENTS: Final = DerivedFrame(
    "known_events",
    (
        *dates("starts_on"),
        *dates("ends_on", optional=True),
        *texts("level", "code", "kind"),
        *numbers("as its kind", "quantity", optional=True),
        *texts("note", optional=True),
    ),
    key=(),
    derived=False,
)

UNIT_WEEKS: Final = DerivedFrame(
    "unit_weeks",
    (
        *dates("as_at"),
        *texts("level", "code"),
        *counts("persons", "offender_managers"),
        *numbers("points", "total_points", "available_points"),
        *numbers("per cent of capacity", "capacity_percentage", optional=True),
        *flags("is_comparable"),
        *counts("assessments", "high_risk_overdue", optional=True),
    ),
    key=("as_at", "level", "code"),
)

PAST_UNITS: Final = DerivedFrame(
    "past_units",
    tuple(UNITS.column(name) for name in PAST_COLUMNS if name in UNITS.column_names),
    key=("level", "code"),
)
"""What later weeks are judged against: the units without posts, read ten times faster than the rows of the database."""

INTAKE: Final = DerivedFrame(
    "intake",
    (
        *texts("table", "column", "measure", "detail"),
        *counts("rows, codes or columns", "count"),
        *counts("rows", "out_of", optional=True),
        *counts("rows", "last_count", "last_out_of", optional=True),
    ),
    key=("table", "column", "measure", "detail"),
    derived=False,
)

BY_POLICY: Final = DerivedFrame(
    "by_policy",
    (
        *texts("policy", "level", "code", "name"),
        *texts("parent_code", optional=True),
        *counts("cases", "cases", "other_tiers"),
        *numbers("points", "total_points", "available_points"),
        *numbers("per cent of capacity", "capacity_percentage", optional=True),
        *texts("band", optional=True),
    ),
    key=("policy", "level", "code"),
)

ALSO_POLICIES: Final = DerivedFrame(
    "also_policies",
    texts("policy", "policy_json"),
    key=("policy",),
    derived=False,
)

CONTACT: Final = DerivedFrame(
    "contact",
    (*texts("level", "code", "activity"), *counts("cases", "cases"), *numbers("points", "points", "full_points")),
    key=("level", "code", "activity"),
)

FIRMNESS: Final = DerivedFrame(
    "firmness",
    (
        *texts("level", "code", "name"),
        *numbers("per cent of capacity", "capacity_percentage"),
        *counts("assumed weights", "weights"),
        *counts("draws", "draws", "draws_over"),
        *numbers("share of draws", "over_line_share"),
        *counts("draws", "draws_needed"),
        *flags("is_firm"),
    ),
    key=("level", "code"),
)

TREND: Final = DerivedFrame(
    "trend",
    (
        *texts("level", "code", "name"),
        *counts("weeks", "weeks"),
        *numbers("per cent of capacity", "capacity_percentage", optional=True),
        *numbers("percentage points", "rise", "usual", "limit", optional=True),
        *numbers("per cent of capacity", "month_percentage", optional=True),
        *numbers("per cent of capacity", "chart_mean", "chart_lower", "chart_upper", optional=True),
        *texts("chart_signal", optional=True),
        *numbers("per cent of capacity", "peer_centre", "peer_lower", "peer_upper", optional=True),
        *texts("peer_signal", optional=True),
    ),
    key=("level", "code"),
    archived=False,
    derived=False,
)

FRAMES: Final[dict[str, DerivedFrame]] = {
    frame.name: frame
    for frame in (
        UNITS, HOTSPOTS, TIMELINESS, CASES, OVERDUE, DUE_SOON, FINDINGS, GRADES, TEAM_TYPES, LIMITS, FIRST_SEEN, FLOW,
        FORECAST, FORECAST_SCORES, PEOPLE_SEEN, STAFFING, BULK_DAYS, UNIT_WEEKS, PAST_UNITS, CAUSE_ROWS, CAUSES,
        STANDING_CAUSES, REJECTED, KNOWN_EVENTS, INTAKE, TREND, PROPOSALS, PROPOSED_UNITS,
        PROPOSED_MOVES, BY_POLICY, ALSO_POLICIES, CONTACT, COMING, OVERSIGHT, OVERSIGHT_RATES,
        BENCHMARK_PLANS, FIRMNESS,
    )
}  # fmt: skip
"""Every derived frame by its name."""
