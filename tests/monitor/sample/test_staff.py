"""Posts of the synthetic London, the hours they lose and the duties they carry."""

import numpy as np
import pandas as pd
import pytest

from monitor.sample.days import NEVER
from monitor.sample.organisation import draw_teams
from monitor.sample.staff import (
    FULL_TIME,
    MATERNITY,
    PO,
    PSO,
    SICKNESS,
    SPO,
    TPO,
    draw_hourly_duties,
    draw_posts,
    draw_reductions,
    draw_reports,
    is_gone_spo,
    is_planted,
    long_lost_hours,
    planted_sickness,
    replacement,
    report_rates,
)

from .conftest import LAST, Weeks

ON = 20_000


@pytest.fixture(scope="module")
def teams() -> pd.DataFrame:
    return draw_teams(np.random.default_rng(1), 12_000)


@pytest.fixture(scope="module")
def posts(teams: pd.DataFrame) -> pd.DataFrame:
    hours = np.where(teams["team_code"] == "T1119", 0.0, 300.0)
    return draw_posts(np.random.default_rng(1), teams, hours, ON)


def a_post(**columns: object) -> pd.DataFrame:
    """Posts of people numbered from 1, full-time and of one post each unless columns say otherwise."""
    length = max((len(column) for column in columns.values() if isinstance(column, list)), default=1)
    plain = {"person": range(1, length + 1), "team": 0, "grade": PO, "hours": FULL_TIME, "split": False}
    return pd.DataFrame(plain | columns, index=range(length))


def test_about_a_twentieth_of_contracted_hours_is_lost_to_reductions(weeks: Weeks) -> None:
    tables = weeks[LAST]
    on, rows = pd.Timestamp(LAST), tables["reductions"]
    in_force = rows[rows["starts_on"].le(on) & (rows["ends_on"].isna() | rows["ends_on"].ge(on))]
    working = tables["offender_managers"].query("grade != 'SPO'")
    assert 0.035 < in_force["hours"].sum() / working["contracted_hours"].sum() < 0.075
    assert {"sickness", "maternity", "training", "union", "part_secondment"} <= set(in_force["reason"])


def test_a_team_has_an_spo_and_about_the_hours_it_needs(teams: pd.DataFrame, posts: pd.DataFrame) -> None:
    working = posts[posts["grade"] != SPO]
    hours = working.groupby("team")["hours"].sum()
    assert hours.to_list() == pytest.approx([300.0] * len(hours), abs=9.25)
    assert (posts[posts["grade"] == SPO].groupby("team").size() == 1).all()
    silent = teams.index[teams["team_code"] == "T1119"]
    assert not posts["team"].isin(silent).any()


def test_half_the_hours_of_a_team_are_those_of_probation_officers(posts: pd.DataFrame) -> None:
    working = posts[posts["grade"] != SPO]
    officers = working[working["grade"] == PO].groupby("team")["hours"].sum()
    assert (officers / working.groupby("team")["hours"].sum()).min() > 0.45


def test_a_split_post_is_half_the_hours_in_each_of_two_teams_of_a_cluster(
    teams: pd.DataFrame, posts: pd.DataFrame
) -> None:
    split = posts[posts["split"]]
    assert len(split) > 0
    both = split.groupby("person")
    assert (both.size() == 2).all()
    assert (both["hours"].sum() == FULL_TIME).all()
    assert (both["team"].nunique() == 2).all()
    cluster = pd.Series(teams["cluster"].to_numpy()[split["team"]], index=split.index)
    assert (cluster.groupby(split["person"]).nunique() == 1).all()


def test_only_officers_and_their_seniors_are_qualified(posts: pd.DataFrame) -> None:
    qualified = posts["grade"].isin([PO, SPO])
    assert (posts.loc[qualified, "qualified_on"] < ON).all()
    assert (posts.loc[~qualified, "qualified_on"] == NEVER).all()


def test_a_replacement_is_a_new_person_in_the_same_post() -> None:
    posts = a_post(grade=[PO, PSO], hours=[37.0, 18.5]).assign(left_on=[ON - 3, ON - 3], replaced_on=ON)
    new = replacement(np.random.default_rng(1), posts, posts, ON)
    assert new["person"].to_list() == [3, 4]
    assert new[["team", "grade", "hours"]].equals(posts[["team", "grade", "hours"]])
    assert (new[["left_on", "replaced_on"]] == NEVER).all(axis=None)
    assert ON - 400 < new["qualified_on"][0] < ON
    assert new["qualified_on"][1] == NEVER


