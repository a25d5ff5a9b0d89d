"""The page of a search: units, offender managers and cases, as far as the reader may see them."""

from typing import Final

from monitor.web.access_log import Subject, subject_of_search
from monitor.web.dependencies import Reader
from monitor.web.pages.scope import if_kept
from monitor.web.pages.view_models.models import SearchPage
from monitor.web.read_model.rows_of_cases import FoundCase
from monitor.web.read_model.search import find_cases, find_units
from tiering.terms import Level

MOST_FOUND: Final = 50


def search_page(reader: Reader) -> SearchPage:
    """What the words of the query find."""
    words, week, sight = reader.text("q"), reader.week, reader.sight
    no_cases: tuple[FoundCase, ...] = ()
    cases, removed = if_kept(lambda: find_cases(week, sight, words, MOST_FOUND), no_cases)
    return SearchPage(
        title="Search",
        words=words,
        units=find_units(week, sight, words, MOST_FOUND) if words else (),
        cases=cases,
        removed=removed,
        most=MOST_FOUND,
        may_see=sight.may_see,
        subjects=_subjects_of(words, cases),
    )


def _subjects_of(words: str, cases: tuple[FoundCase, ...]) -> tuple[Subject, ...]:
    """What is recorded of a search: its words, and every case it shows with the one who holds it."""
    if not words:
        return ()
    shown = (Subject(Level.OFFENDER_MANAGER.value, case.om_code, case.crn) for case in cases)
    return (subject_of_search(words), *shown)
