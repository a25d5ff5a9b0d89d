"""Fit tier points and RoSH points to the hours of a time study, with an interval for each.

In each setting, the weekly hours of a case are taken for the sum of its tier's and its RoSH's. What is common to both
cannot be divided between them, so low RoSH is 0, as in the shipped policies, and the tier has the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.calibration.nnls import least_squares
from tiering.policies.policy import Policy, Rounding
from tiering.terms import Grade, Rosh, Setting

Floats = npt.NDArray[np.float64]

LEAST_ROWS: Final = 5
"""Rows of a tier or a RoSH in a setting, below which its points are not fitted."""

TIER_POINTS, ROSH_POINTS = "tier_points", "rosh_points"
INTERVAL: Final = (2.5, 97.5)
"""Percentiles of the draws: 19 in 20 lie between them."""


@dataclass(frozen=True)
class FittedPoints:
    """The points of one tier or RoSH in one setting.

    * table: tier_points or rosh_points. rows: of the study that have it.
    * now: in the policy. points: fitted, rounded as the policy rounds. low, high: their interval.
    """

    table: str
    name: str
    setting: Setting
    rows: int
    now: float
    points: float
    low: float
    high: float


@dataclass(frozen=True)
class Unfitted:
    """What the study does not say, so that the policy's own points stay.

    * name: of the tier or RoSH; empty for a whole setting.
    """

    table: str
    name: str
    setting: Setting
    reason: str


@dataclass(frozen=True)
class Calibration:
    """Everything that was fitted, and everything that was not; rows: of the study that were used."""

    fitted: tuple[FittedPoints, ...]
    unfitted: tuple[Unfitted, ...]
    rows: int
    points_an_hour: float


def fit_points(study: pd.DataFrame, policy: Policy, draws: int, seed: int) -> Calibration:
    """Fit the points of a policy's tiers and RoSH to a study.

    * study: one row per recorded case or group of cases; columns tier, rosh, setting, hours (a week for one case) and
      cases (how many the hours are the mean of).
    * draws: of the bootstrap. The same seed gives the same intervals.

    An hour a week is worth the nominal target of a PO over the default hours, as it is for duties.
    """
    rate = float(policy.nominal_target[Grade.PO] / policy.default_hours)
    chance = np.random.default_rng(seed)
    fitted: list[FittedPoints] = []
    unfitted: list[Unfitted] = []
    rows = 0
    for setting in Setting:
        own = study[study["setting"].eq(setting)]
        used = _with_enough_rows(own)
        unfitted += _too_few(own, used, policy, setting)
        design = _design_of(used)
        if reason := _fault(own, design):
            unfitted.append(Unfitted("", "", setting, reason))
            continue
        rows += len(used)
        fitted += _fit_setting(used, design, policy, setting, rate, chance, draws)
    return Calibration(tuple(fitted), tuple(unfitted), rows, rate)


@dataclass(frozen=True)
class _Design:
    """The classes of cases of one setting, and which points each adds up.

    * names: table and name of each column of the matrix. matrix: one row per class of tier and RoSH, of 0 and 1.
    * class_of: the class of each row of the study.
    """

    names: list[tuple[str, str]]
    matrix: Floats
    class_of: npt.NDArray[np.int64]

    def solve(self, hours: Floats, weights: Floats, start: npt.NDArray[np.bool_] | None = None) -> Floats:
        """The hours of each column; hours and weights: of each row of the study."""
        count = len(self.matrix)
        total = np.bincount(self.class_of, weights, count)
        mean = np.bincount(self.class_of, weights * hours, count) / total
        # Rows of one class differ from its mean by the same sum whatever the points, so the means alone decide.
        root = np.sqrt(total)
        return least_squares(self.matrix * root[:, None], mean * root, start)


def _design_of(rows: pd.DataFrame) -> _Design:
    tiers, rosh = sorted(rows["tier"].unique()), sorted(set(rows["rosh"].unique()) - {Rosh.LOW.value})
    names = [*((TIER_POINTS, tier) for tier in tiers), *((ROSH_POINTS, level) for level in rosh)]
    classes = sorted(set(zip(rows["tier"], rows["rosh"], strict=True)))
    parts = [((TIER_POINTS, tier), (ROSH_POINTS, level)) for tier, level in classes]
    matrix = np.array([[name in adds_up for name in names] for adds_up in parts], dtype=np.float64)
    places = {both: place for place, both in enumerate(classes)}
    class_of = [places[both] for both in zip(rows["tier"], rows["rosh"], strict=True)]
    return _Design(names, matrix, np.array(class_of, dtype=np.int64))


def _fault(rows: pd.DataFrame, design: _Design) -> str:
    """Why nothing of a setting can be fitted; empty if something can."""
    if rows.empty:
        return "the study has no rows"
    if not design.names:
        return f"no tier and RoSH have {LEAST_ROWS} rows or more"
    if np.linalg.matrix_rank(design.matrix) < len(design.names):
        return "tier and RoSH cannot be told apart: record cases of low RoSH, and several RoSH in each tier"
    return ""


def _with_enough_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows whose tier and RoSH both have enough rows, also after the others are left out."""
    while True:
        enough = pd.Series(True, index=rows.index)
        for column in ("tier", "rosh"):
            enough &= rows[column].map(rows[column].value_counts()).ge(LEAST_ROWS)
        if enough.all():
            return rows
        rows = rows[enough]


def _too_few(own: pd.DataFrame, used: pd.DataFrame, policy: Policy, setting: Setting) -> Iterator[Unfitted]:
    """The tiers and RoSH of the policy that the rows used have none of, in a setting of which there are rows."""
    if used.empty:
        return
    for table, column, known in (
        (TIER_POINTS, "tier", policy.tier_points),
        (ROSH_POINTS, "rosh", policy.rosh_points),
    ):
        for name in known:
            if name not in set(used[column]):
                rows = int(own[column].eq(name).sum())
                yield Unfitted(table, name, setting, f"{rows} of the {LEAST_ROWS} rows needed")


def _fit_setting(
    rows: pd.DataFrame,
    design: _Design,
    policy: Policy,
    setting: Setting,
    rate: float,
    chance: np.random.Generator,
    draws: int,
) -> list[FittedPoints]:
    """Fit one setting, and again with the rows weighted by chance: the Bayesian bootstrap (Rubin, 1981).

    Every row keeps some weight in every draw, so that no tier is ever without one.
    """
    hours, cases = rows["hours"].to_numpy(np.float64), rows["cases"].to_numpy(np.float64)
    best = design.solve(hours, cases)
    drawn = np.stack([design.solve(hours, cases * chance.exponential(size=len(rows)), best > 0) for _ in range(draws)])
    low, high = np.percentile(rate * drawn, INTERVAL, axis=0)
    points = np.stack([rate * best, low, high]).round(0 if policy.rounding is not Rounding.NONE else 1)
    answers = [
        _points_of(table, name, setting, rows, policy, points[:, place])
        for place, (table, name) in enumerate(design.names)
    ]
    return [*answers, _points_of(ROSH_POINTS, Rosh.LOW.value, setting, rows, policy, np.zeros(3))]


def _points_of(
    table: str, name: str, setting: Setting, rows: pd.DataFrame, policy: Policy, points: Floats
) -> FittedPoints:
    known = policy.tier_points if table == TIER_POINTS else policy.rosh_points
    count = int(rows["tier" if table == TIER_POINTS else "rosh"].eq(name).sum())
    return FittedPoints(table, name, setting, count, float(known[name][setting]), *map(float, points))
