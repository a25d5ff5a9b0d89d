"""Which rows are rejected, and why."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.extracts import AcceptanceLimits, Extract
from tiering.caseload import TABLES

from ..small import Tables, a_case, a_duty, a_post, a_reduction, a_team, an_assessment, small, small_with, write_csv
from ..small import read as read_with

ANY = AcceptanceLimits(rejected_share=1)


def read(source: str) -> Extract:
    """The extract, however much of it is rejected."""
    return read_with(source, limits=ANY)


def faults_of(extract: Extract) -> list[tuple[Any, ...]]:
    """Table, line, column, value and reason of each fault."""
    return list(extract.rejected.itertuples(index=False, name=None))


def faults(tmp_path: Path, tables: Tables) -> list[tuple[Any, ...]]:
    return faults_of(read(write_csv(tmp_path, tables)))


def test_an_extract_without_faults_is_accepted_whole_with_the_columns_and_types_of_the_contract(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small()))
    assert faults_of(extract) == []
    assert extract.rows == {name: len(rows) for name, rows in small().items()}
    for name, frame in extract.caseload.tables().items():
        table = TABLES[name]
        assert list(frame.columns) == table.column_names
        assert len(frame) == extract.rows.get(name, 0)
        assert list(frame.index) == list(range(len(frame)))
        for column in table.columns:
            assert frame[column.name].dtype == column.kind.dtype, (name, column.name)
        pd.testing.assert_frame_equal(frame, frame.sort_values(table.column_names, ignore_index=True))
    assert {name: str(dtype) for name, dtype in extract.rejected.dtypes.items()} == {
        "table": "str",
        "line": "int64",
        "column": "str",
        "value": "str",
        "reason": "str",
    }


def test_an_empty_activity_is_active_and_an_empty_number_of_cases_is_one(tmp_path: Path) -> None:
    tables = small_with(
        cases=[a_case("X5", activity="warrant", number_of_cases=40), a_case("X6", number_of_cases=None)]
    )
    cases = read(write_csv(tmp_path, tables)).caseload.cases
    assert cases["activity"].tolist() == ["active"] * 4 + ["warrant", "active"]
    assert cases["number_of_cases"].tolist() == [1, 1, 1, 1, 40, 1]


_NO_DATE = "is not a date from 1900 to 2199, written YYYY-MM-DD"
_NO_NUMBER = "is not a number in plain digits, such as 37 or 37.5"
_BEYOND = "is beyond 1,000,000,000, more than any figure here can be"
_NO_CODE = "holds control characters, tabs or line ends, which a code may not"


_NOT_FOR_A_CASE: list[tuple[str, str | None, str]] = [
    ("crn", None, "is empty; a value is needed"),
    ("team_code", "  ", "is empty; a value is needed"),
    ("crn", "X\n5", _NO_CODE),
    ("crn", "X\t5", _NO_CODE),
    ("crn", "X\x005", _NO_CODE),
    ("crn", "X\x855", _NO_CODE),
    ("om_code", "M" * 501, "is longer than 500 characters"),
    ("tier", "A9", "is not one of 1, 2, 3, 4"),
    ("tier", "3.5", "is not one of 1, 2, 3, 4"),
    ("rosh", "Higher", "is not one of low, medium, high, very_high"),
    ("rosh_delius", "n.a.", "is not one of low, medium, high, very_high"),
    ("crn", "NULL", "is a word for no value; a value is needed"),
    ("crn", "#N/A", "is the error of a spreadsheet, not a value"),
    ("rosh", "#REF!", "is the error of a spreadsheet, not a value"),
    ("setting", "prison", "is not one of community, licence, custody"),
    ("setting", "", "is empty; a value is needed"),
    (
        "activity",
        "idle",
        "is not one of active, warrant, unpaid_work_only, overdue_termination, suspended, reset, impact",
    ),
    ("mappa_level", "4", "is not one of 1, 2, 3, unrecorded"),
    ("sentence_start", "2026-2-3", _NO_DATE),
    ("sentence_start", "22/11/2026", _NO_DATE),
    ("sentence_start", "2026-02-30", _NO_DATE),
    ("sentence_start", "2026-02-03 00:00:01", _NO_DATE),
    ("sentence_start", "2026-02-03T00:00:00+01:00", _NO_DATE),
    ("sentence_start", "1899-12-31", _NO_DATE),
    ("sentence_start", "٢٠٢٦-02-03", _NO_DATE),
    ("sentence_start", "46052", _NO_DATE),
    ("release_on", "2200-01-01", _NO_DATE),
    ("release_on", "2025-02-29", _NO_DATE),
    ("sentence_start", "2026-11-23", "is after 2026-11-22, the date of the snapshot"),
    ("prolific", "yes", "is not one of true, false"),
    ("prolific", "1", "is not one of true, false"),
    ("tier_changes", "3.5", "is not a whole number"),
    ("tier_changes", "-1", "is below 0"),
    ("tier_changes", "two", _NO_NUMBER),
    ("tier_changes", "99999999999999999999", _BEYOND),
    ("number_of_cases", "0", "is below 1"),
]
_NOT_FOR_A_POST = [
    *(
        ("contracted_hours", value, _NO_NUMBER)
        for value in (
            "inf",
            "-inf",
            "Infinity",
            "1e400",
            "1e2",
            "1,5",
            "0x10",
            "1_000",
            "٣٧",
            "--1",
            ".",
            "37 h",
        )
    ),
    ("contracted_hours", "60.5", "is above 60"),
    ("contracted_hours", "-0.5", "is below 0"),
    ("contracted_hours", "9" * 400, "is above 60"),
    ("grade", "officer", "is not one of PO, PSO, TPO, SPO"),
    ("contracted_hours", "nan", "is a word for no value; a value is needed"),
    ("om_name", "null", "is a word for no value; a value is needed"),
    ("om_name", "#NAME?", "is the error of a spreadsheet, not a value"),
    ("om_name", " \t ", "is empty; a value is needed"),
    ("om_name", "a\x07b", "holds control characters, which a name may not"),
    ("om_name", "a" * 501, "is longer than 500 characters"),
    ("left_on", "soon", _NO_DATE),
]


def as_reported(value: str | None) -> str:
    shown = (value or "").strip().replace("\x00", "�").replace("\x85", "�").replace("\x07", "�")
    return shown if len(shown) <= 200 else shown[:200] + "…"


def test_cases_with_values_they_may_not_have_are_rejected_alone(tmp_path: Path) -> None:
    bad = [a_case(f"Y{n}") | {column: value} for n, (column, value, _) in enumerate(_NOT_FOR_A_CASE)]
    extract = read(write_csv(tmp_path, small_with(cases=bad)))
    lines = 6 + np.cumsum([0, *(1 + str(row["crn"]).count("\n") for row in bad)])
    assert faults_of(extract) == [
        ("cases", line, column, as_reported(value), reason)
        for line, (column, value, reason) in zip(lines, _NOT_FOR_A_CASE, strict=False)
    ]
    assert extract.caseload.cases["crn"].tolist() == ["X1", "X2", "X3", "X4"]


def test_posts_with_values_they_may_not_have_are_rejected_alone(tmp_path: Path) -> None:
    bad = [a_post(f"Y{n}") | {column: value} for n, (column, value, _) in enumerate(_NOT_FOR_A_POST)]
    extract = read(write_csv(tmp_path, small_with(offender_managers=bad)))
    assert faults_of(extract) == [
        ("offender_managers", line, column, as_reported(value), reason)
        for line, (column, value, reason) in enumerate(_NOT_FOR_A_POST, 5)
    ]
    assert len(extract.caseload.offender_managers) == 3


def test_blanks_around_a_value_do_not_count_and_numbers_may_be_written_in_several_ways(tmp_path: Path) -> None:
    posts = [a_post(f"M{n}", contracted_hours=h) for n, h in enumerate((" 37.50 ", "+7", ".5", "8.", "-0", "007"), 3)]
    case = a_case(
        " X5 ", tier=" 3", sentence_start=" 2026-02-03 ", prolific=" TRUE ", safeguarding="False", tier_changes="2.0"
    )
    tables = small_with(offender_managers=posts, cases=[case | {"sentence_start": "\u00a02026-02-03"}])
    for row in tables["cases"]:
        row.setdefault("safeguarding", None)
    extract = read(write_csv(tmp_path, tables))
    assert faults_of(extract) == []
    assert extract.caseload.offender_managers["contracted_hours"].tolist()[3:] == [37.5, 7.0, 0.5, 8.0, 0.0, 7.0]
    found = extract.caseload.cases.iloc[4]
    assert (found["crn"], found["tier"], found["tier_changes"]) == ("X5", "3", 2)
    assert (bool(found["prolific"]), bool(found["safeguarding"])) == (True, False)


_NAMES = [
    " Smith, Jo ",
    'He said "no"',
    "two\nlines\tand a tab",
    '=HYPERLINK("https://evil.example","x")',
    "<script>alert(1)</script>",
    "abc\u202edcba\u200f",
    "😀\U0001d49c",
    "NA",
    "Jo Null",
    "#12",
    "'; DROP TABLE cases; --",
    "x" * 500,
]


def test_a_name_may_be_any_text_and_stays_as_it_is(tmp_path: Path) -> None:
    posts = [a_post(f"N{n:02}", om_name=name) for n, name in enumerate(_NAMES)]
    extract = read(write_csv(tmp_path, small_with(offender_managers=posts)))
    assert faults_of(extract) == []
    assert extract.caseload.offender_managers["om_name"].tolist()[3:] == _NAMES


def test_words_are_read_in_any_case_and_with_any_blanks_and_hyphens(tmp_path: Path) -> None:
    posts = [a_post("M3", grade=" pso "), a_post("m4", grade="P\u200bO")]
    cases = [
        a_case(
            "X5", rosh="Very High", rosh_delius="VERY-HIGH", setting=" Licence", activity="Unpaid work only", tier="3.0"
        ),
        a_case("X6", rosh="\ufeffhigh", setting="COMMUNITY", mappa_level="1.0", sentence_start="2026-02-03T00:00:00Z"),
    ]
    extract = read(write_csv(tmp_path, small_with(offender_managers=posts, cases=cases)))
    assert faults_of(extract) == []
    assert extract.caseload.offender_managers["grade"].tolist()[3:] == ["PSO", "PO"]
    found = extract.caseload.cases.iloc[4:]
    assert found["rosh"].tolist() == ["very_high", "high"]
    assert found["rosh_delius"].fillna("").tolist() == ["very_high", ""]
    assert found["setting"].tolist() == ["licence", "community"]
    assert found["activity"].tolist() == ["unpaid_work_only", "active"]
    assert (found["tier"].iloc[0], found["mappa_level"].iloc[1]) == ("3", "1")
    assert found["sentence_start"].dt.date.tolist() == [date(2026, 2, 3)] * 2


@pytest.mark.parametrize("word", ["NULL", "nan", "-", "#N/A", "None", "<NA>", "(null)"])
def test_a_word_for_no_value_is_none_and_an_error_is_no_code(tmp_path: Path, word: str) -> None:
    extract = read(write_csv(tmp_path, small_with(cases=[a_case("X5", om_code=word, release_on=word)])))
    if word.startswith("#"):
        assert [fault[2:4] for fault in faults_of(extract)] == [("om_code", word), ("release_on", word)]
    else:
        assert faults_of(extract) == []
        assert extract.caseload.cases["om_code"].isna().tolist()[4] is True


@pytest.mark.parametrize(("code", "other"), [("X5", "x5"), ("X5", "X\uff15"), ("X 5", "X5"), ("X5", "X\u00a05")])
def test_codes_that_differ_only_in_case_blanks_or_width_are_one_case_counted_twice(
    tmp_path: Path, code: str, other: str
) -> None:
    found = faults(tmp_path, small_with(cases=[a_case(code), a_case("X7"), a_case(other)]))
    assert [fault[1:4] for fault in found] == [(6, "crn", code), (8, "crn", other)]
    assert all(
        fault[4].startswith("is one of several codes that differ only in case, blanks or width: ") for fault in found
    )
    assert all(repr(name)[1:-1] in fault[4] or name in fault[4] for fault in found for name in (code, other))


def test_every_fault_of_a_row_is_listed_and_the_row_counts_once(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small_with(cases=[a_case("X5", tier="9", rosh="?", sentence_start="never")])))
    assert [fault[1:4] for fault in faults_of(extract)] == [
        (6, "rosh", "?"),
        (6, "sentence_start", "never"),
        (6, "tier", "9"),
    ]
    assert extract.rows["cases"] - len(extract.caseload.cases) == 1


def test_work_recorded_after_the_snapshot_date_is_rejected_and_on_it_is_not(tmp_path: Path) -> None:
    late, today = date(2026, 11, 23), date(2026, 11, 22)
    event = small()["events"][0]
    tables = small_with(
        assessments=[an_assessment("X1", completed_on=today), an_assessment("X1", completed_on=late)],
        events=[event | {"occurred_on": late}],
        duties=[a_duty(starts_on=late)],
    )
    assert [fault[:4] for fault in faults(tmp_path, tables)] == [
        ("assessments", 6, "completed_on", "2026-11-23"),
        ("events", 3, "occurred_on", "2026-11-23"),
    ]


def test_rows_of_cases_teams_and_posts_that_are_not_there_are_rejected(tmp_path: Path) -> None:
    tables = small_with(
        offender_managers=[a_post("M3", "T9")],
        cases=[a_case("X5", team_code="T9")],
        assessments=[an_assessment("X9"), an_assessment("X5")],
        events=[small()["events"][0] | {"crn": "X9"}],
        duties=[a_duty(team_code="T9"), a_duty(om_code="M2", team_code="T1")],
        reductions=[a_reduction(om_code="M9"), a_reduction(om_code="M9", team_code="T1"), a_reduction(om_code="M2")],
    )
    assert faults(tmp_path, tables) == [
        ("assessments", 5, "crn", "X9", "is in no accepted row of cases"),
        ("assessments", 6, "crn", "X5", "is in no accepted row of cases"),
        ("cases", 6, "team_code", "T9", "is in no accepted row of organisation"),
        ("duties", 3, "om_code, team_code", "M1, T9", "is in no accepted row of offender_managers"),
        ("duties", 4, "om_code, team_code", "M2, T1", "is in no accepted row of offender_managers"),
        ("events", 3, "crn", "X9", "is in no accepted row of cases"),
        ("offender_managers", 5, "team_code", "T9", "is in no accepted row of organisation"),
        ("reductions", 4, "om_code", "M9", "is in no accepted row of offender_managers"),
        ("reductions", 5, "om_code, team_code", "M9, T1", "is in no accepted row of offender_managers"),
    ]


def test_a_case_whose_post_is_not_there_stays_with_its_offender_manager(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small_with(cases=[a_case("X5", om_code="M2", team_code="T1")])))
    assert faults_of(extract) == []
    assert extract.caseload.cases["om_code"].fillna("").tolist() == ["M1", "M1", "", "M9", "M2"]


def test_codes_run_together_are_not_taken_for_each_other(tmp_path: Path) -> None:
    tables = small_with(
        organisation=[a_team("1T1")], offender_managers=[a_post("M1", "1T1")], duties=[a_duty(om_code="M11")]
    )
    assert [fault[:4] for fault in faults(tmp_path, tables)] == [("duties", 3, "om_code, team_code", "M11, T1")]


def test_identical_rows_of_a_keyed_table_count_once(tmp_path: Path) -> None:
    again = [a_case("X1"), a_case("X1", prolific="TRUE", tier_changes="2.0", activity="active"), a_case(" X1")]
    extract = read(write_csv(tmp_path / "a", small_with(cases=again, organisation=[a_team("T1")])))
    assert faults_of(extract) == []
    assert extract.rows["cases"] == len(extract.caseload.cases) == 4
    assert extract.content_hash == read(write_csv(tmp_path / "b", small())).content_hash


def test_the_same_assessment_twice_is_two_assessments(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small_with(assessments=[an_assessment("X1")])))
    assert extract.rows["assessments"] == len(extract.caseload.assessments) == 4


def test_rows_of_one_key_that_differ_are_all_rejected_and_say_in_what(tmp_path: Path) -> None:
    tables = small_with(
        cases=[a_case("X5"), a_case("X5", tier="1", rosh=None), a_case("X5")],
        offender_managers=[a_post("M1", "T2", om_name="Another")],
    )
    reason = "is on several rows, which differ in tier, rosh; keep one"
    extract = read(write_csv(tmp_path, tables))
    assert faults_of(extract)[:2] == [("cases", 6, "crn", "X5", reason), ("cases", 7, "crn", "X5", reason)]
    assert [fault[1:4] for fault in faults_of(extract) if fault[0] == "offender_managers"] == [
        (3, "om_code, team_code", "M1, T2"),
        (5, "om_code, team_code", "M1, T2"),
    ]
    posts = [fault[4] for fault in faults_of(extract) if fault[0] == "offender_managers"]
    assert posts == ["is on several rows, which differ in om_name, contracted_hours; keep one"] * 2
    assert "X5" not in extract.caseload.cases["crn"].tolist()


def test_rows_of_one_key_that_differ_only_in_what_cannot_be_read_differ(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small_with(cases=[a_case("X5", tier="8"), a_case("X5", tier="9")])))
    assert [fault[1:4] for fault in faults_of(extract)] == [
        (6, "crn", "X5"),
        (6, "tier", "8"),
        (7, "crn", "X5"),
        (7, "tier", "9"),
    ]


def test_identical_rows_that_are_rejected_are_rejected_once(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small_with(cases=[a_case("X5", tier="9"), a_case("X5", tier="9")])))
    assert [fault[1:4] for fault in faults_of(extract)] == [(6, "tier", "9")]
    assert extract.rows["cases"] == 5


@pytest.mark.parametrize(
    ("column", "one", "other", "code"),
    [
        ("office_name", "Old", "New ", "office_code O5"),
        ("cluster_code", "C5", "C6", "office_code O5"),
        ("cluster_name", "Old", "New", "cluster_code C5"),
        ("area_code", "A5", "A6", "cluster_code C5"),
        ("area_name", "Old", "New", "area_code A5"),
    ],
)
def test_an_office_cluster_or_area_has_one_name_and_one_place_or_all_its_rows_are_rejected(
    tmp_path: Path, column: str, one: str, other: str, code: str
) -> None:
    place = {
        "office_code": "O5",
        "office_name": "Office 5",
        "cluster_code": "C5",
        "cluster_name": "Cluster 5",
        "area_code": "A5",
        "area_name": "Area 5",
    }
    teams = [a_team(f"T{n}") | place | {column: value} for n, value in enumerate((one, other, one), 5)]
    extract = read(write_csv(tmp_path, small_with(organisation=teams)))
    named = ", ".join(f"'{name}'" for name in sorted((one, other)))
    reason = f"is one of several for {code}, which can have only one: {named}"
    assert faults_of(extract) == [
        ("organisation", line, column, value, reason) for line, value in ((4, one), (5, other), (6, one))
    ]
    assert extract.caseload.organisation["team_code"].tolist() == ["T1", "T2"]


def test_what_ends_before_it_starts_is_rejected_and_what_ends_the_same_day_is_not(tmp_path: Path) -> None:
    day, before = date(2026, 11, 3), date(2026, 11, 2)
    tables = small_with(
        duties=[a_duty(starts_on=day, ends_on=day), a_duty(starts_on=day, ends_on=before)],
        reductions=[a_reduction(starts_on=day, ends_on=before)],
    )
    reason = "is before starts_on 2026-11-03"
    assert faults(tmp_path, tables) == [
        ("duties", 4, "ends_on", "2026-11-02", reason),
        ("reductions", 4, "ends_on", "2026-11-02", reason),
    ]


def test_enforcement_is_not_done_before_the_failure_to_comply(tmp_path: Path) -> None:
    failed, before = date(2026, 11, 3), date(2026, 11, 2)
    row = {"crn": "X1", "kind": "breach", "occurred_on": failed, "acted_on": failed, "resolved_on": failed}
    tables = small() | {"enforcement": [row, row | {"acted_on": before}, row | {"resolved_on": before}]}
    reason = "is before occurred_on 2026-11-03"
    assert faults(tmp_path, tables) == [
        ("enforcement", 3, "acted_on", "2026-11-02", reason),
        ("enforcement", 4, "resolved_on", "2026-11-02", reason),
    ]


def test_oversight_names_its_case_and_supervision_its_officer(tmp_path: Path) -> None:
    day = date(2026, 11, 3)
    rows = [
        {"crn": "X1", "om_code": None, "kind": "safeguarding", "done_on": day},
        {"crn": None, "om_code": "M2", "kind": "supervision", "done_on": day},
        {"crn": None, "om_code": "M2", "kind": "mappa_review", "done_on": day},
        {"crn": "X1", "om_code": None, "kind": "supervision", "done_on": day},
        {"crn": "X9", "om_code": None, "kind": "safeguarding", "done_on": day},
        {"crn": None, "om_code": "M9", "kind": "supervision", "done_on": day},
    ]
    assert faults(tmp_path, small() | {"oversight": rows}) == [
        ("oversight", 4, "crn", "", "is empty; a row of kind mappa_review needs the crn that it is about"),
        ("oversight", 5, "om_code", "", "is empty; a row of kind supervision needs the om_code that it is about"),
        ("oversight", 6, "crn", "X9", "is in no accepted row of cases"),
        ("oversight", 7, "om_code", "M9", "is in no accepted row of offender_managers"),
    ]


def test_optional_columns_and_tables_may_be_absent_and_extra_columns_are_kept_out(tmp_path: Path) -> None:
    tables = small()
    del tables["events"], tables["duties"], tables["reductions"]
    needed = ("crn", "team_code", "setting", "sentence_start")
    tables["cases"] = [{"nhs": "n", **{name: row[name] for name in needed}, "shoe": 9} for row in tables["cases"]]
    extract = read(write_csv(tmp_path, tables))
    assert extract.unused == {"cases": ["nhs", "shoe"]}
    assert set(extract.rows) == {"organisation", "offender_managers", "cases", "assessments"}
    cases = extract.caseload.cases
    assert cases["activity"].tolist() == ["active"] * 4
    assert cases["om_code"].isna().all()
    for name in ("events", "duties", "reductions"):
        pd.testing.assert_frame_equal(extract.caseload.tables()[name], TABLES[name].empty())


def test_rejected_rows_come_sorted_by_table_line_and_column(tmp_path: Path) -> None:
    tables = small_with(
        cases=[a_case("X5", tier="9", rosh="?"), a_case("X6", tier="9")], assessments=[an_assessment("X9", kind="chat")]
    )
    rejected = read(write_csv(tmp_path, tables)).rejected
    assert len(rejected) == 5
    pd.testing.assert_frame_equal(rejected, rejected.sort_values(["table", "line", "column"], ignore_index=True))
