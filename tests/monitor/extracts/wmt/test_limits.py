"""When a workbook is refused for its rows."""

from monitor.extracts import AcceptanceLimits
from monitor.extracts.wmt.limits import sheet_faults
from monitor.extracts.wmt.workbook import read_workbook
from tests.tiering.rows import WMT

from .book import AS_AT, book_of, owner, source_of


def faults(bad: int, good: int, **limits: float) -> list[str]:
    rows = [owner(f"B{number}", commtiera3="x", commtiera2="y") for number in range(bad)]
    rows += [owner(f"G{number}", commtiera3=1) for number in range(good)]
    read = read_workbook(source_of(book_of(wmt_extract_filtered=rows)), WMT, AS_AT)
    return list(sheet_faults(read, AcceptanceLimits(**limits)))  # type: ignore[arg-type]


def test_few_rows_at_fault_are_accepted() -> None:
    assert faults(10, 20) == []
    assert faults(11, 120, rejected_share=0.1) == []
    assert faults(1, 1) == []


def test_too_many_rows_or_half_of_a_sheet_are_not() -> None:
    assert faults(11, 100) == [
        "book.xlsx sheet wmt_extract_filtered: 11 of 111 rows are at fault (9.9%), such as line 2: commtiera3 'x' is "
        "not a whole number from 0, so no case is counted for it; more than 10 rows and 2.0% of a sheet are not allowed"
    ]
    assert len(faults(2, 2)) == 1
    assert faults(2, 2, rejected_share=1) == []
