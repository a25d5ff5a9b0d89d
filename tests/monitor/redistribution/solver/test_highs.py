"""HiGHS: one small model, its relaxation, its whole answer, and what happens when it is stopped."""

from dataclasses import replace

import numpy as np
import pytest

from monitor.redistribution.problem.limits import Work
from monitor.redistribution.solver.highs import Effort, Model, run
from monitor.redistribution.solver.solve import never

# 100 less the most of 5x + 4y with 6x + 4y <= 25 and x + 2y <= 7: 22.25 in parts (x 2.75), 20 in whole ones (x 4).
MODEL = Model(
    cost=np.array([-5.0, -4.0]),
    lower=np.zeros(2),
    upper=np.array([10.0, 10.0]),
    whole=np.array([True, True]),
    row_lower=np.full(2, -np.inf),
    row_upper=np.array([25.0, 7.0]),
    entry_row=np.array([0, 1, 0, 1]),
    entry_column=np.array([0, 0, 1, 1]),
    entry_value=np.array([6.0, 1.0, 4.0, 2.0]),
    constant=100.0,
)


def test_the_relaxation_is_a_bound_of_the_whole_answer() -> None:
    relaxed, whole = run(MODEL, 10, never), run(MODEL, 10, never, gap=0.0)
    assert relaxed.bound == pytest.approx(77.75)
    assert whole.objective == pytest.approx(80)
    assert whole.values == pytest.approx([4, 0])
    assert relaxed.bound <= whole.bound + 1e-9
    assert relaxed.reduced is not None
    assert whole.reduced is None
    assert relaxed.finished
    assert whole.finished


@pytest.mark.parametrize("gap", [None, 0.0])
def test_a_model_nothing_fulfils_has_no_answer(gap: float | None) -> None:
    answer = run(
        replace(MODEL, row_lower=np.array([26.0, -np.inf]), row_upper=np.array([26.0, 1.0])), 10, never, gap=gap
    )
    assert answer.values is None


@pytest.mark.parametrize("gap", [None, 0.0])
def test_no_time_or_a_cancelled_question_has_no_answer_and_no_bound(gap: float | None) -> None:
    for answer in (run(MODEL, 0, never, gap=gap), run(MODEL, 10, lambda: True, gap=gap)):
        assert (answer.values, answer.bound, answer.finished) == (None, -np.inf, False)


def test_a_model_with_an_infinite_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be solved"):
        run(replace(MODEL, entry_value=np.array([6.0, np.inf, 4.0, 2.0])), 10, never)


@pytest.mark.parametrize("numbers", ["cost", "lower", "upper", "row_lower", "row_upper", "entry_value"])
@pytest.mark.parametrize("gap", [None, 0.0])
def test_a_model_with_an_entry_that_is_no_number_is_refused(numbers: str, gap: float | None) -> None:
    broken = getattr(MODEL, numbers).astype(float)
    broken[-1] = np.nan
    with pytest.raises(ValueError, match="cannot be solved"):
        run(replace(MODEL, **{numbers: broken}), 10, never, gap=gap)


def test_a_known_answer_to_begin_with_changes_nothing_but_the_way() -> None:
    assert run(MODEL, 10, never, gap=0.0, start=np.array([1.0, 1.0])).objective == pytest.approx(80)


def test_a_limit_on_work_stops_a_relaxation_and_a_search() -> None:
    relaxed = run(MODEL, 10, never, work=Work(iterations=0, nodes=1))
    assert (relaxed.values, relaxed.bound, relaxed.finished) == (None, -np.inf, False)
    # A search does not count iterations, and a relaxation no nodes.
    assert run(MODEL, 10, never, gap=0.0, work=Work(iterations=0, nodes=1)).objective == pytest.approx(80)
    assert run(MODEL, 10, never, work=Work(iterations=10, nodes=0)).finished


@pytest.mark.parametrize("effort", [Effort(target=95.0), Effort(nodes=1), Effort(nodes=1, plans=False)])
def test_a_search_that_has_done_enough_has_an_answer_and_a_bound_of_the_whole_answer(effort: Effort) -> None:
    answer = run(MODEL, 10, never, gap=0.0, start=np.array([1.0, 1.0]), effort=effort)
    assert answer.finished
    assert answer.values is not None
    assert answer.objective <= 95
    assert answer.bound <= 80 + 1e-9
