"""The presenter of questions."""

from datetime import date

import pytest

from monitor.web.exceptions import NotFound
from monitor.web.pages.questions import questions_page

from ..conftest import ReaderAs


def test_what_was_filled_in_comes_back_with_the_answer(reader_as: ReaderAs) -> None:
    dates = {"from": "2026-11-10", "to": "2030-01-01"}
    words = {"question": "over-threshold-weeks", "over": "20", "by": "cluster", **dates}
    page = questions_page(reader_as("planner", **words))
    assert [(field.name, field.value) for field in page.fields] == [("over", "20"), ("weeks", "4")]
    assert (page.by, page.first, page.last, page.faults) == ("cluster", "2026-11-10", "2030-01-01", [])
    assert page.answer is not None
    assert [row[1] for row in page.answer.rows] == ["C1", "C2"]
    table = page.tables["answer"]()
    assert table["year"].tolist() == [date(2026, 11, 20).year] * 2


def test_a_question_that_is_not_there_is_not_found(reader_as: ReaderAs) -> None:
    assert questions_page(reader_as("planner")).chosen == ""
    with pytest.raises(NotFound):
        questions_page(reader_as("planner", question="nothing"))
