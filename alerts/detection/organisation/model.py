"""A change of the organisation as a typed value, and the organisation of one week to compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
from pydantic import BaseModel, ConfigDict

from tiering.terms import Level
from tiering.workload import keys_of_posts

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)
"""The levels of the organisation, from the team up."""


class ChangeKind(StrEnum):
    """What happened to a unit.

    * moved: it belongs to another unit than before.
    * renamed: its name changed.
    * recoded: it goes on under another code.
    * split: a new unit, with most of its people or cases from one other unit.
    * merged: it ended, and most of its people or cases went to one other unit.
    * reused: its code now stands for another unit, with other people and cases.
    * new, gone: it began or ended, and no other unit explains that.
    """

    MOVED = "moved"
    RENAMED = "renamed"
    RECODED = "recoded"
    SPLIT = "split"
    MERGED = "merged"
    REUSED = "reused"
    NEW = "new"
    GONE = "gone"


class UnitName(BaseModel):
    """Level, code and name of a unit."""

    model_config = ConfigDict(frozen=True)

    level: Level
    code: str
    name: str


class OrganisationChange(BaseModel):
    """One change of the organisation between two snapshots.

    * level, code, name: of the unit now; of a merger, of the unit that received it; of a unit that is gone, as it was.
    * previous_code, previous_name: of the unit before; of a split, of the unit it was formed from. Empty if new.
    * above, previous_above: the units above ``code`` now and above ``previous_code`` before, the nearest first.
    * points: total points of the unit now; of a unit that merged or is gone, those it had before.
    * explained: a change of the unit above says the same, so no list needs this one.
    """

    model_config = ConfigDict(frozen=True)

    kind: ChangeKind
    level: Level
    code: str
    name: str
    previous_code: str = ""
    previous_name: str = ""
    above: tuple[UnitName, ...] = ()
    previous_above: tuple[UnitName, ...] = ()
    points: float = 0.0
    explained: bool = False

    @property
    def unit(self) -> UnitName:
        return UnitName(level=self.level, code=self.code, name=self.name)

    @property
    def previous_unit(self) -> UnitName:
        return UnitName(level=self.level, code=self.previous_code, name=self.previous_name)


OrganisationChanges = tuple[OrganisationChange, ...]


@dataclass(frozen=True)
class OrganisationWeek:
    """What one week's organisation is compared by.

    * teams: one row per team; columns code and name of each of ``LEVELS``, such as team_code and team_name.
    * posts: columns team_code, om_code. cases: columns team_code, crn; None if the rows are not stored any more.
    """

    teams: pd.DataFrame
    posts: pd.DataFrame
    cases: pd.DataFrame | None


def organisation_columns(levels: Sequence[Level] = LEVELS) -> list[str]:
    """The columns of a table of teams, from the team up."""
    return [f"{level}_{part}" for level in levels for part in ("code", "name")]


def stored_organisation(units: pd.DataFrame, cases: pd.DataFrame | None) -> OrganisationWeek:
    """The organisation of a stored snapshot.

    * units: its workload, columns level, code, name, parent_code: these are never removed.
    * cases: its case rows, columns team_code, crn; None if retention removed them.
    """
    teams = units.loc[units["level"].eq(Level.TEAM), ["code", "name", "parent_code"]]
    teams.columns = pd.Index(["team_code", "team_name", "parent"])
    for level in LEVELS[1:]:
        above = units.loc[units["level"].eq(level), ["code", "name", "parent_code"]]
        above.columns = pd.Index([f"{level}_code", f"{level}_name", "next"])
        teams = teams.merge(above, left_on="parent", right_on=f"{level}_code", how="left")
        teams = teams.drop(columns="parent").rename(columns={"next": "parent"})
    return OrganisationWeek(teams[organisation_columns()], keys_of_posts(units).reset_index(drop=True), cases)
