"""Tabulate what every person in scope carries before and after a plan."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.problem.loads import rounded_loads
from monitor.redistribution.problem.problem import Problem
from tiering.terms import HIGH_ROSH, Band
from tiering.workload import band

Integers = npt.NDArray[np.int64]
_FACTS = ["name", "team_code"]


def tabulate_people(plan: Plan) -> pd.DataFrame:
    """Tabulate every person with a post in scope, before and after: one row per person, by code.

    Columns:

    - om_code, name, team_code
    - each figure of ``tabulate_loads``, and overdue (assessments of their cases), as before_* and after_*
    - given, taken: cases that leave and that come
    """
    problem, after = plan.problem, plan.solution.holder
    tables = {
        side: _with_overdue(plan, holder).set_index("om_code")
        for side, holder in (("before", problem.start), ("after", after))
    }
    figures = [table.drop(columns=_FACTS).add_prefix(f"{side}_") for side, table in tables.items()]
    people = pd.concat([tables["before"][_FACTS], *figures], axis=1).reset_index()
    moved = np.flatnonzero((after != problem.start) & (after >= 0))
    givers = problem.cases["from_om_code"].iloc[moved]
    takers = problem.posts["om_code"].iloc[after[moved]]
    for column, codes in (("given", givers), ("taken", takers)):
        people[column] = people["om_code"].map(codes.value_counts()).fillna(0).astype(int)
    return people


def tabulate_loads(problem: Problem, holder: Integers) -> pd.DataFrame:
    """Tabulate the load of every person in scope under ``holder``, over all their posts: one row per person, by code.

    Columns:

    - om_code, name, team_code (of the main post)
    - cases, points, available_points, capacity_percentage (NaN without available points), band
    - high_rosh_points, high_rosh_cases: high and very high RoSH as OASys has it
    """
    people, cases = problem.people, problem.cases
    held = np.flatnonzero(holder >= 0)
    person = problem.posts["person"].to_numpy(dtype=np.int64)[holder[held]]
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)[held]
    high = cases["rosh"].isin(HIGH_ROSH).to_numpy(dtype=bool)[held]
    exact = cases["exact"].to_numpy(dtype=np.int64)[held]
    sums = np.zeros((3, len(people)), dtype=np.int64)
    for row, values in enumerate((number, number * high, exact * high)):
        np.add.at(sums[row], person, values)
    pairs = list(zip(rounded_loads(problem, holder), people["available"], strict=True))
    table = people[["om_code", "name", "team_code"]].copy()
    table["cases"] = sums[0] + people["outside_cases"].to_numpy(dtype=np.int64)
    table["points"] = [float(load) for load, _ in pairs]
    table["available_points"] = [float(able) for _, able in pairs]
    table["capacity_percentage"] = [float(100 * load / able) if able else np.nan for load, able in pairs]
    bands = [band(load, able, problem.policy.bands) for load, able in pairs]
    table["band"] = pd.Series(bands, dtype="str", index=table.index)
    outside = people["outside_high_points"].to_numpy(dtype=float)
    table["high_rosh_points"] = [float(int(own) * problem.unit) for own in sums[2]] + outside
    table["high_rosh_cases"] = sums[1] + people["outside_high_cases"].to_numpy(dtype=np.int64)
    return table


def over_line(people: pd.DataFrame, side: str) -> "pd.Series[bool]":
    """Whether each person is over the line on a side; those who hold points without capacity are.

    - people: as ``tabulate_people`` gives them; side: before or after.
    """
    return people[f"{side}_band"].isin([Band.RED, Band.NO_CAPACITY])


def taken_over(people: pd.DataFrame) -> "pd.Series[bool]":
    """Whether the plan itself takes each person over the line; people: as ``tabulate_people`` gives them."""
    return over_line(people, "after") & ~over_line(people, "before")


def _with_overdue(plan: Plan, holder: Integers) -> pd.DataFrame:
    """Tabulate each person's load under ``holder``, with the overdue assessments of their cases in scope."""
    table = tabulate_loads(plan.problem, holder)
    late = plan.problem.cases["crn"].map(plan.baseline.overdue["crn"].value_counts()).fillna(0).astype(int)
    held = holder >= 0
    person = plan.problem.posts["person"].to_numpy()[holder[held]]
    overdue = np.bincount(person, weights=late.to_numpy()[held], minlength=len(plan.problem.people))
    codes = pd.Series(overdue.astype(int), index=plan.problem.people["om_code"])
    return table.assign(overdue=table["om_code"].map(codes))
