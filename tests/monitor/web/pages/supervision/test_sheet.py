"""The sheets for supervision: of a person with what changed since a date, and of a team."""

from dataclasses import replace

import pytest

from monitor.web.access_log import Subject
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.supervision.models import SheetPage, TeamSheetPage
from monitor.web.pages.supervision.sheet import MOST, sheet_page

from ...conftest import ReaderAs, SignIn


@pytest.fixture(scope="module")
def reader(reader_as: ReaderAs) -> Reader:
    return reader_as("spo1")


def person(reader: Reader, **query: str) -> SheetPage:
    page = sheet_page(replace(reader, query={"unit": "offender_manager/M1", **query}))
    assert isinstance(page, SheetPage)
    return page


def test_a_sheet_has_the_first_of_what_is_late_high_risk_first_and_says_how_many_more(reader: Reader) -> None:
    page = person(reader)
    assert len(page.late.items) == MOST
    assert page.late.more == page.unit.overdue - MOST > 0
    risks = [item.high_risk for item in page.late.items]
    assert risks == sorted(risks, reverse=True)
    assert [says for _, says in page.coming.items] == ["Back from training, 7.5 hours a week"]
    assert page.coming.more == 0
    assert page.owed == ()


def test_a_sheet_is_about_a_person_and_the_log_records_them(reader: Reader) -> None:
    page = person(reader)
    assert (page.title, page.subjects) == ("Supervision: Ann Arbuthnot", (Subject("offender_manager", "M1"),))
    assert sum(risk.cases for risk in page.risks) == page.unit.cases
    assert [post.team_code for post in page.posts] == ["T1", "T2"]


def test_the_date_of_the_last_supervision_says_what_is_compared(reader: Reader) -> None:
    page = person(reader, since="2026-11-15")
    assert page.changes is not None
    assert page.changes.as_at.isoformat() == "2026-11-13"
    assert person(reader, since="2025-01-01").changes is None
    assert person(reader).since.isoformat() == "2026-10-23"
    with pytest.raises(NotFound, match="since is a date"):
        person(reader, since="last month")


def test_a_team_has_its_table_on_one_page(reader: Reader) -> None:
    page = sheet_page(replace(reader, query={"unit": "team/T1", "sort": "name"}))
    assert isinstance(page, TeamSheetPage)
    assert (page.team.total.code, list(page.tables)) == ("T1", ["load_by_person"])
    assert len(page.tables["load_by_person"]()) == len(page.team.members) + 1


def test_what_has_no_sheet_is_not_found_and_others_are_forbidden(reader: Reader, reader_as: ReaderAs) -> None:
    for unit in ("", "area/N", "post/T1"):
        with pytest.raises(NotFound):
            sheet_page(replace(reader, query={"unit": unit}))
    for unit in ("team/T4", "offender_manager/M5"):
        with pytest.raises(Forbidden):
            sheet_page(replace(reader, query={"unit": unit}))
    for unit in ("team/NONE", "offender_manager/NONE"):
        with pytest.raises(NotFound, match="There is no"):
            sheet_page(reader_as("planner", unit=unit))


def test_an_offender_manager_prints_their_own(signed_in: SignIn) -> None:
    browser = signed_in("officer")
    assert 'href="/sheet?unit=offender_manager/M1"' in browser.get("/offender-manager/M1").text
    page = browser.get("/sheet?unit=offender_manager/M1&since=2026-11-15").text
    assert "Cases by risk" in page
    assert "Compared with the snapshot for 13 November 2026." in page
    assert (
        "There is no snapshot from before that day."
        in browser.get("/sheet?unit=offender_manager/M1&since=2020-01-01").text
    )
    assert browser.get("/sheet?unit=team/T1").status_code == 403
