"""Runs of weeks: what starts an episode, what ends it, how long it has lasted."""

import numpy as np

from alerts.trend import Sustained, sustained


def follow(*units: str, weeks_on: int = 3, weeks_off: int = 2) -> Sustained:
    """A letter for each week: + the condition holds, 0 it is off, = neither, ? not known, - not in the snapshot."""
    weeks = np.array([list(unit) for unit in units])
    return sustained(weeks == "+", weeks == "0", (weeks != "?") & (weeks != "-"), weeks != "-", weeks_on, weeks_off)


def of_one(unit: str, weeks_on: int = 3, weeks_off: int = 2) -> tuple[bool, bool, int, int, int]:
    """Active now, active the week before, weeks, weeks running, position of the first week."""
    found = follow(unit, weeks_on=weeks_on, weeks_off=weeks_off)
    return (
        bool(found.active[0]),
        bool(found.was_active[0]),
        int(found.weeks[0]),
        int(found.running[0]),
        int(found.since[0]),
    )


def test_before_an_episode_there_is_a_run_with_its_first_week() -> None:
    assert of_one("==") == (False, False, 0, 0, -1)
    assert of_one("=++") == (False, False, 0, 2, 1)


def test_an_episode_starts_with_its_run_and_counts_the_weeks_that_made_it() -> None:
    assert of_one("=+++") == (True, False, 3, 3, 1)
    assert of_one("=++++") == (True, True, 4, 4, 1)


def test_a_broken_run_starts_again_later() -> None:
    assert of_one("++=++") == (False, False, 0, 2, 3)
    assert of_one("++=+++") == (True, False, 3, 3, 3)


def test_an_episode_outlives_weeks_that_are_neither_on_nor_off() -> None:
    assert of_one("+++==+") == (True, True, 6, 1, 0)
    assert of_one("+++=+++") == (True, True, 7, 3, 0)
    assert of_one("+++0=0") == (True, True, 6, 0, 0)


def test_an_episode_ends_with_its_run_of_weeks_off_and_tells_how_long_it_burned() -> None:
    assert of_one("+++0") == (True, True, 4, 0, 0)
    assert of_one("+++00") == (False, True, 4, 0, 0)
    assert of_one("+++000") == (False, False, 0, 0, -1)


def test_after_an_episode_the_next_has_its_own_first_week() -> None:
    assert of_one("+++00+++") == (True, False, 3, 3, 5)


def test_weeks_that_are_not_known_count_neither_way() -> None:
    assert of_one("++?") == (False, False, 0, 2, 0)
    assert of_one("++?+") == (True, False, 3, 3, 0)
    assert of_one("?+++") == (True, False, 3, 3, 1)
    assert of_one("+++?") == (True, True, 3, 3, 0)
    assert of_one("+++0?0") == (False, True, 4, 0, 0)


def test_who_is_not_in_the_snapshot_has_neither_run_nor_episode() -> None:
    assert of_one("++-") == (False, False, 0, 0, -1)
    assert of_one("++-++") == (False, False, 0, 2, 3)
    assert of_one("+++-") == (False, True, 3, 0, 0)
    assert of_one("+++-+") == (False, False, 0, 1, 4)
    assert of_one("+++0-+++0") == (True, True, 4, 0, 5)


def test_a_rule_of_one_week_starts_and_ends_at_once() -> None:
    assert of_one("+", 1, 1) == (True, False, 1, 1, 0)
    assert of_one("+0", 1, 1) == (False, True, 1, 0, 0)
    assert of_one("+00", 1, 1) == (False, False, 0, 0, -1)


def test_every_unit_is_followed_on_its_own() -> None:
    found = follow("=+++", "++++", "+++0", "-+++")
    assert found.active.tolist() == [True] * 4
    assert found.was_active.tolist() == [False, True, True, False]
    assert found.weeks.tolist() == [3, 4, 4, 3]
    assert found.running.tolist() == [3, 4, 0, 3]
    assert found.since.tolist() == [1, 0, 0, 1]
