"""Which changes of the organisation one reader reads about, and from which side."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from alerts.detection.organisation.model import ChangeKind, OrganisationChange, UnitName
from alerts.digest.privacy import LEVELS, ReaderScope, withheld_units
from alerts.digest.week_facts import WeekFacts
from alerts.wording import clean

_WITH_POINTS = (ChangeKind.MOVED, ChangeKind.SPLIT, ChangeKind.NEW)
_ABOUT_UNITS_ABOVE = (ChangeKind.MOVED, ChangeKind.RENAMED, ChangeKind.RECODED)


class Side(StrEnum):
    """Where a reader stands to a change: the unit came, left, or was in the scope in both weeks."""

    CAME = "came"
    LEFT = "left"
    WITHIN = "within"


@dataclass(frozen=True)
class ScopedChange:
    """A change as one reader reads it; has_points: whether it may show the points of the unit."""

    change: OrganisationChange
    side: Side
    has_points: bool


def changes_within(picture: WeekFacts, scope: ReaderScope, small_team: int) -> tuple[ScopedChange, ...]:
    """The changes that concern a scope, without those that a change of the unit above explains.

    small_team: points of smaller units are left out, as are those that would give one away.
    """
    if not picture.changes:
        return ()
    withheld = withheld_units(picture.workload, small_team)
    before = _codes_before(picture, scope)
    above = _units_above(scope, picture.organisation)
    told = []
    for change in picture.changes:
        side = _side_of(change, scope, before, above)
        if side is not None and not change.explained:
            has_points = change.kind in _WITH_POINTS and (change.level.value, change.code) not in withheld
            told.append(ScopedChange(change, side, has_points))
    return tuple(told)


def names_in(changes: tuple[ScopedChange, ...]) -> frozenset[str]:
    """Every name and code that a sentence about these changes may hold, also of units outside the scope."""
    return frozenset(
        clean(part)
        for scoped in changes
        for unit in _units_named(scoped.change)
        for part in (unit.name, unit.code)
        if part
    )


def _units_named(change: OrganisationChange) -> Iterator[UnitName]:
    yield from (change.unit, change.previous_unit)
    yield from (*change.above, *change.previous_above)


def _side_of(
    change: OrganisationChange, scope: ReaderScope, before: frozenset[str], above: frozenset[tuple[str, str]]
) -> Side | None:
    """From which side a scope sees a change; None if it is none of its concern."""
    if scope.level == "all":
        return Side.WITHIN
    is_in = any(unit.level == scope.level and unit.code in scope.codes for unit in (change.unit, *change.above))
    was_in = bool(change.previous_code) and any(
        unit.level == scope.level and unit.code in before for unit in (change.previous_unit, *change.previous_above)
    )
    if is_in and change.previous_code and not was_in:
        return Side.CAME
    if was_in and not is_in and change.kind is not ChangeKind.GONE:
        return Side.LEFT
    is_above = (change.level.value, change.code) in above and change.kind in _ABOUT_UNITS_ABOVE
    return Side.WITHIN if is_in or was_in or is_above else None


def _codes_before(picture: WeekFacts, scope: ReaderScope) -> frozenset[str]:
    """The codes that the units of a scope had in the snapshot before."""
    recoded = {
        change.code: change.previous_code
        for change in picture.changes
        if change.kind is ChangeKind.RECODED and change.level == scope.level
    }
    return frozenset(recoded.get(code, code) for code in scope.codes)


def _units_above(scope: ReaderScope, organisation: pd.DataFrame) -> frozenset[tuple[str, str]]:
    """Level and code of the units that a scope belongs to."""
    if scope.level == "all":
        return frozenset()
    teams = scope.teams(organisation)
    levels = LEVELS[: LEVELS.index(scope.level)]
    return frozenset((level, code) for level in levels for code in teams[f"{level}_code"])
