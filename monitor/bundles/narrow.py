"""Narrow the rows and the past of a week to the teams of one scope."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from alerts.causes.model import EarlierWeek
from alerts.detection.organisation.model import OrganisationChange, OrganisationChanges
from alerts.digest.privacy import LEVELS, ReaderScope
from monitor.snapshots.weeks.history import Past
from tiering.caseload import Caseload
from tiering.terms import Level

Unit = tuple[str, str]


@dataclass(frozen=True)
class Inside:
    """What lies within a scope.

    * teams: their codes. levels: of the units within it, from the team up to its own.
    * units: level and code of every unit from the team up to the scope itself.
    * above: level and code of the units above it, whose known events concern it too.
    """

    teams: frozenset[str]
    levels: tuple[str, ...]
    units: frozenset[Unit]
    above: frozenset[Unit]

    @classmethod
    def of(cls, scope: ReaderScope, organisation: pd.DataFrame) -> "Inside":
        """What lies within a scope in an organisation, one row per team."""
        rows = scope.teams(organisation)
        whole = (Level.ALL.value, *LEVELS)
        levels = whole[whole.index(scope.level) :]
        units = {(level, code) for level in LEVELS for code in rows[f"{level}_code"]} | {(whole[0], whole[0])}
        within = frozenset((level, code) for level, code in units if level in levels)
        return cls(frozenset(rows["team_code"]), levels, within, frozenset(units) - within)

    def is_about(self, change: OrganisationChange) -> bool:
        """Whether a change of the organisation is about a unit within the scope."""
        places = {(unit.level.value, unit.code) for unit in (*change.above, *change.previous_above)}
        return bool(self.units & {(change.level.value, change.code), *places})


def narrow_caseload(caseload: Caseload, teams: Collection[str]) -> Caseload:
    """The rows of some teams: their posts, their cases, and all that is recorded of both."""
    posts = _rows_of(caseload.offender_managers, "team_code", teams)
    cases = _rows_of(caseload.cases, "team_code", teams)
    crns, people = set(cases["crn"]), set(posts["om_code"])
    lost, oversight = caseload.reductions, caseload.oversight
    of_posts = lost["om_code"].isin(people) & (lost["team_code"].isna() | lost["team_code"].isin(teams))
    of_people = oversight["crn"].isna() & oversight["om_code"].isin(people)
    return Caseload(
        organisation=_rows_of(caseload.organisation, "team_code", teams),
        offender_managers=posts,
        cases=cases,
        assessments=_rows_of(caseload.assessments, "crn", crns),
        events=_rows_of(caseload.events, "crn", crns),
        duties=_rows_of(caseload.duties, "team_code", teams),
        reductions=lost[of_posts].reset_index(drop=True),
        enforcement=_rows_of(caseload.enforcement, "crn", crns),
        contacts=_rows_of(caseload.contacts, "crn", crns),
        oversight=oversight[oversight["crn"].isin(crns) | of_people].reset_index(drop=True),
        tier_inputs=_rows_of(caseload.tier_inputs, "crn", crns),
    )


def narrow_past(past: Past, inside: Inside, caseload: Caseload) -> Past:
    """The past of the units within a scope and of the people who are or were in it; caseload: already narrowed."""
    people = set(caseload.offender_managers["om_code"])
    people |= set(past.units.loc[past.units["parent_code"].isin(inside.teams), "code"])
    changes = {day: tuple(filter(inside.is_about, made)) for day, made in past.changes.items()}
    crns, seen = set(caseload.cases["crn"]), past.people
    return replace(
        past,
        units=narrow_units(past.units, inside, people),
        weeks=narrow_units(past.weeks, inside, people),
        flows=_rows_of(past.flows, "team_code", inside.teams),
        forecasts=narrow_units(past.forecasts, inside, people),
        staffing=narrow_units(past.staffing, inside, people),
        episodes=narrow_units(past.episodes, inside, people),
        first_seen=None if past.first_seen is None else _rows_of(past.first_seen, "crn", crns),
        people=None if seen is None else _rows_of(seen, "team_code", inside.teams),
        changes=changes,
        compared=tuple(_narrow_week(week, inside.teams, changes) for week in past.compared),
    )


def narrow_units(rows: pd.DataFrame, inside: Inside, people: Collection[str]) -> pd.DataFrame:
    """The rows of the units within a scope and of some offender managers, with the posts of its teams.

    rows: columns level, code and any others; parent_code too if there are posts.
    """
    keys = pd.MultiIndex.from_frame(rows[["level", "code"]])
    kept = pd.Series(keys.isin(list(inside.units)), index=rows.index)
    kept |= rows["level"].eq(Level.OFFENDER_MANAGER) & rows["code"].isin(people)
    if "parent_code" in rows:
        kept |= rows["level"].eq(Level.POST) & rows["parent_code"].isin(inside.teams)
    return rows[kept].reset_index(drop=True)


def narrow_events(known_events: pd.DataFrame, inside: Inside) -> pd.DataFrame:
    """The known events of the units within a scope and of those above it."""
    keys = pd.MultiIndex.from_frame(known_events[["level", "code"]])
    return known_events[keys.isin(list(inside.units | inside.above))].reset_index(drop=True)


def _narrow_week(week: EarlierWeek, teams: frozenset[str], changes: Mapping[date, OrganisationChanges]) -> EarlierWeek:
    """An earlier week of the same teams, some of which may have had other codes then."""
    since = (change for day, made in changes.items() if day > week.as_at for change in made)
    before = {change.previous_code for change in since if change.level is Level.TEAM and change.code in teams}
    return replace(week, caseload=narrow_caseload(week.caseload, teams | before))


def _rows_of(frame: pd.DataFrame, column: str, values: Collection[str]) -> pd.DataFrame:
    return frame[frame[column].isin(values)].reset_index(drop=True)
