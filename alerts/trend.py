"""Runs of weeks: statistics over this and past snapshots, for all units at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


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


def sustained(on: Flags, off: Flags, known: Flags, present: Flags, weeks_on: int, weeks_off: int) -> Sustained:
    """Follow a condition with hysteresis through the weeks; arrays of shape (units, weeks), oldest week first.

    An episode starts when ``on`` has held ``weeks_on`` weeks running and ends when ``off`` has held ``weeks_off`` weeks
    running. A week in which a unit's figure is not ``known`` neither starts, breaks nor feeds a run; a unit that is not
    ``present`` in a week's snapshot at all has no episode in it.
    """
    units, weeks = on.shape
    active = np.zeros(units, dtype=bool)
    was_active = active
    run_on = np.zeros(units, dtype=np.int64)
    run_off = np.zeros(units, dtype=np.int64)
    age = np.zeros(units, dtype=np.int64)
    since = np.full(units, -1, dtype=np.int64)
    burned = age
    for week in range(weeks):
        seen = known[:, week]
        gone = ~present[:, week]
        was_active, burned = active, age
        since = np.where(seen & on[:, week] & (run_on == 0) & ~active, week, since)
        run_on = np.where(seen, np.where(on[:, week], run_on + 1, 0), run_on)
        run_off = np.where(seen, np.where(off[:, week], run_off + 1, 0), run_off)
        run_on, run_off = np.where(gone, 0, run_on), np.where(gone, 0, run_off)
        starts = ~active & seen & (run_on >= weeks_on)
        ends = active & ((seen & (run_off >= weeks_off)) | gone)
        age = np.where(starts, run_on, np.where(active & seen, age + 1, age))
        active = (active | starts) & ~ends
        age = np.where(active, age, 0)
        since = np.where(active | (run_on > 0), since, np.where(ends, since, -1))
    weeks_of = np.where(was_active & ~active, burned, age)
    return Sustained(active, was_active, weeks_of, run_on, since)
