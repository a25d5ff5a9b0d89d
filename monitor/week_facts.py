"""Gather what the digests and the summary of a run need from the rows, the figures and the past of one week."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from alerts.detection.episodes import places_of
from alerts.detection.hotspots import CLEARED, CONTINUING, NEW
from alerts.detection.organisation.changes import add_points
from alerts.detection.organisation.continuity import continue_week
from alerts.detection.outages import count_in_outages
from alerts.detection.overdue import count_high_risk_due_soon
from alerts.detection.trends.unit_weeks import missing_weeks, weights_since
from alerts.digest.disclosure.names import names_of_people
from alerts.digest.scope.next_week import next_monday
from alerts.digest.week_facts import WeekFacts, watched_rows
from alerts.follow_through.concerns import CountedConcern
from alerts.follow_through.decisions import Decision
from alerts.follow_through.like_units import outcomes_of_decisions
from alerts.follow_through.outcomes import no_moves
from monitor.extracts import Extract
from monitor.snapshots.contracts.follow_through import PROPOSALS, PROPOSED_UNITS
from monitor.snapshots.contracts.frames import OVERSIGHT_RATES
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import StoredFigures
from monitor.snapshots.summary import HotspotCounts, RunSummary
from monitor.snapshots.weeks.history import Past
from tiering.capacity import full_time_points
from tiering.caseload import Caseload
from tiering.policies.policy import Policy
from tiering.terms import Level
from tiering.timeliness.coming import COLUMNS as COMING_COLUMNS
from tiering.timeliness.coming import coming_events

CAPACITY = ["as_at", "level", "code", "total_points", "available_points", "capacity_percentage"]


def build_week_facts(
    extract: Extract,
    figures: StoredFigures,
    numbers: Parameters,
    past: Past,
    previous: pd.DataFrame | None,
    revision: int,
    as_at: date,
    decisions: Sequence[Decision] = (),
    agreed_moves: pd.DataFrame | None = None,
    concerns: Sequence[CountedConcern] = (),
    coming: pd.DataFrame | None = None,
    *,
    small_team: int,
) -> WeekFacts:
    """Gather the facts of the week, and of those earlier weeks that were weighed by the same weights.

    * past: carried over to the organisation of this week.
    * previous: the units of the previous snapshot, whatever its weights; None for the first snapshot.
    * decisions: about the episodes of the week, and all others of the half year.
    * agreed_moves: what happened to the moves of agreed plans; None if that is not known.
    * small_team: a unit with fewer offender managers is none that decisions are reported of, or compared with.
    * concerns: as they count on the day.
    * coming: as ``find_coming`` finds it; None if that is not known.
    """
    changes = () if previous is None else add_points(past.changes.get(as_at, ()), figures.units, previous)
    rising = numbers.rule("rising")
    posts, cases = extract.caseload.offender_managers, extract.caseload.cases
    people = names_of_people(posts["om_name"].drop_duplicates().tolist())
    weeks, places = figures.archived["unit_weeks"], places_of(figures.hotspots, as_at)
    dates = sorted({stamp.date() for stamp in past.units["as_at"].unique()} | {as_at})
    before = dates[-2] if len(dates) > 1 else None
    compares = before in past.alike
    return WeekFacts(
        as_at=as_at,
        revision=revision,
        policy_title=numbers.policy.title,
        policy_fingerprint=numbers.policy.fingerprint,
        numbers=numbers.count,
        local_assumptions=numbers.local_assumptions,
        workload=count_high_risk_due_soon(_above_people(figures.units), figures.archived["due_soon"]),
        previous=_comparable(previous, before, extract.caseload.organisation, past) if compares else None,
        previous_as_at=before if compares else None,
        reweighed_since=None if compares else before,
        weights_since=weights_since(dates, [day in past.alike or day == as_at for day in dates]),
        history=_capacity_over_weeks(past, figures.units, as_at),
        hotspots=figures.hotspots[figures.hotspots["rule"].isin([rule.name for rule in numbers.rules if rule.sent])],
        watch=watched_rows(figures.hotspots),
        history_from=dates[0],
        forecasts=figures.archived["forecast"],
        forecast_scores=figures.archived["forecast_scores"],
        grades=figures.archived["grades"],
        rising_weeks=int(rising.number("weeks_apart")),
        rising_mean_of=int(rising.number("weeks_averaged")),
        weeks_needed=numbers.forecast.weeks_needed,
        timeliness=figures.timeliness,
        organisation=extract.caseload.organisation,
        missing_weeks=tuple(missing_weeks(dates)),
        teams_without_data=_teams_without_data(figures.units, posts),
        rows_read=sum(extract.rows.values()),
        rows_rejected=len(extract.rejected[["table", "line"]].drop_duplicates()),
        findings=len(figures.archived["findings"]),
        surnames=people.surnames,
        full_names=people.full_names,
        crns=frozenset(cases["crn"].tolist()),
        om_codes=frozenset(posts["om_code"].tolist()),
        gaps=extract.intake.gaps,
        changes=changes,
        weeks=weeks,
        direction=numbers.direction,
        full_time_points=full_time_points(numbers.policy),
        decision_after=min(numbers.rule("over_threshold").escalate_at, default=None),
        team_types=figures.archived["team_types"],
        limits=figures.archived["limits"],
        bulk_days=figures.archived["bulk_days"],
        staffing=figures.archived["staffing"],
        outages=count_in_outages(
            figures.archived["known_events"],
            figures.archived["overdue"],
            extract.caseload.organisation,
            as_at,
            numbers.policy.timeliness_window,
        ),
        causes=figures.archived["causes"],
        standing_causes=figures.archived["standing_causes"],
        decisions=tuple(decisions),
        decision_outcomes=outcomes_of_decisions(decisions, places, weeks, small_team),
        agreed_moves=no_moves() if agreed_moves is None else agreed_moves,
        concerns=tuple(concerns),
        proposals=figures.archived.get(PROPOSALS.name, PROPOSALS.empty()),
        proposed_units=figures.archived.get(PROPOSED_UNITS.name, PROPOSED_UNITS.empty()),
        coming=pd.DataFrame(columns=COMING_COLUMNS) if coming is None else coming,
        firmness=figures.archived["firmness"],
        oversight_rates=figures.archived.get(OVERSIGHT_RATES.name, OVERSIGHT_RATES.empty()),
    )


def find_coming(caseload: Caseload, figures: StoredFigures, policy: Policy, as_at: date) -> pd.DataFrame:
    """List what comes up to the end of next week; nothing if the policy does not look ahead that far."""
    days = (next_monday(as_at) - as_at).days + 6
    if policy.due_soon < days:
        return pd.DataFrame(columns=COMING_COLUMNS)
    return coming_events(caseload, figures.archived["cases"], figures.archived["due_soon"], as_at, days)


def _comparable(
    previous: pd.DataFrame | None, before: date | None, teams: pd.DataFrame, past: Past
) -> pd.DataFrame | None:
    """The units of the snapshot before with the teams that each has now."""
    if previous is None or before is None:
        return None
    return _above_people(continue_week(previous, before, teams, past.changes))


def _capacity_over_weeks(past: Past, units: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The capacity of every unit above offender managers in the weeks of the same weights, this week last."""
    alike = past.comparable.assign(capacity_percentage=lambda weeks: weeks["comparable_percentage"])
    now = _above_people(units).assign(as_at=pd.Timestamp(as_at))
    return pd.concat([alike[CAPACITY], now[CAPACITY]], ignore_index=True)


