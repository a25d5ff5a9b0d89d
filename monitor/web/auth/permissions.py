"""Who may look at what: who is asking, what a page asks of a role, and the one place where scope is checked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.people import Person, Role, load_people
from alerts.recipients import scope_of
from monitor.web.exceptions import Forbidden, NotInFigures
from tiering.terms import Level
from tiering.yaml_files import file_fingerprint

LINE = (Role.DIRECTOR, Role.ACO, Role.SPO, Role.PLANNER)
"""Those who see whole units; an offender manager sees one person, an operator sees none."""

UNITS = (Level.AREA, Level.CLUSTER, Level.OFFICE, Level.TEAM)


@dataclass(frozen=True)
class Permission:
    """Which roles a page is for; what of it they see is a matter of scope.

    of_units: the page shows figures, so a reader needs a unit of their own in the snapshot.
    """

    roles: tuple[Role, ...]
    of_units: bool = False

    def is_for(self, person: Person) -> bool:
        """Whether the page is for the person's role at all."""
        return person.role in self.roles


UNIT_FIGURES = Permission(LINE, of_units=True)
PERSON_FIGURES = Permission((*LINE, Role.OFFENDER_MANAGER), of_units=True)
DATA_QUALITY = Permission((*LINE, Role.OPERATOR), of_units=True)
OPERATIONS = Permission((*LINE, Role.OPERATOR))
REFERENCE = Permission(tuple(Role))
QUESTIONS = Permission((Role.DIRECTOR, Role.ACO, Role.PLANNER), of_units=True)
DECISIONS = Permission((*LINE, Role.OPERATOR), of_units=True)
DECIDE = Permission((Role.DIRECTOR, Role.ACO, Role.SPO), of_units=True)
WHAT_IF = Permission((Role.PLANNER,), of_units=True)
READ_PLANS = Permission((Role.DIRECTOR, Role.ACO, Role.PLANNER), of_units=True)
PLANS = Permission((Role.DIRECTOR, Role.ACO, Role.SPO), of_units=True)
AGREE = Permission((Role.DIRECTOR, Role.ACO), of_units=True)
RAISE_CONCERN = Permission((Role.OFFENDER_MANAGER,), of_units=True)
ANSWER_CONCERN = Permission((Role.SPO,), of_units=True)
READ_AGAIN = Permission((Role.SPO,), of_units=True)
WHO_FOR_A_CASE = Permission((Role.PLANNER, Role.SPO), of_units=True)


class OrganisationIndex:
    """Where everything is in the snapshot of one date: the teams of every unit, and of every offender manager."""

    def __init__(self, organisation: pd.DataFrame, posts: pd.DataFrame, as_at: date) -> None:
        self.as_at = as_at
        self._organisation = organisation
        self._posts = posts

    @cached_property
    def all_teams(self) -> frozenset[str]:
        return frozenset(self._organisation["team_code"])

    @cached_property
    def teams_of(self) -> dict[tuple[str, str], frozenset[str]]:
        """The codes of the teams of every area, cluster, office and team, by (level, code)."""
        found: dict[tuple[str, str], set[str]] = {}
        teams = self._organisation["team_code"].tolist()
        for level in UNITS:
            for code, team in zip(self._organisation[f"{level}_code"].tolist(), teams, strict=True):
                found.setdefault((level.value, code), set()).add(team)
        return {key: frozenset(codes) for key, codes in found.items()}

    @cached_property
    def parent_of(self) -> dict[tuple[str, str], str]:
        """The code of the unit above every area, cluster, office and team, by (level, code)."""
        above = {Level.CLUSTER: Level.AREA, Level.OFFICE: Level.CLUSTER, Level.TEAM: Level.OFFICE}
        parents: dict[tuple[str, str], str] = {}
        for level in UNITS:
            codes = self._organisation[f"{level}_code"].tolist()
            upper = (
                self._organisation[f"{above[level]}_code"].tolist()
                if level in above
                else [Level.ALL.value] * len(codes)
            )
            parents |= {(level.value, code): parent for code, parent in zip(codes, upper, strict=True)}
        return parents

    @cached_property
    def posts_of(self) -> dict[str, frozenset[str]]:
        """The codes of the teams in which every offender manager has a post, by om_code."""
        found: dict[str, set[str]] = {}
        for code, team in zip(self._posts["om_code"].tolist(), self._posts["team_code"].tolist(), strict=True):
            found.setdefault(code, set()).add(team)
        return {code: frozenset(teams) for code, teams in found.items()}


