"""What a rule cost and what it found."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tests.benchmarks.detection.judging import SCORED, Episodes, Judge
from tests.benchmarks.detection.series import PERSON, Counts, Flags, Floats, Units

SHAPES = {"+10 at once": (10.0, 1), "+1 a week": (1.0, 12), "+2 a week": (2.0, 12), "+20 at once": (20.0, 1)}
"""What is planted: percentage points a week, for so many weeks; it stays."""
WITHIN = (4, 8, 12)
SETTLED, AFTER, PASSES = 4, 12, 5
TRUE_LINE, TRUE_WEEKS, LIVE_WITHIN = 110.0, 8, 4


@dataclass(frozen=True)
class Cost:
    """alerts: begun, a unit and year; in_alarm, refires, holds, recall: shares, NaN where there is nothing to share."""

    alerts: float
    in_alarm: float
    refires: float
    holds: float
    recall: float


def cost(units: Units, found: Episodes, holds: str, counted: Flags) -> Cost:
    """Count a rule's alerts in the scored weeks of the units ``counted``; ``holds``: over, under or up."""
    scored = units.calendar > units.calendar[-1] - SCORED
    begun = found.begun & scored & counted[:, None]
    number = int(begun.sum())
    years = SCORED / 52 * counted.sum()
    again = _weeks_since(units, found.cleared)[begun] <= 8
    lasts = _holds(units, holds)[begun]
    lasts = lasts[~np.isnan(lasts)]
    return Cost(
        alerts=number / years,
        in_alarm=float(found.live[np.ix_(counted, scored)].mean()),
        refires=float(again.mean()) if number else np.nan,
        holds=float(lasts.mean()) if lasts.size else np.nan,
        recall=_recall(units, found, counted),
    )


def detected(units: Units, judge: Judge, shape: str, passes: int, seed: int, counted: Flags) -> Floats:
    """Share of changes planted in the units ``counted`` that an alert begun within 4, 8 and 12 weeks finds.

    In each pass a share of the units, another each time, gets the change in a week of its own. Counted are changes
    that leave a unit of five offender managers or more at 95% or over (mean of the fifth to the twelfth week): a rise
    to less is no one's alarm.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(units.capacity)) % PASSES
    hits, planted = np.zeros(len(WITHIN)), 0
    for one in range(passes):
        members = np.flatnonzero((chosen == one) & counted)
        start = rng.integers(units.calendar[-1] - SCORED + 9, units.calendar[-1] - AFTER, len(members))
        since = units.calendar - start[:, None]
        slope, weeks = SHAPES[shape]
        capacity = units.capacity.copy()
        capacity[members] += slope * np.clip(since + 1, 0, weeks)
        found = judge(replace(units, capacity=capacity))
        later = (since >= SETTLED) & (since < AFTER)
        matters = _mean(np.where(later, capacity[members], np.nan)) >= 95
        if units.level != PERSON:
            matters &= np.where(later, units.size[members], np.inf).min(axis=1) >= 5
        planted += int(matters.sum())
        for place, within in enumerate(WITHIN):
            hit = (found.begun[members] & (since >= 0) & (since < within)).any(axis=1)
            hits[place] += (hit & matters).sum()
    return hits / planted if planted else np.full(len(WITHIN), np.nan)


def _smooth(capacity: Floats, width: int = 5) -> Floats:
    """The centred mean of five snapshots."""
    half = width // 2
    padded = np.pad(capacity, ((0, 0), (half, half)), mode="edge")
    return _mean(np.lib.stride_tricks.sliding_window_view(padded, width, axis=1))


def _mean(figures: Floats) -> Floats:
    """The mean over the last axis of the figures there are; 0 where there is none."""
    known = ~np.isnan(figures)
    mean: Floats = np.where(known, figures, 0.0).sum(axis=-1) / np.maximum(1, known.sum(axis=-1))
    return mean


def _holds(units: Units, holds: str) -> Floats:
    """Whether the mean of the next eight weeks bears the alert out: 1, 0, NaN where fewer than six follow."""
    capacity, calendar = units.capacity, units.calendar
    lasts = np.full(capacity.shape, np.nan)
    for week in range(len(calendar)):
        ahead = (calendar > calendar[week]) & (calendar <= calendar[week] + 8)
        if ahead.sum() < 6:
            continue
        after = _mean(capacity[:, ahead])
        if holds == "up":
            base = (calendar <= calendar[week] - 8) & (calendar >= calendar[week] - 9)
            if not base.any():
                continue
            before = capacity[:, base].mean(axis=1)
            lasts[:, week] = after - before >= 5
        else:
            lasts[:, week] = after > 110 if holds == "over" else after < 85
    return lasts


def _weeks_since(units: Units, happened: Flags) -> Counts:
    """Weeks of the calendar since it last happened, in an earlier snapshot; many where it never did."""
    last = np.full(len(happened), -10_000)
    since = np.empty(happened.shape, dtype=np.int64)
    for week in range(happened.shape[1]):
        since[:, week] = units.calendar[week] - last
        last = np.where(happened[:, week], units.calendar[week], last)
    return since


def _recall(units: Units, found: Episodes, counted: Flags) -> float:
    """Share of true episodes, eight weeks and more of a five-week mean over 110%, in which the rule was soon live."""
    truly = _smooth(units.capacity) > TRUE_LINE
    hits = [
        bool(found.live[unit, begin : begin + LIVE_WITHIN + 1].any())
        for unit in np.flatnonzero(counted)
        for begin, end in _runs(truly[unit])
        if end - begin >= TRUE_WEEKS and units.calendar[begin] > units.calendar[-1] - SCORED
    ]
    return float(np.mean(hits)) if hits else np.nan


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
