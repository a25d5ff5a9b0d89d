"""Which limits of tolerable risk are breached, in one line for each level."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from alerts.digest.privacy import ReaderScope
from alerts.digest.week_facts import records
from alerts.risk_limits.definitions import UNITS, Measure
from alerts.wording import choose, clean, count_of, day_and_month, hours, join_list, limit, number, percent_at

_MOST_NAMED: Final = 2


def limit_lines(limits: pd.DataFrame, scope: ReaderScope) -> list[str]:
    """One line for the limits of the reader's area or areas, and one for those of the whole service.

    - limits: of alerts.risk_limits.judgement

    Readers of smaller units get none, and no line is about limits that are not set.
    """
    if scope.level not in ("area", "all"):
        return []
    areas, service = limits[limits["level"].eq("area")], limits[limits["level"].eq("all")]
    if scope.level == "area":
        areas = areas[areas["code"].isin(scope.codes)]
    has_areas = scope.level == "all" or len(scope.codes) > 1
    own = _line(records(areas), "the areas" if has_areas else scope.name, name_areas=has_areas)
    whole = _line(records(service), "the whole service", name_areas=False)
    return [line for line in ((whole, own) if scope.level == "all" else (own, whole)) if line]


def value_in_words(measure: str, value: float, most: float) -> str:
    """A value of a measure as it is read: 657, 31.2%; just over 600 if it would read as the limit that it is above.

    most: the limit.
    """
    if math.isnan(value):
        return "not known"
    if _is_share(measure):
        return percent_at(value, most)
    return f"just over {hours(most)}" if value > most and number(value) == hours(most) else number(value)


def limit_in_words(measure: str, value: float) -> str:
    """A limit of a measure as short as it can be written: 600, 25%."""
    return limit(value) if _is_share(measure) else hours(value)


def _is_share(measure: str) -> bool:
    return UNITS[Measure(measure)].startswith("per cent")


def _line(rows: Sequence[Mapping[str, Any]], whose: str, *, name_areas: bool) -> str:
    """Say how many limits are breached, by how much and for how long, and which breach is expected."""
    if not rows:
        return ""
    breached = sorted(
        (row for row in rows if row["breached"]), key=lambda row: (-row["weeks"], row["name"], row["code"])
    )
    expected = [row for row in rows if not pd.isna(row["forecast_on"])]
    says = _count(len(breached), len(rows), whose)
    parts = [_breach(row, name_areas=name_areas) for row in breached[:_MOST_NAMED]]
    more = len(breached) - len(parts)
    parts += [f"{number(more)} more"] if more else []
    first = f"{says}: {join_list(parts)}." if parts else f"{says}."
    return " ".join([first, *(_expectation(row, name_areas=name_areas) for row in expected[:1])])


def _count(breached: int, count: int, whose: str) -> str:
    """How many limits are breached, without its full stop."""
    if count == 1:
        return f"The limit of tolerable risk for {whose} is {'breached' if breached else 'not breached'}"
    if not breached:
        return f"None of the {number(count)} limits of tolerable risk for {whose} is breached"
    verb = choose(breached, "is", "are")
    return f"{number(breached)} of {number(count)} limits of tolerable risk for {whose} {verb} breached"


def _breach(row: Mapping[str, Any], *, name_areas: bool) -> str:
    value = value_in_words(row["measure"], row["value"], row["limit"])
    most = limit_in_words(row["measure"], row["limit"])
    return f"{_name(row, name_areas=name_areas)} ({value}, limit {most}, for {count_of(row['weeks'], 'week')})"


def _expectation(row: Mapping[str, Any], *, name_areas: bool) -> str:
    value = value_in_words(row["measure"], row["forecast_value"], row["limit"])
    day = day_and_month(row["forecast_on"].date())
    return f"A breach is expected by {day}: {_name(row, name_areas=name_areas)} ({value})."


def _name(row: Mapping[str, Any], *, name_areas: bool) -> str:
    return f"{clean(row['name'])} in {clean(row['unit_name'])}" if name_areas else clean(row["name"])