def _above_people(units: pd.DataFrame) -> pd.DataFrame:
    """The units that a digest may be about."""
    return units[~units["level"].isin([Level.POST, Level.OFFENDER_MANAGER])]


def _teams_without_data(units: pd.DataFrame, posts: pd.DataFrame) -> tuple[str, ...]:
    """Codes of teams that have neither a post nor a case."""
    teams = units[units["level"].eq(Level.TEAM)]
    return tuple(teams.loc[teams["cases"].eq(0) & ~teams["code"].isin(posts["team_code"]), "code"])


def summarise(
    facts: WeekFacts, extract: Extract, figures: StoredFigures, queued: int, policy: str, *, comparison: bool
) -> RunSummary:
    """Summarise what the run found in a few figures."""
    whole = figures.units[figures.units["level"].eq(Level.ALL)].iloc[0]
    status = figures.hotspots["status"].value_counts()
    percentage = whole["capacity_percentage"]
    return RunSummary(
        as_at=facts.as_at,
        policy=policy,
        policy_fingerprint=facts.policy_fingerprint,
        revision=facts.revision,
        unchanged=False,
        cases=int(whole["cases"]),
        offender_managers=int(extract.caseload.offender_managers["om_code"].nunique()),
        rejected=facts.rows_rejected,
        total_points=float(whole["total_points"]),
        available_points=float(whole["available_points"]),
        capacity_percentage=None if pd.isna(percentage) else float(percentage),
        hotspots=HotspotCounts(**{name: int(status.get(name, 0)) for name in (NEW, CONTINUING, CLEARED)}),
        overdue=int(whole["overdue"]),
        high_risk_overdue=int(whole["high_risk_overdue"]),
        findings=facts.findings,
        digests_queued=queued,
        rows_read=facts.rows_read,
        missing_weeks=facts.missing_weeks,
        teams_without_data=facts.teams_without_data,
        unused_columns=extract.unused,
        comparison=comparison,
        gaps=facts.gaps,
    )
