"""The page of what is coming: narrowed to a unit, a person, a kind and a week, and what the log records."""

import re
from dataclasses import replace

import pytest

from monitor.web.access_log import Subject
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.supervision.coming import coming_page
from monitor.web.pages.supervision.models import ComingPage

from ...conftest import ReaderAs, SignIn


@pytest.fixture(scope="module")
def reader(reader_as: ReaderAs) -> Reader:
    """The SPO of office O1."""
    return reader_as("spo1")


def page(reader: Reader, **query: str) -> ComingPage:
    return coming_page(replace(reader, query=query))


def test_an_spo_sees_four_weeks_of_their_office(reader: Reader) -> None:
    shown = page(reader)
    assert (shown.scope, shown.until.isoformat(), len(shown.weeks)) == ("Office O1", "2026-12-18", 5)
    assert shown.weeks[1].forecast is not None
    assert sum(sum(week.counts.values()) for week in shown.weeks) == shown.count > 0
    assert shown.subjects == (Subject("office", "O1"),)


def test_the_days_hold_the_items_of_this_page_in_their_order(reader: Reader) -> None:
    shown = page(reader)
    assert [day.on for day in shown.days] == sorted({day.on for day in shown.days})
    assert sum(len(day.items) for day in shown.days) == shown.part.end - shown.part.first
    assert {says for day in shown.days for _, says in day.items} >= {"Back from training, 7.5 hours a week"}


def test_the_list_is_narrowed_and_the_counts_stay_those_of_the_unit(reader: Reader) -> None:
    every, back = page(reader), page(reader, kind="reduction_end", week="2026-11-30")
    assert (back.count, back.weeks) == (1, every.weeks)
    assert page(reader, kind="reduction_end", week="2026-11-23").count == 0
    assert back.calendar == "/coming/calendar?kind=reduction_end&week=2026-11-30"


def test_a_person_is_chosen_like_a_unit_and_recorded(reader: Reader) -> None:
    shown = page(reader, unit="offender_manager/M1")
    assert (shown.scope, shown.subjects) == ("Ann Arbuthnot", (Subject("offender_manager", "M1"),))
    assert {item.om_code for day in shown.days for item, _ in day.items} == {"M1"}
    assert {week.forecast for week in shown.weeks} == {None}
    assert ("offender_manager/M1", "Ann Arbuthnot") in shown.units


def test_the_whole_list_is_one_page(reader: Reader) -> None:
    shown = page(reader, all="yes")
    assert (shown.part.first, shown.part.end, shown.part.pages) == (0, shown.count, 1)


def test_what_is_no_unit_person_or_week_is_not_found_and_others_are_forbidden(reader: Reader) -> None:
    for query in ({"unit": "post/T1"}, {"week": "soon"}):
        with pytest.raises(NotFound):
            page(reader, **query)
    for unit in ("team/T4", "offender_manager/M5"):
        with pytest.raises(Forbidden):
            page(reader, unit=unit)


def test_a_reader_of_several_units_sees_them_together(reader_as: ReaderAs) -> None:
    shown = coming_page(reader_as("spo3"))
    assert shown.scope == "Everything you can see"
    assert shown.subjects == (Subject("team", "T3"), Subject("team", "T4"))


def test_the_page_and_its_file(signed_in: SignIn) -> None:
    browser = signed_in("officer")
    text = browser.get("/coming").text
    assert "Back from training, 7.5 hours a week" in text
    file = browser.get("/coming", params={"format": "csv"}).text.lstrip("\ufeff")
    assert file.startswith("as_at,on,kind,what,crn,om_code,om_name,team_code,")
    assert browser.get("/coming?week=2030-01-07").text.count("Nothing is known to come here.") == 1


def test_a_count_of_a_week_is_read_out_after_what_it_counts(signed_in: SignIn) -> None:
    text = signed_in("spo1").get("/coming").text
    assert re.search(r'<span class="govuk-visually-hidden">[A-Z][^<]+: </span>1</a>', text)
