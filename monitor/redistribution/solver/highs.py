"""HiGHS: one model in, one answer out. One thread and one seed: the same model has the same answer every time."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# The number of threads is one for the whole process: HiGHS gives no answer, and no error, where it changes. The root's
# reduced-cost search costs most of the time here and finds nothing that the others do not.
_OPTIONS: dict[str, bool | int | float | str] = {
    "threads": 1,
    "random_seed": 0,
    "mip_heuristic_run_root_reduced_cost": False,
}
_ABSOLUTE_GAP = 1e-6


@dataclass(frozen=True)
class Model:
    """A mixed-integer model to be made as small as it can be.

    Columns: cost, lower, upper, whole. Rows: row_lower, row_upper. Entries of the matrix: entry_row, entry_column,
    entry_value. constant: what the objective has whatever the columns do.
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
class HighsResult:
    """What HiGHS found.

    values: of the columns, None where nothing was found. reduced: reduced costs, of a relaxation only. objective: of
    the values. bound: no values have less. finished: neither the time nor anybody stopped it.
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
) -> HighsResult:
    """Solve ``model`` to ``gap``, a share of the objective; without one, only its linear relaxation.

    Stops after ``seconds``, or soon after ``cancelled`` says so. start: values to begin
    with. Raises ValueError for a model that HiGHS does not take.
    """
    if seconds <= 0 or cancelled():
        return HighsResult(None, None, np.inf, -np.inf, False)
    highs = highspy.Highs()
    highs.silent()
    gaps = {} if gap is None else {"mip_rel_gap": gap, "mip_abs_gap": _ABSOLUTE_GAP}
    for option, value in (_OPTIONS | gaps | {"time_limit": float(seconds)}).items():
        highs.setOptionValue(option, value)
    if highs.passModel(_lp(model, whole=gap is not None)) == highspy.HighsStatus.kError:
        raise ValueError("the model cannot be solved: a number in it is not finite, or a bound below another")
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        highs.setSolution(known)

    def stop(event: highspy.highs.HighsCallbackEvent) -> None:
        if cancelled():
            event.interrupt()

    highs.cbMipInterrupt.subscribe(stop)
    highs.cbSimplexInterrupt.subscribe(stop)
    highs.run()
    return _answer(highs, relaxed=gap is None)


def _answer(highs: highspy.Highs, *, relaxed: bool) -> HighsResult:
    """What a finished or stopped HiGHS knows."""
    info, solution, status = highs.getInfo(), highs.getSolution(), highs.getModelStatus()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    finished = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
    bound = float(info.mip_dual_bound)
    if relaxed:
        found, bound = finished, float(info.objective_function_value) if finished else -np.inf
    return HighsResult(
        values=np.array(solution.col_value) if found else None,
        reduced=np.array(solution.col_dual) if found and relaxed else None,
        objective=float(info.objective_function_value) if found else np.inf,
        bound=bound,
        finished=finished,
    )


def _lp(model: Model, *, whole: bool) -> highspy.HighsLp:
    """The model as HiGHS reads it, column after column."""
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
