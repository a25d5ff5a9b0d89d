"""Bands around a forecast, as wide as past errors were."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from alerts.forecasting.flow_history import Floats
from alerts.forecasting.hindcast import ROUNDING_ERROR, Hindcast
from alerts.forecasting.parameters import ForecastNumbers
from alerts.forecasting.run_off import AHEAD, ratio_or_zero
from tiering.terms import Level


@dataclass(frozen=True)
class BandedForecast:
    """The forecast of the units of one level; every array is of shape (units, weeks ahead).

    points, available: points, and available points.
    points_80, points_95: half-widths of the bands around the points.
    capacity_80, capacity_95: half-widths around the capacity percentage, in percentage points.
    """

    points: Floats
    available: Floats
    points_80: Floats
    points_95: Floats
    capacity_80: Floats
    capacity_95: Floats


def add_bands(hindcast: Hindcast, level: Level, numbers: ForecastNumbers, *, at_least_fallback: bool) -> BandedForecast:
    """The last week's forecast with bands that hold the wanted share of the errors of the weeks before.

    level: of the units, for the fallback width.
    at_least_fallback: never narrower than the fallback, however small the past errors were.
    """
    # A caseload is a sum of cases that come and go nearly independently, so its error grows with the root of its size.
    # Counted in such roots, the errors of large and small units are one sample.
    root = np.sqrt(hindcast.points)
    root_share = 100 * ratio_or_zero(root, hindcast.available)
    bands = {
        "points_80": (numbers.inside_80, numbers.fallback_points_80, root),
        "points_95": (numbers.inside_95, numbers.fallback_points_95, root),
        "capacity_80": (numbers.inside_80, numbers.fallback_capacity_80, root_share),
        "capacity_95": (numbers.inside_95, numbers.fallback_capacity_95, root_share),
    }
    half_widths = {name: np.zeros(root.shape[1:]) for name in bands}
    for ahead in AHEAD:
        point_errors, capacity_errors = hindcast.errors(int(ahead), root, root_share)
        for name, (inside, fallback, scale) in bands.items():
            errors = point_errors if scale is root else capacity_errors
            width, is_learned = _band_width(errors, inside / 100, int(ahead))
            # Errors of independent weeks add up as roots, so the fallback widens with the root of the weeks ahead.
            least = fallback[level] * float(np.sqrt(ahead)) if at_least_fallback or not is_learned else 0.0
            half_widths[name][:, ahead - 1] = max(width, least) * scale[-1, :, ahead - 1]
    return BandedForecast(hindcast.points[-1], hindcast.available[-1], **half_widths)


def _band_width(errors: Floats, inside: float, ahead: int) -> tuple[float, bool]:
    """The half-width that held the wanted share of the errors, and whether there were enough of them to learn it."""
    # Forecasts of neighbouring weeks share most of the weeks ahead of them: of those ``ahead`` weeks ahead, only every
    # ``ahead``-th is a trial of its own.
    trials = len(errors) // ahead
    # The next error falls among n past ones at each of n + 1 ranks alike often, so a band that is to hold a share of
    # outcomes must hold that share of n + 1, not of n, past errors (the finite-sample rule of conformal prediction).
    rank = ceil((trials + 1) * inside - ROUNDING_ERROR)
    if rank > trials:
        return float(errors.max(initial=0.0)), False
    return float(np.quantile(errors, rank / trials, method="inverted_cdf")), True
