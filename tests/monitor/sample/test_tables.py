"""The world on one day as the tables of an extract."""

import pandas as pd

from monitor.sample.tables import crns
from tiering import caseload

from .conftest import Weeks

TABLES = {name: table for name, table in caseload.TABLES.items() if not table.seldom}
"""The tables that the sample has."""


def test_an_offender_manager_is_known_by_a_code_with_leading_zeros_and_a_case_by_a_made_up_crn(weeks: Weeks) -> None:
    for tables in weeks.values():
        assert tables["cases"]["crn"].str.fullmatch(r"X\d{6}").all()
        assert tables["offender_managers"]["om_code"].str.fullmatch(r"0\d{4}").all()


def test_nothing_in_an_extract_is_known_before_it_happens(weeks: Weeks) -> None:
    for as_at, tables in weeks.items():
        on = pd.Timestamp(as_at)
        for name, table in TABLES.items():
            for column in [one.name for one in table.columns if one.past_only]:
                assert not (tables[name][column] > on).any()
        assert not (tables["assessments"]["countersigned_on"] > on).any()
        assert not (tables["cases"]["allocated_on"] > on).any()
        assert not (tables["offender_managers"]["left_on"] > on).any()


def test_a_countersignature_names_an_spo_and_what_no_one_signed_names_none(weeks: Weeks) -> None:
    for tables in weeks.values():
        done, posts = tables["assessments"], tables["offender_managers"]
        assert (done["countersigned_by"].notna() == done["countersigned_on"].notna()).all()
        there = done["countersigned_by"].dropna().isin(posts.loc[posts["grade"].eq("SPO"), "om_code"])
        assert there.mean() > 0.8


def test_rows_are_in_the_order_of_their_key(weeks: Weeks) -> None:
    keys = {
        "organisation": ["team_code"],
        "offender_managers": ["om_code", "team_code"],
        "cases": ["crn"],
        "assessments": ["crn", "completed_on"],
        "events": ["crn", "occurred_on"],
        "duties": ["om_code", "team_code", "kind", "starts_on"],
        "reductions": ["om_code", "starts_on", "reason"],
        "enforcement": ["crn", "occurred_on"],
        "contacts": ["crn", "planned_on"],
    }
    for tables in weeks.values():
        for name, key in keys.items():
            expected = tables[name].sort_values(key, ignore_index=True, kind="stable")
            pd.testing.assert_frame_equal(tables[name][key], expected[key])


def test_a_number_of_seven_digits_is_not_cut_to_six() -> None:
    assert crns([7, 900_001, 1_234_567]).to_pylist() == ["X000007", "X900001", "X1234567"]


def test_no_one_knows_when_a_sickness_will_end(weeks: Weeks) -> None:
    for as_at, tables in weeks.items():
        sick = tables["reductions"].query("reason == 'sickness'")
        assert (sick["starts_on"] <= pd.Timestamp(as_at)).all()
        assert (sick["ends_on"].isna() | (sick["ends_on"] <= pd.Timestamp(as_at))).all()
    planned = weeks[as_at]["reductions"].query("reason == 'maternity'")
    assert (planned["ends_on"] > pd.Timestamp(as_at)).any()
