"""Tier v2: a protect level, a change level and a suffix, each from points. Every case at once, column by column."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from tiering.tiers.columns import Flags, Integers, Numbers, flags, look_up, need_column, texts
from tiering.tiers.schemes import ChangePoints, Levels, PointsNumbers, ProtectPoints, RsrBand

PROTECT_PARTS = ("RSR", "ROSH", "MAPPA", "COMPLEXITY", "ADDITIONAL_FACTORS_FOR_WOMEN")
CHANGE_PARTS = ("NEEDS", "OGRS", "IOM")
CHANGE_BASES = ("points", "no assessment", "no mandate")
"""What the change level rests on; the last one that is true."""


def calculate_v2(cases: pd.DataFrame, numbers: PointsNumbers) -> pd.DataFrame:
    """Calculate the v2 tier of every case.

    - cases: the columns ``POINTS_COLUMNS``.

    Returns, with the index of ``cases``: the points of every part, protect_points, protect_level, change_basis,
    change_points, change_level and tier. The parts of the change axis are 0 if its basis is not points.
    """
    assessed = is_assessed(cases, numbers.assessment_valid_days)
    parts = _protect_parts(cases, assessed, numbers.protect) | _change_parts(cases, numbers.change)
    basis = np.where(flags(cases, "mandate"), np.where(assessed, 0, 1), 2)
    for name in CHANGE_PARTS:
        parts[name] = np.where(basis == 0, parts[name], 0)
    # Only the larger of the two counts: they are two views of the same risk.
    larger = np.maximum(parts["RSR"], parts["ROSH"])
    protect = larger + parts["MAPPA"] + parts["COMPLEXITY"] + parts["ADDITIONAL_FACTORS_FOR_WOMEN"]
    change = parts["NEEDS"] + parts["OGRS"] + parts["IOM"]
    levels = numbers.levels
    change_words = list(dict.fromkeys([*levels.change, levels.without_assessment, levels.without_mandate]))
    protect_level = _level(protect, levels.protect)
    without = [change_words.index(levels.without_assessment), change_words.index(levels.without_mandate)]
    change_level = np.choose(basis, [_level(change, levels.change), *without])
    return pd.DataFrame(
        {
            **parts,
            "protect_points": protect,
            "protect_level": texts(protect_level, list(levels.protect)),
            "change_basis": texts(basis, CHANGE_BASES),
            "change_points": change,
            "change_level": texts(change_level, change_words),
            "tier": _tiers(protect_level, change_level, flags(cases, "unsupervised"), change_words, levels),
        },
        index=cases.index,
    )


def is_assessed(cases: pd.DataFrame, valid_days: int | None) -> Flags:
    """Whether each case has an assessment that counts; one of unknown age counts."""
    assessed = flags(cases, "assessed")
    if valid_days is None:
        return assessed
    return np.asarray(assessed & ~(cases["assessment_age"].to_numpy() > valid_days), dtype=np.bool_)


def women_points(cases: pd.DataFrame, assessed: Flags, protect: ProtectPoints) -> Integers:
    """Points of the additional factors for women; without an assessment only earlier enforcement activity counts."""
    answered = (
        protect.parental_responsibilities * flags(cases, "parental_responsibilities")
        + protect.impulsivity_or_temper_control * flags(cases, "impulsivity_or_temper_control")
    ) * assessed
    earlier = protect.previous_enforcement_activity * flags(cases, "previous_enforcement_activity")
    return np.asarray((answered + earlier) * flags(cases, "female"), dtype=np.int64)


def _protect_parts(cases: pd.DataFrame, assessed: Flags, protect: ProtectPoints) -> dict[str, Integers]:
    return {
        "RSR": _rsr_points(cases["rsr"].to_numpy(dtype=np.float64), protect.rsr),
        "ROSH": look_up(cases["rosh"], protect.rosh),
        "MAPPA": look_up(cases["mappa_level"], protect.mappa_level),
        "COMPLEXITY": protect.complexity_factor * cases["complexity_factors"].to_numpy(dtype=np.int64),
        "ADDITIONAL_FACTORS_FOR_WOMEN": women_points(cases, assessed, protect),
    }


def _rsr_points(rsr: Numbers, bands: tuple[RsrBand, ...]) -> Integers:
    """The points of each score; a score between two bands has none."""
    points = np.zeros(len(rsr), dtype=np.int64)
    for band in bands:
        inside = rsr >= float(band.at_least)
        if band.below is not None:
            inside &= rsr < float(band.below)
        if band.up_to is not None:
            inside &= rsr <= float(band.up_to)
        points[inside] = band.points
    return points


def _change_parts(cases: pd.DataFrame, change: ChangePoints) -> dict[str, Integers]:
    needs = np.zeros(len(cases), dtype=np.int64)
    for need, weight in change.need_weight.items():
        if weight:
            needs += weight * look_up(cases[need_column(need)], change.severity)
    ogrs = np.nan_to_num(cases["ogrs"].to_numpy(dtype=np.float64))
    return {
        "NEEDS": needs,
        "OGRS": np.floor_divide(ogrs, change.ogrs_per_point).astype(np.int64),
        "IOM": change.iom * flags(cases, "iom").astype(np.int64),
    }


def _level(points: Integers, levels: Mapping[str, int]) -> Integers:
    """The position, in the table's own order, of the highest level whose points are reached."""
    rising = sorted(range(len(levels)), key=lambda place: list(levels.values())[place])
    starts = [list(levels.values())[place] for place in rising]
    return np.array(rising, dtype=np.int64)[np.searchsorted(starts, points, side="right") - 1]


def _tiers(
    protect_level: Integers, change_level: Integers, unsupervised: Flags, change_words: list[str], levels: Levels
) -> "pd.Categorical[str]":
    """The level of protect, the level of change and the suffix as one word."""
    suffixes = ("", levels.unsupervised_suffix)
    words = ["".join(parts) for parts in product(levels.protect, change_words, suffixes)]
    return texts((protect_level * len(change_words) + change_level) * 2 + unsupervised, words)
