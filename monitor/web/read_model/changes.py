"""Why the available points of a unit are not what they were: post by post, parts that add up to the change."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.terms import Level
from tiering.workload import keys_of_posts

BEGAN: Final = "Posts that began, or came with their team"
ENDED: Final = "Posts that ended, or left with their team"
_REASONS: Final = {
    (True, False): "Contracted hours changed",
    (False, True): "Reductions began, changed or ended",
    (True, True): "Contracted hours and reductions changed",
    (False, False): "Grade, kind of team or target changed",
}
_FIGURES: Final = ["available_points", "contracted_hours", "reduction_hours"]
_SAME: Final = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class HoursPart:
    """One reason for a change of available points: of how many posts, and how many points."""

    name: str
    posts: int
    points: float


def paired_posts(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Every post of two weeks with its figures in both, 0 where it was not there.

    now, before: units of the two weeks. Columns team_code, om_code, and available_points, contracted_hours and
    reduction_hours, each with ``_now`` and ``_before``.
    """
    weeks = _posts(now).add_suffix("_now"), _posts(before).add_suffix("_before")
    return weeks[0].join(weeks[1], how="outer").fillna(0.0).reset_index()


def available_parts(paired: pd.DataFrame, here: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_]) -> list[HoursPart]:
    """What makes up the change: of the posts that are ``here`` now, against those that were ``there`` before."""
    held = {name: paired[f"{name}_now"].to_numpy() * here for name in _FIGURES}
    had = {name: paired[f"{name}_before"].to_numpy() * there for name in _FIGURES}
    differs = {name: np.abs(held[name] - had[name]) > _SAME for name in _FIGURES}
    gain = held["available_points"] - had["available_points"]
    works, worked = held["contracted_hours"] > 0, had["contracted_hours"] > 0
    flags = {BEGAN: works & ~worked, ENDED: worked & ~works}
    for (hours, reductions), name in _REASONS.items():
        alike = (differs["contracted_hours"] == hours) & (differs["reduction_hours"] == reductions)
        flags[name] = alike & (works == worked)
    moved = differs["available_points"]
    found = [HoursPart(name, int((moved & flag).sum()), math.fsum(gain[moved & flag])) for name, flag in flags.items()]
    return [part for part in found if part.posts]


def inside(paired: pd.DataFrame, level: str, code: str, teams: Collection[str]) -> npt.NDArray[np.bool_]:
    """Which posts belong to an offender manager, to the whole service, or to a unit of these teams."""
    if level == Level.OFFENDER_MANAGER:
        return paired["om_code"].eq(code).to_numpy(dtype=bool)
    if level == Level.ALL:
        return np.ones(len(paired), dtype=bool)
    return paired["team_code"].isin(list(teams)).to_numpy(dtype=bool)


def _posts(units: pd.DataFrame) -> pd.DataFrame:
    return keys_of_posts(units).join(units[_FIGURES]).set_index(["team_code", "om_code"])
