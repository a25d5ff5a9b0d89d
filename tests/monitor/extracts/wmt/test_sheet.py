"""Sheets as text, and rows that cannot count."""

import numpy as np
import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.rows import NotCalculated, Sheet, Source
from monitor.extracts.wmt.sheet import missing_sheets, no_rejections, read_sheet, reject

from .book import HEADINGS, book_of, owner, source_of

COLUMNS = ("om_key", "team_code", "vcrn_count")


def test_headings_count_without_case_blanks_and_hyphens() -> None:
    rows = read_sheet(source_of(book_of(t2a=[owner(" A "), owner("B")])), "t2a", COLUMNS)
    assert rows.text("om_key").tolist() == ["A", "B"]
    assert rows.text("vcrn_count").tolist() == ["0", "0"]
    assert (rows.name, rows.headings["vcrncount"], rows.lines.tolist()) == ("t2a", "v-crn_count", [2, 3])


def test_what_is_not_asked_for_is_left_over() -> None:
    rows = read_sheet(source_of(book_of(t2a=[owner("A") | {"colour": "red"}])), "t2a", COLUMNS, ["commtier"])
    assert "colour" in rows.unused
    assert {"commtiera3", "commtier0"} <= set(rows.arrays)
    assert rows.text("nowhere").tolist() == [""]


def test_rows_without_any_text_are_none() -> None:
    rows = read_sheet(source_of(book_of(t2a=[{}, owner("A"), {"trust": "PS"}])), "t2a", COLUMNS)
    assert rows.lines.tolist() == [3]


def test_a_missing_column_refuses_the_sheet() -> None:
    with pytest.raises(ExtractRefused, match=r"book\.xlsx sheet t2a: the columns om_shoe are missing"):
        read_sheet(source_of(book_of()), "t2a", [*COLUMNS, "om_shoe"])


def test_formulas_without_a_result_refuse_the_sheet() -> None:
    def read(_: object) -> None:
        raise NotCalculated({"omkey": 3})

    sheet = Sheet("book.xlsx sheet t2a", "book.xlsx", ["OM_Key"], read)  # type: ignore[arg-type]
    with pytest.raises(ExtractRefused, match="OM_Key holds formulas without a stored result"):
        read_sheet(Source(lambda _: sheet, "", ("T2A",)), "t2a", ["om_key"])


def test_a_listed_sheet_that_is_not_there_is_an_error_of_the_reader() -> None:
    with pytest.raises(ValueError, match="T2A is listed"):
        read_sheet(Source(lambda _: None, "", ("T2A",)), "t2a", COLUMNS)


def test_every_sheet_of_the_tool_is_looked_for() -> None:
    book = book_of()
    assert (len(HEADINGS), missing_sheets(source_of(book))) == (13, [])
    del book["cms"], book["t2a_detail"]
    assert missing_sheets(source_of(book)) == ["cms", "t2a_detail"]


def test_a_rejected_row_has_its_sheet_line_column_value_and_reason() -> None:
    rows = read_sheet(source_of(book_of(t2a=[owner("A"), owner("B")])), "t2a", COLUMNS)
    one = reject(rows, np.array([False, True]), "om_key", "is odd")
    assert one.to_numpy().tolist() == [["t2a", 3, "om_key", "B", "is odd"]]
    each = reject(rows, np.array([0, 1]), "", ["first", "second"])
    assert each[["line", "column", "value", "reason"]].to_numpy().tolist() == [
        [2, "", "", "first"],
        [3, "", "", "second"],
    ]
    assert list(no_rejections().columns) == list(one.columns)
