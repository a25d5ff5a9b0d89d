"""Taking tables out: the agreed columns, exact values, the same bytes every time, and no formula that could run."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import delete
from sqlmodel import col

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.exports.export import render_table, table_of
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame

from ....clock import clock
from ...conftest import AS_AT, FORMULA, Home, home_in, little_london
from ...extracts.small import a_post, write_csv

FORMATS = ("csv", "json", "parquet", "xlsx")
AGREED = {
    "workload": "level, code, name, parent_code, cases, case_points, duty_points, unallocated_points, total_points, "
    "available_points, capacity_percentage, band",
    "hotspots": "rule, level, code, name, status, weeks, value, threshold, total_points, available_points, overdue, "
    "high_risk_overdue, explained_by",
    "overdue": "rule, kind, crn, om_code, team_code, office_code, cluster_code, tier, rosh, due_on, days_overdue",
    "timeliness": "level, code, rule, fell_due, on_time, percentage, band",
    "findings": "finding, crn, om_code, team_code, office_code, cluster_code, detail",
    "cases": "crn, om_code, team_code, tier, rosh, setting, tier_points, rosh_points, activity_share, points",
    "rejected": "table, line, column, value, reason",
    "forecast": "level, code, name, weeks_ahead, on, points",
    "trend": "level, code, name, weeks, capacity_percentage, rise, usual, limit",
    "supervision": "level, code, name, parent_code, offender_managers, spo_hours, span",
    "grades": "level, code, grade, offender_managers, total_points, available_points, spare_points",
    "team-types": "level, code, team_type, teams, offender_managers, cases, total_points, available_points",
    "limits": "name, measure, level, code, unit_name, owner, value, limit, breached, weeks, since",
}
KEYS = {
    "workload": ["level", "code"],
    "hotspots": ["rule", "level", "code"],
    "overdue": ["rule", "crn"],
    "timeliness": ["level", "code", "rule"],
    "findings": ["finding", "crn", "detail"],
    "cases": ["crn"],
    "rejected": ["table", "line", "column"],
    "forecast": ["level", "code", "weeks_ahead"],
    "trend": ["level", "code"],
    "supervision": ["level", "code"],
    "grades": ["level", "code", "grade"],
    "team-types": ["level", "code", "team_type"],
    "limits": ["name", "level", "code"],
}
TABLES = pytest.mark.parametrize("table", AGREED)


def content(store: Store, table: str, form: str) -> bytes:
    newest = store.newest()
    assert newest is not None
    return render_table(table_of(store, newest, table), form)


def rows_of_csv(exported: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported.decode(), newline="")))


def rows_of_json(exported: bytes) -> list[dict[str, Any]]:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    rows: list[dict[str, Any]] = json.loads(exported, parse_constant=no_constant)
    return rows


def sheet_of(exported: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(exported)).active


@TABLES
def test_an_export_begins_with_the_agreed_columns_in_their_order(home: Home, table: str) -> None:
    agreed = ["as_at", *AGREED[table].split(", ")]
    heading = rows_of_csv(content(home.store, table, "csv"))[0]
    assert heading[: len(agreed)] == agreed
    assert list(rows_of_json(content(home.store, table, "json"))[0]) == heading
    assert list(pd.read_parquet(io.BytesIO(content(home.store, table, "parquet")))) == heading
    assert [cell.value for cell in sheet_of(content(home.store, table, "xlsx"))[1]] == heading


@TABLES
def test_rows_are_sorted_by_their_key_which_is_unique(home: Home, table: str) -> None:
    keys = [tuple(row[name] or "" for name in KEYS[table]) for row in rows_of_json(content(home.store, table, "json"))]
    assert len(keys) > 1
    assert keys == sorted(set(keys))


@TABLES
def test_every_format_holds_the_same_values(home: Home, table: str) -> None:
    stated = rows_of_json(content(home.store, table, "json"))
    written = rows_of_csv(content(home.store, table, "csv"))[1:]
    frame = pd.read_parquet(io.BytesIO(content(home.store, table, "parquet")))
    cells = list(sheet_of(content(home.store, table, "xlsx")).iter_rows(min_row=2, values_only=True))
    assert len(stated) == len(written) == len(frame) == len(cells)
    for row, line, kept, sheet in zip(stated, written, frame.to_dict("records"), cells, strict=True):
        for name, text, cell in zip(row, line, sheet, strict=True):
            value, stored = row[name], kept[name]
            harmless = f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t")) else value
            assert text == ("" if value is None else str(harmless)), name
            # A spreadsheet keeps 16 digits; an empty text and nothing are the same to it.
            in_sheet = pytest.approx(value, rel=1e-15) if isinstance(value, float) else harmless
            assert cell == (None if harmless == "" else in_sheet), name
            if isinstance(stored, pd.Timestamp):
                stored = stored.date().isoformat()
            assert value is None if pd.isna(stored) else stored == value, name


def test_numbers_are_not_rounded(home: Home) -> None:
    newest = home.newest
    assert newest.id is not None
    stored = home.store.units(newest.id).set_index(["level", "code"])["capacity_percentage"]
    rows = rows_of_json(content(home.store, "workload", "json"))
    assert {(row["level"], row["code"]): row["capacity_percentage"] for row in rows} == {
        unit: None if pd.isna(value) else value for unit, value in stored.items()
    }
    longest = max((repr(value) for value in stored.dropna()), key=len)
    assert len(longest) > 15
    assert f",{longest},".encode() in content(home.store, "workload", "csv")


def test_dates_are_iso_and_what_is_missing_is_empty_or_null(home: Home) -> None:
    overdue = rows_of_json(content(home.store, "overdue", "json"))
    untiered = next(row for row in overdue if row["crn"] == "X000104")
    assert (untiered["as_at"], untiered["due_on"], untiered["tier"], untiered["rosh"]) == (
        "2026-11-20",
        "2026-06-03",
        None,
        None,
    )
    lines = content(home.store, "overdue", "csv").decode().splitlines()
    assert f"2026-11-20,rosh_review,rosh_review,X000104,M4,T3,O2,C1,,,2026-06-03,{untiered['days_overdue']}" in lines
    without_capacity = next(
        row
        for row in rows_of_json(content(home.store, "workload", "json"))
        if (row["level"], row["code"]) == ("offender_manager", "M6")
    )
    assert (without_capacity["available_points"], without_capacity["capacity_percentage"]) == (0.0, None)
    sheet = sheet_of(content(home.store, "overdue", "xlsx"))
    assert {type(cell.value) for cell in sheet["K"][1:]} == {str}


@TABLES
def test_no_text_can_start_a_formula_in_a_spreadsheet(home: Home, table: str) -> None:
    texts = [text for row in rows_of_csv(content(home.store, table, "csv")) for text in row]
    dangerous = [text for text in texts if text[:1] in ("=", "+", "@", "\t", "\r", "\n")]
    assert dangerous == []
    assert [text for text in texts if text.startswith("-") and not text[1:].replace(".", "").isdigit()] == []
    cells = [cell for row in sheet_of(content(home.store, table, "xlsx")).iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert {type(cell.value) for cell in cells} <= {str, int, float, bool, type(None)}


def test_names_that_are_formulas_are_defused_in_spreadsheets_and_stay_in_json(home: Home) -> None:
    names = (FORMULA, "+Bo Plussington", "-Cy Minusham", "@Di Atterbury", "\tEd Tabberer")
    named = {row["name"] for row in rows_of_json(content(home.store, "workload", "json"))}
    assert named.issuperset(names)
    written = {row[3] for row in rows_of_csv(content(home.store, "workload", "csv"))}
    cells = {cell.value for cell in sheet_of(content(home.store, "workload", "xlsx"))["D"]}
    assert all(f"'{name}" in written and f"'{name}" in cells for name in names)
    assert "=cmd|' /C calc'!A0" in {row["value"] for row in rows_of_json(content(home.store, "rejected", "json"))}


def test_a_rejected_value_with_control_characters_can_be_exported(new_home: Home, tmp_path: Path) -> None:
    bell = little_london(offender_managers=[a_post("M7", om_name="Gus\x07 Bell")])
    new_home.take(write_csv(tmp_path / "bell", bell))
    assert "Bell" in rows_of_json(content(new_home.store, "rejected", "json"))[-1]["value"]
    assert "Bell" in rows_of_csv(content(new_home.store, "rejected", "csv"))[-1][4]
    assert "Bell" in sheet_of(content(new_home.store, "rejected", "xlsx"))["E5"].value


def test_what_xml_cannot_hold_is_replaced_in_a_workbook_and_the_rest_stays() -> None:
    lost = [*range(9), 11, 12, *range(14, 32), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]
    allowed = "a\t\n\x7f\x85\u202e\ud7ff\ue000\ufffd\U0001f600\U0001fffe\U0010ffff"
    texts = pd.Series([*(f"x{chr(number)}y" for number in lost), allowed, "\ufffe=1+1"], dtype="object")
    book = sheet_of(render_table(pd.DataFrame({"text": texts}), "xlsx"))
    read = [cell.value for cell in book["A"]]
    assert read == ["text", *["x\ufffdy"] * len(lost), allowed, "\ufffd=1+1"]


def test_a_workbook_does_not_say_when_it_was_written(home: Home) -> None:
    workbook = content(home.store, "timeliness", "xlsx")
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(io.BytesIO(workbook)).properties
    assert (properties.created, properties.modified) == (datetime(1980, 1, 1), datetime(1980, 1, 1))  # noqa: DTZ001


def test_two_runs_in_two_homes_export_the_same_bytes(new_home: Home, tmp_path: Path) -> None:
    new_home.take(new_home.extract)
    other = home_in(tmp_path / "other")
    environment = {**os.environ, "HOTSPOTS_HOME": str(other.settings.home), "PYTHONHASHSEED": "4711"}
    environment["HOTSPOTS_PEOPLE"] = str(other.settings.people)
    command = [sys.executable, *clock.program("run", "--extract", new_home.extract, "--as-at", AS_AT)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    assert other.newest.created_at != new_home.newest.created_at
    for table in EXPORTS:
        first, second = (table_of(home.store, home.newest, table) for home in (new_home, other))
        for form in FORMATS:
            assert render_table(second, form) == render_table(first, form), (table, form)


@pytest.mark.parametrize("table", ["limits", "team-types", "causes", "standing_causes"])
def test_a_table_that_an_earlier_version_did_not_store_has_only_its_heading(table: str, home: Home) -> None:
    with home.store.engine.begin() as connection:
        stored = col(ArchivedFrame.name).in_(["limits", "team_types", "causes", "standing_causes"])
        connection.execute(delete(ArchivedFrame).where(stored))
    assert rows_of_csv(content(home.store, table, "csv")) == [["as_at", *EXPORTS[table].columns]]