def test_only_planned_losses_of_more_than_sixty_days_count_and_a_split_post_shares_them() -> None:
    posts = a_post(person=[1, 2, 2, 3, 4], hours=[37.0, 18.5, 18.5, 37.0, 37.0])
    reductions = pd.DataFrame(
        {
            "person": [1, 2, 3, 4],
            "reason": [MATERNITY, MATERNITY, SICKNESS, MATERNITY],
            "hours": [37.0, 10.0, 37.0, 37.0],
            "starts_on": [ON - 10, ON, ON - 10, ON - 10],
            "ends_on": [ON + 51, ON + 61, NEVER, ON + 50],
        }
    )
    assert long_lost_hours(reductions, posts, ON).tolist() == [37.0, 5.0, 5.0, 0.0, 0.0]
    assert long_lost_hours(reductions, posts, ON - 1).tolist() == [37.0, 0.0, 0.0, 0.0, 0.0]


def test_those_with_the_most_cases_fall_ill_and_one_stays_at_work() -> None:
    teams = pd.DataFrame({"office_code": ["F021", "F999"]})
    posts = a_post(team=[0, 0, 0, 0, 1, 0], grade=[PO, PO, PO, TPO, PO, SPO])
    held = np.array([30, 50, 40, 90, 99, 0])
    ill = planted_sickness(posts, teams, held, ON)
    assert ill["person"].to_list() == [2, 3]
    assert (ill["hours"].to_list(), set(ill["ends_on"])) == ([37.0, 37.0], {NEVER})
    more = planted_sickness(a_post(team=[0] * 5), teams, np.arange(5), ON)
    assert more["person"].to_list() == [5, 4, 3]


def test_reports_are_written_by_the_type_of_team_grade_and_hours() -> None:
    teams = pd.DataFrame({"team_type": ["omu", "court"]})
    posts = a_post(team=[0, 0, 1, 0], grade=[PO, PO, PSO, TPO], hours=[37.0, 18.5, 37.0, 37.0])
    assert report_rates(posts, teams).tolist() == [[0.36, 0.25], [0.18, 0.125], [0.3, 6.5], [0, 0]]


def test_a_report_is_written_on_a_weekday_by_someone_who_has_not_left(teams: pd.DataFrame, posts: pd.DataFrame) -> None:
    gone = posts.assign(left_on=np.where(posts.index % 2 == 0, ON - 1, NEVER))
    reports = draw_reports(np.random.default_rng(1), gone, teams, ON - 60, ON)
    assert len(reports) > 50
    assert (reports["post"] % 2 == 1).all()
    assert reports["starts_on"].between(ON - 59, ON).all()
    assert np.is_busday(reports["starts_on"].to_numpy().astype("datetime64[D]")).all()
    assert (reports["starts_on"] == reports["ends_on"]).all()


def test_no_spo_is_on_duty_or_loses_hours(teams: pd.DataFrame, posts: pd.DataFrame) -> None:
    duties = draw_hourly_duties(np.random.default_rng(1), posts, teams, ON)
    assert (posts["grade"].to_numpy()[duties["post"]] != SPO).all()
    reductions = draw_reductions(np.random.default_rng(1), posts, teams, ON, ON + 126)
    assert not reductions["person"].isin(posts.loc[posts["grade"] == SPO, "person"]).any()
    assert not reductions.duplicated(["person", "reason", "starts_on"]).any()


def test_nothing_else_happens_where_the_storyline_is_planted(teams: pd.DataFrame, posts: pd.DataFrame) -> None:
    planted = posts[is_planted(posts, teams)]
    codes = teams[["office_code", "team_code"]].to_numpy()[planted["team"]]
    assert {office for office, team in codes if team != "T0225"} == {"F021"}
    reductions = draw_reductions(np.random.default_rng(1), posts, teams, ON, ON + 126)
    lost = reductions[reductions["person"].isin(planted.loc[planted["grade"] != TPO, "person"])]
    assert lost.empty


def test_the_stretched_office_loses_every_spo_but_one(teams: pd.DataFrame, posts: pd.DataFrame) -> None:
    acton = (teams["office_code"] == "F041").to_numpy()
    there = posts[acton[posts["team"]] & (posts["grade"] == SPO)]
    gone = posts[is_gone_spo(posts, teams)]
    assert len(gone) == len(there) - 1 >= 1
    assert set(gone["person"]) < set(there["person"])
