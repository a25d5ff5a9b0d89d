"""Decide whether a week has anything new for one reader since their last digest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import pandas as pd

from alerts.detection.organisation.model import OrganisationChanges, organisation_columns
from alerts.digest.organisation import changes_within
from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.units import Units, units_in
from alerts.digest.week_facts import WeekFacts, records
from alerts.follow_through.concerns import count_concerns
from alerts.intake_gaps import IntakeGaps, describe_gaps


class News(StrEnum):
    """A kind of news.

    * FIRST: the reader has had no digest yet.
    * CORRECTION: the figures replace others for the same date.
    * POLICY: other numbers of the policy apply.
    * DATA: the extract lacks something that it had, or has it again; or a week has no snapshot.
    * ORGANISATION: a unit of the reader came, went, moved or has another name.
    * HOTSPOTS: a hotspot or the sign of one began, ended or escalated; or a unit crossed the red line.
    * LATENESS: the reader's units have overdue assessments of high RoSH cases, and had none; or the other way round.
    * CONCERNS: an offender manager waits for the answer to a concern; that is news until it is answered.
    """

    FIRST = "first"
    CORRECTION = "correction"
    POLICY = "policy"
    DATA = "data"
    ORGANISATION = "organisation"
    HOTSPOTS = "hotspots"
    LATENESS = "lateness"
    CONCERNS = "concerns"


@dataclass(frozen=True)
class LastDigest:
    """The figures that a reader's last digest was about.

    units: columns level, code, total_points, available_points, capacity_percentage, high_risk_overdue.
    hotspots: of the rules that go by email; columns rule, level, code, status, escalated.
    organisation: one row per team; columns ``organisation_columns()``.
    changes: what had changed in the organisation by then, since the last snapshot of an earlier week.
    """

    as_at: date
    policy_fingerprint: str
    units: pd.DataFrame
    hotspots: pd.DataFrame
    organisation: pd.DataFrame
    changes: OrganisationChanges
    gaps: IntakeGaps
    teams_without_data: tuple[str, ...]


def find_news(
    picture: WeekFacts, scope: ReaderScope, last: LastDigest | None, *, red_line: float, small_team: int
) -> frozenset[News]:
    """Every kind of news that a week has within a scope; only of units that the reader may see.

    last: None if the reader has had no digest.
    """
    if last is None:
        return frozenset({News.FIRST})
    return frozenset(_kinds_of_news(picture, scope, last, red_line, small_team))


def _kinds_of_news(
    picture: WeekFacts, scope: ReaderScope, last: LastDigest, red_line: float, small_team: int
) -> Iterator[News]:
    teams = scope.teams(picture.organisation)
    units = units_in(picture, scope, teams, red_line=red_line, small_team=small_team)
    if picture.revision > 1:
        yield News.CORRECTION
    if picture.policy_fingerprint != last.policy_fingerprint:
        yield News.POLICY
    if _lacks_other_data(picture, set(teams["team_code"]), last):
        yield News.DATA
    if _is_reorganised(picture, scope, last, small_team):
        yield News.ORGANISATION
    if _has_other_hotspots(picture, units, last, red_line):
        yield News.HOTSPOTS
    if _has_late_work(picture.workload, units) != _has_late_work(last.units, units):
        yield News.LATENESS
    if count_concerns(picture.concerns, [(scope.level, code) for code in scope.codes], picture.as_at).unanswered:
        yield News.CONCERNS


def _lacks_other_data(picture: WeekFacts, teams: set[str], last: LastDigest) -> bool:
    without_data = teams & set(picture.teams_without_data)
    return (
        _kinds_of_gaps(picture.gaps) != _kinds_of_gaps(last.gaps)
        or without_data != teams & set(last.teams_without_data)
        or any(monday > last.as_at for monday in picture.missing_weeks)
    )


def _kinds_of_gaps(gaps: IntakeGaps) -> tuple[object, ...]:
    """What an extract lacked, without the counts, which differ from day to day."""
    return gaps.missing, gaps.unmatched_accepted, len(describe_gaps(gaps))


def _is_reorganised(picture: WeekFacts, scope: ReaderScope, last: LastDigest, small_team: int) -> bool:
    if _teams_in(scope, picture.organisation) != _teams_in(scope, last.organisation):
        return True
    # Both lists start from the last snapshot of an earlier week, so that they compare only inside one week.
    same_week = picture.as_at.isocalendar()[:2] == last.as_at.isocalendar()[:2]
    then = replace(picture, changes=last.changes if same_week else ())
    return _changes_in(picture, scope, small_team) != _changes_in(then, scope, small_team)


def _teams_in(scope: ReaderScope, organisation: pd.DataFrame) -> set[tuple[str, ...]]:
    """Code and name of each team of a scope, and of the units above it."""
    teams = scope.teams(organisation)[organisation_columns()].astype(str)
    return set(teams.itertuples(index=False, name=None))


def _changes_in(picture: WeekFacts, scope: ReaderScope, small_team: int) -> set[tuple[str, ...]]:
    changes = (scoped.change for scoped in changes_within(picture, scope, small_team))
    return {(change.kind, change.level, change.code, change.previous_code) for change in changes}


def _has_other_hotspots(picture: WeekFacts, units: Units, last: LastDigest, red_line: float) -> bool:
    return (
        _live_hotspots(picture.hotspots, units) != _live_hotspots(last.hotspots, units)
        # An escalation is said in the week in which it comes; its end is nothing new.
        or not _escalations(picture.hotspots, units) <= _escalations(last.hotspots, units)
        or _over_the_line(picture.workload, units, red_line) != _over_the_line(last.units, units, red_line)
    )


def _live_hotspots(hotspots: pd.DataFrame, units: Units) -> set[tuple[str, str, str]]:
    return {
        (row["rule"], row["level"], row["code"])
        for row in records(hotspots[["rule", "level", "code", "status"]])
        if row["status"] != "cleared" and units.find_visible(row["level"], row["code"])
    }


def _escalations(hotspots: pd.DataFrame, units: Units) -> set[tuple[str, str, str, float]]:
    """The hotspots that escalate, each with its number of weeks."""
    return {
        (row["rule"], row["level"], row["code"], row["escalated"])
        for row in records(hotspots.loc[hotspots["escalated"] > 0, ["rule", "level", "code", "escalated"]])
        if units.find_visible(row["level"], row["code"])
    }


def _over_the_line(workload: pd.DataFrame, units: Units, red_line: float) -> set[tuple[str, str]]:
    """The units over the red line, and those that hold work and have no available points."""
    has_none = (workload["available_points"] <= 0) & (workload["total_points"] > 0)
    over = workload.loc[has_none | (workload["capacity_percentage"] > red_line), ["level", "code"]]
    keys = zip(over["level"], over["code"], strict=True)
    return {(level, code) for level, code in keys if units.find_visible(level, code)}


def _has_late_work(workload: pd.DataFrame, units: Units) -> bool:
    late = workload.loc[workload["high_risk_overdue"] > 0, ["level", "code"]]
    keys = zip(late["level"], late["code"], strict=True)
    return any(key in units.own and units.find_visible(*key) for key in keys)
