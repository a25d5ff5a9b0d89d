"""What is noted of a column, and of a table that cannot be read."""

from collections.abc import Mapping

import pytest

from monitor.extracts.draft import profile
from monitor.extracts.draft.profile import headings_only, read_profile
from monitor.extracts.reading.rows import Rows, Sheet, lines_in_order, text_array
from monitor.extracts.refusal import ExtractRefused
from tiering.caseload import Column

from .profiles import a_profile


def a_source_sheet(headings: list[str], rows: int = 3, fault: str = "") -> Sheet:
    def read(wanted: Mapping[int, Column]) -> Rows:
        if fault:
            raise ExtractRefused([fault])
        assert len(wanted) <= 2
        columns = {column.name: text_array([f"{place}" for _ in range(rows)]) for place, column in wanted.items()}
        return Rows(columns, lines_in_order(rows), "")

    return Sheet("their sheet", "file", headings, read)


def test_values_are_counted_without_blanks_and_words_for_no_value() -> None:
    made = a_profile(" Risk ", [" High", "High ", "\u200bHigh", "", "  ", "NULL", "n/a", "#REF!", None, "Low"])
    assert (made.heading, made.rows, made.filled, made.different) == ("Risk", 10, 4, 2)
    assert made.values(5) == [("High", 3), ("Low", 1)]
    assert made.values(1) == [("High", 3)]


def test_shares_are_of_the_rows_with_a_value() -> None:
    made = a_profile("Hours", ["37", "37", "18.5", "x", None])
    assert made.number_share == 0.75
    assert made.numbers.tolist() == [37.0, 18.5]
    assert a_profile("Hours", [None]).number_share == 0


def test_codes_are_compared_without_what_programs_add_or_drop() -> None:
    assert a_profile("Code", ["007", "7.0", "T 1", "0"]).keys.to_pylist() == ["0", "7", "7", "t1"]


def test_columns_are_read_a_few_at_a_time_and_those_without_a_heading_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "_COLUMNS_AT_ONCE", 2)
    made = read_profile("Staff", a_source_sheet(["a", "", "b", "c"]))
    assert [(column.heading, column.position, column.values(1)) for column in made.columns] == [
        ("a", 0, [("0", 3)]),
        ("b", 2, [("2", 3)]),
        ("c", 3, [("3", 3)]),
    ]
    assert (made.name, made.rows, made.unread) == ("Staff", 3, "")


def test_only_the_first_rows_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "MOST_ROWS", 2)
    assert read_profile("Staff", a_source_sheet(["a"])).rows == 2


def test_of_a_table_that_cannot_be_read_the_headings_are_known() -> None:
    made = read_profile("Staff", a_source_sheet(["a", "b"], fault="too many values"))
    assert ([column.heading for column in made.columns], made.rows, made.unread) == (["a", "b"], 0, "too many values")
    assert headings_only("Staff", a_source_sheet([])).rows == 0
