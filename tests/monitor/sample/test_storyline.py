"""What is planted in the synthetic London happens where, when and as its table says."""

from datetime import date, timedelta

import pandas as pd

from monitor.sample import STORYLINE
from monitor.sample.storyline import is_missing, weeks_since
from tiering.terms import Level

from .conftest import LAST, Capacity, Weeks


def backs(*chapters: str) -> list[int]:
    return [STORYLINE[chapter].weeks_before_last or 0 for chapter in chapters]


def test_every_planted_unit_is_in_the_sample(weeks: Weeks) -> None:
    teams = weeks[LAST]["organisation"]
    for chapter in STORYLINE.values():
        if chapter.level is not Level.ALL:
            assert chapter.code in teams[f"{chapter.level}_code"].to_list()


def test_week_12_of_26_is_the_missing_one() -> None:
    assert [is_missing(date(2026, 8, day), LAST) for day in (7, 14, 21)] == [False, True, False]


def test_weeks_are_counted_from_the_first_extract_that_shows_a_chapter() -> None:
    begun = LAST - timedelta(weeks=6)
    assert STORYLINE["step"].starts_on(LAST) == begun
    assert [weeks_since("step", begun + timedelta(weeks=weeks), LAST) for weeks in (-1, 0, 6)] == [-1, 0, 6]
    assert STORYLINE["room"].starts_on(LAST) is None
    assert weeks_since("room", LAST - timedelta(weeks=25), LAST) == 0


def test_sickness_takes_three_of_mare_street_and_leaves_their_cases_with_them(capacity: Capacity, weeks: Weeks) -> None:
    (back,) = backs("sickness")
    before, after = capacity("office", "F021", back + 1), capacity("office", "F021", back)
    assert after - before > 8
    assert after > 110
    tables = weeks[LAST]
    ill = tables["reductions"].query("reason == 'sickness' and ends_on.isna()")
    ill = ill[ill["team_code"].isin(["T0211", "T0212"]) & ill["starts_on"].eq(pd.Timestamp("2026-08-31"))]
    posts = ill.merge(tables["offender_managers"], on=["om_code", "team_code"])
    assert len(posts) == 3
    assert (posts["hours"] == posts["contracted_hours"]).all()
    assert posts["om_code"].isin(tables["cases"]["om_code"]).all()


def test_one_cluster_drifts_upwards_and_ends_over_110(capacity: Capacity) -> None:
    (back,) = backs("drift")
    start, end = capacity("cluster", "C09", back), capacity("cluster", "C09", 0)
    assert start < 102
    assert end > 110
    assert 0.6 < (end - start) / back < 1.3


def test_hounslow_takes_over_twelve_points_more_in_one_week_and_keeps_it(capacity: Capacity) -> None:
    (back,) = backs("step")
    before, after = capacity("office", "F111", back + 1), capacity("office", "F111", back)
    assert 10 < after - before < 16
    calm = [capacity("office", "F111", earlier) for earlier in range(back + 1, back + 6)]
    assert max(calm) - min(calm) < 5


def test_acton_has_one_spo_for_twice_as_many_people_as_the_other_offices_have(weeks: Weeks) -> None:
    for tables in (weeks[min(weeks)], weeks[LAST]):
        posts = tables["offender_managers"].merge(tables["organisation"], on="team_code")
        posts = posts[posts["left_on"].isna()]
        spos = posts[posts["grade"] == "SPO"].groupby("office_code")["om_code"].nunique()
        people = posts[posts["grade"] != "SPO"].groupby("office_code")["om_code"].nunique()
        # Specialist teams are small and have an SPO of their own: compare with offices of as many teams.
        alike = tables["organisation"].groupby("office_code")["team_code"].nunique() == 2
        span = (people / spos)[alike]
        others = span.drop(STORYLINE["stretched"].code)
        assert spos[STORYLINE["stretched"].code] == 1
        assert span[STORYLINE["stretched"].code] > 1.7 * others.median()
        assert span[STORYLINE["stretched"].code] > 1.4 * others.max()


def test_the_substance_misuse_team_beside_mare_street_has_room_throughout(capacity: Capacity) -> None:
    assert all(capacity("team", STORYLINE["room"].code, back) < 75 for back in (19, *backs("sickness"), 0))


def test_one_team_has_neither_posts_nor_cases(weeks: Weeks) -> None:
    silent = STORYLINE["silent"].code
    for tables in weeks.values():
        assert silent in tables["organisation"]["team_code"].to_list()
        for name in ("offender_managers", "cases", "duties", "reductions"):
            assert silent not in tables[name]["team_code"].to_list()
