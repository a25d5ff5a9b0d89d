"""Every rule, judged in every snapshot as it would have been judged that week."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from alerts.detection.trends.process_chart import monthly, peer_funnel, process_chart
from alerts.detection.trends.trend import detect_rises, week_by_week
from tests.benchmarks.detection.series import PERSON, Flags, Floats, Units

SCORED = 104
"""The last weeks of a history are scored; the ones before are its past."""
BASELINE, RUN = 52, 7
MONTH = 365.25 / 12 / 7


@dataclass(frozen=True)
class Episodes:
    """When a rule was live, when it began and when it was cleared: shape (units, snapshots)."""

    live: Flags
    begun: Flags
    cleared: Flags


Numbers = Mapping[str, float]
Judge = Callable[[Units], Episodes]


def over(units: Units, numbers: Numbers) -> Episodes:
    """Over a line for so many weeks, until so many weeks under a lower one."""
    capacity = units.capacity
    on, off = capacity > numbers["threshold"], capacity < numbers["clear_below"]
    return followed(units, on, off, ~np.isnan(capacity), int(numbers["weeks_on"]), int(numbers["weeks_off"]))


def under(units: Units, numbers: Numbers) -> Episodes:
    """Under a line for so many weeks, until so many weeks over a higher one."""
    capacity = units.capacity
    on, off = capacity < numbers["threshold"], capacity > numbers["clear_above"]
    return followed(units, on, off, ~np.isnan(capacity), int(numbers["weeks_on"]), int(numbers["weeks_off"]))


def plain(threshold: float, weeks: int) -> Judge:
    """Over a line for so many weeks, until it is not."""

    def judge(units: Units) -> Episodes:
        on = units.capacity > threshold
        return followed(units, on, ~on, ~np.isnan(units.capacity), weeks, 1)

    return judge


def rise(units: Units, numbers: Numbers, judged: int = SCORED) -> Episodes:
    """Rising by more than such a unit usually moves."""
    found = detect_rises(
        units.capacity,
        units.calendar,
        units.size,
        apart=int(numbers["weeks_apart"]),
        mean_of=int(numbers["weeks_averaged"]),
        times_usual=numbers["times_usual"],
        least_rise=numbers["least_rise"],
        least_capacity=numbers["least_capacity"],
        least_size=1 if units.level == PERSON else numbers["least_offender_managers"],
        clear_share=numbers["clear_share"],
        bands=int(numbers["size_bands"]),
        units_a_band=int(numbers["least_units_a_band"]),
        history=int(numbers["weeks_learned"]),
        least_history=int(numbers["weeks_needed"]),
        judged=judged,
    )
    known = ~np.isnan(found.rise)
    return followed(units, found.on, found.off, known, 1, 1, int(numbers["cool_off"]))


def xmr_weekly(units: Units) -> Episodes:
    """Any high signal of an XmR chart of weekly points, held against the year before the scored weeks."""
    scored = _scored(units)
    return _signals(units, _known_then(units.capacity[:, scored - BASELINE :], BASELINE), scored)


def xmr_monthly(units: Units) -> Episodes:
    """The same of monthly points, from the week after the month's end."""
    month = (units.calendar / MONTH).astype(np.int64)
    scored = _scored(units)
    points = monthly(units.capacity, month)
    before = month[scored] - month[0]
    high = np.zeros(points.shape, dtype=bool)
    high[:, before:] = _known_then(points[:, before - 12 :], 12)
    return _signals(units, high[:, np.maximum(month - month[0] - 1, 0)][:, scored:], scored)


def funnel(units: Units) -> Episodes:
    """Above the upper limit of the peer funnel of the last whole month."""
    month = (units.calendar / MONTH).astype(np.int64)
    errors = OM_DEVIATION / np.sqrt(np.maximum(1, monthly(units.size, month)))
    high = peer_funnel(monthly(units.capacity, month), errors, 3).outside > 0
    scored = _scored(units)
    return _signals(units, high[:, np.maximum(month - month[0] - 1, 0)][:, scored:], scored)


OM_DEVIATION = 13.0
"""Standard deviation of one offender manager's capacity percentage from week to week, in percentage points."""


def followed(
    units: Units, on: Flags, off: Flags, known: Flags, weeks_on: int, weeks_off: int, cool_off: int = 0
) -> Episodes:
    """The episodes of a condition, by the function that the product judges by."""
    present = np.ones(on.shape, dtype=bool)
    live, begun, cleared = np.zeros((3, *on.shape), dtype=bool)
    states = week_by_week(on, off, known, present, weeks_on, weeks_off, cool_off, units.calendar)
    for week, state in enumerate(states):
        live[:, week] = state.active
        begun[:, week] = state.active & ~state.was_active
        cleared[:, week] = state.was_active & ~state.active
    return Episodes(live, begun, cleared)


def _scored(units: Units) -> int:
    return int(np.searchsorted(units.calendar, units.calendar[-1] - SCORED + 1))


def _known_then(points: Floats, baseline: int) -> Flags:
    """Whether the last point of each chart so far has a high signal: shape (units, points after the baseline)."""
    high = np.zeros((len(points), points.shape[1] - baseline), dtype=bool)
    for last in range(baseline, points.shape[1]):
        lately = np.arange(max(baseline, last + 1 - RUN), last + 1)
        so_far = points[:, np.concatenate([np.arange(baseline), lately])]
        chart = process_chart(so_far, run_of=RUN, trend_of=RUN, baseline=baseline)
        signals = [signs[:, -1] for signs in (chart.outside, chart.run, chart.trend, chart.near)]
        high[:, last - baseline] = np.maximum.reduce(signals) > 0
    return high


def _signals(units: Units, high: Flags, scored: int) -> Episodes:
    on = np.zeros(units.capacity.shape, dtype=bool)
    on[:, scored:] = high
    return followed(units, on, ~on, ~np.isnan(units.capacity), 1, 1)
