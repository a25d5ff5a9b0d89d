"""The months of a unit against its own past: its process chart, as ``hotspots export trend`` calculates it."""

from typing import Final

import numpy as np
import pandas as pd

from alerts.detection.trends.month_chart import chart_months, rebase_dates
from monitor.web.read_model.snapshot import SnapshotView

FEWEST: Final = 6
"""Months with a figure that limits are drawn from at least; Wheeler (1993) takes five or six for the fewest."""

SIDES: Final = ("", "high", "low")
"""Where a month lies, by 0 within the limits, 1 above and -1 below them."""


def months_of(week: SnapshotView, level: str, code: str, course: pd.DataFrame) -> pd.DataFrame:
    """Return the months of a unit, oldest first, from the first with a figure.

    course: its weeks, as ``history.course_of`` returns them; only those weighed as this week count. Columns:

    * month: its first day; the last one is this month so far
    * month_percentage: mean of its weeks, per cent of capacity; NaN if it has none
    * chart_mean, chart_lower, chart_upper: NaN in a stretch of fewer than ``FEWEST`` months with a figure
    * outside: high or low outside these limits, else empty
    * stretch: months of another number have lines of their own
    """
    weeks = sorted({as_at for as_at, _ in week.weighings.values()})
    alike = course[course["weighed_alike"]]
    known = dict(zip(alike["as_at"].tolist(), alike["capacity_percentage"].tolist(), strict=True))
    figures = np.array([[known.get(as_at, np.nan) for as_at in weeks]], dtype=np.float64)
    events = rebase_dates(code, level, week.frame("known_events"), week.organisation)
    made = chart_months(figures, weeks, events)
    means, chart = made.means[0], made.chart
    stretch = np.searchsorted(made.starts, np.arange(len(means)), side="right")
    enough = np.bincount(stretch, weights=~np.isnan(means))[stretch] >= FEWEST
    table = pd.DataFrame(
        {
            "month": pd.Series(made.months, dtype=object),
            "month_percentage": means,
            "chart_mean": np.where(enough, chart.mean[0], np.nan),
            "chart_lower": np.where(enough, chart.lower[0], np.nan),
            "chart_upper": np.where(enough, chart.upper[0], np.nan),
            "outside": [SIDES[side] for side in np.where(enough, chart.outside[0], 0).tolist()],
            "stretch": stretch,
        }
    )
    return table[table["month_percentage"].notna().cummax()].reset_index(drop=True)
