"""Why a request gets no page: every reason has its answer."""

from datetime import date

import pytest

from monitor.web import exceptions
from monitor.web.errors import ERRORS
from monitor.web.exceptions import Elsewhere, Forbidden, NotInFigures

REASONS = [
    kind
    for kind in vars(exceptions).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == exceptions.__name__
]


@pytest.mark.parametrize("kind", REASONS)
def test_every_reason_is_answered_in_words_or_leads_elsewhere(kind: type[Exception]) -> None:
    assert kind is Elsewhere or any(issubclass(kind, answered) for answered in ERRORS)


def test_where_the_readers_own_start_page_is_comes_with_the_exception() -> None:
    assert (Elsewhere("/digests").path, str(Elsewhere("/digests"))) == ("/digests", "/digests")


def test_units_that_are_not_in_the_figures_are_refused_where_no_one_looks_closer() -> None:
    absent = NotInFigures([("team", "T1"), ("team", "T2")], date(2026, 11, 20))
    assert absent.units == [("team", "T1"), ("team", "T2")]
    assert isinstance(absent, Forbidden)
