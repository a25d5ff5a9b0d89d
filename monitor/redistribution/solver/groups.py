"""The cases that can move, as groups of which each case is as good as the other, and who may receive how many.

Why groups: a model with a yes-or-no column for each case and post is twenty times as large and as slow, and its answers
are the same. Nothing that the objective or a constraint looks at tells two cases of one group apart: they relieve the
same person by the same points, cost the same to move, leave the same office, and the same posts may take them. So it is
enough to count how many leave; which ones is decided afterwards (monitor.redistribution.solver.decode).

Receivers need even less, because it does not matter to them who gave the case. So receipts are counted per class, that
is cases of one kind, points and number, whatever their holder. The balance of the model ties both together.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.line import Room
from monitor.redistribution.problem.loads import move_costs
from monitor.redistribution.problem.problem import ANYWHERE, Problem

Integers = npt.NDArray[np.int64]
_CLASS = ["kind", "exact", "number_of_cases"]
"""The columns that make two cases the same to a receiver: their eligible posts, points and count as intake."""


def group_movable_cases(problem: Problem) -> tuple[pd.DataFrame, Integers]:
    """Group the cases: the groups, one row each, and the group of each case (-1: it cannot move or has no receiver).

    Columns of the groups:

    - person: row of people of the person who is relieved; -1 for no one with hours
    - office, cluster: codes by rank
    - promised: row of cases of a case that the earlier plan moves, which is a group of its own; -1 for all others
    - kind (row of eligible), exact (points in whole units), number_of_cases, cost, forced: of each case in it; cost
      contains that of a change from the earlier plan
    - count: how many cases
    - klass: number of the class; classes are numbered from 0
    """
    cases = problem.cases
    may_move = ~cases["locked"].to_numpy(dtype=bool) & np.any(problem.eligible, axis=1)[cases["kind"]]
    if problem.limits.elective_moves == 0:
        may_move &= cases["forced"].to_numpy(dtype=bool)
    movable = np.flatnonzero(may_move)
    earlier, start = problem.earlier[movable], problem.start[movable]
    promised, stays = (earlier != ANYWHERE) & (earlier != start), earlier == start
    keys = {
        "person": _person_relieved(problem)[movable],
        "office": pd.factorize(cases["office_code"], sort=True)[0][movable],
        "cluster": pd.factorize(cases["cluster_code"], sort=True)[0][movable],
        **{name: cases[name].to_numpy(dtype=np.int64)[movable] for name in _CLASS},
        "promised": np.where(promised, movable, -1),
        "cost": cases["cost"].to_numpy(dtype=float)[movable] + stays * problem.costs.keep,
        "forced": cases["forced"].to_numpy(dtype=bool)[movable],
    }
    # Sorted keys, so that the same problem has the same columns in the same order, and so the same answer.
    code, first = _number_rows([*keys.values()])
    table: dict[str, npt.NDArray[Any]] = {name: values[first] for name, values in keys.items()}
    table["count"] = np.bincount(code, minlength=len(first))
    table["klass"] = _number_rows([table[name] for name in _CLASS])[0]
    groups = pd.DataFrame(table)
    group_of = np.full(len(cases), -1, dtype=np.int64)
    group_of[movable] = code
    return groups, group_of


def _number_rows(columns: list[npt.NDArray[Any]]) -> tuple[Integers, Integers]:
    """Number equal rows alike, from 0 in the order of their values; returns the numbers and the first row of each."""
    order = np.lexsort(columns[::-1])
    differs = np.zeros(len(order), dtype=bool)
    differs[:1] = True
    for column in columns:
        ordered = column[order]
        differs[1:] |= ordered[1:] != ordered[:-1]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(differs) - 1
    return number, order[differs]


def list_receipts(problem: Problem, groups: pd.DataFrame, weeks: int, room: Room | None) -> pd.DataFrame:
    """List which post may receive which class within the weeks of a plan, one row per pair.

    - room: what people may hold at the line; None if no line is kept.

    Columns: klass, post (row of posts), person (row of people), exact, number_of_cases, and most: the number of cases
    that there are, or that fit into the person's intake. Pairs that can receive nothing are left out.
    """
    of_groups = {name: groups[name].to_numpy(dtype=np.int64) for name in (*_CLASS, "klass", "count")}
    _, first = np.unique(of_groups["klass"], return_index=True)
    kinds, exact, numbers = (of_groups[name][first] for name in _CLASS)
    klass, post = np.nonzero(problem.eligible[kinds])
    count = np.bincount(of_groups["klass"], of_groups["count"], minlength=len(first)).astype(np.int64)
    number = numbers[klass]
    person = problem.posts["person"].to_numpy(dtype=np.int64)[post]
    most = np.minimum(count[klass], problem.limits.intake * weeks // number)
    columns = {
        "klass": klass,
        "post": post,
        "person": person,
        "exact": exact[klass],
        "number_of_cases": number,
        "most": most,
    }
    possible = most > 0
    if room is not None:
        possible &= room.receives[person] & ~(room.above[person] & (columns["exact"] == 0))
    return pd.DataFrame({name: values[possible] for name, values in columns.items()})


def list_promises(problem: Problem, groups: pd.DataFrame, room: Room | None) -> pd.DataFrame:
    """List the moves of the earlier plan that can be kept, one row per move.

    Columns: case (row of cases), group, post (row of posts) and person (row of people) of the receiver, giver (row of
    people who is relieved, -1 for no one), exact, number_of_cases, forced, and cost: of the move, distance included.
    A move between two posts of one person changes no one's load: it has no giver, and exact is 0.
    """
    group = np.flatnonzero(groups["promised"] >= 0)
    case = groups["promised"].to_numpy(dtype=np.int64)[group]
    post = problem.earlier[case]
    person = problem.posts["person"].to_numpy(dtype=np.int64)[post]
    giver = groups["person"].to_numpy(dtype=np.int64)[group]
    within = giver == person
    holder = problem.start.copy()
    holder[case] = post
    columns = {
        "case": case,
        "group": group,
        "post": post,
        "person": person,
        "giver": np.where(within, -1, giver),
        "exact": np.where(within, 0, groups["exact"].to_numpy(dtype=np.int64)[group]),
        **{name: groups[name].to_numpy()[group] for name in ("number_of_cases", "forced")},
        "cost": move_costs(problem, holder)[case],
    }
    possible = np.ones(len(person), dtype=bool)
    if room is not None:
        weightless = groups["exact"].to_numpy(dtype=np.int64)[group] == 0
        possible = room.receives[person] & ~(room.above[person] & weightless)
    return pd.DataFrame({name: values[possible] for name, values in columns.items()})


def _person_relieved(problem: Problem) -> Integers:
    """The row of the person who is relieved when a case moves: its holder, -1 for no one.

    A person without hours has no penalty and so gets no relief. Their cases count like unallocated ones.
    """
    able = np.array([points > 0 for points in problem.people["available"]] + [False], dtype=bool)
    person = np.append(problem.posts["person"].to_numpy(dtype=np.int64), -1)[problem.start]
    return np.where(able[person], person, -1)
