"""Who may look at what: who is asking, what each role opens, and the one place where scope is checked."""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.routing import Person, Role, load_people, scope_of
from tiering.terms import Level

LINE = (Role.DIRECTOR, Role.ACO, Role.SPO, Role.PLANNER)
"""Those who see whole units; an offender manager sees one person, an operator sees none."""

UNITS = (Level.AREA, Level.CLUSTER, Level.OFFICE, Level.TEAM)


class Forbidden(Exception):
    """Somebody asked for what is outside their scope."""


class Room(StrEnum):
    """The pages, by what opens them."""

    HOME = "where it is hot"
    UNIT = "a unit"
    OFFENDER_MANAGER = "an offender manager"
    OVERDUE = "overdue"
    DATA_QUALITY = "data quality"
    SNAPSHOTS = "snapshots"
    DIGESTS = "digests"
    DIGEST = "a digest"
    MAIL = "the mail itself"
    DEFINITIONS = "definitions"
    POLICY = "policy"
    SEARCH = "search"
    WHAT_IF = "what-if"


OPENS: Mapping[Room, tuple[Role, ...]] = {
    Room.HOME: tuple(Role),
    Room.UNIT: LINE,
    Room.OFFENDER_MANAGER: (*LINE, Role.OFFENDER_MANAGER),
    Room.OVERDUE: LINE,
    Room.DATA_QUALITY: (*LINE, Role.OPERATOR),
    Room.SNAPSHOTS: (*LINE, Role.OPERATOR),
    Room.DIGESTS: (*LINE, Role.OPERATOR),
    Room.DIGEST: (*LINE, Role.OPERATOR),
    Room.MAIL: (*LINE, Role.OPERATOR),
    Room.DEFINITIONS: tuple(Role),
    Room.POLICY: tuple(Role),
    Room.SEARCH: (*LINE, Role.OFFENDER_MANAGER),
    Room.WHAT_IF: (Role.PLANNER,),
}
"""Which roles each page is for at all; what of it they see is a matter of scope."""


class Places:
    """Where everything is in one snapshot: the teams of every unit, and of every offender manager."""

    def __init__(self, organisation: pd.DataFrame, posts: pd.DataFrame) -> None:
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
    def posts_of(self) -> dict[str, frozenset[str]]:
        """The codes of the teams in which every offender manager has a post, by om_code."""
        found: dict[str, set[str]] = {}
        for code, team in zip(self._posts["om_code"].tolist(), self._posts["team_code"].tolist(), strict=True):
            found.setdefault(code, set()).add(team)
        return {code: frozenset(teams) for code, teams in found.items()}


@dataclass(frozen=True)
class Sight:
    """What one person may see of one snapshot. Every page, download and search asks this and nothing else."""

    person: Person
    places: Places

    @cached_property
    def everything(self) -> bool:
        """Whether the person sees the whole service."""
        return any(scope.level is Level.ALL for scope in scope_of(self.person))

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

    def opens(self, room: Room) -> bool:
        """Whether the page is for the person's role at all."""
        return self.person.role in OPENS[room]

    def may_see(self, level: str, code: str) -> bool:
        """Whether the person sees the figures of a unit, an offender manager or the whole service.

        A unit is seen by whoever sees each of its teams, an offender manager by whoever sees one of the posts, and by
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

    def require(self, level: str, code: str) -> None:
        """Raise Forbidden unless the person may see the unit."""
        if not self.may_see(level, code):
            raise Forbidden(f"{level} {code}")

    def rows(self, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Which rows of a frame with om_code and team_code the person may see."""
        if self.everything:
            return np.ones(len(frame), dtype=bool)
        if self.person.role is Role.OFFENDER_MANAGER:
            return frame["om_code"].eq(str(self.person.om_code)).fillna(False).to_numpy(dtype=bool)
        return frame["team_code"].isin(self.teams).to_numpy(dtype=bool)


class People:
    """The people file, read again when it changes."""

    def __init__(self, path: Path, domains: Collection[str]) -> None:
        self._path = path
        self._domains = domains
        self._read: tuple[int, tuple[Person, ...]] | None = None

    def all(self) -> tuple[Person, ...]:
        """Everybody; raises PolicyFault with every fault of the file."""
        changed = self._path.stat().st_mtime_ns if self._path.is_file() else 0
        if self._read is None or self._read[0] != changed:
            self._read = changed, load_people(self._path, self._domains)
        return self._read[1]

    def named(self, email: str | None) -> Person | None:
        """The person of that address, whatever its capitals."""
        wanted = (email or "").strip().casefold()
        return next((person for person in self.all() if person.email.casefold() == wanted), None)


def is_loopback(host: str | None) -> bool:
    """Whether an address or a host name is this machine and no other."""
    if host in ("localhost", "::1"):
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_from(host: str | None, allowed: Collection[str]) -> bool:
    """Whether an address is of one of the addresses or networks; of this machine, where none is named."""
    if not allowed:
        return is_loopback(host)
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one, strict=False) for one in allowed)
