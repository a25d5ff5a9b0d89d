"""Forecasts made again for past weeks with what was known in them, next to what happened."""

from dataclasses import dataclass

import numpy as np

from alerts.forecasting.flow_history import Flags, Floats, FlowHistory, Places
from alerts.forecasting.parameters import ForecastNumbers
from alerts.forecasting.run_off import TeamForecasts, ratio_or_zero

ROUNDING_ERROR = 1e-9
"""Two sums of floats nearer than this are equal: their order of summing differs, and 0.8 is not exactly 4/5."""

_WEEKS_COMPARED = (4, 8, 12)
"""Weeks ahead at which run-off must have been as near as the last value: a month, two, and the furthest shown."""


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of the units of one level made in every week, and what happened.

    points, available: forecast, of shape (weeks, units, weeks ahead).
    total, able: actual points and available points, of shape (weeks, units).
    there: whether the unit was in that week's snapshot, of shape (weeks, units).
    origin: the weeks whose forecasts are scored, of shape (weeks,).
    """

    points: Floats
    available: Floats
    total: Floats
    able: Floats
    there: Flags
    origin: Flags

    def errors(self, ahead: int, root: Floats, root_share: Floats) -> tuple[Floats, Floats]:
        """Errors of the points and of the capacity percentage ``ahead`` weeks ahead, over their scales, unsigned.

        root, root_share: the scales, of shape (weeks, units, weeks ahead); each above 0 if an error counts.
        Returns two flat arrays, one value for each unit and week that can be scored; the second may be shorter.
        """
        made, came = slice(0, max(0, len(self.total) - ahead)), slice(ahead, None)
        points, available, root, root_share = (
            values[made, :, ahead - 1] for values in (self.points, self.available, root, root_share)
        )
        total, able = self.total[came], self.able[came]
        both = self.there[made] & self.there[came] & self.origin[made, None] & (root > 0)
        staffed = both & (root_share > 0) & (able > 0)
        capacity = np.abs(ratio_or_zero(points, available) - ratio_or_zero(total, able))
        return np.abs(points - total)[both] / root[both], 100 * capacity[staffed] / root_share[staffed]


def is_nearer_than_last_value(forecasts: TeamForecasts, history: FlowHistory, numbers: ForecastNumbers) -> bool:
    """Whether run-off was as near to what clusters came to hold as the last value, at each of the weeks compared.

    Nearness is the mean error over the actual points, in the weeks whose forecasts the bands are made of.
    False if no past week can decide it.
    """
    # Clusters, because a team's figures move too much by chance to choose a method by, and an area's are too few.
    hindcast = hindcast_run_off(forecasts, history, history.cluster, numbers)
    for ahead in _WEEKS_COMPARED:
        made, came = slice(0, -ahead), slice(ahead, None)
        both = hindcast.there[made] & hindcast.there[came] & hindcast.origin[made, None] & (hindcast.total[came] > 0)
        actual = hindcast.total[came][both]
        run_off_error, last_value_error = (
            np.abs(points[both] - actual) / actual
            for points in (hindcast.points[made, :, ahead - 1], hindcast.total[made])
        )
        if not actual.size or run_off_error.mean() > last_value_error.mean() + ROUNDING_ERROR:
            return False
    return True


def hindcast_run_off(
    forecasts: TeamForecasts, history: FlowHistory, unit: Places, numbers: ForecastNumbers
) -> Hindcast:
    """Every past forecast by run-off of the units that the teams belong to. unit: the place of each team's unit."""
    points, available = sum_by_unit(forecasts.points, unit), sum_by_unit(forecasts.available, unit)
    current = slice(0, history.teams)
    weeks = len(history.has_snapshot)
    # The first weeks had too little history to forecast from, and errors of more than a year ago come from forecasts
    # without a season: bands made from them were too wide (docs/forecast.md, "What was measured").
    first = max(int(np.argmax(history.has_snapshot)) + numbers.hindcast_from_week, weeks - numbers.band_weeks)
    origin = history.has_snapshot & (np.arange(weeks) >= first)
    total = sum_by_unit(history.total[:, current], unit)
    able = sum_by_unit(history.available[:, current, 0], unit)
    there = sum_by_unit(history.present[:, current].astype(float), unit) > 0
    return Hindcast(points, available, total, able, there, origin)


def sum_by_unit(values: Floats, unit: Places) -> Floats:
    """Sums over the teams (the second axis) of each unit; every unit has a team."""
    # Sorted by unit, the teams of one unit are neighbours, which reduceat sums without a loop over units. It would
    # take the first value of the next unit for a unit without teams; there are none.
    order = np.argsort(unit, kind="stable")
    starts = np.searchsorted(unit[order], np.arange(int(unit.max(initial=-1)) + 1))
    sums: Floats = np.add.reduceat(values[:, order], starts, axis=1)
    return sums
