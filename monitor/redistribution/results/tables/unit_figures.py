"""Calculate what people, teams, offices and clusters carry: in the snapshot, with changes, or with moves."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.tables.moves import caseload_after
from tiering.caseload import Caseload
from tiering.points import WeighedCases, weigh_cases
from tiering.policies.policy import Policy
from tiering.terms import HIGH_ROSH, Level
from tiering.workload import ALL, weigh_units

LEVELS = (Level.OFFENDER_MANAGER, Level.TEAM, Level.OFFICE, Level.CLUSTER)
"""The levels at which a plan is shown."""

FIGURES = [
    "cases",
    "unallocated_cases",
    "points",
    "available_points",
    "capacity_percentage",
    "band",
    "over",
    "without_hours",
    "high_rosh_cases",
    "high_rosh_points",
    "overdue",
]
"""The figures of each unit.

- points, available_points: as in the workload table.
- over: people above the line; without_hours: people who hold points and have none available.
- high_rosh_cases, high_rosh_points: cases of high or very high RoSH, and their points.
- overdue: assessments.
"""

_RENAMED = {
    "total_points": "points",
    "offender_managers_over": "over",
    "offender_managers_without_hours": "without_hours",
}
_COUNTED = ["high_rosh_cases", "high_rosh_points", "overdue"]
Wholes = npt.NDArray[np.int64]


def units_at_start(plan: Plan) -> pd.DataFrame:
    """Figures of every unit as in the snapshot; columns as in ``weigh_all_units``."""
    baseline = plan.baseline
    return weigh_all_units(baseline.caseload, baseline.policy, baseline.overdue, baseline.as_at)


def units_before(plan: Plan) -> pd.DataFrame:
    """Figures of every unit with the changes, before any move."""
    return weigh_all_units(plan.applied.caseload, plan.applied.policy, plan.baseline.overdue, plan.baseline.as_at)


def units_after(plan: Plan) -> pd.DataFrame:
    """Figures of every unit after every move."""
    return weigh_all_units(caseload_after(plan), plan.applied.policy, plan.baseline.overdue, plan.baseline.as_at)


def weigh_all_units(caseload: Caseload, policy: Policy, overdue: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Calculate the figures of every unit of ``LEVELS``, and of everything together (level all).

    - overdue: one row per overdue assessment, with its crn.
    - Returns level, code, name, parent_code and ``FIGURES``, sorted by level and code.
    """
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, weighed, policy, as_at).rename(columns=_RENAMED)
    units = units[units["level"].isin([*LEVELS, Level.ALL])].reset_index(drop=True)
    units[_COUNTED] = _add_counts(units, caseload, weighed, overdue)
    return units[["level", "code", "name", "parent_code", *FIGURES]]


def count_over_line(units: pd.DataFrame, side: str = "") -> "pd.Series[int]":
    """Count the people over the line in each unit as the plan as a whole does: those with points and no hours are.

    - units: with ``FIGURES``, their names after side, such as ``before_``.
    """
    return units[f"{side}over"] + units[f"{side}without_hours"]


def _add_counts(units: pd.DataFrame, caseload: Caseload, weighed: WeighedCases, overdue: pd.DataFrame) -> pd.DataFrame:
    """Add to each unit its high RoSH cases and its overdue assessments."""
    cases = weighed.frame
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)
    high = cases["rosh"].isin(HIGH_ROSH).to_numpy()
    late = pd.Index(cases["crn"]).get_indexer(pd.Index(overdue["crn"]))
    amounts = {
        "high_rosh_cases": number * high,
        "high_rosh_points": weighed.exact * high,
        "overdue": np.bincount(late[late >= 0], minlength=len(cases)).astype(np.int64),
    }
    sums = {name: np.zeros(len(units), dtype=np.int64) for name in amounts}
    for level, codes in _codes(caseload, cases).items():
        rows = np.flatnonzero(units["level"].eq(level).to_numpy())
        place = pd.Index(units["code"].to_numpy()[rows]).get_indexer(pd.Index(codes))
        there = place >= 0
        for name, amount in amounts.items():
            np.add.at(sums[name], rows[place[there]], amount[there])
    return pd.DataFrame(sums | {"high_rosh_points": sums["high_rosh_points"] / weighed.units})


def _codes(caseload: Caseload, cases: pd.DataFrame) -> dict[Level, "pd.Series[str]"]:
    """The unit of each level that each case belongs to; unallocated cases belong to no person."""
    teams = caseload.organisation.set_index("team_code")
    codes = {Level.OFFENDER_MANAGER: cases["om_code"], Level.TEAM: cases["team_code"]}
    for level in (Level.OFFICE, Level.CLUSTER):
        codes[level] = cases["team_code"].map(teams[f"{level}_code"])
    return codes | {Level.ALL: pd.Series(ALL, index=cases.index, dtype="str")}


def in_scope(figures: pd.DataFrame, caseload: Caseload, teams: frozenset[str]) -> pd.DataFrame:
    """The figures of the teams, of people with a post in one, and of the offices and clusters above them."""
    organisation = caseload.organisation[caseload.organisation["team_code"].isin(teams)]
    managers = caseload.offender_managers
    codes = {
        Level.OFFENDER_MANAGER: managers.loc[managers["team_code"].isin(teams), "om_code"],
        **{level: organisation[f"{level}_code"] for level in (Level.TEAM, Level.OFFICE, Level.CLUSTER)},
    }
    belongs = np.zeros(len(figures), dtype=bool)
    for level, known in codes.items():
        belongs |= (figures["level"].eq(level) & figures["code"].isin(known)).to_numpy()
    return figures[belongs].reset_index(drop=True)
