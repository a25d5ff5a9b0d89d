"""Rejected rows by column and reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.heading_map import strptime_format
from monitor.extracts.judgement.fault_groups import _OTHER_DATES
from monitor.extracts.refusal import Quoting

from ..small import Tables, a_case, a_duty, a_post, an_assessment, csv_files, read, small, write_csv, write_folder


def refusal(folder: Path, tables: Tables) -> list[str]:
    with pytest.raises(ExtractRefused) as refused:
        read(write_csv(folder, tables))
    return refused.value.faults


def bad_cases(count: int, **columns: Any) -> Tables:
    return small() | {"cases": [a_case(f"X{number}", **columns) for number in range(1, count + 1)]}


@pytest.mark.parametrize(
    ("columns", "starts", "ends"),
    [
        (
            {"rosh": "Severe"},
            "cases.rosh: 9 of 9 rows in cases.csv are rejected: is not one of low, medium, high, very_high: 'Severe",
            "; map them under values: in the heading map (--columns)",
        ),
        (
            {"sentence_start": "05/01/2026"},
            "cases.sentence_start: 9 of 9",
            "; set dates: dd/mm/yyyy in the heading map (--columns)",
        ),
        (
            {"sentence_start": "01/25/2026"},
            "cases.sentence_start: 9 of 9",
            "; set dates: mm/dd/yyyy in the heading map (--columns)",
        ),
        (
            {"sentence_start": "05.01.2026"},
            "cases.sentence_start: 9 of 9",
            "; set dates: dd.mm.yyyy in the heading map (--columns)",
        ),
        (
            {"sentence_start": "46052"},
            "cases.sentence_start: 9 of 9",
            ": format the cells as dates, or set dates: excel in the heading map",
        ),
        (
            {"sentence_start": "2026/01/05"},
            "cases.sentence_start: 9 of 9",
            "; set dates: yyyy/mm/dd in the heading map (--columns)",
        ),
        (
            {"sentence_start": "5 January 2026"},
            "cases.sentence_start: 9 of 9",
            "; set dates: dd mmmm yyyy in the heading map (--columns)",
        ),
        ({"sentence_start": "2026-01-05 23:30:00"}, "cases.sentence_start: 9 of 9", "; leave out the time of day"),
        (
            {"sentence_start": "last week"},
            "cases.sentence_start: 9 of 9",
            "; set dates: and their format in the heading map (--columns)",
        ),
        ({"tier_changes": "1,5"}, "cases.tier_changes: 9 of 9", "; write a decimal point, not a comma"),
        (
            {"number_of_cases": "1,924"},
            "cases.number_of_cases: 9 of 9",
            "; write it without commas between thousands, or with a decimal point if that is what the comma is",
        ),
        ({"number_of_cases": "1 day, 13:00:00"}, "cases.number_of_cases: 9 of 9", ": '1 day, 13:00:00' (line 2)"),
        ({"team_code": "t1"}, "cases.team_code: 9 of 9", "; 1 code would match in the same case, width and blanks"),
    ],
)
def test_a_line_says_column_number_reason_an_example_and_what_to_change(
    tmp_path: Path, columns: dict[str, Any], starts: str, ends: str
) -> None:
    first = refusal(tmp_path, bad_cases(9, **columns))[0]
    assert first.startswith(starts)
    assert first.endswith(ends)


def test_three_different_examples_are_given_with_their_lines(tmp_path: Path) -> None:
    rows = [an_assessment("X1", kind=f"chat {number // 2}") for number in range(12)]
    first = refusal(tmp_path, small() | {"assessments": rows})[0]
    assert ": 'chat 0' (line 2), 'chat 1' (line 4), 'chat 2' (line 6); " in first
    assert first.startswith("assessments.kind: 12 of 12 rows")


def test_a_reference_of_two_columns_names_both(tmp_path: Path) -> None:
    first = refusal(tmp_path, small() | {"duties": [a_duty(om_code="m1"), a_duty(om_code="M1.0")]})[0]
    assert first.startswith(
        "duties.om_code, duties.team_code: 2 of 2 rows in duties.csv are rejected: is in no accepted"
    )


def test_reasons_that_differ_only_in_what_they_quote_are_one_group(tmp_path: Path) -> None:
    posts = [a_post(f"M{number}", contracted_hours=hours) for number in range(20) for hours in (10, 20)]
    faults = refusal(tmp_path, small() | {"offender_managers": posts})
    assert faults[0].startswith("offender_managers.om_code, offender_managers.team_code: 40 of 40 rows")
    assert len([fault for fault in faults if fault.startswith("offender_managers.om_code")]) == 1


def test_what_goes_into_logs_quotes_no_value(tmp_path: Path) -> None:
    first = refusal(tmp_path, bad_cases(9, rosh="Ann Arbuthnot"))[0]
    assert isinstance(first, Quoting)
    assert "Ann Arbuthnot" in first
    assert first.told == (
        "cases.rosh: 9 of 9 rows in cases.csv are rejected: is not one of low, medium, high, very_high, for example "
        "line 2; map them under values: in the heading map (--columns)",
    )


@pytest.mark.parametrize("form", list(_OTHER_DATES))
def test_a_date_format_that_is_proposed_reads_the_dates(form: str, tmp_path: Path) -> None:
    written = date(2026, 1, 15).strftime(strptime_format(form))
    rows = bad_cases(9, sentence_start=written)
    assert refusal(tmp_path / "as it is", rows)[0].endswith(f"; set dates: {form} in the heading map (--columns)")
    headings = tmp_path / "headings.yaml"
    headings.write_text(f"dates: {form}\n")
    found = read(write_folder(tmp_path / "mapped", csv_files(rows)), headings=headings)
    assert set(found.caseload.cases["sentence_start"]) == {pd.Timestamp("2026-01-15")}
