"""The page of plans to read again: why each is on it, and what is missing if none is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.web.access_log import Subject
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden
from monitor.web.pages.supervision.benchmark import COLUMNS, benchmark_page, lack_in_words, reason_of
from monitor.web.read_model.supervision.benchmark import BenchmarkPlan, Lack

from ...conftest import ReaderAs, SignIn

OCTOBER = date(2026, 10, 1)
DONE, SIGNED = (datetime(2026, 10, day, tzinfo=UTC) for day in (1, 9))
PLAN = BenchmarkPlan(
    "S1", "Sue", "Sam", "X1", "M1", "Ann", "T1", "O1", "high", "sentence_plan", DONE, SIGNED, 2, 6, False
)  # fmt: skip


@pytest.fixture(scope="module")
def reader(reader_as: ReaderAs) -> Reader:
    return reader_as("spo1")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "2 of 6 high RoSH plans countersigned in October, by lot"),
        ({"drawn": 1, "countersigned": 1}, "1 of 1 high RoSH plan countersigned in October, the only one"),
        ({"rosh": None, "countersigned": 2}, "2 of 2 unclassified plans countersigned in October, all of them"),
        ({"rosh": "very_high"}, "2 of 6 very high RoSH plans countersigned in October, by lot"),
    ],
)
def test_each_plan_says_why_it_is_on_the_list(change: dict[str, object], says: str) -> None:
    assert reason_of(replace(PLAN, **change), OCTOBER) == says


def test_what_is_missing_is_said_instead_of_an_empty_list(reader: Reader) -> None:
    page = benchmark_page(replace(reader, query={}))
    assert page.lack == lack_in_words(Lack.NO_DATES, OCTOBER)
    assert "countersigned_on of assessments" in page.lack
    assert (page.count, page.plans, page.scope, page.month) == (0, (), "Office O1", "October 2026")
    assert page.subjects == (Subject("office", "O1"),)
    assert list(page.tables["benchmark_plans"]().columns) == COLUMNS


def test_every_lack_has_its_words() -> None:
    assert len({lack_in_words(lack, OCTOBER) for lack in Lack}) == len(Lack)
    assert "October 2026" in lack_in_words(Lack.NO_PLAN, OCTOBER)
    assert "no SPO" in lack_in_words(Lack.NO_SPO, OCTOBER)
    assert "countersigning_sample" in lack_in_words(Lack.NO_NUMBER, OCTOBER)


def test_another_office_is_forbidden(reader: Reader) -> None:
    with pytest.raises(Forbidden):
        benchmark_page(replace(reader, query={"unit": "office/O3"}))


def test_the_page_of_a_team_leads_to_it(signed_in: SignIn) -> None:
    browser = signed_in("spo1")
    assert 'href="/benchmark?unit=team/T1"' in browser.get("/team/T1").text
    assert "does not say when plans were countersigned" in browser.get("/benchmark?unit=team/T1").text
