"""What people may hold at the line."""

from dataclasses import replace
from fractions import Fraction

from monitor.redistribution.problem.line import room_below, room_under_line
from monitor.redistribution.problem.loads import loads
from monitor.redistribution.problem.problem import Problem
from tiering.policies.policy import Rounding

from ..clusters import cluster, whole_service
from ..offices import ask, cases, person
from ..posing import posed


def held_at_most(problem: Problem) -> list[Fraction]:
    """Points that each person may carry in all, duties included."""
    most = room_under_line(problem).most
    return [fixed + int(own) * problem.unit for fixed, own in zip(problem.people["fixed"], most, strict=True)]


def test_whoever_is_under_the_line_may_be_filled_up_to_it_and_never_above() -> None:
    problem = posed(ask([person("A"), person("B")], cases(10)))
    for most, able in zip(held_at_most(problem), problem.people["available"], strict=True):
        assert 0 <= able * problem.line / 100 - most < problem.unit


def test_a_margin_lowers_the_line_for_receivers() -> None:
    problem = posed(ask([person("A"), person("B")], cases(10), margin=Fraction(15, 2)))
    assert problem.receivers_line == problem.line - Fraction(15, 2)
    for most, able in zip(held_at_most(problem), problem.people["available"], strict=True):
        assert most <= able * problem.receivers_line / 100


def test_whoever_is_above_the_line_may_hold_what_they_hold_now() -> None:
    problem = posed(ask([person("A"), person("B")], cases(90)))
    now = loads(problem, problem.start)
    assert now[0] > problem.people["available"].iloc[0] * problem.line / 100
    assert held_at_most(problem)[0] == now[0]


def test_nobody_without_hours_receives() -> None:
    problem = posed(ask([person("A"), person("Z", hours="0")], cases(10)))
    assert room_under_line(problem).receives.tolist() == [True, False]


def test_rounding_keeps_room_back_so_that_the_reported_load_is_under_the_line_too() -> None:
    problem = posed(whole_service(cluster(3, 200, 8, 2)))
    finer = replace(problem, unit=problem.unit / 3)
    rounding = finer.policy.model_copy(update={"rounding": Rounding.WORKLOAD_MANAGEMENT_TOOL})
    exact, rounded = room_under_line(finer), room_under_line(replace(finer, policy=rounding))
    assert (rounded.most <= exact.most).all()
    assert (rounded.most < exact.most).any()


def test_a_peak_leaves_less_room_and_a_higher_one_no_more_than_the_line() -> None:
    problem = posed(ask([person("A"), person("B"), person("C", hours="0")], cases(10)))
    room = room_under_line(problem)
    lower, higher = room_below(problem, room, 80.0), room_below(problem, room, 150.0)
    for most, able in zip(lower.most[:2], problem.people["available"], strict=False):
        assert 0 <= able * Fraction(80, 100) - int(most) * problem.unit < problem.unit
    assert higher.most.tolist() == room.most.tolist()
    assert lower.most[2] == room.most[2]


def test_who_is_above_the_line_before_the_plan_is_told() -> None:
    problem = posed(ask([person("A"), person("B")], cases(90)))
    assert room_under_line(problem).above.tolist() == [True, False]
