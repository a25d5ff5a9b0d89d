"""The staff of one scope as a digest may show it: no figure about fewer people than a small team has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.units import Unit
from alerts.digest.week_facts import records

_READ_BY_DIRECTORS: Final = ("all", "area", "cluster")
_FEWEST_WEEKS: Final = 4
_FAR_ABOVE: Final = 1.5
"""How many times the share of the whole scope a part must have for a digest to name it."""


@dataclass(frozen=True)
class StaffTurnover:
    """Who left a unit and who joined it over some weeks. people: in post now."""

    unit: Unit
    weeks: int
    people: int
    leavers: int
    joiners: int


@dataclass(frozen=True)
class StaffSickness:
    """Contracted hours lost to sickness in a unit, in per cent: now, and over the last weeks."""

    unit: Unit
    percentage: float
    weeks: int
    mean: float


@dataclass(frozen=True)
class Staff:
    """What a digest says about staff; None or NaN for what is not known, or is about too few people.

    smallest: the fewest people that a figure may be about.
    inexperienced: per cent of the offender managers whose experience is known.
    most_leavers, most_sickness: the part far above the whole scope, if there is one.
    """

    smallest: int
    turnover: StaffTurnover | None
    sickness: StaffSickness | None
    inexperienced: float
    most_leavers: StaffTurnover | None
    most_sickness: StaffSickness | None


def staff_of(
    staffing: pd.DataFrame, scope: ReaderScope, whole: Unit, parts: Sequence[Unit], small_team: int
) -> Staff | None:
    """The staff of a scope of one unit from the cluster up; None for others, and for a unit that is withheld.

    staffing: one row per unit; columns as ``tiering.staff.staffing.COLUMNS``.
    """
    levels = {scope.level, *(unit.level for unit in parts)}
    rows = {(row["level"], row["code"]): row for row in records(staffing[staffing["level"].isin(levels)])}
    own = rows.get((scope.level, scope.code))
    if own is None or scope.more or scope.level not in _READ_BY_DIRECTORS or whole.withheld:
        return None
    below = [(unit, rows[unit.level, unit.code]) for unit in parts if (unit.level, unit.code) in rows]
    turnover, sickness = _turnover(whole, own), _sickness(whole, own, small_team)
    return Staff(
        smallest=small_team,
        turnover=turnover,
        sickness=sickness,
        inexperienced=float(own["inexperienced_percentage"]),
        most_leavers=_most_leavers(turnover, [_turnover(unit, row) for unit, row in below], small_team),
        most_sickness=_most_sickness(sickness, [_sickness(unit, row, small_team) for unit, row in below]),
    )


def _turnover(unit: Unit, row: Mapping[str, Any]) -> StaffTurnover | None:
    if row["weeks"] < _FEWEST_WEEKS:
        return None
    return StaffTurnover(unit, int(row["weeks"]), int(row["people"]), int(row["leavers"]), int(row["joiners"]))


def _sickness(unit: Unit, row: Mapping[str, Any], small_team: int) -> StaffSickness | None:
    """The sickness of a unit if it is that of enough people to be no one's."""
    if row["sick_people"] < small_team:
        return None
    return StaffSickness(
        unit, float(row["sick_percentage"]), int(row["sick_weeks"]), float(row["sick_percentage_mean"])
    )


def _most_leavers(
    whole: StaffTurnover | None, parts: Sequence[StaffTurnover | None], small_team: int
) -> StaffTurnover | None:
    """The part that lost most for its size, if that is far more than the whole."""
    if whole is None or not whole.people:
        return None
    many = [part for part in parts if part is not None and part.people and part.leavers >= small_team]
    most = max(many, key=lambda part: (part.leavers / part.people, part.unit.code), default=None)
    far = most is not None and most.leavers / most.people >= _FAR_ABOVE * whole.leavers / whole.people
    return most if far else None


def _most_sickness(whole: StaffSickness | None, parts: Sequence[StaffSickness | None]) -> StaffSickness | None:
    """The part that loses most of its hours, if that is far more than the whole."""
    if whole is None:
        return None
    most = max(
        (part for part in parts if part is not None), key=lambda part: (part.percentage, part.unit.code), default=None
    )
    return most if most is not None and most.percentage >= _FAR_ABOVE * whole.percentage else None
