"""How the texts of one column are read."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from monitor.extracts.heading_map import ColumnMap
from monitor.extracts.judgement.values import judge, sort_order
from tiering.caseload import CASES, OFFENDER_MANAGERS, Column, Kind

AS_AT = date(2026, 11, 22)
DAY = Column("release_on", Kind.DATE, required=False)


def read(texts: list[str | None], column: Column, mapping: ColumnMap = ColumnMap()) -> list[Any]:  # noqa: B008
    """The value of each text, its reason where it has none, None where nothing is written."""
    judged = judge(pa.array(texts, pa.string()), column, AS_AT, mapping)
    values = judged.column()
    reasons = [None if code < 0 else judged.reasons[code] for code in judged.codes]
    return [
        reason or (None if code < 0 else _plain(value))
        for code, value, reason in zip(judged.codes, values, reasons, strict=True)
    ]


def _plain(value: Any) -> Any:
    return (
        value.astype("datetime64[D]").astype(object) if hasattr(value, "dtype") and value.dtype.kind == "M" else value
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        " 2026-01-05 ",
        "2026-01-05 00:00:00",
        "2026-01-05T00:00",
        "2026-01-05T00:00:00.000Z",
        "\u200b2026-01-05",
    ],
)
def test_midnight_and_what_cannot_be_seen_change_no_day(text: str) -> None:
    (day,) = judge(pa.array([text]), DAY, AS_AT).column()
    assert str(day)[:10] == "2026-01-05"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("dd/mm/yyyy", "05/01/2026"),
        ("dd/mm/yyyy", "5/1/2026"),
        ("mm/dd/yyyy", "01/05/2026"),
        ("dd-mmm-yyyy", "05-Jan-2026"),
        ("d mmmm yyyy", "5 January 2026"),
        ("dd.mm.yy", "05.01.26"),
        ("excel", "46027"),
        ("excel", "46027.0"),
        ("dd/mm/yyyy", "2026-01-05"),
        ("dd/mm/yyyy", "05/01/2026 00:00:00"),
    ],
)
def test_dates_are_read_in_the_format_of_the_map_and_always_as_iso(form: str, text: str) -> None:
    (day,) = judge(pa.array([text]), DAY, AS_AT, ColumnMap(dates=form)).column()
    assert str(day)[:10] == "2026-01-05"


def test_a_date_in_no_stated_format_is_rejected_with_both() -> None:
    (reason,) = read(["25/13/2026"], DAY, ColumnMap(dates="dd/mm/yyyy"))
    assert reason == "is not a date from 1900 to 2199, written YYYY-MM-DD or dd/mm/yyyy"


def test_values_are_mapped_in_any_case_and_counted_by_what_was_written() -> None:
    mapping = ColumnMap(values={"Sev": "very_high", "n/k": "", "Hi": "high"})
    judged = judge(pa.array(["SEV", "hi", "N/K", "low", "sev"]), CASES.column("rosh"), AS_AT, mapping)
    assert [str(value) for value in judged.column()] == ["very_high", "high", "nan", "low", "very_high"]
    assert judged.mapped == {"SEV": "very_high", "hi": "high", "N/K": "", "sev": "very_high"}


def test_codes_are_mapped_only_as_they_are_written() -> None:
    team = CASES.column("team_code")
    judged = judge(pa.array(["Hackney 1", "hackney 1"]), team, AS_AT, ColumnMap(values={"Hackney 1": "T1"}))
    assert list(judged.column()) == ["T1", "hackney 1"]


@pytest.mark.parametrize("text", ["High", " high", "HIGH\u200b", "hi gh", "HI-GH"])
def test_words_of_a_list_are_read_as_people_write_them(text: str) -> None:
    assert list(judge(pa.array([text]), CASES.column("rosh"), AS_AT).column()) == ["high"]


@pytest.mark.parametrize("word", ["NULL", "nan", "-", "NaT", "None", "n/a"])
def test_a_word_for_no_value_is_empty_where_a_value_may_be_missing(word: str) -> None:
    assert read([word], CASES.column("rosh")) == [None]
    assert read([word], DAY) == [None]


def test_a_code_may_be_na_and_never_null() -> None:
    team = CASES.column("team_code")
    assert read(["NA", "null", "#N/A"], team) == [
        "NA",
        "is a word for no value; a value is needed",
        "is the error of a spreadsheet, not a value",
    ]


def test_a_name_keeps_the_marks_of_its_script_and_loses_what_says_nothing() -> None:
    name = OFFENDER_MANAGERS.column("om_name")
    assert read(["\u200bJo\u00ad Smith", "ab\u202edc\u200f", "Err:502"], name) == [
        "Jo Smith",
        "ab\u202edc\u200f",
        "is the error of a spreadsheet, not a value",
    ]


@pytest.mark.parametrize("last_ranks", [[3, 7], [0, 2**40]])
def test_rows_are_sorted_by_the_first_rank_and_then_by_each_of_the_others_however_large_the_ranks_are(
    last_ranks: list[int],
) -> None:
    drawn = np.random.default_rng(11)
    ranks = [drawn.choice(last_ranks, 200), drawn.integers(0, 5, 200), drawn.choice(last_ranks, 200)]
    places = sort_order(ranks)
    rows = list(zip(*(rank[places].tolist() for rank in ranks), strict=True))
    assert sorted(places.tolist()) == list(range(200))
    assert rows == sorted(rows)


def test_no_rows_have_an_order() -> None:
    assert sort_order([np.array([], dtype=np.int64)] * 2).tolist() == []
