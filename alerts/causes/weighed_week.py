"""One week weighed by one policy: the points of its cases, and the figures of its posts."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.causes.model import StandingPart
from tiering.capacity import Post, available_points, exact_fraction, has_left, reduction_hours
from tiering.caseload import Caseload
from tiering.points import WeighedCases, duty_points
from tiering.policies.policy import Policy, Rounding
from tiering.terms import ReductionReason

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

NOT_LOST: Final = Fraction(0)
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class WeighedWeek:
    """The cases and posts of one week under one policy.

    * cases: every case with its points, and points as floats: the same unless they were replaced.
    * holder: for each case, the row of its post; -1 if it is unallocated.
    * team: for each case, the row of its team in the organisation.
    * posts: one row per post in the order of the extract; columns om_code, team_code, grade, team (row of its team),
      contracted_hours, present (not left), sick_hours and other_hours (fractions of hours a week that reductions take),
      case_points, duty_points, rounding (what rounding adds to the sum of both), available_points.
    """

    caseload: Caseload
    policy: Policy
    as_at: date
    cases: WeighedCases
    points: Floats
    holder: Positions
    team: Positions
    posts: pd.DataFrame

    @property
    def crns(self) -> "pd.Index[str]":
        index: pd.Index[str] = pd.Index(self.cases.frame["crn"])
        return index

    @property
    def counts(self) -> Positions:
        """How many cases each row stands for."""
        return self.cases.frame["number_of_cases"].to_numpy(dtype=np.int64)

    def team_sums(self) -> pd.DataFrame:
        """Points, available points, cases and posts of each team, in the order of the organisation."""
        size = len(self.caseload.organisation)
        of_posts = self.posts["duty_points"] + self.posts["rounding"]
        team = self.posts["team"].to_numpy()
        return pd.DataFrame(
            {
                "points": np.bincount(self.team, self.points, size) + np.bincount(team, of_posts, size),
                "available_points": np.bincount(team, self.posts["available_points"], size),
                "cases": np.bincount(self.team, self.counts, size).astype(np.int64),
                "posts": np.bincount(team, self.posts["available_points"].gt(0), size).astype(np.int64),
            }
        )


def weigh_week(
    caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date, points: Floats | None = None
) -> WeighedWeek:
    """Weigh the posts of a week whose cases are weighed.

    * points: what to count each case with, NaN for what it weighs.
    """
    managers = caseload.offender_managers
    own = weighed.exact / weighed.units
    counted = own if points is None else np.where(np.isnan(points), own, points)
    teams = pd.Index(caseload.organisation["team_code"])
    keys = pd.MultiIndex.from_frame(managers[["om_code", "team_code"]])
    holder = np.full(len(weighed.frame), -1, dtype=np.int64)
    allocated = weighed.frame["om_code"].notna().to_numpy()
    holder[allocated] = keys.get_indexer(pd.MultiIndex.from_frame(weighed.frame.loc[allocated, keys.names]))
    return WeighedWeek(
        caseload=caseload,
        policy=policy,
        as_at=as_at,
        cases=weighed,
        points=counted,
        holder=holder,
        team=teams.get_indexer(pd.Index(weighed.frame["team_code"])).astype(np.int64),
        posts=_posts(caseload, policy, as_at, weighed, holder),
    )


def _posts(caseload: Caseload, policy: Policy, as_at: date, weighed: WeighedCases, holder: Positions) -> pd.DataFrame:
    managers = caseload.offender_managers
    keys: list[Post] = list(zip(managers["om_code"].tolist(), managers["team_code"].tolist(), strict=True))
    is_sickness = caseload.reductions["reason"].eq(ReductionReason.SICKNESS)
    sick = reduction_hours(caseload.reductions[is_sickness], managers, as_at)
    other = reduction_hours(caseload.reductions[~is_sickness], managers, as_at)
    lost = {post: sick.get(post, NOT_LOST) + other.get(post, NOT_LOST) for post in sick.keys() | other.keys()}
    types = dict(zip(caseload.organisation["team_code"], caseload.organisation["team_type"], strict=True))
    duties = duty_points(caseload.duties, managers, policy, as_at)
    held = np.zeros(len(keys), dtype=np.int64)
    np.add.at(held, holder[holder >= 0], weighed.exact[holder >= 0])
    of_duties = [duties.get(key, NOT_LOST) for key in keys]
    totals = [Fraction(int(points), weighed.units) + duty for points, duty in zip(held, of_duties, strict=True)]
    rounds = policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL
    return pd.DataFrame(
        {
            "om_code": managers["om_code"],
            "team_code": managers["team_code"],
            "grade": managers["grade"],
            "team": pd.Index(caseload.organisation["team_code"]).get_indexer(pd.Index(managers["team_code"])),
            "contracted_hours": managers["contracted_hours"],
            "present": ~has_left(managers, as_at),
            "sick_hours": _objects([sick.get(key, NOT_LOST) for key in keys]),
            "other_hours": _objects([other.get(key, NOT_LOST) for key in keys]),
            "case_points": held / weighed.units,
            "duty_points": np.array([float(duty) for duty in of_duties], dtype=np.float64),
            "rounding": np.array(
                [float(floor(total + _HALF) - total) if rounds else 0.0 for total in totals], dtype=np.float64
            ),
            "available_points": np.array(
                [float(points) for points in available_points(managers, lost, types, policy, as_at)], dtype=np.float64
            ),
        }
    ).reset_index(drop=True)


def reasons_without_hours(posts: pd.DataFrame) -> list[StandingPart | None]:
    """Why each post has no available hours; None if it has some.

    If sickness and other reductions take all hours together, the one that takes more is the reason.
    """
    columns = ("present", "contracted_hours", "sick_hours", "other_hours")
    return [_reason(*post) for post in zip(*(posts[name].tolist() for name in columns), strict=True)]


def _reason(present: bool, contracted: float, sick: Fraction, other: Fraction) -> StandingPart | None:
    if not present:
        return StandingPart.LEFT
    if contracted == 0:
        return StandingPart.NO_CONTRACTED_HOURS
    if exact_fraction(contracted) > sick + other:
        return None
    return StandingPart.SICKNESS if sick >= other else StandingPart.OTHER_REDUCTION


def _objects(values: list[Fraction]) -> npt.NDArray[Any]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
