"""The model of a question: how many cases of each group leave, and how many of each class each post receives.

Columns: a group's cases that leave; a class's cases that a post receives; for each class and office how many more leave
than it receives; for each person the load between each two edges of the strain. docs/decisions/0010-redistribution.md
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.intake import named_intake
from monitor.redistribution.problem.loads import objective, settled, whole_loads
from monitor.redistribution.problem.penalty import edges, slopes
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.groups import movable_groups, receipts_of
from monitor.redistribution.solver.highs import Model

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """The model with what its columns mean: first those of ``groups``, then those of ``receipts``, row by row.

    groups: of cases that may leave, as monitor.redistribution.groups has them. receipts: which post may receive which
        class, and at the most how many.
    group_of: the group of each case of the problem, -1 for one that cannot move.
    distances: columns of leaving an office or a cluster: column, row.
    strains: columns of load, one for each person and stretch between two edges, lowest first: column, row, person, and
        width (whole points of the problem).
    budget: the row that counts elective moves.
    """

    model: Model
    groups: pd.DataFrame
    receipts: pd.DataFrame
    group_of: Integers
    distances: pd.DataFrame
    strains: pd.DataFrame
    budget: int

    @property
    def whole(self) -> int:
        """How many columns count cases."""
        return len(self.groups) + len(self.receipts)


def build(problem: Problem, weeks: int, peak: float | None = None) -> Flow:
    """The model of ``problem`` with intake over ``weeks``; ``peak``: a capacity percentage nobody may end above."""
    groups, group_of = movable_groups(problem)
    receipts = receipts_of(problem, groups, weeks)
    start = settled(problem)
    parts = _Parts()
    forced = groups["forced"].to_numpy(dtype=bool)
    price = groups["cost"].to_numpy(dtype=float) - forced * problem.prices.unplaced
    out = parts.add_columns(price, groups["count"].to_numpy(dtype=float), whole=True)
    into = parts.add_columns(np.zeros(len(receipts)), receipts["most"].to_numpy(dtype=float), whole=True)

    classes = int(groups["klass"].max() + 1) if len(groups) else 0
    balance = parts.add_rows(np.zeros(classes), np.zeros(classes))
    parts.add(balance[groups["klass"]], out, 1.0)
    parts.add(balance[receipts["klass"]], into, -1.0)
    distances = _add_distances(parts, problem, groups, receipts)
    strains, strained = _add_strains(parts, problem, groups, receipts, whole_loads(problem, start), peak)
    _add_intake(parts, problem, receipts, into, weeks)
    most = problem.limits.elective_moves
    budget = parts.add_rows(np.array([-np.inf]), np.array([np.inf if most is None else float(most)]))
    elective = out[~forced]
    parts.add(budget.repeat(len(elective)), elective, 1.0)
    model = parts.model(objective(problem, start) - strained)
    return Flow(model, groups, receipts, group_of, distances, strains, int(budget[0]))


def _add_distances(parts: "_Parts", problem: Problem, groups: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """For each class and office, or cluster: how many more leave it than it receives, at a price."""
    prices = problem.prices
    steps = [("office", prices.other_office)]
    if problem.limits.between_clusters:
        steps.append(("cluster", prices.other_cluster - prices.other_office))
    added = []
    out, into = np.arange(len(groups)), len(groups) + np.arange(len(receipts))
    for level, price in steps:
        codes = pd.Index(np.unique(problem.cases[f"{level}_code"].to_numpy(dtype=str)))
        there = codes.get_indexer(pd.Index(problem.posts[f"{level}_code"]))[receipts["post"]]
        size = len(codes) + 1
        leaving = groups["klass"].to_numpy() * size + groups[level].to_numpy()
        arriving = receipts["klass"].to_numpy() * size + np.where(there < 0, len(codes), there)
        pairs = np.unique(leaving)
        columns = parts.add_columns(np.full(len(pairs), price), np.full(len(pairs), np.inf), whole=False)
        rows = parts.add_rows(np.zeros(len(pairs)), np.full(len(pairs), np.inf))
        parts.add(rows, columns, 1.0)
        parts.add(rows[np.searchsorted(pairs, leaving)], out, -1.0)
        near = np.isin(arriving, pairs)
        parts.add(rows[np.searchsorted(pairs, arriving[near])], into[near], 1.0)
        added.append(pd.DataFrame({"column": columns, "row": rows}))
    return pd.concat(added, ignore_index=True)


def _add_strains(
    parts: "_Parts",
    problem: Problem,
    groups: pd.DataFrame,
    receipts: pd.DataFrame,
    whole: Integers,
    peak: float | None,
) -> tuple[pd.DataFrame, float]:
    """What each person carries, spread over the stretches between edges; and the strain before any move."""
    starts, slope = edges(problem.prices), slopes(problem.prices)
    widths = np.append(np.diff(starts), np.inf)
    allowed = widths if peak is None else np.clip(peak - starts, 0, widths)
    concerned = np.union1d(groups.loc[groups["person"] >= 0, "person"], receipts["person"]).astype(np.int64)
    row_of = np.full(len(problem.people), -1)
    row_of[concerned] = np.arange(len(concerned))
    fixed, able = (
        np.array([float(points / problem.unit) for points in problem.people[name].iloc[concerned]], dtype=float)
        for name in ("fixed", "available")
    )
    before: Floats = fixed + whole[concerned]
    percent = able[:, None] / 100
    columns = parts.add_columns((slope / percent).ravel(), (allowed * percent).ravel(), whole=False)
    rows = parts.add_rows(-before, -before)
    strains = pd.DataFrame(
        {
            "column": columns,
            "row": rows.repeat(len(widths)),
            "person": concerned.repeat(len(widths)),
            "width": (widths * percent).ravel(),
        }
    )
    parts.add(strains["row"].to_numpy(), columns, -1.0)
    person = groups["person"].to_numpy()
    leaves = np.flatnonzero(person >= 0)
    parts.add(rows[row_of[person[leaves]]], leaves, -groups["exact"].to_numpy(dtype=float)[leaves])
    taker = rows[row_of[receipts["person"].to_numpy()]]
    parts.add(taker, len(groups) + np.arange(len(receipts)), receipts["exact"].to_numpy(dtype=float))
    return strains, float((np.clip(before[:, None] / percent - starts, 0, widths) * slope).sum())


def _add_intake(parts: "_Parts", problem: Problem, receipts: pd.DataFrame, into: Integers, weeks: int) -> None:
    """Nobody receives more new cases than fit into the weeks; named moves count."""
    people, row = np.unique(receipts["person"].to_numpy(dtype=np.int64), return_inverse=True)
    most = np.maximum(problem.limits.intake * weeks - named_intake(problem)[people], 0)
    rows = parts.add_rows(np.full(len(people), -np.inf), most.astype(float))
    parts.add(rows[row], into, receipts["number_of_cases"].to_numpy(dtype=float))


class _Parts:
    """Columns, rows and entries of a model, gathered block by block."""

    def __init__(self) -> None:
        self._columns: list[tuple[Floats, Floats, bool]] = []
        self._rows: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Integers, Integers, Floats]] = []
        self._width = self._height = 0

    def add_columns(self, cost: Floats, upper: Floats, *, whole: bool) -> Integers:
        """New columns from 0 to ``upper``; returns their numbers."""
        self._columns.append((cost, upper, whole))
        self._width += len(cost)
        return np.arange(self._width - len(cost), self._width)

    def add_rows(self, lower: Floats, upper: Floats) -> Integers:
        """New rows; returns their numbers."""
        self._rows.append((lower, upper))
        self._height += len(lower)
        return np.arange(self._height - len(lower), self._height)

    def add(self, rows: Integers, columns: Integers, values: Floats | float) -> None:
        """Entries of the matrix."""
        self._entries.append((rows, columns, np.broadcast_to(np.asarray(values, dtype=float), rows.shape)))

    def model(self, constant: float) -> Model:
        """The model; ``constant``: what its objective has whatever the columns do."""
        cost, upper = (np.concatenate([block[part] for block in self._columns]) for part in (0, 1))
        whole = np.concatenate([np.full(len(cost), flag) for cost, _, flag in self._columns])
        row_lower, row_upper = (np.concatenate([block[part] for block in self._rows]) for part in (0, 1))
        row, column, value = (np.concatenate([block[part] for block in self._entries]) for part in (0, 1, 2))
        return Model(cost, np.zeros(len(cost)), upper, whole, row_lower, row_upper, row, column, value, constant)