@dataclass(frozen=True)
class Visibility:
    """What one person may see of one snapshot. Every page, download and search asks this and nothing else.

    compares: whether readers see the totals of the units next to their own, as the setting ``compare`` says.
    """

    person: Person
    places: OrganisationIndex
    compares: bool = False

    @cached_property
    def everything(self) -> bool:
        """Whether the person sees the whole service."""
        return any(scope.level is Level.ALL for scope in scope_of(self.person))

    @property
    def sees_source(self) -> bool:
        """Whether the person sees why rows were rejected and how the source was read: also an operator does."""
        return self.everything or self.person.role is Role.OPERATOR

    @cached_property
    def teams(self) -> frozenset[str]:
        """The codes of the teams the person sees as a whole; none for an offender manager or an operator."""
        if self.person.role not in LINE:
            return frozenset()
        if self.everything:
            return self.places.all_teams
        seen = (self.places.teams_of.get((level.value, code), frozenset()) for level, code in scope_of(self.person))
        return frozenset().union(*seen)

    @property
    def units(self) -> tuple[tuple[str, str], ...]:
        """The units of the person's own scope, (level, code)."""
        return tuple((level.value, code) for level, code in scope_of(self.person))

    @cached_property
    def absent(self) -> tuple[tuple[str, str], ...]:
        """The units of the person's own scope, (level, code), that are not in the snapshot."""
        return tuple(unit for unit in self.units if not self._is_there(*unit))

    @cached_property
    def siblings(self) -> tuple[tuple[str, str], ...]:
        """The units next to the person's own, (level, code): of the same level and parent; none unless they compare.

        The person sees their totals, never a page, a name of a person or a unit below them.
        """
        if not self.compares or self.person.role not in LINE:
            return ()
        parents = {(level, self.places.parent_of.get((level, code))) for level, code in self.units}
        beside = (unit for unit, parent in self.places.parent_of.items() if (unit[0], parent) in parents)
        return tuple(sorted(unit for unit in beside if unit not in self.units))

    def _is_there(self, level: str, code: str) -> bool:
        if level == Level.OFFENDER_MANAGER:
            return code in self.places.posts_of
        return level == Level.ALL or (level, code) in self.places.teams_of

    def enter(self, permission: Permission) -> None:
        """Raise Forbidden unless the page is for the person's role, NotInFigures if nothing of theirs is in it."""
        if not permission.is_for(self.person):
            raise Forbidden("role")
        if permission.of_units and self.absent and self.absent == self.units:
            raise NotInFigures(self.absent, self.places.as_at)

    def may_see(self, level: str, code: str) -> bool:
        """Whether the person sees the figures of a unit, an offender manager or the whole service.

        A unit is seen by those who see each of its teams, an offender manager by those who see one of the posts, and by
        that person. Of a unit that is in no snapshot the answer is no, except for those who see everything.
        """
        if self.person.role is Role.OFFENDER_MANAGER:
            return level == Level.OFFENDER_MANAGER and code == self.person.om_code
        if self.person.role is Role.OPERATOR:
            return False
        if self.everything:
            return True
        if level == Level.OFFENDER_MANAGER:
            return bool(self.places.posts_of.get(code, frozenset()) & self.teams)
        teams = self.places.teams_of.get((level, code), frozenset())
        return bool(teams) and teams <= self.teams

    def may_decide(self, level: str, code: str) -> bool:
        """Whether the person decides on episodes of a unit: one that they see and answer for."""
        return DECIDE.is_for(self.person) and level in UNITS and self.may_see(level, code)

    def may_read_concerns(self, om_code: str) -> bool:
        """Whether the person reads what an offender manager cannot carry: that person and their SPO alone."""
        is_theirs = self.person.role in (Role.OFFENDER_MANAGER, Role.SPO)
        return is_theirs and self.may_see(Level.OFFENDER_MANAGER, om_code)

    def may_answer_concerns(self, om_code: str) -> bool:
        """Whether the person answers the concerns of an offender manager, who has a post in a team of theirs."""
        return ANSWER_CONCERN.is_for(self.person) and self.may_see(Level.OFFENDER_MANAGER, om_code)

    def may_see_scope(self, level: str, codes: Collection[str]) -> bool:
        """Whether the person sees every unit of the scope of a what-if; no codes are the whole service."""
        return all(self.may_see(level, code) for code in codes or (Level.ALL.value,))

    def may_agree(self, level: str, codes: Collection[str]) -> bool:
        """Whether the person agrees plans of a scope: one that they see and answer for."""
        return AGREE.is_for(self.person) and self.may_see_scope(level, codes)

    def may_see_limits(self, level: str, code: str) -> bool:
        """Whether the person sees how a unit stands against its limits; a director also sees the whole service's."""
        of_area = self.person.role in LINE and any(own == Level.AREA for own, _ in self.units)
        return self.may_see(level, code) or (of_area and level == Level.ALL)

    def require(self, level: str, code: str) -> None:
        """Raise Forbidden unless the person may see the unit, NotInFigures if it is theirs and not in the snapshot."""
        if (level, code) in self.absent:
            raise NotInFigures([(level, code)], self.places.as_at)
        if not self.may_see(level, code):
            raise Forbidden(f"{level} {code}")

    def require_decision(self, level: str, code: str) -> None:
        """Raise Forbidden unless the person may decide on episodes of the unit, NotInFigures as ``require`` does."""
        self.require(level, code)
        if not self.may_decide(level, code):
            raise Forbidden("decision")

    def rows(self, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Which rows of a frame with om_code and team_code the person may see."""
        if self.everything:
            return np.ones(len(frame), dtype=bool)
        if self.person.role is Role.OFFENDER_MANAGER:
            return frame["om_code"].eq(str(self.person.om_code)).fillna(False).to_numpy(dtype=bool)
        return frame["team_code"].isin(self.teams).to_numpy(dtype=bool)


class People:
    """The people file, read again when its content changes."""

    def __init__(self, path: Path, domains: Collection[str]) -> None:
        self._path = path
        self._domains = domains
        self._read: tuple[str, tuple[Person, ...], frozenset[str]] | None = None

    def all(self) -> tuple[Person, ...]:
        """Everyone; raises ConfigFault with every fault of the file."""
        return self._current()[0]

    def addresses(self) -> frozenset[str]:
        """The address of everyone, without capitals; raises ConfigFault as ``all`` does."""
        return self._current()[1]

    def _current(self) -> tuple[tuple[Person, ...], frozenset[str]]:
        # The content, not the time: a file put in place of another may have the same time.
        content = file_fingerprint(self._path)
        if self._read is None or self._read[0] != content:
            people = load_people(self._path, self._domains)
            self._read = content, people, frozenset(person.email.casefold() for person in people)
        return self._read[1], self._read[2]

    def named(self, email: str | None) -> Person | None:
        """The person of that address, whatever its capitals."""
        wanted = (email or "").strip().casefold()
        return next((person for person in self.all() if person.email.casefold() == wanted), None)
