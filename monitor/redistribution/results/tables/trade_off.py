"""Find what more moves would gain: the best plan for each number of moves."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.metrics import measure
from monitor.redistribution.solver.solve import Solution, never, solve

COLUMNS = [
    "elective_moves",
    "share_of_gain",
    "objective",
    "bound",
    "peak",
    "over_110",
    "budget",
    "points_over_line",
    "over_line",
]
_NOISE = 1e-9
BUDGETS = (0, 10, 20, 30, 40, 50, 60, 90, 120, None)


def sweep_budgets(
    problem: Problem, budgets: Sequence[int | None] = BUDGETS, cancelled: Callable[[], bool] = never
) -> pd.DataFrame:
    """Find the best plan for each budget of elective moves, fewest first, no limit last.

    Columns, one row per budget:

    - elective_moves: the moves made; budget: the moves allowed, missing for no limit
    - share_of_gain: gain over no moves, as a share of the gain without limit; 1 if there is nothing to gain
    - objective, bound; peak: capacity percentage; over_110: people
    - points_over_line, over_line: points and people over the red line of the problem

    A larger budget never gives a worse plan, because it also allows every plan of a smaller one.
    """
    ordered = sorted({budget for budget in budgets if budget is not None} | {0})
    rows = []
    best: Solution | None = None
    for budget in [*ordered, None]:
        asked = replace(problem, limits=replace(problem.limits, elective_moves=budget))
        # Starting from the plan of fewer moves, the search has something to improve even if time is short.
        solution = solve(asked, cancelled, None if best is None else best.holder)
        if best is None or solution.objective < best.objective - _NOISE * best.objective:
            best = solution
        figures = measure(problem, best.holder)
        moved = (best.holder != problem.start) & (best.holder >= 0)
        elective = moved & ~problem.cases["forced"].to_numpy(dtype=bool) & problem.cases["fixed_to"].lt(0).to_numpy()
        rows.append(
            {
                "budget": budget,
                "elective_moves": int(elective.sum()),
                "objective": best.objective,
                "bound": min(solution.bound, best.objective),
                "peak": figures.peak,
                "over_110": float(figures.over_110),
                "points_over_line": figures.points_over_line,
                "over_line": figures.over_line,
            }
        )
    table = pd.DataFrame(rows).astype({"budget": "Int64"})
    gain = table["objective"].iloc[0] - table["objective"]
    table["share_of_gain"] = gain / gain.iloc[-1] if gain.iloc[-1] > 0 else 1.0
    return table[COLUMNS]
