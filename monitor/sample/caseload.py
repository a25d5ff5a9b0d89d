"""Draw the people under supervision once, with everything that will happen to them; every week is read from that.

A frame of cases has one row per person: ``no`` numbers them, and dates are day numbers (NEVER: none). A change of tier,
RoSH or setting is stored as its date and the value after it, so that a person's facts agree from week to week.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.sample.days import NEVER, Days, weekday_before
from monitor.sample.figures import (
    COMMUNITY_MONTHS,
    COMMUNITY_SHARES,
    CUSTODIAL_PART,
    DELIUS_DIFFERS_SHARE,
    DELIUS_MISSING_SHARE,
    DOMESTIC_ABUSE_SHARE,
    EARLIER_TIER_CHANGES,
    EARLY_END_SHARE,
    HIGH,
    INDETERMINATE_SHARE_OF_HIGH,
    LATE_END_SHARE,
    MAPPA_BY_ROSH,
    MAPPA_LEVEL_SHARES,
    MEDIUM,
    PRISON_MONTHS,
    PRISON_SHARE,
    PRISON_SHARES,
    PROLIFIC_SHARE,
    ROSH_CHANGES_A_WEEK,
    ROSH_MIX,
    SAFEGUARDING_SHARE,
    SUSPENDED_SHARE,
    TIER_4,
    TIER_BY_ROSH,
    TIER_CHANGES_A_WEEK,
    TIER_UNDOCUMENTED_SHARE,
    TRANSFERRED_IN_SHARE,
    UNCLASSIFIED,
    UNPAID_WORK_ONLY_BY_TIER,
    UNTIERED,
    UNTIERED_SHARE,
    UNTIERED_SHARE_OF_ARRIVALS,
    VERY_HIGH,
    WARRANT_SHARE,
)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
COMMUNITY, LICENCE, CUSTODY = 0, 1, 2
SETTINGS = ("community", "licence", "custody")
ACTIVE, WARRANT, UNPAID_WORK_ONLY, OVERDUE_TERMINATION, SUSPENDED = range(5)
ACTIVITIES = ("active", "warrant", "unpaid_work_only", "overdue_termination", "suspended")
_DAYS_A_MONTH = 365.25 / 12
_LIFE = 15 * 365


def draw_stock(rng: np.random.Generator, clusters: Ints, on: int, until: int) -> pd.DataFrame:
    """Draw the people under supervision ``on`` the first day, who have served part of their time."""
    count = len(clusters)
    prison = rng.random(count) < PRISON_SHARE
    # Weighted by length: a sentence is in force on a day the more often, the longer it is.
    community_share = COMMUNITY_SHARES * COMMUNITY_MONTHS
    prison_shares = PRISON_SHARES * PRISON_MONTHS
    return _draw(rng, clusters, prison, community_share, prison_shares, np.ones(count, dtype=bool), on, until)


def draw_arrivals(rng: np.random.Generator, clusters: Ints, on: int, until: int) -> pd.DataFrame:
    """Draw the people who come under supervision in the week up to ``on``; a few are transferred in part way."""
    count = len(clusters)
    community = (1 - PRISON_SHARE) / (COMMUNITY_SHARES @ COMMUNITY_MONTHS)
    prison = PRISON_SHARE / (PRISON_SHARES.mean(axis=0) @ PRISON_MONTHS)
    sent_to_prison = rng.random(count) < prison / (community + prison)
    transferred = rng.random(count) < TRANSFERRED_IN_SHARE
    drawn = _draw(rng, clusters, sent_to_prison, COMMUNITY_SHARES, PRISON_SHARES, transferred, on, until)
    drawn["transferred_in_on"] = np.where(transferred, drawn["arrived_on"], NEVER)
    fresh = np.where(drawn["rosh"] == VERY_HIGH, 0, UNTIERED_SHARE_OF_ARRIVALS)
    drawn["tier"] = np.where(rng.random(count) < fresh, UNTIERED, drawn["tier"])
    waiting = drawn["tier"] == UNTIERED
    drawn["tier_changes_on"] = np.where(
        waiting, drawn["arrived_on"] + rng.integers(7, 50, count), drawn["tier_changes_on"]
    )
    drawn["tier_changes"] = np.where(waiting, 0, drawn["tier_changes"])
    return drawn


def setting_on(cases: pd.DataFrame, on: int) -> Ints:
    """Community, licence or custody on a day."""
    return np.where(cases["prison"], np.where(cases["release_on"] <= on, LICENCE, CUSTODY), COMMUNITY)


def tier_on(cases: pd.DataFrame, on: int) -> Ints:
    """The tier on a day."""
    return np.where(cases["tier_changes_on"] <= on, cases["tier_after"], cases["tier"])


def rosh_on(cases: pd.DataFrame, on: int) -> Ints:
    """The RoSH on a day."""
    return np.where(cases["rosh_changes_on"] <= on, cases["rosh_after"], cases["rosh"])


def activity_on(cases: pd.DataFrame, on: int) -> Ints:
    """Whether a case is worked on, on a day."""
    away = (cases["away_from"] <= on) & (on < cases["away_until"]) & (setting_on(cases, on) != CUSTODY)
    activity = np.where(cases["unpaid_work"], UNPAID_WORK_ONLY, ACTIVE)
    activity = np.where(away, np.where(cases["suspended"], SUSPENDED, WARRANT), activity)
    return np.where(cases["expected_end_on"] < on, OVERDUE_TERMINATION, activity)


def choose(rng: np.random.Generator, shares: Floats, rows: Ints | None = None) -> Ints:
    """Choose a column of ``shares`` for each of ``rows``; a row of shares need not sum to 1."""
    table = np.atleast_2d(shares)
    cumulative = np.cumsum(table, axis=1) / table.sum(axis=1, keepdims=True)
    picked = cumulative[rows] if rows is not None else cumulative
    chosen: Ints = (rng.random(len(picked))[:, None] > picked[:, :-1]).sum(axis=1)
    return chosen


def _draw(
    rng: np.random.Generator,
    clusters: Ints,
    prison: Flags,
    community_shares: Floats,
    prison_shares: Floats,
    part_way: Flags,
    on: int,
    until: int,
) -> pd.DataFrame:
    count = len(clusters)
    rosh = choose(rng, ROSH_MIX, prison.astype(np.int64))
    tier = choose(rng, TIER_BY_ROSH, rosh)
    serious = ((rosh == HIGH) | (rosh == VERY_HIGH)).astype(np.int64)
    months = np.where(
        prison,
        PRISON_MONTHS[choose(rng, prison_shares, serious)],
        COMMUNITY_MONTHS[choose(rng, np.tile(community_shares, (2, 1)), serious)],
    )
    indeterminate = prison & (serious == 1) & (rng.random(count) < INDETERMINATE_SHARE_OF_HIGH)
    length = np.where(indeterminate, _LIFE, months * _DAYS_A_MONTH).astype(np.int64)
    served = _days_served(rng, length, ~prison, indeterminate)
    arrived = np.where(part_way, on, weekday_before(on - rng.integers(0, 5, count)))
    start = weekday_before(arrived - np.where(part_way, rng.random(count) * served, 0).astype(np.int64))
    release = weekday_before(start + (length * rng.uniform(*CUSTODIAL_PART, count)).astype(np.int64))
    known = np.where(rng.random(count) < UNTIERED_SHARE, UNTIERED, tier)
    transferred = part_way & (rng.random(count) < TRANSFERRED_IN_SHARE)
    drawn = pd.DataFrame(
        {
            "cluster": clusters,
            "prison": prison,
            "rosh": rosh,
            "tier": known,
            "sentence_start": start,
            "release_on": np.where(prison & ~indeterminate, release, NEVER),
            "expected_end_on": np.where(indeterminate, NEVER, start + length),
            "closed_on": np.where(indeterminate, NEVER, np.maximum(start + served, on + 1)),
            "arrived_on": arrived,
            "allocated_on": np.minimum(_draw_between(rng, start + 1, np.maximum(on - 10, start + 2)), on),
            "transferred_in_on": np.where(transferred, _draw_between(rng, start, arrived), NEVER),
            "unpaid_work": ~prison & (rng.random(count) < UNPAID_WORK_ONLY_BY_TIER[known]),
            "prolific": rng.random(count) < PROLIFIC_SHARE,
            "safeguarding": rng.random(count) < SAFEGUARDING_SHARE,
            "domestic_abuse": rng.random(count) < DOMESTIC_ABUSE_SHARE,
            "tier_changes": choose(rng, np.tile(EARLIER_TIER_CHANGES, (count, 1))),
            "tier_documented": rng.random(count) >= TIER_UNDOCUMENTED_SHARE,
            "mappa": np.where(
                rng.random(count) < MAPPA_BY_ROSH[rosh], choose(rng, np.tile(MAPPA_LEVEL_SHARES, (count, 1))), -1
            ),
        }
    )
    return drawn.assign(
        **_coming_changes(rng, rosh, known, tier, on, until),
        **_away(rng, start, served, prison),
        rosh_delius=_on_the_case_record(rng, rosh),
    )


def _days_served(rng: np.random.Generator, length: Days, community: Flags, indeterminate: Flags) -> Days:
    """Draw the days until each case is closed: some end early, some are closed only weeks after their end."""
    count = len(length)
    luck = rng.random(count)
    early = community & (luck < EARLY_END_SHARE)
    late = luck > 1 - LATE_END_SHARE
    served = np.where(early, length * rng.uniform(0.35, 0.95, count), length + 1)
    served = np.where(late, length + 3 + rng.exponential(28, count), served)
    return np.where(indeterminate, length // 2, served).astype(np.int64)


def _draw_between(rng: np.random.Generator, first: Days, last: Days) -> Days:
    drawn: Days = weekday_before(first + (rng.random(len(first)) * np.maximum(last - first, 0)).astype(np.int64))
    return np.maximum(drawn, first)


def _coming_changes(
    rng: np.random.Generator, rosh: Ints, known: Ints, tier: Ints, on: int, until: int
) -> dict[str, Ints]:
    """Draw the next change of tier and of RoSH, if one comes before the last extract."""
    count, span = len(rosh), max(until - on, 1)
    step = np.where(rng.random(count) < 0.5, 1, -1)
    stepped = np.clip(tier + step, 0, TIER_4)
    changes = (rng.random(count) < TIER_CHANGES_A_WEEK * span / 7) & (stepped != tier)
    tier_changes_on = np.where(changes & (known != UNTIERED), on + 1 + rng.integers(0, span, count), NEVER)
    upwards = rng.random(count) < 0.55
    other = np.clip(rosh + np.where(upwards, 1, -1), 0, HIGH)
    other = np.where(rosh == UNCLASSIFIED, MEDIUM, np.where(rosh == VERY_HIGH, HIGH, other))
    rate = np.where(rosh == UNCLASSIFIED, 8, 1) * ROSH_CHANGES_A_WEEK * span / 7
    turns = (rng.random(count) < rate) & (other != rosh)
    return {
        "tier_after": np.where(known == UNTIERED, tier, stepped),
        "tier_changes_on": tier_changes_on,
        "rosh_after": other,
        "rosh_changes_on": np.where(turns, on + 1 + rng.integers(0, span, count), NEVER),
    }


def _away(rng: np.random.Generator, start: Days, served: Days, prison: Flags) -> dict[str, npt.NDArray[np.generic]]:
    """Draw one spell on warrant, or suspended, for some cases."""
    count = len(start)
    luck = rng.random(count)
    spell = luck < WARRANT_SHARE + SUSPENDED_SHARE
    begun = start + np.where(prison, served // 2, 30) + (rng.random(count) * served / 2).astype(np.int64)
    return {
        "away_from": np.where(spell, begun, NEVER),
        "away_until": np.where(spell, begun + rng.integers(28, 200, count), NEVER),
        "suspended": luck >= WARRANT_SHARE,
    }


def _on_the_case_record(rng: np.random.Generator, rosh: Ints) -> Ints:
    """The RoSH on the case record: 0 as in OASys, 1 one step off, 2 empty."""
    luck = rng.random(len(rosh))
    differs = (luck < DELIUS_DIFFERS_SHARE) & (rosh != UNCLASSIFIED)
    return np.where(differs, 1, np.where(luck > 1 - DELIUS_MISSING_SHARE, 2, 0))
