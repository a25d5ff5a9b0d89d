"""The course of every unit to look at: its rise, its monthly process chart and its place among its peers.

None of this alerts by itself: docs/detection.md says why. The rise is what the rule ``rising`` judges.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.detection.conditions import detect_unit_rises
from alerts.detection.rules import Rule
from alerts.detection.trends.month_chart import LEVELS, chart_months, rebase_dates
from alerts.detection.trends.process_chart import peer_funnel
from alerts.detection.trends.unit_weeks import UnitWeeks, unit_weeks
from tiering.terms import Level

COLUMNS = [
    "level",
    "code",
    "name",
    "weeks",
    "capacity_percentage",
    "rise",
    "usual",
    "limit",
    "month_percentage",
    "chart_mean",
    "chart_lower",
    "chart_upper",
    "chart_signal",
    "peer_centre",
    "peer_lower",
    "peer_upper",
    "peer_signal",
]
SIDES = {-1: "low", 0: "", 1: "high"}
QUARTILES = 1.349
"""Distance of the quartiles of a normal distribution in standard deviations."""
DEVIATIONS = 3.0
"""Limits of the funnel: Spiegelhalter, Funnel plots for comparing institutional performance, 2005."""

Floats = npt.NDArray[np.float64]
Signs = npt.NDArray[np.int8]


def trend_table(
    rule: Rule,
    units: pd.DataFrame,
    past: pd.DataFrame,
    known_events: pd.DataFrame,
    organisation: pd.DataFrame,
    as_at: date,
) -> pd.DataFrame:
    """One row per unit, columns as ``COLUMNS``, sorted by level and code.

    rule: ``rising``.
    units, past, as_at: as for alerts.detection.trends.unit_weeks.WeeksByLevel.
    known_events: columns kind, level, code, starts_on; those of kind ``rebase`` count.

    Figures are per cent of capacity or percentage points. weeks: with figures under this week's weights. chart_*: the
    XmR chart of monthly means, this month's so far the last, drawn again from the first whole month after a known
    event; chart_signal: high or low if one of its rules is met now. peer_*: the funnel over the units of the same
    level this week.
    """
    people = unit_weeks(Level.OFFENDER_MANAGER, units, past.iloc[:0], as_at)["capacity_percentage"][:, -1]
    spread = _spread(people)
    tables = [
        _level_table(rule, unit_weeks(level, units, past, as_at), level, known_events, organisation, spread)
        for level in LEVELS
    ]
    return pd.concat(tables, ignore_index=True)[COLUMNS].sort_values(["level", "code"], ignore_index=True)


def _level_table(
    rule: Rule, weeks: UnitWeeks, level: Level, known_events: pd.DataFrame, organisation: pd.DataFrame, spread: float
) -> pd.DataFrame:
    now = np.flatnonzero(weeks.present[:, -1])
    capacity = weeks["comparable_percentage"]
    rises = detect_unit_rises(rule, weeks)
    codes = weeks.units["code"].to_numpy()[now]
    chart = _charts(
        capacity[now], weeks.dates, [rebase_dates(code, level, known_events, organisation) for code in codes]
    )
    with np.errstate(divide="ignore"):
        errors = spread / np.sqrt(weeks["offender_managers"][now, -1:])
    funnel = peer_funnel(capacity[now, -1:], np.where(np.isfinite(errors) & (errors > 0), errors, np.nan), DEVIATIONS)
    return pd.DataFrame(
        {
            "level": level.value,
            "code": codes,
            "name": weeks.units["name"].to_numpy()[now],
            "weeks": (~np.isnan(capacity[now])).sum(axis=1),
            "capacity_percentage": capacity[now, -1],
            "rise": rises.rise[now, -1],
            "usual": rises.usual[now, -1],
            "limit": rises.limit[now, -1],
            **chart,
            "peer_centre": np.where(np.isnan(funnel.lower[:, 0]), np.nan, funnel.centre[0]),
            "peer_lower": funnel.lower[:, 0],
            "peer_upper": funnel.upper[:, 0],
            "peer_signal": _signal_words(funnel.outside[:, 0]),
        }
    )


def _charts(
    capacity: Floats, dates: Sequence[date], rebased: Sequence[tuple[date, ...]]
) -> dict[str, npt.NDArray[Any]]:
    """This month's point of every unit's process chart; units of the same known events are drawn together."""
    columns = ("month_percentage", "chart_mean", "chart_lower", "chart_upper")
    lines_now: dict[str, npt.NDArray[Any]] = {name: np.full(len(capacity), np.nan) for name in columns}
    signals = np.zeros(len(capacity), dtype=np.int8)
    of_units = np.array([str(events) for events in rebased])
    for events in set(rebased):
        members = np.flatnonzero(of_units == str(events))
        made = chart_months(capacity[members], dates, events)
        lines = (made.means, made.chart.mean, made.chart.lower, made.chart.upper)
        for name, line in zip(columns, lines, strict=True):
            lines_now[name][members] = line[:, -1]
        rules = np.stack([made.chart.outside, made.chart.run, made.chart.trend, made.chart.near])[:, :, -1]
        signals[members] = rules[np.abs(rules).argmax(axis=0), np.arange(len(members))]
    return {**lines_now, "chart_signal": np.array(_signal_words(signals), dtype=object)}


def _spread(people: Floats) -> float:
    """How far offender managers' capacity percentages lie apart, by their quartiles; NaN for fewer than two.

    Quartiles, because one person back from leave with three cases must not widen every funnel.
    """
    known = people[~np.isnan(people)]
    if len(known) < 2:
        return float("nan")
    lower, upper = np.percentile(known, [25, 75])
    return float((upper - lower) / QUARTILES)


def _signal_words(signs: Signs) -> list[str | None]:
    return [SIDES[int(sign)] or None for sign in signs]
