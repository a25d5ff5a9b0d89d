"""Runs of weeks and rises: statistics over this and past snapshots, for all units at once."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ROBUST = 1.4826
"""Median absolute deviation to standard deviation, of a normal distribution."""


@dataclass(frozen=True)
class Sustained:
    """The state of every unit in the last of the weeks; arrays of one value a unit.

    active, was_active: in an episode this week, and the week before.
    weeks: weeks with figures in the episode, from the first that counted towards it; of a unit just cleared, the weeks
        it had burned; 0 outside an episode.
    running: weeks running, up to the last, in which the condition held.
    since: position of the first week of the episode (or of the run, outside one); -1 where there is none.
    """

    active: Flags
    was_active: Flags
    weeks: Counts
    running: Counts
    since: Counts


@dataclass(frozen=True)
class Rising:
    """Rises of every unit in every snapshot, in percentage points; arrays of shape (units, snapshots).

    rise: mean of the last weeks less the mean of the same weeks earlier; NaN where it is not judged: no figures, or no
        usual change to compare with, or further back than is judged.
    usual: what a unit of that size usually moves; limit: the rise it takes, the most of so many times usual,
        wider where little was there to learn it from, and the least rise.
    on: rises by more than usual and at least by the least rise, and is big and full enough to matter.
    off: no longer rising: the rise has fallen under its share of the limit.
    """

    on: Flags
    off: Flags
    rise: Floats
    usual: Floats
    limit: Floats


def sustained_states(
    on: Flags,
    off: Flags,
    known: Flags,
    present: Flags,
    weeks_on: int,
    weeks_off: int,
    cool_off: int = 0,
    calendar: Counts | None = None,
) -> Sustained:
    """The state in the last week of what ``week_by_week`` follows."""
    return deque(week_by_week(on, off, known, present, weeks_on, weeks_off, cool_off, calendar), maxlen=1)[0]


def week_by_week(
    on: Flags,
    off: Flags,
    known: Flags,
    present: Flags,
    weeks_on: int,
    weeks_off: int,
    cool_off: int = 0,
    calendar: Counts | None = None,
) -> Iterator[Sustained]:
    """Follow a condition with hysteresis through the weeks; arrays of shape (units, weeks), oldest week first.

    An episode starts when ``on`` has held ``weeks_on`` weeks running and ends when ``off`` has held ``weeks_off`` weeks
    running. A week in which a unit's figure is not ``known`` neither starts, breaks nor feeds a run; a unit that is not
    ``present`` in a week's snapshot at all has no episode in it. No episode starts within ``cool_off`` weeks of the
    start of the one before; ``calendar`` numbers the weeks where some are missing.
    """
    units, weeks = on.shape
    on, off, known, present = (np.ascontiguousarray(each.T) for each in (on, off, known, present))
    number = np.arange(weeks) if calendar is None else calendar
    active = np.zeros(units, dtype=bool)
    was_active = active
    run_on = np.zeros(units, dtype=np.int64)
    run_off = np.zeros(units, dtype=np.int64)
    age = np.zeros(units, dtype=np.int64)
    since = np.full(units, -1, dtype=np.int64)
    free_from = np.full(units, number[0], dtype=np.int64)
    burned = age
    for week in range(weeks):
        seen = known[week]
        gone = ~present[week]
        was_active, burned = active, age
        since = np.where(seen & on[week] & (run_on == 0) & ~active, week, since)
        run_on = np.where(seen, np.where(on[week], run_on + 1, 0), run_on)
        run_off = np.where(seen, np.where(off[week], run_off + 1, 0), run_off)
        run_on, run_off = np.where(gone, 0, run_on), np.where(gone, 0, run_off)
        starts = ~active & seen & (run_on >= weeks_on) & (number[week] >= free_from)
        free_from = np.where(starts, number[week] + cool_off, free_from)
        ends = active & ((seen & (run_off >= weeks_off)) | gone)
        age = np.where(starts, run_on, np.where(active & seen, age + 1, age))
        active = (active | starts) & ~ends
        age = np.where(active, age, 0)
        since = np.where(active | (run_on > 0), since, np.where(ends, since, -1))
        weeks_of = np.where(was_active & ~active, burned, age)
        yield Sustained(active, was_active, weeks_of, run_on, since)


def detect_rises(
    capacity: Floats,
    calendar: Counts,
    size: Floats,
    *,
    apart: int,
    mean_of: int,
    times_usual: float,
    least_rise: float,
    least_capacity: float,
    least_size: float,
    clear_share: float,
    bands: int,
    units_a_band: int,
    history: int,
    least_history: int,
    judged: int,
) -> Rising:
    """Who rises by far more than a unit of that size usually moves, and is near or over full capacity.

    capacity: capacity percentages of shape (units, snapshots), oldest first, NaN where there is none. calendar: number
    of each snapshot's week, increasing; missing weeks leave gaps. size: offender managers of each unit in each
    snapshot. The rise counts over ``apart`` weeks between means of ``mean_of`` weeks. It is on above ``times_usual``
    times the usual change (see ``usual_changes``), from ``least_rise`` points, ``least_capacity`` per cent and
    ``least_size`` offender managers; it is off below ``clear_share`` of its limit.
    """
    changes = rises_between_means(capacity, calendar, apart, mean_of)
    usual, learned_from = usual_changes(
        changes,
        calendar,
        size,
        bands=bands,
        units_a_band=units_a_band,
        least_size=least_size,
        history=history,
        least_history=least_history,
        judged=judged,
    )
    rise = np.where(np.isnan(usual) | np.isnan(capacity), np.nan, changes)
    unusual = times_usual * usual * _widening(times_usual, learned_from / apart)
    limit = np.maximum(unusual, least_rise)
    big_and_full = (capacity >= least_capacity) & (size >= least_size)
    on = (rise > unusual) & (rise >= least_rise) & big_and_full
    return Rising(on, rise < clear_share * limit, rise, usual, limit)


def rises_between_means(capacity: Floats, calendar: Counts, apart: int, mean_of: int) -> Floats:
    """Mean of the last ``mean_of`` weeks less the mean of the same weeks ``apart`` earlier, in percentage points.

    Weeks are those of the calendar, whether or not there was a snapshot; a mean is of the figures there are, and a
    rise is NaN where one of its sides has none. Shape (units, snapshots), as ``capacity``.
    """
    weeks = calendar - calendar[0]
    width = int(weeks[-1]) + 1 + apart
    grid = np.full((len(capacity), mean_of - 1 + width), np.nan)
    grid[:, weeks + mean_of - 1 + apart] = capacity
    known = ~np.isnan(grid)
    figures = np.where(known, grid, 0.0)
    total, count = np.zeros((2, len(capacity), width))
    for back in range(mean_of):
        total += figures[:, back : back + width]
        count += known[:, back : back + width]
    means: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means[:, weeks + apart] - means[:, weeks]


def usual_changes(
    changes: Floats,
    calendar: Counts,
    size: Floats,
    *,
    bands: int,
    units_a_band: int,
    least_size: float,
    history: int,
    least_history: int,
    judged: int,
) -> tuple[Floats, Floats]:
    """What a unit of that size usually moves, in percentage points, and the number of changes it was learned from.

    Both of shape (units, snapshots), as ``changes``.

    The robust standard deviation of the changes of all units of one band by size, in the ``history`` weeks up to and
    with that snapshot: what is known later changes nothing, so that every week is judged today as it was then. Up to
    ``bands`` bands of equal numbers of units, fewer where a band would have less than ``units_a_band``; units smaller
    than ``least_size`` are compared with the smallest band and do not belong to it. Within a band a change counts times
    the square root of the unit's size, because what people do by chance averages out so: in a small service a band
    holds units of very different sizes. NaN before ``least_history``
    weeks of changes are known, and further back than the last ``judged`` weeks. None of this may reach further back
    than the past that is at hand, or the oldest weeks would come to be judged otherwise.
    """
    usual, learned_from = np.full((2, *changes.shape), np.nan)
    has_changes: Flags = np.any(~np.isnan(changes), axis=0)
    first = np.searchsorted(calendar, calendar - history, side="right")
    for week in np.flatnonzero(calendar > calendar[-1] - judged):
        past = slice(first[week], week + 1)
        members = np.flatnonzero(size[:, week] >= least_size)
        if has_changes[past].sum() < least_history or not members.size:
            continue
        cuts = _band_cuts(size[members, week], bands, units_a_band)
        band: Counts = np.searchsorted(np.array(cuts), size[:, week], side="right")
        root = np.sqrt(np.maximum(size[:, week], least_size))
        pooled, pooled_band = changes[members, past] * root[members, None], band[members]
        known = [_known_values(pooled[pooled_band == one]) for one in range(len(cuts) + 1)]
        usual[:, week] = np.array([_robust_deviation(one) for one in known])[band] / root
        learned_from[:, week] = np.array([float(one.size) for one in known])[band]
    return usual, learned_from


def _widening(deviations: float, independent: Floats) -> Floats:
    """By how much a limit of so many deviations grows when the deviation itself was learned from few changes.

    Changes over weeks that overlap are not independent: of those of one unit, one in as many weeks as they span is.
    The first term of the expansion of Student's t about the normal distribution (Abramowitz and Stegun 26.7.5).
    """
    freedom = np.maximum(independent - 1, 1.0)
    widened: Floats = 1 + (deviations**2 + 1) / (4 * freedom)
    return widened


def _band_cuts(sizes: Floats, bands: int, units_a_band: int) -> list[float]:
    """Sizes from which the next band begins; units of one size are all in one band."""
    wanted = max(1, min(bands, len(sizes) // units_a_band))
    ordered = np.sort(sizes)
    cuts: list[float] = []
    begun = 0
    for share in range(1, wanted):
        cut = ordered[len(sizes) * share // wanted]
        below = int(np.searchsorted(ordered, cut))
        if below - begun >= units_a_band:
            cuts.append(float(cut))
            begun = below
    return cuts


def _known_values(changes: Floats) -> Floats:
    found: Floats = changes[~np.isnan(changes)]
    return found


def _robust_deviation(known: Floats) -> float:
    """The standard deviation of the changes by their median absolute deviation; NaN without any."""
    return float(ROBUST * np.median(np.abs(known - np.median(known)))) if known.size else np.nan
