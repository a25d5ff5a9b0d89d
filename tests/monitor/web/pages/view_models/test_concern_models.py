"""A page shows nothing of concerns unless it is told."""

from monitor.web.pages.view_models.concern_models import (
    NOTHING_RAISED,
    AnswerPage,
    ConcernsShown,
    RaisePage,
    ShownConcern,
)
from monitor.web.pages.view_models.page import Link

BACK = Link("Back", "/")


def test_a_page_shows_no_concern_unless_it_has_one() -> None:
    assert ConcernsShown() == NOTHING_RAISED
    assert (NOTHING_RAISED.line, NOTHING_RAISED.shown) == ("", ())


def test_a_new_form_has_neither_a_note_nor_a_fault() -> None:
    raising = RaisePage(title="Raise", back=BACK, seen=0, has_reader=True)
    answering = AnswerPage(title="Answer", concern=ShownConcern("M1", "Ann", "", ""), back=BACK, path="/")
    assert [(page.note, page.fault) for page in (raising, answering)] == [("", ""), ("", "")]
