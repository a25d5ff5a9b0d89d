"""Who may take one case: best first, with the load before and after, and those over the line last."""

import pytest

from monitor.redistribution.problem.loads import percentages
from monitor.redistribution.results.receivers import rank_receivers

from ..offices import case, cases, person
from ..problem.asking import asked, takers


def test_everyone_who_may_take_it_is_there_and_no_one_else() -> None:
    problem = asked([case("X1", tier="3", rosh="medium")])
    ranked = rank_receivers(problem, problem.start, 0)
    assert sorted(taker.om_code for taker in ranked) == [code for code in takers(problem) if code != "A"]


def test_the_least_loaded_is_first_and_the_load_is_with_the_case() -> None:
    people = [person("A"), person("B"), person("C")]
    problem = asked([*cases(4), *cases(24, "B")], people=people)
    ranked = rank_receivers(problem, problem.start, 0)
    assert [taker.om_code for taker in ranked] == ["C", "B"]
    moved = problem.start.copy()
    moved[0] = 2
    before, after = percentages(problem, problem.start), percentages(problem, moved)
    assert (ranked[0].before, ranked[0].after) == pytest.approx((before[2], after[2]))
    assert ranked[0].price < ranked[1].price
    assert not ranked[0].over_line


def test_those_who_end_over_the_line_are_last_and_say_so() -> None:
    people = [person("A"), person("B", "T3"), person("C")]
    problem = asked([case("A00"), *cases(40, "C")], people=people)
    ranked = rank_receivers(problem, problem.start, 0)
    assert [(taker.om_code, taker.over_line) for taker in ranked] == [("B", False), ("C", True)]
    assert [bool(taker.reasons_against) for taker in ranked] == [False, True]
