"""The countersigned plans that a second SPO reads again, as far as one reader may see them, and why there are none."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pandas as pd

from monitor.snapshots.contracts.read_off import BENCHMARK_PLANS
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.snapshot import SnapshotView
from tiering.capacity import has_left
from tiering.policy import Policy
from tiering.terms import Grade


class Lack(StrEnum):
    """Why no plan is drawn."""

    NO_NUMBER = "no_number"  # the policy does not say how many
    NO_DATES = "no_dates"  # the extract has no date of any countersignature
    NO_SPO = "no_spo"  # the extract has no SPO in post
    NO_PLAN = "no_plan"  # none was countersigned in that month


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """One plan to read again.

    - spo_code, spo: the SPOs of its team. second_spo: the name of the one who reads it; empty if there is no other.
    - drawn, countersigned: plans of this RoSH drawn for these SPOs, and how many they are drawn from.
    """

    spo_code: str
    spo: str
    second_spo: str
    crn: str
    om_code: str | None
    om_name: str
    team_code: str
    rosh: str | None
    kind: str
    completed_on: datetime
    countersigned_on: datetime
    drawn: int
    countersigned: int


def benchmark_rows(week: SnapshotView, sight: Visibility, level: str, code: str) -> pd.DataFrame:
    """Return the plans drawn in a unit as far as they may be seen, SPO by SPO, the highest RoSH first.

    The columns are those of the frame, and om_name, spo and second_spo: names.
    """
    table = week.indexed(BENCHMARK_PLANS.name)
    rows = table.frame.iloc[week.rows_in(table, level, code)]
    rows = rows[sight.rows(rows)]
    named = rows.assign(
        om_name=rows["om_code"].map(week.names).fillna(""),
        spo=[_names_of(week, codes) for codes in rows["spo_code"]],
        second_spo=rows["second_spo_code"].map(week.names).fillna(""),
        rank=rows["rosh"].map({"very_high": 0, "high": 1, "medium": 2, "low": 3}).fillna(4),
    )
    return named.sort_values(["spo_code", "team_code", "rank", "crn"], ignore_index=True).drop(columns="rank")


def lack_of_plans(policy: Policy, assessments: pd.DataFrame, posts: pd.DataFrame, as_at: date) -> Lack:
    """Return why an extract has no plan to read again, the first reason that holds."""
    if policy.countersigning_sample is None:
        return Lack.NO_NUMBER
    if not assessments["countersigned_on"].notna().any():
        return Lack.NO_DATES
    in_post = posts["grade"].eq(Grade.SPO) & ~has_left(posts, as_at)
    return Lack.NO_PLAN if in_post.any() else Lack.NO_SPO


def _names_of(week: SnapshotView, codes: str) -> str:
    return ", ".join(week.names.get(code, code) for code in codes.split("; "))
