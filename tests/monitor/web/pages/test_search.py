"""The search: what a reader may see of what it finds, and what the log records of it."""

from monitor.web.access_log import Subject
from monitor.web.pages.search import search_page

from ..conftest import ReaderAs


def test_a_search_finds_units_people_and_cases(reader_as: ReaderAs) -> None:
    assert [unit.code for unit in search_page(reader_as("planner", q="arbuth")).units] == ["M1"]
    page = search_page(reader_as("planner", q="x000102"))
    assert [(case.crn, case.om_code) for case in page.cases] == [("X000102", "M2")]
    assert page.subjects == (
        Subject("search", "x000102", "X000102"),
        Subject("offender_manager", "M2", "X000102"),
    )


def test_a_search_shows_nothing_of_others_but_is_recorded(reader_as: ReaderAs) -> None:
    page = search_page(reader_as("south", q="X000102"))
    assert (page.units, page.cases, page.subjects) == ((), (), (Subject("search", "X000102", "X000102"),))


def test_without_words_nothing_is_searched_or_recorded(reader_as: ReaderAs) -> None:
    page = search_page(reader_as("planner"))
    assert (page.units, page.cases, page.subjects) == ((), (), ())
