"""Limits of tolerable risk, week by week and unit by unit."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Unit = tuple[str, str]  # (level, code)
Week = dict[Unit, dict[str, Any]]  # parent_code and the stored figures; None: unknown
PARENTS = {"offender_manager": "team", "team": "office", "office": "cluster", "cluster": "area", "area": "all"}


def limits(
    asked: Sequence[dict[str, Any]], weeks: Sequence[tuple[date, Week]], red_line: float
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Every limit in every unit of its level, by (name, level, code).

    asked: dicts with name, measure, level, limit and, for offender_managers_over_share, weeks. weeks: oldest first.
    Keys of an answer: value (None if unknown), breached, weeks, since.
    """
    answer = {}
    for limit in asked:
        for unit in weeks[-1][1]:
            if unit[0] != limit["level"]:
                continue
            running, since, value = 0, None, None
            for place, (day, units) in enumerate(weeks):
                if unit not in units:
                    running, since, value = 0, None, None
                    continue
                value = value_of(limit, unit, weeks[: place + 1], weeks, red_line)
                if value is None:
                    continue
                if value > limit["limit"]:
                    running, since = running + 1, since or day
                else:
                    running, since = 0, None
            answer[limit["name"], *unit] = {
                "value": value, "breached": running > 0, "weeks": running, "since": since
            }  # fmt: skip
    return answer


def value_of(
    limit: dict[str, Any],
    unit: Unit,
    so_far: Sequence[tuple[date, Week]],
    weeks: Sequence[tuple[date, Week]],
    red_line: float,
) -> float | None:
    """The value of a limit's measure in the last of the weeks so far."""
    units = so_far[-1][1]
    figures = units[unit]
    if limit["measure"] == "points_over_capacity":
        return max(0.0, figures["total_points"] - figures["available_points"])
    if limit["measure"] == "offices_over_share":
        over = working = 0
        for place, office in units.items():
            if place[0] != "office" or not belongs(place, unit, weeks):
                continue
            stranded = office["available_points"] <= 0 and office["total_points"] > 0
            working += stranded or office["available_points"] > 0
            over += stranded or (office["capacity_percentage"] or 0) > red_line
        return 100 * over / working if working else None
    if limit["measure"] == "offender_managers_over_share":
        over = 0
        for place, person in units.items():
            if place[0] != "offender_manager" or not belongs(place, unit, weeks):
                continue
            if person["capacity_percentage"] is not None:
                over += running_over(place, so_far, red_line) >= limit["weeks"]
        people = figures["offender_managers"]
        return 100 * over / people if people else None
    value: float | None = figures[limit["measure"]]
    return value


def running_over(person: Unit, weeks: Sequence[tuple[date, Week]], red_line: float) -> int:
    """For how many weeks running somebody has been over the line; a week without a figure is passed over."""
    running = 0
    for _, units in weeks:
        if person not in units:
            running = 0
        elif units[person]["capacity_percentage"] is not None:
            running = running + 1 if units[person]["capacity_percentage"] > red_line else 0
    return running


def belongs(place: Unit, above: Unit, weeks: Sequence[tuple[date, Week]]) -> bool:
    """Whether a unit is below another where it is now, or where it was last."""
    if above[0] == "all":
        return True
    while place[0] != above[0]:
        last = [units[place] for _, units in weeks if place in units]
        if not last:
            return False
        place = PARENTS[place[0]], last[-1]["parent_code"]
    return place == above
