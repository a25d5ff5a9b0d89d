"""The address of data quality: open to operators and to those who see units."""

import pytest

from tests.monitor.conftest import Home

from ..conftest import SignIn, remove_report, served, sign_in


@pytest.mark.parametrize(("name", "status"), [("north", 200), ("operator", 200), ("officer", 403)])
def test_data_quality_is_for_operators_and_those_who_see_units(name: str, status: int, signed_in: SignIn) -> None:
    assert signed_in(name).get("/data-quality").status_code == status


def test_one_kind_of_finding_can_be_picked(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/data-quality?finding=tier_missing").text
    assert ">X000104</th>" in page
    assert page.count('<th scope="row" class="govuk-table__header hotspots-plain">X') == 1


@pytest.mark.parametrize(("name", "status"), [("north", 200), ("operator", 200), ("officer", 403)])
def test_the_intake_report_is_for_the_same_readers(name: str, status: int, signed_in: SignIn) -> None:
    assert signed_in(name).get("/data-quality/intake").status_code == status


def test_data_quality_leads_to_the_intake_report_of_the_same_snapshot(signed_in: SignIn) -> None:
    browser = signed_in("north")
    assert 'href="/data-quality/intake?as_at=2026-11-13"' in browser.get("/data-quality?as_at=2026-11-13").text
    report = browser.get("/data-quality/intake?as_at=2026-11-13").text
    assert "next to the snapshot for 6 November 2026" in report
    assert 'href="/data-quality?as_at=2026-11-13"' in report


def test_the_snapshots_page_leads_to_the_report_of_each_for_those_who_see_details(signed_in: SignIn) -> None:
    link = 'href="/data-quality/intake?as_at=2026-11-06"'
    for name in ("planner", "operator"):
        assert link in signed_in(name).get("/snapshots").text
    assert link not in signed_in("north").get("/snapshots").text


def test_an_operator_downloads_the_intake_report_without_an_entry_about_anyone(signed_in: SignIn) -> None:
    answer = signed_in("operator").get("/data-quality/intake?format=csv")
    heading, *lines = answer.text.splitlines()
    assert heading == "\ufeffas_at,table,column,measure,detail,count,out_of,last_count,last_out_of"
    assert "2026-11-20,cases,,rejected,,2,22,2,22" in lines


def test_the_page_of_a_snapshot_without_a_report_says_so(home: Home) -> None:
    remove_report(home)
    page = sign_in(served(home), "planner").get("/data-quality/intake").text
    assert "There is no intake report for 20 November 2026." in page
    assert "Download" not in page
