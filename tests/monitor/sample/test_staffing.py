"""How full every team and post is meant to be."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from monitor.sample.organisation import draw_teams
from monitor.sample.staffing import hours_needed, levels, points_of, weights_of
from monitor.sample.storyline import ROOM_LEVEL, SLIPPING_LEVEL, STORYLINE
from tiering.policies.policy import Policy

from .conftest import LAST, Capacity
from .test_caseload import ON, cases


def test_clusters_lie_around_their_capacity_and_london_a_little_over(capacity: Capacity) -> None:
    clusters = [capacity("cluster", f"C{number:02d}", 0) for number in range(1, 13)]
    assert 98 < capacity("all", "all", 0) < 105
    assert sum(85 < one < 115 for one in clusters) >= 10
    assert 2 <= sum(one > 110 for one in clusters) <= 3
    assert sum(one < 100 for one in clusters) >= 3


def test_a_case_weighs_what_the_policy_gives_its_tier_rosh_setting_and_activity(policy: Policy) -> None:
    weights = weights_of(policy, draw_teams(np.random.default_rng(1), 120))
    people = cases(
        tier=[0, 3, 3], rosh=[0, 2, 2], prison=[False, True, False], away_from=[ON, ON, ON], away_until=ON + 1
    )
    warrant = float(policy.activity_share["warrant"])
    assert points_of(people, weights, ON).tolist() == pytest.approx(
        [
            warrant * float(policy.tier_points["1"]["community"] + policy.rosh_points["low"]["community"]),
            float(policy.tier_points["4"]["custody"] + policy.rosh_points["high"]["custody"]),
            warrant * float(policy.tier_points["4"]["community"] + policy.rosh_points["high"]["community"]),
        ]
    )


def test_a_team_heads_for_the_level_of_its_cluster_and_the_storyline() -> None:
    teams = draw_teams(np.random.default_rng(1), 36_000).assign(tilt=0.0)
    before, now = levels(teams, LAST - timedelta(weeks=30), LAST), levels(teams, LAST, LAST)
    drifting = (teams["cluster_code"] == "C09").to_numpy()
    assert (now - before)[drifting] == pytest.approx(18 * 0.009)
    assert (now == before)[~drifting].all()
    assert set(now[teams["office_code"] == STORYLINE["slipping"].code]) == {SLIPPING_LEVEL}
    assert now[teams["team_code"] == STORYLINE["room"].code].tolist() == [ROOM_LEVEL]
    assert before[teams["cluster_code"] == "C01"] == pytest.approx(0.98)


def test_a_team_with_twice_the_points_needs_twice_the_hours_and_the_silent_one_none(policy: Policy) -> None:
    teams = draw_teams(np.random.default_rng(1), 3_000)
    weights, level = weights_of(policy, teams), np.ones(len(teams))
    held = pd.DataFrame({"team": teams.index})
    once = hours_needed(teams, held, np.full(len(teams), 5_000.0), level, weights)
    twice = hours_needed(teams, held, np.full(len(teams), 10_000.0), level, weights)
    silent = (teams["team_code"] == STORYLINE["silent"].code).to_numpy()
    assert twice[~silent] == pytest.approx(2 * once[~silent])
    assert once[silent].tolist() == [0.0]
    half = hours_needed(teams, held, np.full(len(teams), 5_000.0), 2 * level, weights)
    assert (half[~silent] < once[~silent] * 0.55).all()
    assert hours_needed(teams, held, np.zeros(len(teams)), level, weights)[~silent].tolist() == pytest.approx(
        [37 / 4] * (~silent).sum()
    )
