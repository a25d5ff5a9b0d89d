"""Every table that can be exported, and its columns in the order of the file."""

from dataclasses import dataclass
from typing import Final

from monitor.snapshots.contracts.causes import CAUSES, STANDING_CAUSES
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.follow_through import (
    CONCERNS,
    DECISION_OUTCOMES,
    DECISIONS,
    OUTCOMES,
    PROPOSALS,
    PROPOSED_UNITS,
    SECOND_READINGS,
)
from monitor.snapshots.contracts.frames import (
    BULK_DAYS,
    BY_POLICY,
    CASES,
    CONTACT,
    FINDINGS,
    FIRMNESS,
    FORECAST,
    GRADES,
    HOTSPOTS,
    INTAKE,
    LIMITS,
    OVERDUE,
    OVERSIGHT,
    OVERSIGHT_RATES,
    REJECTED,
    STAFFING,
    TEAM_TYPES,
    TIMELINESS,
    TREND,
    UNITS,
)
from monitor.snapshots.contracts.read_off import BENCHMARK_PLANS, COMING


@dataclass(frozen=True)
class Export:
    """One table that can be exported: its frame, and the columns in the order of the file.

    Every export starts with the date, ``as_at``.
    """

    frame: DerivedFrame
    columns: tuple[str, ...]


_CODES = ("om_code", "team_code", "office_code", "cluster_code")

EXPORTS: Final[dict[str, Export]] = {
    "workload": Export(UNITS, (
        "level", "code", "name", "parent_code", "cases", "case_points", "duty_points", "unallocated_points",
        "total_points", "available_points", "capacity_percentage", "band", "unallocated_cases", "offender_managers",
        "offender_managers_over", "offender_managers_without_hours", "contracted_hours", "reduction_hours", "overdue",
        "high_risk_overdue", "due_soon", "forecast_percentage", "forecast_low", "forecast_high",
        "forecast_weeks_ahead", "oversight_overdue", "oversight_high_risk_overdue", "oversight_due_soon",
    )),
    "hotspots": Export(HOTSPOTS, (
        "rule", "level", "code", "name", "status", "weeks", "value", "threshold", "total_points", "available_points",
        "overdue", "high_risk_overdue", "explained_by", "explained_by_level", "since", "running", "change", "escalated",
        "rank", "usual", "low", "high", "weeks_ahead", "reason", "episode",
    )),
    "overdue": Export(OVERDUE, ("rule", "kind", "crn", *_CODES, "tier", "rosh", "due_on", "days_overdue")),
    "timeliness": Export(TIMELINESS, tuple(TIMELINESS.column_names)),
    "findings": Export(FINDINGS, tuple(FINDINGS.column_names)),
    "cases": Export(CASES, (
        "crn", "om_code", "team_code", "tier", "rosh", "setting", "tier_points", "rosh_points", "activity_share",
        "points", "activity", "number_of_cases",
    )),
    "rejected": Export(REJECTED, tuple(REJECTED.column_names)),
    "intake": Export(INTAKE, tuple(INTAKE.column_names)),
    "forecast": Export(FORECAST, tuple(FORECAST.column_names)),
    "trend": Export(TREND, tuple(TREND.column_names)),
    "supervision": Export(UNITS, (
        "level", "code", "name", "parent_code", "offender_managers", "spo_hours", "span", "inexperienced",
        "experience_unknown", "awaiting_countersignature", "longest_wait_days",
    )),
    "grades": Export(GRADES, tuple(GRADES.column_names)),
    "team-types": Export(TEAM_TYPES, tuple(TEAM_TYPES.column_names)),
    "limits": Export(LIMITS, tuple(LIMITS.column_names)),
    "staffing": Export(STAFFING, tuple(STAFFING.column_names)),
    "bulk_days": Export(BULK_DAYS, tuple(BULK_DAYS.column_names)),
    "causes": Export(CAUSES, tuple(CAUSES.column_names)),
    "decisions": Export(DECISIONS, tuple(DECISIONS.column_names)),
    "proposals": Export(PROPOSALS, tuple(PROPOSALS.column_names)),
    "proposed_units": Export(PROPOSED_UNITS, tuple(PROPOSED_UNITS.column_names)),
    "standing_causes": Export(STANDING_CAUSES, tuple(STANDING_CAUSES.column_names)),
    "due": Export(COMING, ("on", "kind", "what", "crn", *_CODES, "tier", "rosh", "quantity")),
    "outcomes": Export(OUTCOMES, tuple(OUTCOMES.column_names)),
    "decision_outcomes": Export(DECISION_OUTCOMES, tuple(DECISION_OUTCOMES.column_names)),
    "concerns": Export(CONCERNS, tuple(CONCERNS.column_names)),
    "contact": Export(CONTACT, tuple(CONTACT.column_names)),
    "by_policy": Export(BY_POLICY, tuple(BY_POLICY.column_names)),
    "oversight": Export(OVERSIGHT, (
        "status", "rule", "kind", "crn", *_CODES, "tier", "rosh", "since", "due_on", "days_overdue",
    )),
    "oversight_rates": Export(OVERSIGHT_RATES, tuple(OVERSIGHT_RATES.column_names)),
    "benchmark_plans": Export(BENCHMARK_PLANS, (
        "month", "spo_code", "second_spo_code", "crn", *_CODES, "rosh", "kind", "completed_on", "countersigned_on",
        "drawn", "countersigned",
    )),
    "second_readings": Export(SECOND_READINGS, tuple(SECOND_READINGS.column_names)),
    "firmness": Export(FIRMNESS, tuple(FIRMNESS.column_names)),
}  # fmt: skip
"""Every table that can be exported, by its name on the command line and the pages."""
