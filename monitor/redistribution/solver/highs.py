"""Solve one model with HiGHS, on one thread with one seed, so that the same model always has the same answer.

A planner who asks again must get the same plan, and so must anyone who checks it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.limits import Work

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# The number of threads is one for the whole process: if it changes, HiGHS gives no answer and no error. The reduced
# cost search at the root is off: it takes most of the time here and finds nothing that the other heuristics miss.
_OPTIONS: dict[str, bool | int | float | str] = {
    "threads": 1,
    "random_seed": 0,
    "mip_heuristic_run_root_reduced_cost": False,
}
# At the root the search for better values takes most of the time. A bound needs the cuts alone.
_BOUND_ALONE: dict[str, bool | int | float] = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_allow_restart": False,
}
_FINISHED = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kObjectiveTarget,
    highspy.HighsModelStatus.kSolutionLimit,
)
# HiGHS stops at either gap. The absolute one is so small that only the share asked for counts.
_ABSOLUTE_GAP = 1e-6


@dataclass(frozen=True)
class Model:
    """A mixed-integer model whose objective is to be minimised.

    - cost, lower, upper, whole: of each column.
    - row_lower, row_upper: of each row.
    - entry_row, entry_column, entry_value: the entries of the matrix, in any order; none twice.
    - constant: the part of the objective that no column changes.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    whole: Flags
    row_lower: Floats
    row_upper: Floats
    entry_row: Integers
    entry_column: Integers
    entry_value: Floats
    constant: float = 0.0


@dataclass(frozen=True)
class Effort:
    """When a mixed-integer search has done enough, as well as its gap.

    - target: an objective that will do; nodes: to search at most, None for no limit.
    - plans: whether it looks for better values itself; without, only its bound and what it comes upon count.
    """

    target: float = -np.inf
    nodes: int | None = None
    plans: bool = True


THOROUGH = Effort()


@dataclass(frozen=True)
class HighsResult:
    """What HiGHS found.

    - values: of the columns, None if nothing was found.
    - reduced: reduced costs, of a relaxation only.
    - objective: of the values; bound: no values have a lower one.
    - finished: neither the time, the limit on work nor a cancel stopped it.
    """

    values: Floats | None
    reduced: Floats | None
    objective: float
    bound: float
    finished: bool


def run(
    model: Model,
    seconds: float,
    cancelled: Callable[[], bool],
    gap: float | None = None,
    start: Floats | None = None,
    work: Work | None = None,
    effort: Effort = THOROUGH,
) -> HighsResult:
    """Solve a model.

    - seconds: time after which it stops; it also stops soon after ``cancelled`` returns true.
    - gap: a share of the objective; without one, only the linear relaxation is solved.
    - start: values to start from; HiGHS then never ends with worse ones.
    - work: work after which it stops too; effort: when a search has done enough.
    - Raises ValueError for a model that HiGHS does not take.
    """
    if seconds <= 0 or cancelled():
        return HighsResult(None, None, np.inf, -np.inf, False)
    highs = highspy.Highs()
    highs.silent()
    gaps = {} if gap is None else {"mip_rel_gap": gap, "mip_abs_gap": _ABSOLUTE_GAP}
    for option, value in (
        _OPTIONS | gaps | _limits(work, effort, relaxed=gap is None) | {"time_limit": float(seconds)}
    ).items():
        highs.setOptionValue(option, value)
    # HiGHS takes a cost that is no number, and then never ends.
    if _lacks_number(model) or highs.passModel(_lp(model, whole=gap is not None)) == highspy.HighsStatus.kError:
        raise ValueError("the model cannot be solved: a number in it is not finite, or a bound below another")
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        highs.setSolution(known)

    def stop(event: highspy.highs.HighsCallbackEvent) -> None:
        if cancelled():
            event.interrupt()

    # HiGHS calls the first during a mixed-integer search, the second while it solves a relaxation alone.
    highs.cbMipInterrupt.subscribe(stop)
    highs.cbSimplexInterrupt.subscribe(stop)
    highs.run()
    return _result(highs, relaxed=gap is None)


@dataclass(frozen=True)
class Clock:
    """The time that a search has left, whether someone has cancelled it, and the work that each model may take."""

    seconds_left: Callable[[], float]
    cancelled: Callable[[], bool]
    work: Work | None = None

    def run(
        self, model: Model, gap: float | None = None, start: Floats | None = None, effort: Effort = THOROUGH
    ) -> HighsResult:
        """Solve a model in the time left; see ``run``."""
        return run(model, self.seconds_left(), self.cancelled, gap=gap, start=start, work=self.work, effort=effort)


def _limits(work: Work | None, effort: Effort, *, relaxed: bool) -> dict[str, bool | int | float]:
    """The options that limit work; HiGHS has no use for the limit of iterations in a mixed-integer search."""
    if relaxed:
        return {} if work is None else {"simplex_iteration_limit": work.iterations}
    nodes = [most for most in (effort.nodes, None if work is None else work.nodes) if most is not None]
    limits: dict[str, bool | int | float] = {"objective_target": effort.target}
    if nodes:
        limits["mip_max_nodes"] = min(nodes)
    return limits if effort.plans else limits | _BOUND_ALONE


def _result(highs: highspy.Highs, *, relaxed: bool) -> HighsResult:
    """Read the result from HiGHS when it has finished or was stopped."""
    info, solution, status = highs.getInfo(), highs.getSolution(), highs.getModelStatus()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    finished = status in _FINISHED
    bound = float(info.mip_dual_bound)
    # A relaxation that was stopped half-way counts neither as an answer nor as a bound.
    if relaxed:
        feasible, bound = finished, float(info.objective_function_value) if finished else -np.inf
    return HighsResult(
        values=np.array(solution.col_value) if feasible else None,
        reduced=np.array(solution.col_dual) if feasible and relaxed else None,
        objective=float(info.objective_function_value) if feasible else np.inf,
        bound=bound,
        finished=finished,
    )


def _lacks_number(model: Model) -> bool:
    """Whether a number of the model is NaN."""
    bounds = (model.lower, model.upper, model.row_lower, model.row_upper)
    return any(bool(np.isnan(numbers).any()) for numbers in (model.cost, model.entry_value, model.constant, *bounds))


def _lp(model: Model, *, whole: bool) -> highspy.HighsLp:
    """The model in the form of HiGHS: column by column, as HiGHS stores the matrix, so that it need not convert it."""
    order = np.lexsort((model.entry_row, model.entry_column))
    counts = np.bincount(model.entry_column, minlength=len(model.cost))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.row_lower)
    lp.offset_ = model.constant
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)])
    lp.a_matrix_.index_ = model.entry_row[order]
    lp.a_matrix_.value_ = model.entry_value[order]
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in model.whole]
    return lp
