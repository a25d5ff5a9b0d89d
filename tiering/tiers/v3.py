"""Tier v3: the highest of eight steps, and whether it is provisional. Every case at once, column by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tiering.tiers.columns import DYNAMIC, STATIC, Flags, Integers, Numbers, flags, look_up, positions, texts
from tiering.tiers.schemes import StepsNumbers

NONE = -1
"""The rank of a step that says nothing."""


@dataclass(frozen=True)
class Steps:
    """What every step says of every case.

    ranks: by step, the position of its tier in ``lowest_first``, or NONE.
    faults: cases whose scores contradict each other, so that no tier can be given.
    """

    ranks: dict[str, Integers]
    faults: Flags


def calculate_v3(cases: pd.DataFrame, numbers: StepsNumbers, as_at: date) -> pd.DataFrame:
    """Calculate the v3 tier of every case.

    - cases: the columns ``STEPS_COLUMNS``; no score of ARP or CSRP is below 0.

    Returns, with the index of ``cases``: the tier of every step (missing if it says nothing), tier, provisional and
    fault. A case with a fault has no tier.
    """
    steps = find_steps(cases, numbers, as_at)
    order = list(numbers.lowest_first)
    highest = np.maximum.reduce(list(steps.ranks.values()))
    tier = np.where(highest == NONE, order.index(numbers.otherwise), highest)
    known = flags(cases, "active_event") & cases["arp"].notna().to_numpy() & cases["csrp"].notna().to_numpy()
    tier = np.where(known, tier, order.index(numbers.without_predictors))
    tier = np.where(flags(cases, "active_event"), tier, order.index(numbers.without_active_event))
    fault = known & steps.faults
    provisional = known & ~fault & is_provisional(cases, steps.ranks, numbers)
    return pd.DataFrame(
        {
            **{name: texts(rank, order) for name, rank in steps.ranks.items()},
            "tier": texts(np.where(fault, NONE, tier), order),
            "provisional": provisional,
            "fault": fault,
        },
        index=cases.index,
    )


def find_steps(cases: pd.DataFrame, numbers: StepsNumbers, as_at: date) -> Steps:
    """What each step says of each case, before it is known whether the case has all that is needed."""
    order = list(numbers.lowest_first)
    sexual, faults = _sexual_reoffending(cases, numbers)
    plain = {
        "DOMESTIC_ABUSE": ("domestic_abuse", numbers.domestic_abuse),
        "STALKING": ("stalking", numbers.stalking),
        "CHILD_PROTECTION": ("child_protection", numbers.child_protection),
        "SEXUAL_OFFENCES": ("sexual_offences", numbers.sexual_offences),
    }
    ranks = {
        "REOFFENDING": _reoffending(*_scores(cases), numbers),
        "SEXUAL_REOFFENDING": sexual,
        "MAPPA_ROSH": _mappa_rosh(cases, numbers),
        "LIFER_IPP": _lifer(cases, numbers, as_at),
        **{name: np.where(flags(cases, column), order.index(tier), NONE) for name, (column, tier) in plain.items()},
    }
    return Steps(ranks, faults)


def is_provisional(cases: pd.DataFrame, ranks: Mapping[str, Integers], numbers: StepsNumbers) -> Flags:
    """Whether what is still unknown of each case could raise its tier.

    - cases: the columns arp, arp_type, csrp, csrp_type, mappa_category and rosh.
    """
    return _unsure_of_predictors(cases, ranks, numbers) | _unsure_of_rosh(cases, ranks, numbers)


def _unsure_of_predictors(cases: pd.DataFrame, ranks: Mapping[str, Integers], numbers: StepsNumbers) -> Flags:
    """Whether a static predictor, once it is dynamic, could give more than all other steps."""
    other = _highest(ranks, {"REOFFENDING"}, len(cases))
    arp, csrp = _scores(cases)
    endless = np.full(len(cases), np.inf)
    arp_static, csrp_static = cases["arp_type"].eq(STATIC).to_numpy(), cases["csrp_type"].eq(STATIC).to_numpy()
    possible = _reoffending(np.where(arp_static, endless, arp), np.where(csrp_static, endless, csrp), numbers)
    return np.asarray((arp_static | csrp_static) & (other < possible), dtype=np.bool_)


def _unsure_of_rosh(cases: pd.DataFrame, ranks: Mapping[str, Integers], numbers: StepsNumbers) -> Flags:
    """Whether a RoSH that is still missing could give more than the steps that are certain."""
    order = list(numbers.lowest_first)
    dynamic = cases["arp_type"].eq(DYNAMIC).to_numpy() & cases["csrp_type"].eq(DYNAMIC).to_numpy()
    certain = _highest(ranks, {"MAPPA_ROSH", "REOFFENDING"}, len(cases))
    certain = np.maximum(certain, np.where(dynamic, ranks["REOFFENDING"], NONE))
    enough = numbers.certain_without_rosh
    needed = np.where(cases["mappa_category"].notna(), order.index(enough.mappa), order.index(enough.other))
    return np.asarray(cases["rosh"].isna().to_numpy() & (certain < needed), dtype=np.bool_)


def _highest(ranks: Mapping[str, Integers], left_out: set[str], size: int) -> Integers:
    highest = np.full(size, NONE, dtype=np.int64)
    for name in ranks.keys() - left_out:
        highest = np.maximum(highest, ranks[name])
    return highest


def _scores(cases: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """ARP and CSRP, a missing one as 0: whether both are there is asked elsewhere."""
    arp, csrp = (np.nan_to_num(cases[name].to_numpy(dtype=np.float64)) for name in ("arp", "csrp"))
    return arp, csrp


def _reoffending(arp: Numbers, csrp: Numbers, numbers: StepsNumbers) -> Integers:
    """The tier in the table, whose row is by CSRP and whose column is by ARP."""
    order = list(numbers.lowest_first)
    table = np.array([[order.index(tier) for tier in row.tiers] for row in numbers.reoffending], dtype=np.int64)
    row = _first_reached(csrp, [float(row.csrp_from) for row in numbers.reoffending])
    return table[row, _first_reached(arp, [float(start) for start in numbers.arp_from])]


def _first_reached(scores: Numbers, falling: list[float]) -> Integers:
    """The position of the first of some falling limits that each score reaches."""
    return np.asarray(len(falling) - np.searchsorted(falling[::-1], scores, side="right"), dtype=np.int64)


def _sexual_reoffending(cases: pd.DataFrame, numbers: StepsNumbers) -> tuple[Integers, Flags]:
    """The tier by DC-SRP, and where its band goes with no such score."""
    order = list(numbers.lowest_first)
    score = cases["dc_srp"].to_numpy(dtype=np.float64)
    used = score > 0
    by_band = {band: order.index(tier) for band, tier in numbers.sexual_reoffending.items()}
    rank = np.where(used, look_up(cases["dc_srp_band"], by_band, NONE), NONE)
    faults = np.zeros(len(cases), dtype=np.bool_)
    for band, limits in numbers.sexual_reoffending_by_score.items():
        here = used & (positions(cases["dc_srp_band"], [band]) == 0)
        reached = [score >= float(limit.at_least) for limit in limits]
        of_score = np.select(reached, [order.index(limit.tier) for limit in limits], NONE)
        rank = np.where(here, of_score, rank)
        faults |= here & (of_score == NONE)
    return rank, faults


def _mappa_rosh(cases: pd.DataFrame, numbers: StepsNumbers) -> Integers:
    order = list(numbers.lowest_first)
    with_mappa = {rosh: order.index(tier) for rosh, tier in numbers.rosh_with_mappa.items()}
    without = {rosh: order.index(tier) for rosh, tier in numbers.rosh_without_mappa.items()}
    return np.where(
        cases["mappa_category"].notna(),
        look_up(cases["rosh"], with_mappa, order.index(numbers.other_rosh_with_mappa)),
        look_up(cases["rosh"], without, NONE),
    )


def _lifer(cases: pd.DataFrame, numbers: StepsNumbers, as_at: date) -> Integers:
    """The tier of a lifer by the time since release; the day itself belongs to the nearer period."""
    order = list(numbers.lowest_first)
    released = cases["released_on"]
    limits = numbers.released_within_years
    within = [released.ge(pd.Timestamp(as_at) - pd.DateOffset(years=limit.years)).to_numpy() for limit in limits]
    rank = np.select(within, [order.index(limit.tier) for limit in limits], order.index(numbers.released_earlier))
    return np.where(flags(cases, "lifer_ipp") & released.notna().to_numpy(), rank, NONE)
