"""Completed work as sorted numbers: the first completions from a date, and the periods between completions."""

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = np.datetime64("NaT", "D")
_SPAN = 1_000_000
"""More days than lie between any two dates here.

A completion is one number, case x span + day, so that a plain sort orders completions by case and then by date.
"""


def completion_keys(case: Positions, day: Days) -> Positions:
    """Completions as numbers that order them by case and then by date."""
    return case * _SPAN + day.astype(np.int64) + _SPAN // 2


def find_done(case: Positions, counts_from: Days, completions: Positions, times: int = 1) -> Days:
    """The day of completion number ``times`` of each case on or after ``counts_from``; missing if there is none.

    completions: sorted, each once.
    """
    position = np.searchsorted(completions, completion_keys(case, counts_from))
    # More keys than there are completions: a search that ends behind the last one then finds a key of no case.
    found = np.append(completions, np.full(times, -1, dtype=np.int64))[position + times - 1]
    return np.where(found // _SPAN == case, _day(found), NEVER)


def repeat_cycles(case: Positions, start: Days, completions: Positions) -> tuple[Positions, Days, Days]:
    """Every cycle of a repeating rule: its case, the date it started and the completion that ended it, if any.

    The first cycle starts with the case, every other with a completion after that day.
    """
    owner = completions // _SPAN
    after = np.full(int(max(owner.max(initial=-1), case.max(initial=-1))) + 1, np.iinfo(np.int64).max)
    after[case] = completion_keys(case, start)
    clocks = np.sort(np.concatenate([completion_keys(case, start), completions[completions > after[owner]]]))
    owner = clocks // _SPAN
    last_of_case = np.append(owner[1:] != owner[:-1], True)[: len(clocks)]
    done = np.where(last_of_case, NEVER, _day(np.append(clocks[1:], 0)[: len(clocks)]))
    return owner, _day(clocks), done


def _day(key: Positions) -> Days:
    return (key % _SPAN - _SPAN // 2).astype("datetime64[D]")
