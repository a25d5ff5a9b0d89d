"""Decide who may take which case: every case belongs to a kind, and every kind has its eligible posts.

Kinds rather than cases, because a table of 3,000 cases by 70 posts has few different rows, and the model counts cases
by them.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.costs import Costs
from tiering.terms import Grade, TeamType

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def classify(
    cases: pd.DataFrame,
    posts: pd.DataFrame,
    people: pd.DataFrame,
    costs: Costs,
    barred: frozenset[tuple[str, str]],
    between_clusters: bool,
) -> tuple[Integers, Flags]:
    """Find the kind of each case, and whether a kind (row) may go to a post (column).

    - barred: pairs (crn, om_code) that may never come together.
    - between_clusters: whether a case may leave its cluster.
    - Two cases are of one kind if exactly the same posts may take them.
    """
    # First group the cases by the facts that the rules use, and check one case of each group; then groups with the same
    # posts become one kind. A case with a bar of its own is a group of its own.
    facts = {
        "cluster_code": np.zeros(len(cases), dtype=int) if between_clusters else cases["cluster_code"],
        "team_type": cases["team_type"],
        "only_po": cases["only_po"],
        "high": cases["high"],
        "not_trainee": cases["not_trainee"],
        "alone": _alone(cases["crn"], barred),
    }
    signature = pd.MultiIndex.from_arrays([pd.Series(values).reset_index(drop=True) for values in facts.values()])
    codes, _ = pd.factorize(signature, sort=False)
    first = pd.Series(np.arange(len(cases))).groupby(codes).first().to_numpy(dtype=np.int64)
    eligible = _eligible(cases.iloc[first], posts, people, costs, between_clusters)
    apart: dict[str, set[str]] = {}
    for crn, om_code in barred:
        apart.setdefault(crn, set()).add(om_code)
    for row, crn in enumerate(cases["crn"].iloc[first]):
        if crn in apart:
            eligible[row] &= ~posts["om_code"].isin(apart[crn]).to_numpy(dtype=bool)
    kinds, kind_of = np.unique(eligible, axis=0, return_inverse=True)
    return kind_of.reshape(-1)[codes].astype(np.int64), kinds


def _alone(crns: "pd.Series[str]", barred: frozenset[tuple[str, str]]) -> "pd.Series[str]":
    """The CRN of each case with a bar of its own, nothing for all others."""
    return crns.where(crns.isin({crn for crn, _ in barred}), "")


def _eligible(
    cases: pd.DataFrame, posts: pd.DataFrame, people: pd.DataFrame, costs: Costs, between_clusters: bool
) -> Flags:
    """Whether each case (row) may go to each post (column), by the rules alone."""
    grade = posts["grade"].to_numpy()
    new = people["newly_qualified"].to_numpy(dtype=bool)[posts["person"].to_numpy()]
    takes = np.array(
        [[case in costs.takes[TeamType(post)] for post in posts["team_type"]] for case in cases["team_type"]],
        dtype=bool,
    ).reshape(len(cases), len(posts))
    allowed: Flags = takes & posts["open"].to_numpy(dtype=bool)
    allowed &= ~cases["only_po"].to_numpy(dtype=bool)[:, None] | (grade == Grade.PO)
    allowed &= ~cases["high"].to_numpy(dtype=bool)[:, None] | ~new
    allowed &= ~cases["not_trainee"].to_numpy(dtype=bool)[:, None] | (grade != Grade.TPO)
    if not between_clusters:
        allowed &= cases["cluster_code"].to_numpy()[:, None] == posts["cluster_code"].to_numpy()
    return allowed
