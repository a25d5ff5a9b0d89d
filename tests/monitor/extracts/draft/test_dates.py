"""Date formats guessed from what a column holds."""

import pytest

from monitor.extracts.draft.dates import DateGuess, guess_dates, settle_by
from monitor.extracts.heading_map import EXCEL_SERIALS

from .profiles import a_profile


def guess(*values: str | None) -> DateGuess:
    guessed = guess_dates(a_profile("Date", values))
    assert guessed is not None
    return guessed


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["05/01/2026", "21/02/2026"], "dd/mm/yyyy"),
        (["05/21/2026", "1/2/2026"], "mm/dd/yyyy"),
        (["21.02.26", "1.2.26"], "dd.mm.yy"),
        (["21-02-2026"], "dd-mm-yyyy"),
        (["05-Jan-2026", "21-Sep-2026"], "dd-mmm-yyyy"),
        (["5 January 2026", "21 May 2026"], "dd mmmm yyyy"),
        (["05/Jan/26"], "dd/mmm/yy"),
        (["Jan 5, 2026"], "mmm dd, yyyy"),
        (["September 5, 2026"], "mmmm dd, yyyy"),
        (["2026/01/05"], "yyyy/mm/dd"),
        (["20260105", "20261231"], "yyyymmdd"),
        (["46027", "46100.0"], EXCEL_SERIALS),
        (["21/02/2026 00:00", "05/01/2026 00:00:00", None, "2026-01-05"], "dd/mm/yyyy"),
    ],
)
def test_a_format_that_the_values_allow_alone_is_sure(values: list[str | None], form: str) -> None:
    assert guess(*values) == DateGuess((form,), 1.0)
    assert guess(*values).is_sure


@pytest.mark.parametrize("values", [["2026-01-05", None], ["2026-01-05 00:00:00"], ["2026-01-05T00:00:00Z"]])
def test_iso_dates_need_no_format(values: list[str | None]) -> None:
    assert guess(*values) == DateGuess((), 1.0)


def test_without_a_day_over_12_both_orders_are_possible_and_the_british_one_comes_first() -> None:
    assert guess("05/01/2026", "11/12/2026") == DateGuess(("dd/mm/yyyy", "mm/dd/yyyy"), 1.0)


def test_days_over_12_in_both_places_are_two_ways_of_writing_in_one_column() -> None:
    mixed = guess("21/01/2026", "01/21/2026", "02/22/2026")
    assert mixed == DateGuess(("mm/dd/yyyy", "dd/mm/yyyy"), 1.0, is_mixed=True)


def test_a_few_values_that_are_no_dates_are_counted() -> None:
    assert guess(*["21/02/2026"] * 9, "soon").share == 0.9


@pytest.mark.parametrize("values", [[], [None], ["Smith", "Jones"], ["12345678", "99999999"], ["12", "13"], ["99999"]])
def test_what_is_no_date_has_no_format(values: list[str | None]) -> None:
    assert guess_dates(a_profile("Code", values)) is None


def test_other_columns_of_the_source_settle_what_comes_first() -> None:
    open_ = DateGuess(("dd/mm/yyyy", "mm/dd/yyyy"), 1.0)
    american, british, iso = DateGuess(("mm/dd/yyyy",), 1.0), DateGuess(("dd/mm/yyyy",), 1.0), DateGuess((), 1.0)
    assert settle_by(open_, [american, iso]).formats == ("mm/dd/yyyy", "dd/mm/yyyy")
    assert settle_by(open_, [british, british, american]).formats == open_.formats
    assert settle_by(open_, [open_]).formats == open_.formats
