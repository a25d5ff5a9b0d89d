"""The synthetic London week by week: an extract the checks accept, people who stay themselves, the planted story."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.sample import STORYLINE, sample_weeks
from tiering.assessments import assessment_items, overdue_items
from tiering.caseload import TABLES, Caseload
from tiering.points import weigh_cases
from tiering.policy import Policy
from tiering.policy_files import load_policy
from tiering.terms import Level
from tiering.workload import weigh_units

LAST = date(2026, 11, 20)
Tables = dict[str, pd.DataFrame]
Weeks = dict[date, Tables]
Capacity = Callable[[str, str, int], float]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(Path("config"), "london-2009", LAST)


@pytest.fixture(scope="module")
def weeks(policy: Policy) -> Weeks:
    return dict(sample_weeks(weeks=20, cases=12_000, seed=2009, last_as_at=LAST, policy=policy))


@pytest.fixture(scope="module")
def capacity(weeks: Weeks, policy: Policy) -> Capacity:
    """Capacity percentage of a unit, so many weeks before the last extract."""
    weighed: dict[date, pd.Series] = {}

    def percentage(level: str, code: str, back: int) -> float:
        as_at = LAST - timedelta(weeks=back)
        if as_at not in weighed:
            caseload = Caseload(**weeks[as_at])
            cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
            units = weigh_units(caseload, cases, policy, as_at)
            weighed[as_at] = units.set_index(["level", "code"])["capacity_percentage"]
        return float(weighed[as_at][level, code])

    return percentage


def backs(*chapters: str) -> list[int]:
    return [STORYLINE[chapter].weeks_before_last or 0 for chapter in chapters]


def test_every_week_has_every_table_of_the_contract_in_its_dtypes(weeks: Weeks) -> None:
    assert list(weeks) == [LAST - timedelta(weeks=back) for back in range(19, -1, -1)]
    dtypes = {name: table.empty().dtypes.to_dict() for name, table in TABLES.items()}
    for tables in weeks.values():
        assert {name: table.dtypes.to_dict() for name, table in tables.items()} == dtypes
        assert [list(table.columns) for table in tables.values()] == [one.column_names for one in TABLES.values()]


def test_london_is_twelve_clusters_in_two_areas(weeks: Weeks) -> None:
    teams = weeks[LAST]["organisation"]
    clusters = teams.drop_duplicates("cluster_code").set_index("cluster_code")
    assert list(clusters.index) == [f"C{number:02d}" for number in range(1, 13)]
    assert clusters["area_code"].value_counts().to_dict() == {"N": 6, "S": 6}
    assert clusters["cluster_name"]["C02"] == "Hackney & Tower Hamlets"
    assert {
        "Greenwich & Lewisham": "S",
        "Hackney & Tower Hamlets": "N",
        "Merton, Sutton & Wandsworth": "S",
        "Brent, Barnet & Enfield": "N",
    }.items() <= clusters.set_index("cluster_name")["area_code"].to_dict().items()
    assert sorted(teams["team_code"][teams["office_code"] == "F021"]) == ["T0211", "T0212"]


def test_the_mix_of_cases_is_that_of_the_report_and_the_assumed_tiers(weeks: Weeks) -> None:
    cases = weeks[LAST]["cases"]
    rosh = cases["rosh"].value_counts(normalize=True, dropna=False)
    tiers = cases["tier"].value_counts(normalize=True)
    settings = cases["setting"].value_counts(normalize=True)
    assert rosh[["low", "medium", "high"]].to_list() == pytest.approx([0.27, 0.50, 0.20], abs=0.02)
    assert tiers[["1", "2", "3", "4"]].to_list() == pytest.approx([0.18, 0.32, 0.32, 0.18], abs=0.03)
    assert settings["custody"] == pytest.approx(0.25, abs=0.02)


def test_an_offender_manager_is_known_by_a_code_with_leading_zeros_and_a_case_by_a_made_up_crn(weeks: Weeks) -> None:
    for tables in weeks.values():
        assert tables["cases"]["crn"].str.fullmatch(r"X\d{6}").all()
        assert tables["offender_managers"]["om_code"].str.fullmatch(r"0\d{4}").all()


def test_tier_4_and_high_rosh_hardly_ever_fall_to_a_probation_service_officer(weeks: Weeks) -> None:
    cases, posts = weeks[LAST]["cases"], weeks[LAST]["offender_managers"]
    grades = posts.drop_duplicates("om_code").set_index("om_code")["grade"]
    serious = cases["rosh"].isin(["high", "very_high"]) | cases["tier"].eq("4")
    held = cases["om_code"].map(grades)[serious].value_counts(normalize=True)
    assert 0 < held["PSO"] < 0.05
    assert "SPO" not in held


def test_the_same_person_keeps_the_same_facts_from_week_to_week(weeks: Weeks) -> None:
    facts = ["sentence_start", "release_on", "expected_end_on", "transferred_in_on", "mappa_level", "prolific"]
    earlier, later = (weeks[as_at]["cases"].set_index("crn") for as_at in (LAST - timedelta(weeks=1), LAST))
    both = earlier.index.intersection(later.index)
    assert len(earlier) * 0.97 < len(both) < len(earlier)
    assert len(later) > len(both)
    pd.testing.assert_frame_equal(earlier.loc[both, facts], later.loc[both, facts])
    moved = (earlier["om_code"][both].fillna("") != later["om_code"][both].fillna("")).mean()
    assert 0 < moved < 0.03


def test_a_tier_changes_now_and_then_and_is_counted(weeks: Weeks) -> None:
    first, last = weeks[min(weeks)]["cases"].set_index("crn"), weeks[LAST]["cases"].set_index("crn")
    both = first.index.intersection(last.index)
    retiered = both[(first["tier"][both].notna() & (first["tier"][both] != last["tier"][both])).to_numpy()]
    assert 0.01 < len(retiered) / len(both) < 0.10
    assert (last["tier_changes"][retiered] - first["tier_changes"][retiered]).eq(1).all()


def test_work_once_completed_stays_completed(weeks: Weeks) -> None:
    earlier, later = (weeks[as_at] for as_at in (LAST - timedelta(weeks=1), LAST))
    key = ["crn", "kind", "completed_on"]
    done, done_later = earlier["assessments"][key], later["assessments"][key]
    plans = done[done["kind"].eq("sentence_plan") & done["completed_on"].gt("2026-06-01")]
    plans = plans[plans["crn"].isin(later["cases"]["crn"])]
    licence = later["cases"].loc[later["cases"]["setting"].eq("licence"), "crn"]
    kept = plans[~plans["crn"].isin(licence)].merge(done_later, on=key, how="left", indicator=True)
    assert (kept["_merge"] == "both").all()
    assert done_later["completed_on"].max() <= pd.Timestamp(LAST)
    assert done_later["completed_on"].max() > done["completed_on"].max()


def test_nothing_in_an_extract_is_known_before_it_happens(weeks: Weeks) -> None:
    for as_at, tables in weeks.items():
        on = pd.Timestamp(as_at)
        for name, table in TABLES.items():
            for column in [one.name for one in table.columns if one.past_only]:
                assert not (tables[name][column] > on).any()
        assert not (tables["assessments"]["countersigned_on"] > on).any()
        assert not (tables["cases"]["allocated_on"] > on).any()
        assert not (tables["offender_managers"]["left_on"] > on).any()


def test_a_few_cases_wait_and_everybody_else_is_held_by_a_post_of_their_team(weeks: Weeks) -> None:
    for tables in weeks.values():
        cases, posts = tables["cases"], tables["offender_managers"]
        held = cases[cases["om_code"].notna()]
        assert 0 < len(cases) - len(held) < 0.01 * len(cases)
        known = pd.MultiIndex.from_frame(posts[["om_code", "team_code"]])
        assert pd.MultiIndex.from_frame(held[["om_code", "team_code"]]).isin(known).all()


def test_about_a_twentieth_of_contracted_hours_is_lost_to_reductions(weeks: Weeks) -> None:
    tables = weeks[LAST]
    on, rows = pd.Timestamp(LAST), tables["reductions"]
    in_force = rows[rows["starts_on"].le(on) & (rows["ends_on"].isna() | rows["ends_on"].ge(on))]
    working = tables["offender_managers"].query("grade != 'SPO'")
    assert 0.035 < in_force["hours"].sum() / working["contracted_hours"].sum() < 0.075
    assert {"sickness", "maternity", "training", "union", "part_secondment"} <= set(in_force["reason"])


def test_clusters_lie_around_their_capacity_and_london_a_little_over(capacity: Capacity) -> None:
    clusters = [capacity("cluster", f"C{number:02d}", 0) for number in range(1, 13)]
    assert 98 < capacity("all", "all", 0) < 105
    assert sum(85 < one < 115 for one in clusters) >= 10
    assert 2 <= sum(one > 110 for one in clusters) <= 3
    assert sum(one < 100 for one in clusters) >= 3


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


def test_the_cases_taken_over_come_together_from_another_area_part_way_through_and_stay(weeks: Weeks) -> None:
    (back,) = backs("step")
    first = LAST - timedelta(weeks=back)
    taken = weeks[first]["cases"].query("crn >= 'X900001'")
    assert len(taken) > 20
    assert taken["team_code"].isin(["T1111", "T1112"]).all()
    assert (taken["transferred_in_on"] == pd.Timestamp(first)).all()
    assert (taken["sentence_start"] < pd.Timestamp(first) - pd.Timedelta(days=60)).mean() > 0.6
    assert not weeks[first - timedelta(weeks=1)]["cases"]["crn"].ge("X900001").any()
    still = weeks[LAST]["cases"].query("crn >= 'X900001'")
    assert abs(len(still) - len(taken)) < 0.35 * len(taken)
    assert still["om_code"].notna().all()


def test_what_is_taken_over_is_worked_on_like_any_other_case(weeks: Weeks) -> None:
    tables = weeks[LAST]
    for name in ("assessments", "events"):
        assert tables[name]["crn"].isin(tables["cases"]["crn"]).all()
    taken = tables["assessments"].query("crn >= 'X900001'")
    assert {"rosh_screening", "sentence_plan", "rosh_review"} <= set(taken["kind"])


def test_cases_taken_over_are_handed_on_when_their_offender_manager_leaves(policy: Policy) -> None:
    # In this small sample somebody of Hounslow leaves on 29 October, among those who had taken cases over.
    weeks = dict(sample_weeks(weeks=7, cases=1_500, seed=32, last_as_at=LAST, policy=policy))
    posts = weeks[LAST]["offender_managers"].query("team_code == 'T1111' and left_on.notna()")
    before, after = (
        weeks[date(2026, 10, day)]["cases"].query("crn >= 'X900001'").merge(posts, on="om_code") for day in (23, 30)
    )
    assert len(before) > 0
    assert after.empty


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


def test_reviews_slip_where_the_office_is_already_hot(capacity: Capacity, weeks: Weeks, policy: Policy) -> None:
    def late_reviews(as_at: date) -> "pd.Series[float]":
        caseload = Caseload(**weeks[as_at])
        cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
        late = overdue_items(assessment_items(caseload, cases, policy, as_at), as_at)
        reviews = late[late["rule"].isin(["rosh_review", "sentence_plan_review"])]
        teams = caseload.organisation.set_index("team_code")["office_code"]
        return reviews["office_code"].value_counts() / caseload.cases["team_code"].map(teams).value_counts()

    slipping = STORYLINE["slipping"].code
    (back,) = backs("slipping")
    before, after = late_reviews(LAST - timedelta(weeks=back)), late_reviews(LAST)
    assert after[slipping] > 2 * before[slipping]
    assert after.idxmax() == slipping
    assert all(capacity("office", slipping, one) > 110 for one in (back, 0))


def test_one_team_has_neither_posts_nor_cases(weeks: Weeks) -> None:
    silent = STORYLINE["silent"].code
    for tables in weeks.values():
        assert silent in tables["organisation"]["team_code"].to_list()
        for name in ("offender_managers", "cases", "duties", "reductions"):
            assert silent not in tables[name]["team_code"].to_list()


def test_every_planted_unit_is_in_the_sample(weeks: Weeks) -> None:
    teams = weeks[LAST]["organisation"]
    for chapter in STORYLINE.values():
        if chapter.level is not Level.ALL:
            assert chapter.code in teams[f"{chapter.level}_code"].to_list()
