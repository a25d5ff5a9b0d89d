"""The posts and people of a problem: what each can carry, and what each carries that no one can move."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd

from monitor.redistribution.problem.costs import Costs
from tiering.capacity import available_points, main_posts, reduction_hours
from tiering.caseload import Caseload
from tiering.points import WeighedCases, duty_points
from tiering.policies.policy import Policy, Rounding
from tiering.terms import HIGH_ROSH, Grade

RECEIVING_GRADES = (Grade.PO, Grade.PSO, Grade.TPO)
"""The grades that hold cases; a senior probation officer manages."""
_PLACE = ["team_code", "team_name", "team_type", "office_code", "office_name", "cluster_code", "cluster_name"]
_HALF = Fraction(1, 2)


def all_posts(
    caseload: Caseload, weighed: WeighedCases, policy: Policy, teams: frozenset[str], as_at: date
) -> pd.DataFrame:
    """List every post, in scope or not, of every person with a post in ``teams``: a load is that of a whole person.

    Columns:

    - those of the offender managers and of their team, in_scope
    - available: points as Fraction
    - fixed: points as Fraction of the duties and, outside the scope, of the cases too, rounded as the policy rounds
    - unrounded: the same without rounding
    - outside_cases, outside_high_points, outside_high_cases: held in this post, 0 in scope
    """
    managers = caseload.offender_managers
    concerned = managers.loc[managers["team_code"].isin(teams), "om_code"].unique()
    posts = managers[managers["om_code"].isin(concerned)].reset_index(drop=True)
    reductions = caseload.reductions[caseload.reductions["om_code"].isin(concerned)]
    duties = duty_points(caseload.duties[caseload.duties["om_code"].isin(concerned)], posts, policy, as_at)
    types = dict(zip(caseload.organisation["team_code"], caseload.organisation["team_type"], strict=True))
    available = available_points(posts, reduction_hours(reductions, posts, as_at), types, policy, as_at)

    posts = posts.merge(caseload.organisation[_PLACE], on="team_code", how="left", validate="many_to_one")
    posts["in_scope"] = posts["team_code"].isin(teams)
    outside = _outside(posts, weighed)
    keys = zip(posts["om_code"], posts["team_code"], strict=True)
    fixed = [duties.get(key, Fraction(0)) + points for key, points in zip(keys, outside["points"], strict=True)]
    posts["available"] = _objects(available)
    posts["unrounded"] = _objects(fixed)
    if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL:
        fixed = [round_points(points) for points in fixed]
    posts["fixed"] = _objects(fixed)
    for column in ("cases", "high_points", "high_cases"):
        posts[f"outside_{column}"] = outside[column].to_numpy()
    return posts


def round_points(points: Fraction) -> Fraction:
    """Round the points of a post to the nearest whole number, as the Workload Management Tool does."""
    return Fraction(floor(points + _HALF))


def scope_posts(posts: pd.DataFrame, locked: frozenset[str]) -> pd.DataFrame:
    """The posts in scope, with whether each may receive cases at all."""
    own = posts[posts["in_scope"]].sort_values(["om_code", "team_code"], ignore_index=True)
    able = np.array([points > 0 for points in own["available"]], dtype=bool)
    own["open"] = able & own["grade"].isin(RECEIVING_GRADES).to_numpy() & ~own["om_code"].isin(locked).to_numpy()
    columns = ["om_code", "team_code", "om_name", "grade", *_PLACE[1:], "available", "unrounded", "open"]
    return own[columns]


def scope_people(posts: pd.DataFrame, costs: Costs, locked: frozenset[str], as_at: date) -> pd.DataFrame:
    """List every person with a post in scope: what they can carry, and what they carry that no one can move.

    - posts: as ``all_posts`` gives them; locked: codes of people who neither give nor take.
    """
    main = main_posts(posts, as_at)
    people = main[["om_code", "om_name", "team_code", "grade"]].rename(columns={"om_name": "name"})
    person = pd.Index(people["om_code"]).get_indexer(pd.Index(posts["om_code"]))
    for column in ("available", "fixed", "outside_cases", "outside_high_points", "outside_high_cases"):
        people[column] = _sum_groups(person, posts[column], len(people))
    qualified = posts.groupby("om_code")["qualified_on"].min().reindex(people["om_code"]).reset_index(drop=True)
    # A person with two posts qualified on the earlier of both dates; a person without any date counts as experienced.
    experienced = qualified + pd.DateOffset(years=costs.newly_qualified_years) <= pd.Timestamp(as_at)
    people["newly_qualified"] = qualified.notna() & ~experienced
    people["locked"] = people["om_code"].isin(locked)
    people["mixed"] = people["om_code"].isin(posts.loc[~posts["in_scope"], "om_code"])
    return people


def _outside(posts: pd.DataFrame, weighed: WeighedCases) -> pd.DataFrame:
    """What each post outside the scope holds: points (Fraction), cases, points and cases of high RoSH."""
    outside = posts.index[~posts["in_scope"]]
    keys = pd.MultiIndex.from_frame(posts.loc[outside, ["om_code", "team_code"]])
    of_them = weighed.frame["om_code"].isin(posts.loc[outside, "om_code"]).to_numpy()
    frame = weighed.frame[of_them]
    holder = keys.get_indexer(pd.MultiIndex.from_frame(frame[["om_code", "team_code"]]))
    held = holder >= 0
    exact = weighed.exact[of_them][held]
    number = frame["number_of_cases"].to_numpy(dtype=np.int64)[held]
    high = frame["rosh"].isin(HIGH_ROSH).to_numpy()[held]
    row = outside.to_numpy()[holder[held]]
    sums = {
        "points": _whole_sums(row, exact, len(posts)),
        "cases": _whole_sums(row, number, len(posts)),
        "high_points": _whole_sums(row, exact * high, len(posts)) / weighed.units,
        "high_cases": _whole_sums(row, number * high, len(posts)),
    }
    points = _objects([Fraction(int(whole), weighed.units) for whole in sums["points"]])
    return pd.DataFrame(sums | {"points": points})


def _whole_sums(rows: "np.ndarray", values: "np.ndarray", size: int) -> "np.ndarray":
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, rows, values)
    return sums


def _sum_groups(groups: "np.ndarray", values: "pd.Series", size: int) -> "np.ndarray":
    amounts = values.to_numpy()
    sums = np.zeros(size, dtype=amounts.dtype)
    np.add.at(sums, groups, amounts)
    return sums


def _objects(values: Iterable[object]) -> "np.ndarray":
    listed = list(values)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array
