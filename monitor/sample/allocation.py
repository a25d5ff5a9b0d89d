"""Choose the team that each person comes to, and the offender manager in it."""

from typing import Final

import numpy as np
import pandas as pd

from monitor.sample.caseload import CUSTODY, Flags, Floats, Ints, rosh_on, setting_on, tier_on
from monitor.sample.figures import HIGH, TIER_4, VERY_HIGH
from monitor.sample.staff import PSO, SPO
from tiering.terms import TeamType

# Assumption: the share of the cases in its field that a specialist team takes.
_PPU_HIGH, _PPU_VERY_HIGH = 0.31, 0.95
_SUBSTANCE_PROLIFIC, _SUBSTANCE_OTHER = 0.60, 0.065
_CUSTODY_TEAM, _COURT_TEAM = 0.38, 0.07
_TO_THE_WRONG_GRADE: Final = 0.006  # tier 4 or high RoSH allocated to anyone: a few, so that the finding has cases


def specialist_teams(teams: pd.DataFrame) -> dict[str, Ints]:
    """The team of each specialist type in each cluster, -1 for none."""
    clusters = teams["cluster"].max() + 1
    by_kind = {}
    for kind in (TeamType.PPU, TeamType.SUBSTANCE_MISUSE, TeamType.CUSTODY, TeamType.COURT):
        of_kind = teams[teams["team_type"] == kind.value]
        by_kind[kind.value] = np.full(clusters, -1)
        by_kind[kind.value][of_kind["cluster"]] = of_kind.index
    return by_kind


def choose_team(rng: np.random.Generator, cases: pd.DataFrame, teams: pd.DataFrame, on: int) -> Ints:
    """Choose a team of its cluster for each case: a specialist team for some cases in its field, else an OMU."""
    cluster, luck = cases["cluster"].to_numpy(), rng.random(len(cases))
    rosh, tier = rosh_on(cases, on), tier_on(cases, on)
    in_custody = setting_on(cases, on) == CUSTODY
    serious = (rosh == HIGH) | (rosh == VERY_HIGH)
    prolific = cases["prolific"].to_numpy()
    specialists = specialist_teams(teams)
    team = omu_teams(rng, cluster, teams)
    wanted: list[tuple[TeamType, Flags, Floats | float]] = [
        (TeamType.COURT, ~in_custody & ~serious & (tier <= 1) & ~cases["prison"].to_numpy(), _COURT_TEAM),
        (TeamType.CUSTODY, in_custody & ~serious, _CUSTODY_TEAM),
        (TeamType.SUBSTANCE_MISUSE, ~serious, np.where(prolific, _SUBSTANCE_PROLIFIC, _SUBSTANCE_OTHER)),
        (TeamType.PPU, serious, np.where(rosh == VERY_HIGH, _PPU_VERY_HIGH, _PPU_HIGH)),
    ]
    for kind, fits, share in wanted:
        there = specialists[kind.value][cluster]
        team = np.where(fits & (luck < share) & (there >= 0), there, team)
        luck = np.where(fits, (luck - share) % 1, luck)
    return team


def omu_teams(rng: np.random.Generator, cluster: Ints, teams: pd.DataFrame) -> Ints:
    """Choose an unspecialised team of each case's cluster, by the teams' shares."""
    ordered = teams.sort_values("cluster", kind="stable")
    shares = ordered["share"] / ordered.groupby("cluster")["share"].transform("sum")
    upper = ordered["cluster"].to_numpy() + shares.groupby(ordered["cluster"]).cumsum().to_numpy()
    place = np.searchsorted(upper, cluster + rng.random(len(cluster)) * (1 - 1e-9), side="right")
    return ordered.index.to_numpy()[place]


def share_out(rng: np.random.Generator, team: Ints, points: Floats, post_team: Ints, room: Floats) -> Ints:
    """Choose a post in its team for each case, by the space in each post; -1 if no post of the team has any.

    team, points: one value per case.
    post_team, room: one value per post; room in points.
    """
    open_posts = np.flatnonzero(room > 0)
    open_posts = open_posts[np.lexsort((rng.random(len(open_posts)), post_team[open_posts]))]
    order = np.lexsort((rng.random(len(team)), team))
    given = np.full(len(team), -1)
    order = order[np.isin(team[order], post_team[open_posts])]
    if not len(order):
        return given
    # Cases and posts lie end to end along one line, on which each team has a stretch of length 1. A case goes to the
    # post at its place.
    owner = post_team[open_posts]
    edges = owner + _along(owner, room[open_posts], 1.0)
    middles = team[order] + _along(team[order], points[order], 0.5)
    # A case without points lies on a border, which rounding may put it across, so each stays on its team's stretch.
    lowest, beyond = np.searchsorted(owner, team[order], "left"), np.searchsorted(owner, team[order], "right")
    given[order] = open_posts[np.clip(np.searchsorted(edges, middles), lowest, beyond - 1)]
    return given


def needs_probation_officer(rng: np.random.Generator, cases: pd.DataFrame, on: int) -> Flags:
    """Which cases need a probation officer: tier 4, high or very high RoSH, except for a few slips."""
    rosh, tier = rosh_on(cases, on), tier_on(cases, on)
    serious = (rosh == HIGH) | (rosh == VERY_HIGH) | (tier == TIER_4)
    slips: Flags = serious & (rng.random(len(cases)) >= _TO_THE_WRONG_GRADE)
    return slips


def allocate(
    rng: np.random.Generator, cases: pd.DataFrame, points: Floats, posts: pd.DataFrame, room: Floats, on: int
) -> Ints:
    """Choose a post for each case: first for cases that need a probation officer, then for the rest in any post."""
    team, post_team, grade = cases["team"].to_numpy(), posts["team"].to_numpy(), posts["grade"].to_numpy()
    reserved = needs_probation_officer(rng, cases, on)
    post = np.full(len(cases), -1)
    left = np.where(grade == SPO, 0.0, room)
    for who, eligible in ((reserved, grade != PSO), (~reserved, np.ones(len(posts), dtype=bool))):
        given = share_out(rng, team[who], points[who], post_team, np.where(eligible, left, 0.0))
        post[who] = given
        left = left - np.bincount(given[given >= 0], weights=points[who][given >= 0], minlength=len(posts))
    return post


def _along(team: Ints, weight: Floats, within: float) -> Floats:
    """How far along its team's stretch, from 0 to 1, each row has its end (``within`` 1) or its middle (0.5)."""
    whole = np.bincount(team, weights=weight)
    before = np.cumsum(whole) - whole
    far: Floats = (np.cumsum(weight) - (1 - within) * weight - before[team]) / np.where(whole > 0, whole, 1)[team]
    return far
