"""The place of each unit of a week: the unit above it at the level by which an answer is divided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tiering.terms import Level

Unit = tuple[str, str]
"""Level and code."""

_ABOVE: Final = {
    Level.POST: Level.OFFENDER_MANAGER,
    Level.OFFENDER_MANAGER: Level.TEAM,
    Level.TEAM: Level.OFFICE,
    Level.OFFICE: Level.CLUSTER,
    Level.CLUSTER: Level.AREA,
    Level.AREA: Level.ALL,
}
ORGANISATION: Final = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)

UNKNOWN: Final = "unknown"
"""The place of a person without a team, or of a row of a team that is not in the organisation of its week."""


@dataclass(frozen=True)
class Division:
    """How an answer is divided, and to which units it is confined.

    * by: the level of its places
    * scope: the units, each with everything below it; None for the whole service
    """

    by: Level = Level.ALL
    scope: frozenset[Unit] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether every unit is in the one place, so that no unit's place need be found."""
        return self.by is Level.ALL and self.scope is None


WHOLE_SERVICE: Final = Division()


@dataclass(frozen=True)
class Organisation:
    """The units of one week with the unit above each."""

    parent_of: dict[Unit, Unit]
    _places: dict[tuple[Unit, Division], str | None] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, str, str | None]]) -> "Organisation":
        """The organisation of rows of level, code and parent_code."""
        return cls({(level, code): above for level, code, parent in rows if (above := unit_above(level, parent))})

    def place_of(self, unit: Unit, division: Division) -> str | None:
        """The code of the unit's place; None if it is outside the scope, or above the places."""
        asked = (unit, division)
        if asked not in self._places:
            self._places[asked] = self._find(unit, division)
        return self._places[asked]

    def _find(self, unit: Unit, division: Division) -> str | None:
        line = list(self._line_of(unit))
        if division.scope is not None and division.scope.isdisjoint(line):
            return None
        if division.by is Level.ALL:
            return str(Level.ALL)
        if unit[0] == Level.ALL or _is_above(Level(unit[0]), division.by):
            return None
        return next((code for level, code in line if level == division.by), UNKNOWN)

    def _line_of(self, unit: Unit) -> Iterable[Unit]:
        """The unit, and every unit above it."""
        above: Unit | None = unit
        while above is not None:
            yield above
            above = self.parent_of.get(above)


def unit_above(level: str, parent: str | None) -> Unit | None:
    """The unit above a unit of that level, whose code is ``parent``; None if there is none."""
    if parent is None or level == Level.ALL:
        return None
    return (_ABOVE[Level(level)].value, parent)


def _is_above(level: Level, other: Level) -> bool:
    order = list(_ABOVE)
    return order.index(level) > order.index(other)
