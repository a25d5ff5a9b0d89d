"""Find the units with points to spare, by grade, and put that into words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from alerts.digest.scope.units import Unit, key_of
from alerts.digest.week_facts import records
from alerts.wording import (
    count_of,
    join_list,
)

ROOM_NOTE: Final = (
    "A probation service officer (PSO) cannot have cases of the highest tier or of high RoSH. "
    "Specialisms are not considered here."
)
MOST_LISTED: Final = 5
_GRADES: Final = ("PO", "PSO", "TPO")
_A_HAIR: Final = 1e-9


@dataclass(frozen=True)
class Grades:
    """The spare capacity of one grade, or of several together if one alone would be too few people to show.

    cases: whole average cases that fit; NaN if not known.
    """

    names: str
    points: float
    cases: float


@dataclass(frozen=True)
class SpareCapacity:
    """A unit with points to spare, and the grades that have them."""

    unit: Unit
    grades: tuple[Grades, ...]


def spare_capacity(
    places: Sequence[Unit], average_case: float, grades: pd.DataFrame, small_team: int
) -> tuple[SpareCapacity, ...]:
    """Find the units that could take at least one average case, most spare points first, with their grades."""
    roomy = [unit for unit in places if average_case and unit.spare_points >= average_case]
    roomy = sorted(roomy, key=lambda unit: (-unit.spare_points, unit.code))[:MOST_LISTED]
    near = records(grades[grades["code"].isin([unit.code for unit in roomy])])
    return tuple(
        SpareCapacity(
            unit, _grades_together([row for row in near if (row["level"], row["code"]) == key_of(unit)], small_team)
        )
        for unit in roomy
    )


def _grades_together(rows: Sequence[Mapping[str, Any]], small_team: int) -> tuple[Grades, ...]:
    """The spare capacity of each grade; fewer than ``small_team`` people are added to the next smallest grade."""
    people = sorted((int(row["offender_managers"]), row["grade"], row) for row in rows if row["offender_managers"] > 0)
    groups = [(count, [row]) for count, _, row in people]
    while len(groups) > 1 and groups[0][0] < small_team:
        (few, smallest), (more, next_smallest), *rest = groups
        groups = sorted([(few + more, smallest + next_smallest), *rest], key=lambda group: group[0])
    if not groups or groups[0][0] < small_team:
        return ()
    ordered = [sorted(group, key=lambda row: _GRADES.index(row["grade"])) for _, group in groups]
    ordered.sort(key=lambda group: _GRADES.index(group[0]["grade"]))
    return tuple(_merge_grades(group) for group in ordered)


def _merge_grades(rows: Sequence[Mapping[str, Any]]) -> Grades:
    cases = [row["spare_cases"] for row in rows if not math.isnan(row["spare_cases"])]
    return Grades(
        join_list([row["grade"] for row in rows]),
        sum(row["spare_points"] for row in rows),
        sum(cases) if cases else math.nan,
    )


def whole_cases(points: float, average_case: float) -> int:
    """How many average cases fit; average_case: more than 0."""
    # Sums of points are off by a hair, which must not cost a case.
    return math.floor(points / average_case + _A_HAIR)


def room_by_grade(room: SpareCapacity, average_case: float) -> list[str]:
    """Say which grades have the free points of a unit, and how many average cases fit into them; one part per grade."""
    if not room.grades:
        cases = count_of(whole_cases(room.unit.spare_points, average_case), "case")
        return [f"about {cases} of average size, for any grade"]
    return [_grade_room(grades) for grades in room.grades]


def _grade_room(grades: Grades) -> str:
    if round(grades.points) == 0:
        return f"{grades.names} no room"
    points = f"{grades.names} {count_of(grades.points, 'point')}"
    return points if math.isnan(grades.cases) else f"{points}, about {count_of(grades.cases, 'case')}"
