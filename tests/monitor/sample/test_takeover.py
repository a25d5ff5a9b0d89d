"""The cases that one office takes over from another area."""

from datetime import date, timedelta

import pandas as pd

from monitor.sample import sample_weeks
from tiering.policies.policy import Policy

from .conftest import LAST, Weeks
from .test_storyline import backs


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
    # In this small sample an offender manager of Hounslow leaves on 29 October, among those who had taken cases over.
    weeks = dict(sample_weeks(weeks=7, cases=1_500, seed=32, last_as_at=LAST, policy=policy))
    posts = weeks[LAST]["offender_managers"].query("team_code == 'T1111' and left_on.notna()")
    before, after = (
        weeks[date(2026, 10, day)]["cases"].query("crn >= 'X900001'").merge(posts, on="om_code") for day in (23, 30)
    )
    assert len(before) > 0
    assert after.empty
