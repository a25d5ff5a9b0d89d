"""Rounding a relaxation: always a plan, and a box that contains it."""

import numpy as np
import pytest

from monitor.redistribution.problem.line import room_under_line
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import encode
from monitor.redistribution.solver.highs import HighsResult, run
from monitor.redistribution.solver.improve import Space, open_space
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.rounding import box_around, keep_earlier, round_down

from ..clusters import cluster, whole_service
from ..offices import ask, case, cases, person
from ..posing import posed


def never() -> bool:
    return False


def opened(problem: Problem) -> tuple[Problem, Flow, Space]:
    room = room_under_line(problem)
    flow = build(problem, 1, room)
    return problem, flow, open_space(problem, flow, room, 1)


@pytest.fixture(scope="module", params=range(1, 5))
def relaxed(request: pytest.FixtureRequest) -> tuple[Problem, Flow, Space, HighsResult]:
    problem, flow, space = opened(posed(whole_service(cluster(request.param, 400, 10, 2), elective_moves=20)))
    return problem, flow, space, run(flow.model, 60, never)


def test_the_whole_parts_of_a_relaxation_are_a_plan_in_the_box(
    relaxed: tuple[Problem, Flow, Space, HighsResult],
) -> None:
    problem, flow, space, answer = relaxed
    assert answer.values is not None
    plan = round_down(problem, flow, answer.values, space)
    assert space.fits(plan)
    assert (plan != problem.start).any()
    for changes in (0, 30):
        lower, upper = box_around(problem, flow, answer, plan, changes)
        values = encode(problem, flow, plan)
        assert ((lower <= values) & (values <= upper + 1e-9)).all()
        counts = answer.values[: flow.whole]
        assert (lower[: flow.whole] <= np.ceil(counts - 1e-6)).all()
        assert (np.floor(counts + 1e-6) <= upper[: flow.whole]).all()


def test_more_changes_make_the_box_larger_and_never_larger_than_the_model(
    relaxed: tuple[Problem, Flow, Space, HighsResult],
) -> None:
    problem, flow, _, answer = relaxed
    (low, high), (lower, upper) = (box_around(problem, flow, answer, problem.start, most) for most in (0, 30))
    assert (lower <= low).all()
    assert (high <= upper).all()
    wider = (upper - lower) > (high - low)
    assert 0 < wider.sum() <= 30
    assert (flow.model.lower <= lower).all()
    assert (upper <= flow.model.upper).all()


def test_there_is_no_box_around_nothing() -> None:
    problem, flow, _ = opened(posed(ask([person("A"), person("B")], cases(9))))
    with pytest.raises(ValueError, match="no relaxation to round"):
        box_around(problem, flow, HighsResult(None, None, np.inf, -np.inf, False), problem.start, 0)


PEOPLE = [person("A"), person("B"), person("C")]


def test_an_earlier_plan_is_kept_but_for_a_pinned_case() -> None:
    earlier = (("A01", "B", "T1"), ("A02", "C", "T1"), ("X1", "C", "T1"))
    held = [*cases(9), case("X1", None)]
    problem, flow, space = opened(posed(ask(PEOPLE, held, based_on=earlier, crns=frozenset({"A02"}))))
    plan = keep_earlier(problem, flow, space)
    assert plan is not None
    moved = np.flatnonzero(plan != problem.start)
    assert problem.cases["crn"].iloc[moved].tolist() == ["A01", "X1"]


@pytest.mark.parametrize("limits", [{"elective_moves": 1}, {"intake": 1}])
def test_an_earlier_plan_of_wider_limits_is_none(limits: dict[str, int]) -> None:
    earlier = (("A01", "B", "T1"), ("A02", "B", "T1"))
    assert keep_earlier(*opened(posed(ask(PEOPLE, cases(9), based_on=earlier, **limits)))) is None


def test_without_an_earlier_plan_there_is_nothing_to_keep() -> None:
    assert keep_earlier(*opened(posed(ask(PEOPLE, cases(9))))) is None
