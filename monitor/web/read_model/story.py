"""The story of a scope, in the words of its digest, from one snapshot."""

import math
from dataclasses import replace
from typing import Final

import pandas as pd

from alerts.detection.measures import COLUMNS
from alerts.detection.organisation.continuity import continue_week
from alerts.detection.outages import COLUMNS as OUTAGE_COLUMNS
from alerts.detection.outages import count_in_outages
from alerts.detection.overdue import count_high_risk_due_soon
from alerts.digest.privacy import LEVELS, ReaderScope
from alerts.digest.proposals import with_proposals
from alerts.digest.scope.units import Units, units_in
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts, records, watched_rows
from monitor.snapshots.store import RowsRemoved
from monitor.web.read_model.index import Flags
from monitor.web.read_model.snapshot import SnapshotView
from tiering.capacity import full_time_points

SMALLEST_TEAM: Final = 1
"""How many offender managers a unit must have to be named: the pages withhold nothing from those who sign in."""

EVERYTHING: Final = ReaderScope("all", "all", "the whole service")


_NO_WEEKS: Final = pd.DataFrame(columns=COLUMNS)


def story_of(week: SnapshotView, previous: SnapshotView | None, scope: ReaderScope) -> Story:
    """Return the story of a scope; previous: the snapshot that the week is compared with."""
    return week.recent.get(("story", scope.level, *scope.codes), lambda: _tell(week, previous, scope))


def week_facts(week: SnapshotView, previous: SnapshotView | None) -> WeekFacts:
    """Return the week as a digest draws on it, without what only email needs; of the history, only how many weeks."""
    # A week is always compared with the same one before it, so that one is no part of the key.
    return week.memo.get(("week facts",), lambda: _week_facts(week, previous))


def _tell(week: SnapshotView, previous: SnapshotView | None, scope: ReaderScope) -> Story:
    facts = week_facts(week, previous)
    # Made once for the whole service. A scope picks its units, hotspots and timeliness out of that: making them anew
    # for each would go through all frames again for every unit's page.
    everything = week.memo.get(
        ("story units",),
        lambda: units_in(facts, EVERYTHING, week.organisation, red_line=week.red_line, small_team=SMALLEST_TEAM).by_key,
    )
    keys = _units_within(week, scope)
    hotspots = week.indexed("hotspots").rows_of_units(keys)
    story = build_story(
        replace(facts, timeliness=week.timeliness.iloc[week.indexed("timeliness").rows_of_units(keys)]),
        scope,
        red_line=week.red_line,
        small_team=SMALLEST_TEAM,
        units=Units(scope, [everything[key] for key in keys if key in everything]),
        weeks=_weeks_of(week, keys),
        hotspots_found=records(week.hotspots.iloc[hotspots[_is_sent(week)[hotspots]]]),
    )
    return with_proposals(story, week.frame_if_stored("proposals"), week.frame_if_stored("proposed_units"))


def _weeks_of(week: SnapshotView, keys: list[tuple[str, str]]) -> pd.DataFrame:
    """Return the recent weeks of these units; none for snapshots of earlier versions."""
    if not week.has_frame("unit_weeks"):
        return _NO_WEEKS
    weeks = week.indexed("unit_weeks")
    return weeks.frame.iloc[weeks.rows_of_units(keys)]


def _units_within(week: SnapshotView, scope: ReaderScope) -> list[tuple[str, str]]:
    """Return level and code of every unit of a scope, from its own level down to teams."""
    teams = scope.teams(week.organisation)
    levels = LEVELS if scope.level == "all" else LEVELS[LEVELS.index(scope.level) :]
    keys = [(level, code) for level in levels for code in teams[f"{level}_code"].unique().tolist()]
    return [*keys, ("all", "all")] if scope.level == "all" else keys


def _is_sent(week: SnapshotView) -> Flags:
    """Return which hotspots are of a rule whose hotspots are sent."""
    sent = [rule.name for rule in week.rules if rule.sent]
    return week.memo.get(("sent",), lambda: week.hotspots["rule"].isin(sent).to_numpy(dtype=bool))


def _with_due_soon(week: SnapshotView, units: pd.DataFrame) -> pd.DataFrame:
    """Return the units with how many assessments of high RoSH cases are due soon; NaN once those rows are removed."""
    try:
        return count_high_risk_due_soon(units, week.frame("due_soon"))
    except RowsRemoved:
        return units.assign(high_risk_due_soon=math.nan)


def _week_facts(week: SnapshotView, previous: SnapshotView | None) -> WeekFacts:
    parameters, rising = week.parameters, week.rule("rising")
    no_names: frozenset[str] = frozenset()
    compared = previous if week.compares_with(previous) else None
    alike = [as_at for as_at, same in week.weighings.values() if same]
    return WeekFacts(
        as_at=week.as_at,
        revision=week.snapshot.revision,
        policy_title=week.policy.title,
        policy_fingerprint=week.snapshot.policy_fingerprint,
        numbers=parameters.count,
        local_assumptions=parameters.local_assumptions,
        workload=_with_due_soon(week, week.units),
        previous=None if compared is None else _with_teams_of_now(compared, week),
        previous_as_at=None if compared is None else compared.as_at,
        history=pd.DataFrame({"as_at": alike}),
        hotspots=week.hotspots[_is_sent(week)],
        watch=watched_rows(week.hotspots),
        history_from=min(as_at for as_at, _ in week.weighings.values()),
        forecasts=week.frame("forecast"),
        forecast_scores=week.frame("forecast_scores"),
        grades=week.frame("grades"),
        rising_weeks=int(rising.number("weeks_apart")),
        rising_mean_of=int(rising.number("weeks_averaged")),
        weeks_needed=parameters.forecast.weeks_needed,
        timeliness=week.timeliness,
        organisation=week.organisation,
        missing_weeks=week.summary.missing_weeks,
        teams_without_data=week.summary.teams_without_data,
        rows_read=week.summary.rows_read,
        rows_rejected=week.summary.rejected,
        findings=week.summary.findings,
        # Only the check for personal data in email needs these.
        surnames=no_names,
        full_names=no_names,
        crns=no_names,
        reweighed_since=None if previous is None or compared is not None else previous.as_at,
        weights_since=week.weights_since,
        changes=week.changes,
        weeks=week.frame("unit_weeks") if week.has_frame("unit_weeks") else _NO_WEEKS,
        direction=parameters.direction,
        full_time_points=full_time_points(week.policy),
        decision_after=min(week.rule("over_threshold").escalate_at, default=None),
        team_types=week.frame_if_stored("team_types"),
        limits=week.frame_if_stored("limits"),
        causes=week.frame_if_stored("causes"),
        standing_causes=week.frame_if_stored("standing_causes"),
        outages=_outages(week),
    )


def _outages(week: SnapshotView) -> pd.DataFrame:
    """Return what fell due during recorded outages, by team; nothing once the overdue assessments are removed."""
    try:
        overdue = week.frame("overdue")
    except RowsRemoved:
        return pd.DataFrame(columns=OUTAGE_COLUMNS)
    return count_in_outages(
        week.frame("known_events"), overdue, week.organisation, week.as_at, week.policy.timeliness_window
    )


def _with_teams_of_now(previous: SnapshotView, week: SnapshotView) -> pd.DataFrame:
    """Return the units of the snapshot before, each with the teams it has now."""
    return continue_week(previous.units, previous.as_at, week.organisation, {week.as_at: week.changes})
