"""The state of the synthetic London between two weeks."""

import pandas as pd

from monitor.sample.days import NEVER
from monitor.sample.world import World

ON = 20_000
NOTHING = pd.DataFrame()


def a_world(*numbers: int) -> World:
    """People of these numbers, each held by post 0 or 1 and with one event and two assessments."""
    cases = pd.DataFrame({"no": numbers, "post": [number % 2 for number in numbers], "closed_on": ON + 10})
    work = pd.DataFrame({"no": [*numbers, *numbers], "gone_on": [NEVER] * len(numbers) + [ON] * len(numbers)})
    events = pd.DataFrame({"no": numbers})
    return World(NOTHING, NOTHING, cases, events, work, NOTHING, NOTHING, last_no=max(numbers))


def test_a_case_goes_with_its_work_on_the_day_it_is_closed() -> None:
    world = a_world(1, 2, 3)
    world.cases["closed_on"] = [ON, ON + 1, NEVER]
    world.close_cases(ON)
    assert world.cases["no"].to_list() == [2, 3]
    assert world.cases.index.to_list() == [0, 1]
    assert world.events["no"].to_list() == [2, 3]


def test_work_that_later_work_replaced_goes_with_its_time() -> None:
    world = a_world(1, 2)
    world.close_cases(ON - 1)
    assert world.assessments["no"].to_list() == [1, 2, 1, 2]
    world.close_cases(ON)
    assert world.assessments["no"].to_list() == [1, 2]


def test_new_cases_come_after_those_that_are_there() -> None:
    world, new = a_world(1, 2), a_world(7, 8)
    world.add_cases(new.cases, new.events, new.assessments)
    assert (world.cases["no"].to_list(), world.last_no) == ([1, 2, 7, 8], 8)
    assert (len(world.events), len(world.assessments)) == (4, 8)


def test_the_cases_of_a_post_are_taken_off_it_and_of_no_other() -> None:
    world = a_world(1, 2, 3)
    world.release_from(pd.Index([1]))
    assert world.cases["post"].to_list() == [-1, 0, -1]


def test_two_worlds_together_leave_each_as_it_was() -> None:
    world, other = a_world(1, 2), a_world(900_001)
    both = world.with_cases_of(other)
    assert both.cases["no"].to_list() == [1, 2, 900_001]
    assert (len(both.events), len(both.assessments)) == (3, 6)
    assert (len(world.cases), len(other.cases)) == (2, 1)
