"""The figures of a plan: the same as the ordinary run gives, whatever the rounding and however posts are split."""

import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.metrics import find_shortfall, measure
from monitor.redistribution.results.tables.people import tabulate_loads

from ...offices import ask, away, case, cases, duty, person
from ...posing import posed


def office() -> Problem:
    """A over the line, B in two posts, C away with cases and a duty, D away with a duty only, E with nothing."""
    people = [person("A"), person("B"), person("B", "T2", hours="9.25"), person("C"), person("D"), person("E")]
    held = [*cases(24), *cases(10, "B"), *cases(2, "C"), case("X1", None), case("X2", "A", rosh="high")]
    return posed(ask(people, held, away("C"), away("D"), duty("C", "1"), duty("D", "1")))


def test_the_figures_of_a_small_office_by_hand() -> None:
    problem = office()
    found = measure(problem, problem.start)
    load = 24 * 53 + 75
    assert found.peak == pytest.approx(100 * load / 1088)
    people = tabulate_loads(problem, problem.start).set_index("om_code")
    duties = float(people.loc["D", "points"])
    assert duties > 0
    assert (found.over_110, found.over_100, found.without_hours) == (3, 3, 2)
    assert (found.over_line, found.over_110) == (3, 3)
    assert found.points_over_line == pytest.approx(load - 1.1 * 1088 + 2 * 53 + 2 * duties)
    assert found.points_over == pytest.approx(load - 1088 + 2 * 53 + 2 * duties)
    shares = [load / 1088, 530 / 1632, 0.0]
    mean = sum(shares) / 3
    assert found.max_over_mean == pytest.approx(shares[0] / mean)
    spread = sum(abs(one - other) for one in shares for other in shares)
    assert found.gini == pytest.approx(spread / (2 * 9 * mean))
    assert people.loc["A", ["cases", "high_rosh_cases", "high_rosh_points"]].tolist() == [25, 1, 75]
    assert people.loc["C", "band"] == "no capacity"


def test_what_no_plan_can_give_is_told_in_points_and_people() -> None:
    short = find_shortfall(posed(ask([person("A")], [*cases(30), case("X1", None)])))
    assert short.total_points == 31 * 53
    assert short.points_short == pytest.approx(31 * 53 / 1.1 - 1088)
    assert short.full_time_short == pytest.approx(short.points_short / 2176, rel=0.01)
    enough = find_shortfall(posed(ask([person("A")], cases(5))))
    assert (enough.points_short, enough.full_time_short) == (0, 0)


def test_nobody_and_nothing_have_figures_too() -> None:
    for people, held in (([], []), ([person("A", hours="0")], cases(1)), ([person("A")], [])):
        problem = posed(ask(people, held))
        found = measure(problem, problem.start)
        assert found.peak == found.gini == found.max_over_mean == 0
        assert len(tabulate_loads(problem, problem.start)) == len(people)
