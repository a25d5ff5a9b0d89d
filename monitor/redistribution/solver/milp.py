"""Build the mixed-integer model of a problem: how many cases of each group leave, and how many of each class go where.

Cases that are alike are counted, not named (see monitor.redistribution.solver.groups): the model is about a twentieth
of one with a yes-or-no column for each case and post. See docs/decisions/0010-redistribution.md.

Variables, all from 0:

- out[g], whole: cases of group g that leave their holder; at most as many as the group has.
- into[k, p], whole: cases of class k that post p receives; at most what its intake lets it.
- kept[m], 0 or 1: move m of an earlier plan is made as it was. Its case is a group of its own, so it may also go
  another way.
- away[k, o]: how many more cases of class k leave office o than it receives; the same for clusters.
- load[i, s]: the load of person i on stretch s, that is between two edges of the penalty; at most its width.

Constraints:

- balance, per class: what leaves is received; no case is lost or doubled.
- distance, per class and office or cluster: away >= what leaves - what is received there.
- load, per person: the sum of the stretches = the load before + what comes - what leaves; for those who may receive,
  the stretches end at the line.
- once, per move of an earlier plan: its case leaves one way or the other, or stays.
- intake, per person: the cases received fit into the weeks of the plan.
- budget: elective cases that leave, of all groups and kept moves together.

Objective, to be minimised: penalty of every load + cost of every move + cost of distance + cost of each change from an
earlier plan + cost of each case that had to be placed and was not. Loads need no yes-or-no columns: the penalty rises
faster from stretch to stretch, so the cheapest way to hold a load fills the lower stretches first by itself.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.intake import count_named_intake
from monitor.redistribution.problem.line import Room
from monitor.redistribution.problem.loads import holder_after_named_moves, objective, whole_loads
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.groups import group_movable_cases, list_promises, list_receipts
from monitor.redistribution.solver.highs import Model

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """The model with the meaning of its columns: those of ``groups``, ``receipts``, then ``promises``, row by row.

    - groups: of cases that may leave; receipts: which post may receive which class; promises: moves of an earlier plan
      that can be kept; all as in monitor.redistribution.solver.groups.
    - group_of: the group of each case of the problem, -1 for one that cannot move.
    - distances: columns of leaving an office or a cluster: column, row.
    - stretches: columns of load, one per person and stretch, lowest first: column, row, person, and width (in whole
      units of the problem, infinite for the last).
    - budget: the row that counts elective moves.
    """

    model: Model
    groups: pd.DataFrame
    receipts: pd.DataFrame
    promises: pd.DataFrame
    group_of: Integers
    distances: pd.DataFrame
    stretches: pd.DataFrame
    budget: int

    @property
    def whole(self) -> int:
        """How many columns count cases."""
        return self.first_promise + len(self.promises)

    @property
    def first_promise(self) -> int:
        """The first column of a kept move."""
        return len(self.groups) + len(self.receipts)

    @property
    def placing(self) -> Integers:
        """The columns that count placed cases which had to be placed."""
        groups = np.flatnonzero(self.groups["forced"].to_numpy(dtype=bool))
        return np.append(groups, self.first_promise + np.flatnonzero(self.promises["forced"].to_numpy(dtype=bool)))


def build(problem: Problem, weeks: int, room: Room | None = None, peak: float | Floats | None = None) -> Flow:
    """Build the model of a problem.

    - weeks: over which new cases may be spread.
    - room: what people may hold at the line; None if no line is kept.
    - peak: a capacity percentage that no one may end above, or one for each person; None for no such limit.
    """
    groups, group_of = group_movable_cases(problem)
    receipts, promises = list_receipts(problem, groups, weeks, room), list_promises(problem, groups, room)
    start = holder_after_named_moves(problem)
    parts = _Parts()
    # Placing a case earns the cost of an unplaced case, and the constant at the end starts with all of them unplaced. A
    # model that had to place every case would have no answer if one of them has no place to go.
    forced = groups["forced"].to_numpy(dtype=bool)
    cost = groups["cost"].to_numpy(dtype=float) - forced * problem.costs.unplaced
    out = parts.add_columns(cost, groups["count"].to_numpy(dtype=float), whole=True)
    into = parts.add_columns(np.zeros(len(receipts)), receipts["most"].to_numpy(dtype=float), whole=True)
    # The constant also starts with every earlier move broken, so a kept one earns the cost of a change.
    placed = promises["forced"].to_numpy(dtype=bool) * problem.costs.unplaced + problem.costs.keep
    kept = parts.add_columns(promises["cost"].to_numpy(dtype=float) - placed, np.ones(len(promises)), whole=True)

    classes = int(groups["klass"].max() + 1) if len(groups) else 0
    # What leaves of a class equals what is received of it, because a case must not end up with no one.
    balance = parts.add_rows(np.zeros(classes), np.zeros(classes))
    parts.add(balance[groups["klass"]], out, 1.0)
    parts.add(balance[receipts["klass"]], into, -1.0)
    once = parts.add_rows(np.full(len(promises), -np.inf), np.ones(len(promises)))
    parts.add(once, out[promises["group"]], 1.0)
    parts.add(once, kept, 1.0)
    distances = _add_distances(parts, problem, groups, receipts)
    moves = _Moves(groups, receipts, promises)
    stretches, penalty_before = _add_stretches(parts, problem, moves, room, peak)
    _add_intake(parts, problem, moves, weeks)
    most = problem.limits.elective_moves
    budget = parts.add_rows(np.array([-np.inf]), np.array([np.inf if most is None else float(most)]))
    # Only elective moves count towards the limit; cases that must move are not limited, whatever their number.
    elective = np.append(out[~forced], kept[~promises["forced"].to_numpy(dtype=bool)])
    parts.add(budget.repeat(len(elective)), elective, 1.0)
    # The constant holds what the columns cannot change, so that the objective equals that of problem.loads.
    model = parts.model(objective(problem, start) - penalty_before)
    return Flow(model, groups, receipts, promises, group_of, distances, stretches, int(budget[0]))


@dataclass(frozen=True)
class _Side:
    """The columns that bring cases, or that relieve a person, and of each its person, exact and number_of_cases."""

    columns: Integers
    person: Integers
    exact: Integers
    number: Integers


@dataclass(frozen=True)
class _Moves:
    """The three blocks of columns that move cases, in their order."""

    groups: pd.DataFrame
    receipts: pd.DataFrame
    promises: pd.DataFrame

    @cached_property
    def into(self) -> _Side:
        """The columns that bring cases."""
        columns = len(self.groups) + np.arange(len(self.receipts) + len(self.promises))
        both = (_joined(self.receipts[name], self.promises[name]) for name in ("person", "exact", "number_of_cases"))
        return _Side(columns, *both)

    @cached_property
    def out(self) -> _Side:
        """The columns that relieve a person."""
        first = len(self.groups) + len(self.receipts)
        columns = np.append(np.arange(len(self.groups)), first + np.arange(len(self.promises)))
        person = _joined(self.groups["person"], self.promises["giver"])
        exact, number = (_joined(self.groups[name], self.promises[name]) for name in ("exact", "number_of_cases"))
        relieves = person >= 0
        return _Side(columns[relieves], person[relieves], exact[relieves], number[relieves])


def _joined(first: "pd.Series[int]", second: "pd.Series[int]") -> Integers:
    return np.append(first.to_numpy(dtype=np.int64), second.to_numpy(dtype=np.int64))


def _add_distances(parts: "_Parts", problem: Problem, groups: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """Add the cost of distance: how many more cases of each class leave an office, or cluster, than it receives.

    Counts have no from and to, so the distance of a single case is not known here. Within a class it does not matter
    which case stays near: only the cases that an office loses on balance go farther, and the decoder keeps all others
    in it.
    """
    costs = problem.costs
    # A case that leaves the cluster also leaves the office and already pays for that, so only the difference is added.
    steps = [("office", costs.other_office)]
    if problem.limits.between_clusters:
        steps.append(("cluster", costs.other_cluster - costs.other_office))
    added = []
    out, into = np.arange(len(groups)), len(groups) + np.arange(len(receipts))
    for level, cost in steps:
        codes = pd.Index(np.unique(problem.cases[f"{level}_code"].to_numpy(dtype=str)))
        there = codes.get_indexer(pd.Index(problem.posts[f"{level}_code"]))[receipts["post"]]
        size = len(codes) + 1
        leaving = groups["klass"].to_numpy() * size + groups[level].to_numpy()
        arriving = receipts["klass"].to_numpy() * size + np.where(there < 0, len(codes), there)
        pairs = np.unique(leaving)
        columns = parts.add_columns(np.full(len(pairs), cost), np.full(len(pairs), np.inf), whole=False)
        rows = parts.add_rows(np.zeros(len(pairs)), np.full(len(pairs), np.inf))
        parts.add(rows, columns, 1.0)
        parts.add(rows[np.searchsorted(pairs, leaving)], out, -1.0)
        # A case that arrives where nothing of its class leaves shortens no other case's distance, so it is in no row.
        near = np.isin(arriving, pairs)
        parts.add(rows[np.searchsorted(pairs, arriving[near])], into[near], 1.0)
        added.append((columns, rows))
    column, row = (np.concatenate(blocks) for blocks in zip(*added, strict=True))
    return pd.DataFrame({"column": column, "row": row})


def _add_stretches(
    parts: "_Parts", problem: Problem, moves: _Moves, room: Room | None, peak: float | Floats | None
) -> tuple[pd.DataFrame, float]:
    """Add what each person carries, spread over the stretches between edges, at the penalty of each stretch.

    Returns the columns, and the penalty before any move of the people who have columns.
    """
    starts, slope = problem.penalty.edges, problem.penalty.slopes
    widths = np.append(np.diff(starts), np.inf)
    coming, leaving = moves.into, moves.out
    # People who can neither give nor receive a case keep their penalty, so they need no columns.
    concerned = np.union1d(leaving.person, coming.person)
    row_of = np.full(len(problem.people), -1)
    row_of[concerned] = np.arange(len(concerned))
    fixed, able = (
        np.array([float(points / problem.unit) for points in problem.people[name].iloc[concerned]], dtype=float)
        for name in ("fixed", "available")
    )
    held = whole_loads(problem, holder_after_named_moves(problem))[concerned]
    before: Floats = fixed + held
    # The edges are capacity percentages and the loads are points, so convert by one per cent of the available points.
    percent = able[:, None] / 100
    # Those who may not receive can only lose cases, so nothing needs to hold them.
    most = np.full(len(concerned), np.inf)
    if room is not None:
        most = np.where(room.receives[concerned], fixed + room.most[concerned], np.inf)
    if peak is not None:
        most = np.minimum(most, np.broadcast_to(peak, len(problem.people))[concerned] * percent[:, 0])
    allowed = np.clip(most[:, None] - starts * percent, 0, widths * percent)
    columns = parts.add_columns(np.ravel(slope / percent), allowed.ravel(), whole=False)
    rows = parts.add_rows(-before, -before)
    stretches = pd.DataFrame(
        {
            "column": columns,
            "row": rows.repeat(len(widths)),
            "person": concerned.repeat(len(widths)),
            "width": (widths * percent).ravel(),
        }
    )
    parts.add(stretches["row"].to_numpy(), columns, -1.0)
    parts.add(rows[row_of[leaving.person]], leaving.columns, -leaving.exact.astype(float))
    parts.add(rows[row_of[coming.person]], coming.columns, coming.exact.astype(float))
    return stretches, float((np.clip(before[:, None] / percent - starts, 0, widths) * slope).sum())


def _add_intake(parts: "_Parts", problem: Problem, moves: _Moves, weeks: int) -> None:
    """Limit the new cases of each person to the intake of the weeks; named moves count towards it."""
    coming = moves.into
    people, row = np.unique(coming.person, return_inverse=True)
    most = np.maximum(problem.limits.intake * weeks - count_named_intake(problem)[people], 0)
    rows = parts.add_rows(np.full(len(people), -np.inf), most.astype(float))
    parts.add(rows[row], coming.columns, coming.number.astype(float))


class _Parts:
    """Columns, rows and entries of a model, gathered block by block."""

    def __init__(self) -> None:
        self._columns: list[tuple[Floats, Floats, bool]] = []
        self._rows: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Integers, Integers, Floats]] = []
        self._width = self._height = 0

    def add_columns(self, cost: Floats, upper: Floats, *, whole: bool) -> Integers:
        """Add columns from 0 to ``upper`` and return their numbers."""
        self._columns.append((cost, upper, whole))
        self._width += len(cost)
        return np.arange(self._width - len(cost), self._width)

    def add_rows(self, lower: Floats, upper: Floats) -> Integers:
        """Add rows and return their numbers."""
        self._rows.append((lower, upper))
        self._height += len(lower)
        return np.arange(self._height - len(lower), self._height)

    def add(self, rows: Integers, columns: Integers, values: Floats | float) -> None:
        """Add entries to the matrix."""
        self._entries.append((rows, columns, np.broadcast_to(np.asarray(values, dtype=float), rows.shape)))

    def model(self, constant: float) -> Model:
        """Make the model; ``constant`` is the part of its objective that no column changes."""
        cost, upper = (np.concatenate([block[part] for block in self._columns]) for part in (0, 1))
        whole = np.concatenate([np.full(len(cost), flag) for cost, _, flag in self._columns])
        row_lower, row_upper = (np.concatenate([block[part] for block in self._rows]) for part in (0, 1))
        row, column, value = (np.concatenate([block[part] for block in self._entries]) for part in (0, 1, 2))
        return Model(cost, np.zeros(len(cost)), upper, whole, row_lower, row_upper, row, column, value, constant)
