"""Counts by setting and tier."""

from typing import Any

import pyarrow as pa
import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.wmt.counts import CountSheet, check_young, classes_of_cases, parse_counts, read_counts
from tests.oracle.national_tool import Row
from tests.tiering.rows import LONDON, WMT

from .book import HEADINGS, book_of, owner, place, source_of

TEAM = place(0)["team_code"]


def counted(*rows: Row, sheet: str = "wmt_extract_filtered") -> CountSheet:
    return read_counts(source_of(book_of(**{sheet: list(rows)})), sheet, WMT)


def rejected(sheet: CountSheet) -> list[list[Any]]:
    return sheet.rejected[["line", "column", "value", "reason"]].to_numpy().tolist()


def cases(sheet: CountSheet) -> list[list[Any]]:
    return classes_of_cases(sheet, WMT)[["om_code", "setting", "tier", "number_of_cases"]].to_numpy().tolist()


def test_whole_numbers_are_counts_however_they_are_written() -> None:
    texts = pa.array([None, "0", "3", "3.0", " 4 ", "+5", "12abc", "3.9", "-1", "abc", "1e3", "NaN"])
    counts, faulty = parse_counts(texts)
    assert counts.tolist() == [0, 0, 3, 3, 4, 5, 0, 0, 0, 0, 0, 0]
    assert faulty.tolist() == [False] * 6 + [True] * 6


def test_each_count_above_0_is_a_class_of_cases() -> None:
    sheet = counted(owner("A", commtiera3=2, custtierb2s=1, licencetier0=4, commtierd1=0))
    assert sorted(cases(sheet)) == [
        ["A", "community", "A3", 2],
        ["A", "custody", "B2S", 1],
        ["A", "licence", "", 4],
    ]
    crns = classes_of_cases(sheet, WMT)["crn"].tolist()
    assert f"{TEAM}/A community A3" in crns
    assert f"{TEAM}/A licence untiered" in crns


def test_cases_of_18_to_24_year_olds_have_tiers_of_their_own_if_the_policy_has() -> None:
    sheet = counted(owner("A", commtiera3=2, custtier0=1), sheet="t2a")
    assert cases(sheet) == [["A", "community", "T2A-A3", 2], ["A", "custody", "", 1]]
    without = WMT.model_copy(update={"tiers": tuple(tier for tier in WMT.tiers if not tier.startswith("T2A-"))})
    assert classes_of_cases(sheet, without)["tier"].tolist() == ["A3", ""]
    assert classes_of_cases(sheet, WMT)["crn"].tolist() == [
        f"{TEAM}/A community T2A-A3 T2A",
        f"{TEAM}/A custody untiered T2A",
    ]


def test_a_text_that_is_no_count_costs_its_class_alone() -> None:
    sheet = counted(owner("A", commtiera3=2, commtierb2="12abc", custtiera1=3.9, licencetiera1=-2))
    assert cases(sheet) == [["A", "community", "A3", 2]]
    reason = "is not a whole number from 0, so no case is counted for it"
    assert sorted(rejected(sheet)) == [
        [2, "commtierb2", "12abc", reason],
        [2, "custtiera1", "3.9", reason],
        [2, "licencetiera1", "-2", reason],
    ]


def test_a_row_without_an_owner_is_unallocated_in_its_team_and_one_without_a_team_cannot_count() -> None:
    sheet = counted(
        owner("", commtiera3=2), owner("", commtiera3=1, custtiera3=1), owner("A") | {"team_code": "", "commtiera3": 7}
    )
    assert sorted(cases(sheet)) == [["", "community", "A3", 3], ["", "custody", "A3", 1]]
    assert rejected(sheet) == [[4, "team_code", "", "is empty: 7 cases without an owner"]]
    assert sheet.owned.tolist() == [False, False, False]


def test_the_sheet_that_names_the_owners_needs_them() -> None:
    sheet = counted(owner("A"), {"commtiera3": 1}, sheet="wmt_extract")
    assert rejected(sheet) == [[3, "om_key", "", "is empty: 1 case without an owner"]]
    assert sheet.accepted.tolist() == [True, False]


def test_identical_rows_of_an_owner_count_once_and_differing_ones_not_at_all() -> None:
    sheet = counted(
        owner("A", commtiera3=2),
        owner("A", commtiera3=2),
        owner("B", commtiera3=2),
        owner("B", commtiera3=3),
        owner("C", commtiera3=1),
        owner("C", 1, commtiera3=1),
    )
    assert [row[0] for row in cases(sheet)] == ["A", "C", "C"]
    reason = "is on several rows of this team, which differ; keep one"
    assert rejected(sheet) == [[4, "om_key", "B", reason], [5, "om_key", "B", reason]]


def test_a_policy_of_other_tiers_refuses_the_workbook() -> None:
    with pytest.raises(ExtractRefused, match="london-2009 has none of the tiers of this workbook"):
        read_counts(source_of(book_of()), "t2a", LONDON)


def test_a_missing_column_that_has_points_refuses_the_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = [name for name in HEADINGS["t2a"] if name not in ("commtiera3", "licencetiera0", "custtiera3s")]
    monkeypatch.setitem(HEADINGS, "t2a", tuple(fewer))  # type: ignore[misc]
    with pytest.raises(ExtractRefused) as refused:
        read_counts(source_of(book_of()), "t2a", WMT)
    assert refused.value.faults == ["book.xlsx sheet t2a: the columns of community A3 are missing; export it again"]


def test_more_young_people_than_people_are_swapped_sheets() -> None:
    check_young(counted(owner("A", commtiera3=2)), counted(owner("A", commtiera3=1), sheet="t2a"))
    with pytest.raises(
        ExtractRefused, match="counts 2 cases of 18 to 24 year olds, wmt_extract_filtered only 2 in all"
    ):
        check_young(counted(owner("A", commtiera3=2)), counted(owner("A", commtiera3=2), sheet="t2a"))
