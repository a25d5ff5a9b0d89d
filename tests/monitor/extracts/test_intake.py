"""The intake report and its gaps: what came in, what did not, and last week's figures next to it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from alerts.intake_gaps import IntakeGaps
from monitor.extracts import Extract, Insistence, LastWeek
from monitor.extracts.intake import INTAKE_COLUMNS

from .small import Tables, a_case, an_assessment, csv_files, read, small, small_with, write_csv, write_folder

LAST = date(2026, 11, 15)
MAP = """
cases:
  crn: Case Ref No
  values: {rosh: {H: high, V: very_high}}
  dates: {sentence_start: dd/mm/yyyy}
  encoding: cp1252
  delimiter: ";"
"""


def rows_of(extract: Extract, table: str, measure: str, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of one measure of one table, by default column, detail, count and out_of; None for no number."""
    report = extract.intake.report
    rows = report.loc[report["table"].eq(table) & report["measure"].eq(measure)]
    chosen = rows[list(columns or ("column", "detail", "count", "out_of"))].astype("object")
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def a_map(folder: Path, text: str) -> Path:
    path = folder / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def without(tables: Tables, table: str, column: str) -> Tables:
    return tables | {table: [{key: value for key, value in row.items() if key != column} for row in tables[table]]}


def test_a_report_has_its_columns_and_order_whatever_came(tmp_path: Path) -> None:
    report = read(write_csv(tmp_path, small())).intake.report
    assert {name: str(dtype) for name, dtype in report.dtypes.items()} == INTAKE_COLUMNS
    keys = report[["table", "column", "measure", "detail"]]
    assert keys.equals(keys.sort_values(list(keys), ignore_index=True))
    assert not keys.duplicated().any()


def test_rows_read_accepted_and_rejected_are_counted_with_the_reasons(tmp_path: Path) -> None:
    bad = [an_assessment("X1", kind="chat", similarity=2), an_assessment("X1", kind="talk")]
    twice = [a_case("X5"), a_case("X5")]
    extract = read(write_csv(tmp_path, small_with(assessments=bad, cases=twice)))
    # Of 6 cases one is the same row again, which counts once; of 5 assessments two are wrong, one of them twice.
    assert rows_of(extract, "cases", "read") == [("", "", 6, None)]
    assert rows_of(extract, "cases", "accepted") == [("", "", 5, 5)]
    assert rows_of(extract, "cases", "rejected") == [("", "", 0, 5)]
    assert rows_of(extract, "cases", "rejected because") == []
    assert rows_of(extract, "assessments", "accepted") == [("", "", 3, 5)]
    assert rows_of(extract, "assessments", "rejected") == [("", "", 2, 5)]
    reasons = rows_of(extract, "assessments", "rejected because")
    assert [(column, count, of) for column, _, count, of in reasons] == [("kind", 2, 5), ("similarity", 1, 5)]
    assert reasons[0][1].startswith("is not one of rosh_screening, ")
    assert reasons[1][1] == "is above 1"
    # 2 teams, 3 posts, 5 cases, 5 assessments, 1 event, 1 duty and 2 reductions.
    assert replace(extract.intake.gaps, absent=()) == IntakeGaps((), 1, 4, rejected=2, rejected_share=2 / 19)


def test_columns_are_filled_missing_or_left_out_and_a_table_may_not_be_there(tmp_path: Path) -> None:
    tables = without(small(), "cases", "tier_changes")
    tables["cases"] = [row | {"Postcode": "N1"} for row in tables["cases"]]
    del tables["events"]
    extract = read(write_csv(tmp_path, tables))
    filled = {column: (count, of) for column, _, count, of in rows_of(extract, "cases", "filled")}
    # X2 has no tier and X3 no officer; no case has a release date.
    assert {name: filled[name] for name in ("crn", "tier", "om_code", "release_on")} == {
        "crn": (4, 4),
        "tier": (3, 4),
        "om_code": (3, 4),
        "release_on": (0, 4),
    }
    missing = rows_of(extract, "cases", "missing column")
    assert ("tier_changes", "", 0, 4) in missing
    assert {column for column, *_ in missing} == {
        *("tier_changes", "expected_end_on", "allocated_on", "transferred_in_on"),
        *("safeguarding", "domestic_abuse", "tier_documented"),
    }
    assert rows_of(extract, "cases", "unused heading") == [("", "Postcode", 4, 4)]
    assert rows_of(extract, "events", "missing table") == [("", "", 0, None)]
    assert rows_of(extract, "events", "read") == []
    assert extract.intake.gaps.missing == ()


def test_what_a_heading_map_did_is_in_the_report(tmp_path: Path) -> None:
    files = csv_files(small())
    cases = "Case Ref No;om_code;team_code;setting;rosh;sentence_start\n"
    cases += "X1;M1;T1;licence;H;03/02/2026\nX4;M1;T1;licence;V;03/02/2026\nX7;M1;T1;licence;H;03/02/2026\n"
    source = write_folder(tmp_path / "csv", files | {"cases.csv": cases.encode()})
    extract = read(source, headings=a_map(tmp_path, MAP))
    assert rows_of(extract, "cases", "heading") == [("crn", "Case Ref No", 3, 3)]
    assert rows_of(extract, "cases", "mapped") == [("rosh", "H -> high", 2, 3), ("rosh", "V -> very_high", 1, 3)]
    assert rows_of(extract, "cases", "date format") == [("sentence_start", "dd/mm/yyyy", 3, 3)]
    assert rows_of(extract, "cases", "delimiter") == [("", ";", 3, 3)]
    assert rows_of(extract, "cases", "encoding") == [("", "cp1252", 3, 3)]
    assert [rows_of(extract, "duties", name) for name in ("heading", "delimiter", "encoding")] == [[], [], []]


