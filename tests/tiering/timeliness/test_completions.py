"""Completed work as sorted numbers."""

import numpy as np

from tiering.timeliness.completions import Days, completion_keys, find_done, repeat_cycles


def days(*texts: str) -> Days:
    return np.array(texts, dtype="datetime64[D]")


def places(*numbers: int) -> "np.typing.NDArray[np.int64]":
    return np.array(numbers, dtype=np.int64)


DONE = np.sort(
    completion_keys(places(0, 0, 0, 2), days("2026-01-01", "2026-01-05", "2026-02-01", "2026-01-03")),
)


def test_the_first_completion_of_a_case_from_a_day_on() -> None:
    found = find_done(
        places(0, 0, 1, 2, 2), days("2026-01-01", "2026-01-02", "2026-01-01", "2026-01-03", "2026-01-04"), DONE
    )
    assert found.astype(str).tolist() == ["2026-01-01", "2026-01-05", "NaT", "2026-01-03", "NaT"]


def test_so_many_completions_are_needed_of_one_case() -> None:
    start = days("2026-01-01", "2026-01-02", "2026-01-01")
    assert find_done(places(0, 0, 2), start, DONE, 2).astype(str).tolist() == ["2026-01-05", "2026-02-01", "NaT"]
    assert find_done(places(0, 0, 2), start, DONE, 3).astype(str).tolist() == ["2026-02-01", "NaT", "NaT"]
    assert np.isnat(find_done(places(2), days("2026-01-01"), places(), 10)).all()


def test_a_completion_ends_one_cycle_and_starts_the_next() -> None:
    owner, clock, done = repeat_cycles(places(0, 1), days("2026-01-01", "2026-01-01"), DONE)
    assert owner.tolist() == [0, 0, 0, 1]
    assert clock.astype(str).tolist() == ["2026-01-01", "2026-01-05", "2026-02-01", "2026-01-01"]
    assert done.astype(str).tolist() == ["2026-01-05", "2026-02-01", "NaT", "NaT"]
