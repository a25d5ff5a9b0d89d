"""The cases that can move, as groups of which each case is as good as the other, and who may receive how many."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.problem import Problem

Integers = npt.NDArray[np.int64]
_CLASS = ["kind", "exact", "number_of_cases"]


def movable_groups(problem: Problem) -> tuple[pd.DataFrame, Integers]:
    """The groups, and the group of each case of the problem (-1: it cannot move, or nobody may take it).

    One row a group: person (row of people, -1: nobody with hours), office and cluster (codes by rank), kind, exact,
    number_of_cases, cost, forced, count, klass (cases of one kind, points and number of cases, whoever holds them).
    """
    cases = problem.cases
    movable = np.flatnonzero(~cases["locked"].to_numpy(dtype=bool) & np.any(problem.eligible, axis=1)[cases["kind"]])
    own = cases.iloc[movable]
    keys = {
        "person": _relieved(problem)[movable],
        "office": pd.factorize(cases["office_code"], sort=True)[0][movable],
        "cluster": pd.factorize(cases["cluster_code"], sort=True)[0][movable],
        **{name: own[name].to_numpy(dtype=np.int64) for name in _CLASS},
        "cost": own["cost"].to_numpy(dtype=float),
        "forced": own["forced"].to_numpy(dtype=bool),
    }
    table = pd.DataFrame(keys)
    code = table.groupby(list(keys), sort=True).ngroup().to_numpy(dtype=np.int64)
    groups = table.assign(code=code).drop_duplicates("code").sort_values("code", ignore_index=True)[list(keys)]
    groups["count"] = np.bincount(code, minlength=len(groups))
    groups["klass"] = groups.groupby(_CLASS, sort=True).ngroup()
    group_of = np.full(len(cases), -1, dtype=np.int64)
    group_of[movable] = code
    return groups, group_of


def receipts_of(problem: Problem, groups: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Which post may receive which class: klass, post, person, exact, number_of_cases, most (cases at the most)."""
    classes = groups.drop_duplicates("klass").sort_values("klass")
    klass, post = np.nonzero(problem.eligible[classes["kind"].to_numpy(dtype=np.int64)])
    count = np.bincount(groups["klass"], groups["count"], minlength=len(classes)).astype(np.int64)
    number = classes["number_of_cases"].to_numpy(dtype=np.int64)[klass]
    most = np.minimum(count[klass], problem.limits.intake * weeks // number)
    columns = {
        "klass": klass,
        "post": post,
        "person": problem.posts["person"].to_numpy(dtype=np.int64)[post],
        "exact": classes["exact"].to_numpy(dtype=np.int64)[klass],
        "number_of_cases": number,
        "most": most,
    }
    possible = most > 0
    return pd.DataFrame({name: values[possible] for name, values in columns.items()})


def _relieved(problem: Problem) -> Integers:
    """Who is relieved when a case moves: the row of the person who holds it, -1 for nobody or nobody with hours."""
    able = np.array([points > 0 for points in problem.people["available"]] + [False], dtype=bool)
    person = np.append(problem.posts["person"].to_numpy(dtype=np.int64), -1)[problem.start]
    return np.where(able[person], person, -1)
