"""Which team and which offender manager a case comes to."""

import numpy as np
import pandas as pd
import pytest

from monitor.sample.allocation import (
    allocate,
    choose_team,
    needs_probation_officer,
    omu_teams,
    share_out,
    specialist_teams,
)
from monitor.sample.days import NEVER
from monitor.sample.figures import HIGH, TIER_4
from monitor.sample.staff import PO, PSO, SPO

from .conftest import LAST, Weeks

TEAMS = pd.DataFrame(
    {
        "cluster": [0, 0, 0, 1],
        "team_type": ["omu", "omu", "ppu", "omu"],
        "share": [0.75, 0.25, 0.0, 1.0],
    }
)


def cases(count: int, **columns: object) -> pd.DataFrame:
    """Plain community cases of the first team, some columns replaced."""
    plain = {
        "team": 0,
        "cluster": 0,
        "prison": False,
        "prolific": False,
        "release_on": NEVER,
        "tier": 2,
        "tier_changes_on": NEVER,
        "tier_after": 2,
        "rosh": 1,
        "rosh_changes_on": NEVER,
        "rosh_after": 1,
    }
    return pd.DataFrame(plain | columns, index=range(count))


def test_tier_4_and_high_rosh_hardly_ever_fall_to_a_probation_service_officer(weeks: Weeks) -> None:
    cases, posts = weeks[LAST]["cases"], weeks[LAST]["offender_managers"]
    grades = posts.drop_duplicates("om_code").set_index("om_code")["grade"]
    serious = cases["rosh"].isin(["high", "very_high"]) | cases["tier"].eq("4")
    held = cases["om_code"].map(grades)[serious].value_counts(normalize=True)
    assert 0 < held["PSO"] < 0.05
    assert "SPO" not in held


def test_a_few_cases_wait_and_everybody_else_is_held_by_a_post_of_their_team(weeks: Weeks) -> None:
    for tables in weeks.values():
        cases, posts = tables["cases"], tables["offender_managers"]
        held = cases[cases["om_code"].notna()]
        assert 0 < len(cases) - len(held) < 0.01 * len(cases)
        known = pd.MultiIndex.from_frame(posts[["om_code", "team_code"]])
        assert pd.MultiIndex.from_frame(held[["om_code", "team_code"]]).isin(known).all()


def test_cases_are_shared_out_by_the_room_of_the_posts_of_their_own_team() -> None:
    team = np.array([0] * 100 + [1] * 40 + [2] * 5)
    post_team, room = np.array([0, 0, 0, 1]), np.array([300.0, 100.0, 0.0, 10.0])
    holders = share_out(np.random.default_rng(1), team, np.ones(145), post_team, room)
    # Of team 0 three posts in four are room of the first; the third has none; no one of team 2 has a post.
    assert np.bincount(holders[:100], minlength=4).tolist() == [75, 25, 0, 0]
    assert set(holders[100:140]) == {3}
    assert set(holders[140:]) == {-1}


def test_a_case_without_points_stays_in_its_team() -> None:
    team, post_team = np.repeat([0, 1, 2], 50), np.array([0, 1, 2])
    holders = share_out(np.random.default_rng(1), team, np.zeros(150), post_team, np.ones(3))
    assert (holders == team).all()


def test_what_needs_a_probation_officer_goes_to_one_before_the_rest_is_shared() -> None:
    on, count = 20_000, 400
    serious = np.arange(count) < 200
    drawn = cases(count, rosh=np.where(serious, HIGH, 1))
    posts = pd.DataFrame({"team": 0, "grade": [PO, PSO, SPO]})
    holders = allocate(np.random.default_rng(1), drawn, np.ones(count), posts, np.array([250.0, 250.0, 500.0]), on)
    assert 2 not in holders
    slips = needs_probation_officer(np.random.default_rng(1), drawn, on)[serious].sum()
    assert (holders[serious] == 0).sum() >= slips
    # The probation officer has 50 of 300 points of room left for the other cases.
    assert (holders[~serious] == 1).sum() == pytest.approx(200 * 250 / 300, abs=5)


def test_without_a_post_of_the_team_a_case_waits() -> None:
    posts = pd.DataFrame({"team": [1], "grade": [PO]})
    holders = allocate(np.random.default_rng(1), cases(3), np.ones(3), posts, np.array([100.0]), 20_000)
    assert holders.tolist() == [-1, -1, -1]


def test_tier_4_needs_a_probation_officer_whatever_its_rosh() -> None:
    drawn = cases(10_000, tier=TIER_4)
    assert needs_probation_officer(np.random.default_rng(1), drawn, 20_000).mean() == pytest.approx(0.994, abs=0.005)
    assert not needs_probation_officer(np.random.default_rng(1), cases(100), 20_000).any()


def test_a_specialist_team_is_known_by_its_cluster() -> None:
    assert {kind: places.tolist() for kind, places in specialist_teams(TEAMS).items()} == {
        "ppu": [2, -1],
        "substance_misuse": [-1, -1],
        "custody": [-1, -1],
        "court": [-1, -1],
    }


def test_an_unspecialised_case_comes_to_the_teams_of_its_cluster_by_their_shares() -> None:
    cluster = np.repeat([0, 1], 10_000)
    team = omu_teams(np.random.default_rng(1), cluster, TEAMS)
    assert np.bincount(team[:10_000], minlength=4) / 10_000 == pytest.approx([0.75, 0.25, 0, 0], abs=0.02)
    assert set(team[10_000:]) == {3}


def test_only_high_rosh_comes_to_public_protection_and_only_where_there_is_such_a_team() -> None:
    count = 9_000
    drawn = cases(count, rosh=np.resize([1, HIGH, HIGH], count), cluster=np.resize([0, 0, 1], count))
    team = choose_team(np.random.default_rng(1), drawn, TEAMS, 20_000).reshape(-1, 3)
    assert 2 not in team[:, 0]
    assert (team[:, 1] == 2).mean() == pytest.approx(0.31, abs=0.03)
    assert set(team[:, 2]) == {3}
