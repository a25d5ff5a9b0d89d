"""Figures compared cell by cell, and each difference in one line."""

import pytest

from monitor.bundles.compare import Comparison, Difference, compare_tables, compare_texts, is_same
from tiering.faults import UserFault

TABLE = b"level,code,points\nteam,T1,1.5\nteam,T2,\nteam,T2,4\n"


def differences(stored: bytes, derived: bytes = TABLE) -> list[str]:
    return [
        difference.describe() for difference in compare_tables("f.csv", ("level", "code"), stored, derived).differences
    ]


def test_equal_tables_have_no_differences_whatever_the_order_of_rows_and_columns() -> None:
    assert compare_tables("f.csv", ("level", "code"), TABLE, TABLE) == Comparison(9, ())
    assert differences(b"points,code,level\n,T2,team\n4,T2,team\n1.5,T1,team\n") == []


def test_a_difference_names_line_row_and_column() -> None:
    assert differences(TABLE.replace(b"1.5", b"1.6")) == [
        "f.csv, line 2 (team T1), column points: stored 1.6, derived 1.5"
    ]
    assert differences(TABLE.replace(b",4", b",")) == [
        "f.csv, line 4 (team T2, row 2 of this key), column points: stored nothing, derived 4"
    ]


def test_a_row_or_a_column_of_one_side_is_named() -> None:
    assert differences(TABLE.replace(b"T1", b"T9")) == [
        "f.csv, line 2 (team T9): stored but not derived",
        "f.csv (team T1): derived but not stored",
    ]
    assert differences(TABLE.replace(b"points", b"pints")) == [
        "f.csv, line 1, column pints: stored but not derived",
        "f.csv, line 1, column points: derived but not stored",
    ]


@pytest.mark.parametrize(
    ("stored", "derived", "same"),
    [
        ("0.1", "0.10000000000000001", True),
        ("3", "3.0", True),
        ("0.1", "0.1000001", False),
        ("1e-10", "0.0", True),
        ("", "0", False),
        ("nan", "nan", True),
        ("1_0", "10", False),
        ("T01", "T1", False),
    ],
)
def test_numbers_may_differ_by_what_adding_floats_in_another_order_makes(stored: str, derived: str, same: bool) -> None:
    assert is_same(stored, derived) is same


def test_texts_are_compared_line_by_line() -> None:
    assert compare_texts("d.txt", b"a\nb\n", b"a\nb\n") == Comparison(3, ())
    answer = compare_texts("d.txt", b"a\nx", b"a\nb\nc")
    assert answer.differences == (Difference("d.txt", 2, "", "", "x", "b"), Difference("d.txt", 3, "", "", None, "c"))
    assert [part.describe() for part in answer.differences] == [
        "d.txt, line 2: stored x, derived b",
        "d.txt, line 3: derived but not stored",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1\n", "f.csv, line 2: has 1 values for 2 columns"),
        (b'a,b\n1,"2\n', "f.csv: is not a CSV file"),
        (b"\xff", "f.csv: is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UserFault, match=says):
        differences(content)
