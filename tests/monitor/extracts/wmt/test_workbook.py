"""The whole workbook."""

from datetime import date

import pandas as pd
import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.rows import Source
from monitor.extracts.wmt.workbook import is_workbook, read_workbook, texts
from tests.tiering.rows import WMT

from .book import AS_AT, book_of, owner, place, source_of


def test_a_workbook_is_known_by_the_sheet_that_is_weighed() -> None:
    assert is_workbook(source_of(book_of()))
    assert is_workbook(Source(lambda _: None, "", ("WMT_Extract_Filtered",)))
    assert not is_workbook(Source(lambda _: None, "", ("cases", "wmt_extract")))


def test_a_workbook_that_is_not_whole_is_refused() -> None:
    book = book_of()
    del book["t2a"], book["cms"]
    with pytest.raises(ExtractRefused, match="has not all 13 sheets; missing: t2a, cms"):
        read_workbook(source_of(book), WMT, AS_AT)


def test_every_sheet_brings_its_rows() -> None:
    book = book_of(
        wmt_extract=[owner("A", commtiera3=3)],
        wmt_extract_filtered=[owner("A", commtiera3=2)],
        t2a=[owner("B", custtiera3=1)],
        omic_teams=[owner("O", custtiera3=9), owner("O", 1, custtiera3="nine")],
        court_reports=[owner("A") | {"sdr_last_30": 1}, owner("C") | {"sdr_last_30": 1}],
    )
    rows = read_workbook(source_of(book), WMT, AS_AT, pd.MultiIndex.from_tuples([("C", place(0)["team_code"])]))
    assert rows.owners["om_code"].tolist() == ["A", "B"]
    assert rows.cases[["om_code", "number_of_cases"]].to_numpy().tolist() == [["A", 2], ["B", 1]]
    assert rows.duties["om_code"].tolist() == ["A", "C"]
    assert (rows.main.name, rows.dated, len(rows.teams)) == ("wmt_extract_filtered", AS_AT, 1)
    assert rows.rejected["table"].tolist() == ["omic_teams"] * 3
    assert rows.rejected["reason"].str.contains("kept apart from the workload").sum() == 2


def test_a_date_that_is_none_is_left_out() -> None:
    book = book_of(wmt_extract_filtered=[owner("A", commtiera3=2, datestamp="yesterday")])
    assert read_workbook(source_of(book), WMT, AS_AT).dated is None
    book = book_of(wmt_extract_filtered=[owner("A", commtiera3=2, datestamp=None)])
    assert read_workbook(source_of(book), WMT, date(2026, 1, 1)).dated is None


def test_empty_texts_are_no_texts() -> None:
    assert texts(pd.Series(["a", ""], dtype="str")).to_pylist() == ["a", None]
    assert texts(pd.Series(["", "b"], dtype=object)).to_pylist() == [None, "b"]
