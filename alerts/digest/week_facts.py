"""The facts of one week: everything that a digest may use, as plain frames."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

import pandas as pd

from alerts.causes.model import CAUSE_DTYPES, STANDING_DTYPES, empty_frame
from alerts.detection.direction import DirectionNumbers
from alerts.detection.episodes import places_of
from alerts.detection.measures import COLUMNS as WEEKS_COLUMNS
from alerts.detection.organisation.model import OrganisationChanges
from alerts.detection.outages import COLUMNS as OUTAGE_COLUMNS
from alerts.follow_through.concerns import CountedConcern
from alerts.follow_through.decisions import Decision
from alerts.follow_through.like_units import empty_outcomes
from alerts.follow_through.outcomes import no_moves
from alerts.intake_gaps import NO_GAPS, IntakeGaps
from alerts.risk_limits.judgement import COLUMNS as LIMIT_COLUMNS
from tiering.sensitivity.firmness import COLUMNS as FIRMNESS_COLUMNS
from tiering.staff.staffing import COLUMNS as STAFFING_COLUMNS
from tiering.staff.team_types import COLUMNS as TEAM_TYPE_COLUMNS
from tiering.terms import Level
from tiering.timeliness.bulk_days import COLUMNS as BULK_COLUMNS
from tiering.timeliness.coming import COLUMNS as COMING_COLUMNS

_PROPOSALS: Final = (
    "cluster_code",
    "elective_moves",
    "necessary_moves",
    "over_before",
    "over_after",
    "newly_over",
    "full_time_short",
)
_OVERSIGHT_RATES: Final = ("level", "code", "rule", "fell_due", "on_time")
_PROPOSED_UNITS: Final = (
    "level", "code", "cluster_code", "capacity_before", "capacity_after", "moves_out", "to_code", "moves_to",
)  # fmt: skip


@dataclass(frozen=True)
class WeekFacts:
    """What one weekly run found, for the whole service.

    workload: one row per unit of each level; columns level, code, name, parent_code, offender_managers (persons),
        offender_managers_over (persons over the red line), offender_managers_without_hours (persons who hold cases and
        have no available hours), contracted_hours, reduction_hours, cases, case_points, duty_points,
        unallocated_cases, unallocated_points, total_points, available_points, capacity_percentage (NaN: no capacity),
        band, overdue, high_risk_overdue, due_soon, high_risk_due_soon (NaN: not known any more); spo_hours, span
        (offender managers per full-time SPO; NaN: no SPO hours), inexperienced, experience_unknown (persons),
        awaiting_countersignature (plans of high RoSH cases), longest_wait_days (NaN: none waits).
    previous: the same for the previous snapshot, each unit with the teams it has now; None for the first snapshot, and
        if the weights differ.
    history: capacity over the weeks, this week last; columns as_at, level, code, total_points, available_points,
        capacity_percentage of the teams that a unit has now. A week without a snapshot has no rows, and neither has a
        week under other weights.
    hotspots: of the rules that go by email, one row per rule and unit; columns rule, level, code, name, status (new,
        continuing, cleared), weeks, since, value, threshold, change (percentage points since the previous snapshot;
        NaN if unknown), usual (what such a unit usually moves), low, high (80% interval), weeks_ahead (NaN if a rule
        has none), total_points, available_points, overdue, high_risk_overdue, explained_by, explained_by_level,
        escalated, rank, reason.
    watch: the rows of the rule ``watch`` above offender managers, as those of hotspots: units over the line, not yet
        for long enough to be hotspots. They say how long a unit that is a hotspot for something else is over it.
    history_from: the first date that the hotspots of the week go by; what began then may have begun earlier.
    rising_weeks: weeks over which the rule ``rising`` looks back; rising_mean_of: weeks of which it compares means.
    forecasts: one row per unit and week ahead; columns level, code, weeks_ahead (1 to 12), on, points,
        available_points, capacity_percentage (NaN: no capacity), capacity_low_80, capacity_high_80, method
        (``run-off`` or ``last value``). May be empty.
    forecast_scores: how good earlier forecasts were, one row per level and week ahead; columns level, weeks_ahead,
        forecasts, points_mape, last_value_mape, bias, coverage_80, coverage_95, all in per cent but the count. May be
        empty.
    weeks_needed: weeks of history, this one included, below which there is too little to forecast.
    grades: spare capacity by grade, one row per unit and grade; columns level, code, grade (PO, PSO, TPO),
        offender_managers, total_points, available_points, spare_points, average_case_points, spare_cases (NaN: no case
        to go by).
    timeliness: columns level, code, rule, fell_due, on_time, percentage, band; levels office, cluster, area, all.
    organisation: the accepted ``organisation`` table, one row per team.
    missing_weeks: Mondays of the weeks since the first snapshot in the history that have none.
    teams_without_data: codes of teams that have neither a post nor a case.
    reweighed_since: the date of the previous snapshot if its weights differ.
    weights_since: the first date with the weights of this week, if the weights of any earlier one differ.
    outages: what fell due during recorded outages, by team; columns as ``alerts.detection.outages.COLUMNS``.
    bulk_days: days on which a team or office completed or countersigned far more assessments than usual; columns as
        ``tiering.timeliness.bulk_days.COLUMNS``.
    staffing: leavers, joiners, sickness and experience, one row per unit; columns as
        ``tiering.staff.staffing.COLUMNS``.
    changes: what changed in the organisation since the previous snapshot, also under other weights.
    gaps: what the extract lacked although it was accepted.
    weeks: every unit above offender managers in the last half year, this week included, as
        ``alerts.detection.measures.recent_weeks`` makes them; columns as_at, level, code, offender_managers,
        total_points, available_points, capacity_percentage, is_comparable, high_risk_overdue. Empty where a snapshot
        does not know them.
    direction: the numbers by which better and worse are judged; None where a snapshot does not have them.
    decision_after: after how many weeks over the threshold the rules ask for a decision; None if they never do.
    full_time_points: points that a full-time probation officer is expected to carry.
    team_types: types of team compared, one row per cluster, area or all and type; columns as tiering.staff.team_types.
        May be empty.
    limits: the limits of tolerable risk judged, one row per limit and area or all; columns as
        alerts.risk_limits.judgement. May be empty.
    causes: why capacity changed, one row per comparison, unit and part; columns weeks_back, since, level, code, part,
        points, available_points, percentage_points (NaN: no capacity in either week), cases, posts. May be empty.
    standing_causes: what the load of this week consists of; columns level, code, part, officers, cases, points,
        percentage_points. Empty for a snapshot from before causes were found.
    proposals: plans on standing terms, one row per cluster that has one or should; columns cluster_code,
        elective_moves, necessary_moves, over_before, over_after, newly_over, full_time_short and more, missing for a
        cluster without a plan.
    proposed_units: one row per hot office or cluster with a plan; columns level, code, cluster_code, capacity_before,
        capacity_after, moves_out, to_code (missing without moves to another office), moves_to. Both may be empty.
    oversight_rates: what fell due beyond assessments, one row per unit and rule; columns level, code, rule, fell_due,
        on_time and more. Empty where a service records none of it.
    firmness: how firm it is that an office is over the red line, one row per office; columns as
        ``tiering.sensitivity.firmness.COLUMNS``. Empty where no weight is drawn.
    coming: what is known to come up to the end of next week; columns as ``tiering.timeliness.coming.COLUMNS``.
    decisions: every decision about the episodes of the week's hotspots, and all others of the half year, as known when
        the facts were gathered.
    decision_outcomes: what came of them; columns as ``alerts.follow_through.like_units.DTYPES``.
    agreed_moves: what happened to the moves of agreed plans, one row per plan and office that gives cases; columns as
        ``alerts.follow_through.outcomes.MOVE_COLUMNS``.
    concerns: of offender managers who cannot carry their caseload safely, as known when the facts were gathered.
    surnames, full_names, om_codes: of offender managers; neither they nor crns may ever occur in an email.
    """

    as_at: date
    revision: int
    policy_title: str
    policy_fingerprint: str
    numbers: int
    local_assumptions: int
    workload: pd.DataFrame
    previous: pd.DataFrame | None
    previous_as_at: date | None
    history: pd.DataFrame
    hotspots: pd.DataFrame
    rising_weeks: int
    rising_mean_of: int
    forecasts: pd.DataFrame
    forecast_scores: pd.DataFrame
    weeks_needed: int
    grades: pd.DataFrame
    timeliness: pd.DataFrame
    organisation: pd.DataFrame
    missing_weeks: tuple[date, ...]
    teams_without_data: tuple[str, ...]
    rows_read: int
    rows_rejected: int
    findings: int
    surnames: frozenset[str]
    full_names: frozenset[str]
    crns: frozenset[str]
    om_codes: frozenset[str] = frozenset()
    reweighed_since: date | None = None
    weights_since: date | None = None
    gaps: IntakeGaps = NO_GAPS
    changes: OrganisationChanges = ()
    watch: pd.DataFrame = field(default_factory=pd.DataFrame)
    history_from: date | None = None
    weeks: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=WEEKS_COLUMNS))
    direction: DirectionNumbers | None = None
    full_time_points: float = 0.0
    decision_after: int | None = None
    team_types: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TEAM_TYPE_COLUMNS))
    limits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LIMIT_COLUMNS))
    bulk_days: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=BULK_COLUMNS))
    staffing: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=STAFFING_COLUMNS))
    outages: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=OUTAGE_COLUMNS))
    causes: pd.DataFrame = field(default_factory=lambda: empty_frame(CAUSE_DTYPES))
    standing_causes: pd.DataFrame = field(default_factory=lambda: empty_frame(STANDING_DTYPES))
    decisions: tuple[Decision, ...] = ()
    decision_outcomes: pd.DataFrame = field(default_factory=empty_outcomes)
    agreed_moves: pd.DataFrame = field(default_factory=no_moves)
    concerns: tuple[CountedConcern, ...] = ()
    proposals: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_PROPOSALS))
    proposed_units: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_PROPOSED_UNITS))
    oversight_rates: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_OVERSIGHT_RATES))
    coming: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COMING_COLUMNS))
    firmness: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=FIRMNESS_COLUMNS))

    # The same for each of the readers, of whom a national service has more than a hundred.
    @cached_property
    def hotspot_rows(self) -> list[dict[str, Any]]:
        """The hotspots, each by column."""
        return records(self.hotspots)

    @cached_property
    def watch_rows(self) -> list[dict[str, Any]]:
        """The rows of the watch, each by column."""
        return records(self.watch)

    @cached_property
    def episode_places(self) -> dict[str, tuple[str, str]]:
        """Level and code of the unit of the episode of each hotspot."""
        return places_of(self.hotspots, self.as_at)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as Python values by column."""
    names = [str(name) for name in frame.columns]
    values = (frame[name].tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def watched_rows(hotspots: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``watch`` that a digest may need; of offender managers it shows none, and there are thousands."""
    return hotspots[hotspots["rule"].eq("watch") & hotspots["level"].ne(Level.OFFENDER_MANAGER)]
