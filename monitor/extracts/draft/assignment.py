"""The best pairs of two lists: each member used once, and the sum of all scores the highest."""

from collections.abc import Sequence


def best_pairs(scores: Sequence[Sequence[float]]) -> dict[int, int]:
    """Which column each row takes so that the sum of the scores is the highest; one of 0 or less pairs nothing.

    Taking the best pair first would give a heading to the column that only comes near it. This is the Hungarian method
    with potentials, rows added one by one.
    """
    rows = len(scores)
    if not rows:
        return {}
    # A column of its own for every row that is better left alone.
    costs = [[-max(score, 0.0) for score in row] + [0.0] * rows for row in scores]
    columns = len(costs[0])
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    taken_by = [0] * (columns + 1)
    for row in range(1, rows + 1):
        _add_row(row, costs, of_row, of_column, taken_by)
    real = len(scores[0])
    pairs = {taken_by[column] - 1: column - 1 for column in range(1, real + 1) if taken_by[column]}
    return {row: column for row, column in sorted(pairs.items()) if scores[row][column] > 0}


def _add_row(
    row: int, costs: list[list[float]], of_row: list[float], of_column: list[float], taken_by: list[int]
) -> None:
    """Give one more row a column, changing the pairs of earlier rows where that is cheaper; 0 stands for none."""
    columns = len(of_column) - 1
    cheapest = [float("inf")] * (columns + 1)
    came_from = [0] * (columns + 1)
    tried = [False] * (columns + 1)
    taken_by[0], here = row, 0
    while taken_by[here]:
        tried[here] = True
        owner, step, following = taken_by[here], float("inf"), 0
        for column in range(1, columns + 1):
            if tried[column]:
                continue
            cost = costs[owner - 1][column - 1] - of_row[owner] - of_column[column]
            if cost < cheapest[column]:
                cheapest[column], came_from[column] = cost, here
            if cheapest[column] < step:
                step, following = cheapest[column], column
        for column in range(columns + 1):
            if tried[column]:
                of_row[taken_by[column]] += step
                of_column[column] -= step
            else:
                cheapest[column] -= step
        here = following
    while here:
        taken_by[here] = taken_by[came_from[here]]
        here = came_from[here]
