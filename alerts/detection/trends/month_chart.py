"""The process chart of a unit's months, drawn anew from known events: to look at, never to alert on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.detection.trends.process_chart import ProcessChart, monthly, process_chart
from tiering.terms import Level

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)
"""The levels that have a chart, from the smallest unit up."""
RUN_OF, TREND_OF = 7, 7
"""Points that make a signal: NHSRplotthedots 0.2, rules "7 points on one side" and "7 points trend"."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MonthChart:
    """The chart of some units with the same known events.

    - months: first day of each month, oldest first
    - means: the mean of each month's figures, shape (units, months); NaN if there is none
    - chart: its lines and signals, of the same shape
    - starts: places in ``months`` from which the lines are drawn anew
    """

    months: tuple[date, ...]
    means: Floats
    chart: ProcessChart
    starts: tuple[int, ...]


def chart_months(figures: Floats, dates: Sequence[date], events: Sequence[date]) -> MonthChart:
    """Draw the chart of units through the weeks.

    - figures: shape (units, weeks), NaN if there is none; dates: of the weeks, oldest first
    - events: days from which the lines are drawn anew, each from the first whole month after it
    """
    numbers = np.array([_number_of(day) for day in dates], dtype=np.int64)
    known = np.unique(numbers)
    starts = {int(np.searchsorted(known, _number_of(day) + (day.day > 1))) for day in events}
    rebased_at = sorted(start for start in starts if start < len(known))
    means = monthly(figures, numbers)
    chart = process_chart(means, run_of=RUN_OF, trend_of=TREND_OF, rebased_at=rebased_at)
    return MonthChart(tuple(_first_day(number) for number in known.tolist()), means, chart, tuple(rebased_at))


def rebase_dates(code: str, level: str, known_events: pd.DataFrame, organisation: pd.DataFrame) -> tuple[date, ...]:
    """The days from which a unit's chart is drawn anew: known events of itself, and of the units it belongs to."""
    anew = known_events[known_events["kind"].eq("rebase")]
    if anew.empty:
        return ()
    teams = organisation[organisation[f"{level}_code"].eq(code)]
    mine = {(Level.ALL.value, Level.ALL.value)}
    for above in LEVELS[LEVELS.index(Level(level)) :]:
        mine |= {(above.value, parent) for parent in teams[f"{above}_code"]}
    events = zip(anew["starts_on"], anew["level"], anew["code"], strict=True)
    return tuple(sorted(day.date() for day, at, of in events if (at, of) in mine))


def _number_of(day: date) -> int:
    """Months counted from the year 0, so that December and January are neighbours."""
    return day.year * 12 + day.month - 1


def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