def test_cases_without_a_post_are_counted_of_those_with_an_officer(tmp_path: Path) -> None:
    extract = read(write_csv(tmp_path, small()))
    # X4 names M9, who has no post; X3 names no one.
    assert rows_of(extract, "cases", "unmatched") == [("om_code", "", 1, 3)]
    assert replace(extract.intake.gaps, absent=()) == IntakeGaps((), 1, 3)


def test_a_first_extract_says_which_optional_columns_have_no_value(tmp_path: Path) -> None:
    absent = read(write_csv(tmp_path, small())).intake.gaps.absent
    assert "cases.rosh_delius" in absent
    assert "cases.rosh" not in absent
    assert "cases.crn" not in absent


def test_figures_of_last_week_stand_next_to_those_of_now(tmp_path: Path) -> None:
    last = LastWeek(
        LAST,
        cases=4,
        rows={"cases": 5, "events": 0},
        read={"cases": 5, "events": 0},
        filled={("cases", "tier"): 2, ("cases", "tier_changes"): 0},
        unmatched_share=0.25,
        rejected_share=0.125,
    )
    tables = without(small(), "cases", "tier_changes")
    del tables["events"]
    extract = read(write_csv(tmp_path, tables), last=last)
    both = ("column", "count", "out_of", "last_count", "last_out_of")
    assert rows_of(extract, "cases", "accepted", *both) == [("", 4, 4, 5, 5)]
    assert ("tier", 3, 4, 2, 5) in rows_of(extract, "cases", "filled", *both)
    assert ("om_code", 3, 4, None, None) in rows_of(extract, "cases", "filled", *both)
    assert ("tier_changes", 0, 4, 0, 5) in rows_of(extract, "cases", "missing column", *both)
    assert rows_of(extract, "events", "missing table", *both) == [("", 0, None, 0, None)]
    gaps = extract.intake.gaps
    assert (gaps.unmatched_share_before, gaps.rejected_share_before) == (0.25, 0.125)


def test_what_is_missing_on_request_stays_missing_until_it_has_values_again(tmp_path: Path) -> None:
    lacking = without(small(), "cases", "tier_changes")
    week = LastWeek(
        LAST,
        cases=4,
        rows={"cases": 4, "events": 1},
        read={"cases": 4, "events": 1},
        filled={("cases", "tier_changes"): 4},
    )
    del lacking["events"]
    insistence = Insistence(missing=("cases.tier_changes", "events"))
    first = read(write_csv(tmp_path / "first", lacking), last=week, insistence=insistence)
    assert first.intake.gaps.missing == ("cases.tier_changes", "events")
    assert first.intake.gaps.were_accepted
    # The week after, the run needs no option, and the digest says it to its readers again.
    after = LastWeek(LAST, cases=4, rows={"cases": 4}, missing=("cases.tier_changes", "events"))
    second = read(write_csv(tmp_path / "second", lacking), last=after)
    assert second.intake.gaps.missing == ("cases.tier_changes", "events")
    # A heading without values brings nothing back, and a table without rows neither.
    empty = small() | {"cases": [row | {"tier_changes": None} for row in small()["cases"]]}
    files = csv_files(empty) | {"events.csv": b"crn,kind,occurred_on\n"}
    third = read(write_folder(tmp_path / "third", files), last=after)
    assert third.intake.gaps.missing == ("cases.tier_changes", "events")
    back = read(write_csv(tmp_path / "back", small()), last=after)
    assert back.intake.gaps.missing == ()
    half = read(write_csv(tmp_path / "half", without(small(), "cases", "tier_changes")), last=after)
    assert half.intake.gaps.missing == ("cases.tier_changes",)


def test_too_many_cases_without_a_post_that_were_accepted_are_a_gap(tmp_path: Path) -> None:
    cases = [a_case(f"Y{number}", om_code="M8") for number in range(3)]
    insistence = Insistence(unmatched=True)
    gaps = read(write_csv(tmp_path / "many", small_with(cases=cases)), insistence=insistence).intake.gaps
    assert (gaps.unmatched, gaps.with_officer, gaps.unmatched_accepted) == (4, 6, True)
    few = read(write_csv(tmp_path / "few", small()), insistence=insistence).intake.gaps
    assert (few.unmatched, few.unmatched_accepted) == (1, False)


def test_a_service_that_never_sent_an_added_table_or_column_reads_nothing_about_it(tmp_path: Path) -> None:
    without_them = read(write_csv(tmp_path / "without", small())).intake
    report = without_them.report
    assert not report["table"].isin(["enforcement", "contacts", "oversight"]).any()
    assert not report["column"].isin(["mappa_eligible", "licence_copy", "victim_contact"]).any()
    assert "cases.licence_copy" not in without_them.gaps.absent


def test_an_added_column_that_is_there_and_empty_is_reported(tmp_path: Path) -> None:
    tables = small()
    tables["cases"] = [case | {"licence_copy": None} for case in tables["cases"]]
    extract = read(write_csv(tmp_path, tables))
    assert ("licence_copy", "", 0, 4) in rows_of(extract, "cases", "filled")
