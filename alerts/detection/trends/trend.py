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
"""From median absolute deviation to standard deviation, if the figures were normally distributed.

The median is used because a few reorganised offices must not make every real rise look usual.
"""


@dataclass(frozen=True)
class Sustained:
    """The state of every unit in the last of the weeks; arrays of one value per unit.

    active, was_active: in an episode this week, and the week before.
    weeks: weeks with figures in the episode, from the first that counted towards it; of a unit just cleared, the weeks
        the episode lasted; 0 outside an episode.
    running: weeks running, up to the last, in which the condition held.
    since: position of the first week of the episode (or of the run, outside one); -1 if there is none.
    """

    active: Flags
    was_active: Flags
    weeks: Counts
    running: Counts
    since: Counts


@dataclass(frozen=True)
class Rising:
    """Rises of every unit in every snapshot, in percentage points; arrays of shape (units, snapshots).

    rise: mean of the last weeks less the mean of the same weeks earlier; NaN if it is not judged: no figures, or no
        usual change to compare with, or further back than is judged.
    usual: what a unit of that size usually moves.
    limit: the rise that counts: ``times_usual`` times the usual change, more if it was learned from little, and never
        below the least rise.
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
    """Follow a condition with hysteresis through the weeks: the state in each week, oldest first.

    on, off, known, present: of shape (units, weeks), oldest week first.
    weeks_on, weeks_off: an episode starts when ``on`` has held for ``weeks_on`` weeks in a row, and ends when ``off``
        has held for ``weeks_off``.
    known: whether the unit's figure is there; a week without it neither starts, breaks nor feeds a run.
    present: whether the unit is in the snapshot at all; if it is not, its episode is over.
    cool_off: no episode starts within this many weeks of the start of the one before.
    calendar: numbers the weeks where some are missing.

    ``on`` and ``off`` leave a gap between them, and neither counts at once: a unit that hovers about a line would
    otherwise raise and clear an alert every other week.
    """
    units, weeks = on.shape
    # One row per week, contiguous: the loop below takes a week of all units at a time.
    on, off, known, present = (np.ascontiguousarray(flags.T) for flags in (on, off, known, present))
    number = np.arange(weeks) if calendar is None else calendar
    active = np.zeros(units, dtype=bool)
    was_active = active
    run_on = np.zeros(units, dtype=np.int64)
    run_off = np.zeros(units, dtype=np.int64)
    age = np.zeros(units, dtype=np.int64)
    since = np.full(units, -1, dtype=np.int64)
    free_from = np.full(units, number[0], dtype=np.int64)
    lasted = age
    for week in range(weeks):
        seen = known[week]
        gone = ~present[week]
        was_active, lasted = active, age
        # The first week of a run is remembered before it is known whether the run becomes an episode.
        since = np.where(seen & on[week] & (run_on == 0) & ~active, week, since)
        run_on = np.where(seen, np.where(on[week], run_on + 1, 0), run_on)
        run_off = np.where(seen, np.where(off[week], run_off + 1, 0), run_off)
        # A unit that left the extract takes its run with it: if it comes back, it starts from nothing.
        run_on, run_off = np.where(gone, 0, run_on), np.where(gone, 0, run_off)
        starts = ~active & seen & (run_on >= weeks_on) & (number[week] >= free_from)
        free_from = np.where(starts, number[week] + cool_off, free_from)
        ends = active & ((seen & (run_off >= weeks_off)) | gone)
        # An episode starts at the age of the run that made it: those weeks count although it was not an episode yet.
        age = np.where(starts, run_on, np.where(active & seen, age + 1, age))
        active = (active | starts) & ~ends
        age = np.where(active, age, 0)
        # The week in which an episode ends still shows since when it was one.
        since = np.where(active | (run_on > 0), since, np.where(ends, since, -1))
        weeks_of = np.where(was_active & ~active, lasted, age)
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

    capacity: capacity percentages of shape (units, snapshots), oldest first, NaN if there is none.
    calendar: number of each snapshot's week, increasing; missing weeks leave gaps.
    size: offender managers of each unit in each snapshot.
    apart, mean_of: the rise is that over ``apart`` weeks between means of ``mean_of`` weeks.
    times_usual, least_rise, least_capacity, least_size: a rise is on above ``times_usual`` times the usual change (see
        ``usual_changes``), and from so many percentage points, per cent of capacity and offender managers.
    clear_share: it is off below this share of its limit.
    bands, units_a_band, history, least_history, judged: as for ``usual_changes``.
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
    # How full and how large decides only whether a rise starts: one that has started ends by falling.
    big_and_full = (capacity >= least_capacity) & (size >= least_size)
    on = (rise > unusual) & (rise >= least_rise) & big_and_full
    return Rising(on, rise < clear_share * limit, rise, usual, limit)


def rises_between_means(capacity: Floats, calendar: Counts, apart: int, mean_of: int) -> Floats:
    """Mean of the last ``mean_of`` weeks less the mean of the same weeks ``apart`` earlier, in percentage points.

    Weeks are those of the calendar, whether or not there was a snapshot; a mean is of the figures there are, and a
    rise is NaN if one of its sides has none. Shape (units, snapshots), as ``capacity``.
    """
    # A grid of every calendar week, with space before the first one, so that the oldest means and the weeks ``apart``
    # before them are slices like all others; what was not there is NaN and counts for nothing.
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

    Both of shape (units, snapshots), as ``changes``; NaN where too little is known. The usual change is the robust
    standard deviation of the changes of all units of about that size.

    changes: as of ``rises_between_means``; calendar, size: as for ``detect_rises``.
    bands: the most bands by size, of equal numbers of units.
    units_a_band: the fewest units in a band; there are fewer bands if one would have less.
    least_size: smaller units are compared with the smallest band, and do not belong to it.
    history: weeks up to and with each snapshot that are learned from.
    least_history: weeks with changes below which nothing is learned.
    judged: how many of the last weeks are judged.

    What is known later changes nothing, so every week is judged today as it was then. That holds only if none of these
    numbers reaches further back than the past that is at hand.
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
        # What people do by chance averages out with the root of their number, so changes times that root compare
        # within a band: in a small service one band holds units of very different sizes.
        root = np.sqrt(np.maximum(size[:, week], least_size))
        pooled, pooled_band = changes[members, past] * root[members, None], band[members]
        known = [_known_values(pooled[pooled_band == place]) for place in range(len(cuts) + 1)]
        usual[:, week] = np.array([_robust_deviation(values) for values in known])[band] / root
        learned_from[:, week] = np.array([float(values.size) for values in known])[band]
    return usual, learned_from


def _widening(deviations: float, independent: Floats) -> Floats:
    """By how much a limit of ``deviations`` grows when the deviation itself was learned from few changes.

    deviations: how many standard deviations the limit is.
    independent: how many independent changes the deviation was learned from. Changes over weeks that overlap are not
        independent: of those of one unit, one in as many weeks as they span is.
    """
    # The first term of the expansion of Student's t about the normal distribution (Abramowitz and Stegun 26.7.5): two
    # dozen changes widen a limit of 2.75 deviations by a tenth, and a service with long history is not held back.
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
        # Units of one size stay together, so a cut can fall far from where it was wanted; a band too small is left out.
        if below - begun >= units_a_band:
            cuts.append(float(cut))
            begun = below
    return cuts


def _known_values(changes: Floats) -> Floats:
    known: Floats = changes[~np.isnan(changes)]
    return known


def _robust_deviation(known: Floats) -> float:
    """The standard deviation of the changes by their median absolute deviation; NaN without any."""
    return float(ROBUST * np.median(np.abs(known - np.median(known)))) if known.size else np.nan
