"""A small extract, and how it is written as CSV, Parquet, a workbook and a database."""

import csv
import io
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy
from openpyxl.cell import WriteOnlyCell

from monitor.extracts import Extract, read_extract
from monitor.extracts.reading.rows import as_text

AS_AT = date(2026, 11, 22)
TIERS = ("1", "2", "3", "4")
Tables = dict[str, list[dict[str, Any]]]


def _team(code: str, office: str, **change: Any) -> dict[str, Any]:
    return {
        "team_code": code,
        "team_name": f"Team {code}",
        "team_type": "omu",
        "office_code": office,
        "office_name": f"Office {office}",
        "cluster_code": "C1",
        "cluster_name": "Cluster 1",
        "area_code": "A1",
        "area_name": "Area 1",
        **change,
    }


def a_post(om_code: str, team_code: str = "T1", **change: Any) -> dict[str, Any]:
    return {
        "om_code": om_code,
        "team_code": team_code,
        "om_name": f"Name of {om_code}",
        "grade": "PO",
        "contracted_hours": 37.0,
        "qualified_on": date(2015, 9, 1),
        "left_on": None,
        **change,
    }


def a_case(crn: str, **change: Any) -> dict[str, Any]:
    return {
        "crn": crn,
        "om_code": "M1",
        "team_code": "T1",
        "tier": "3",
        "rosh": "high",
        "rosh_delius": None,
        "setting": "licence",
        "activity": None,
        "sentence_start": date(2026, 2, 3),
        "release_on": None,
        "mappa_level": "unrecorded",
        "prolific": True,
        "tier_changes": 2,
        "number_of_cases": 1,
        **change,
    }


def an_assessment(crn: str, **change: Any) -> dict[str, Any]:
    return {
        "crn": crn,
        "kind": "rosh_review",
        "completed_on": date(2026, 6, 1),
        "countersigned_on": None,
        "similarity": 0.25,
        **change,
    }


def a_reduction(**change: Any) -> dict[str, Any]:
    return {
        "om_code": "M1",
        "team_code": None,
        "reason": "training",
        "hours": 7.5,
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 1),
        **change,
    }


def a_duty(**change: Any) -> dict[str, Any]:
    return {
        "om_code": "M1",
        "team_code": "T1",
        "kind": "sdr",
        "quantity": 2.0,
        "starts_on": date(2026, 11, 3),
        "ends_on": None,
        **change,
    }


def a_team(code: str, office: str = "O1", **change: Any) -> dict[str, Any]:
    return _team(code, office, **change)


def small() -> Tables:
    """Two teams, three posts, four cases: nothing in it is rejected."""
    return deepcopy(
        {
            "organisation": [_team("T1", "O1"), _team("T2", "O2")],
            "offender_managers": [a_post("M1"), a_post("M1", "T2", contracted_hours=18.5), a_post("M2", "T2")],
            "cases": [a_case("X1"), a_case("X2", tier=None), a_case("X3", om_code=None), a_case("X4", om_code="M9")],
            "assessments": [an_assessment("X1"), an_assessment("X1"), an_assessment("X4")],
            "events": [{"crn": "X1", "kind": "significant_change", "occurred_on": date(2026, 5, 5)}],
            "duties": [a_duty()],
            "reductions": [a_reduction(), a_reduction(team_code="T2")],
        }
    )


def small_with(**more: list[dict[str, Any]]) -> Tables:
    """The small extract with rows added at the end of its tables."""
    tables = small()
    for name, rows in more.items():
        tables[name] += rows
    return tables


def csv_text(rows: list[dict[str, Any]], line_end: str = "\n") -> str:
    page = io.StringIO()
    writer = csv.DictWriter(page, list(rows[0]), lineterminator=line_end)
    writer.writeheader()
    writer.writerows({name: as_text(value) for name, value in row.items()} for row in rows)
    return page.getvalue()


def csv_files(tables: Tables) -> dict[str, bytes]:
    return {f"{name}.csv": csv_text(rows).encode() for name, rows in tables.items() if rows}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return str(folder)


def write_csv(folder: Path, tables: Tables) -> str:
    return write_folder(folder, csv_files(tables))


def parquet_bytes(rows: list[dict[str, Any]]) -> bytes:
    columns: dict[str, Any] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        # One text among dates makes a column of text.
        mixed = len({type(value) for value in values if value is not None}) > 1
        columns[name] = pa.array([as_text(value) for value in values] if mixed else values)
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def write_parquet(folder: Path, tables: Tables) -> str:
    return write_folder(folder, {f"{name}.parquet": parquet_bytes(rows) for name, rows in tables.items() if rows})


def write_workbook(path: Path, tables: Tables) -> str:
    """Codes that look like whole numbers are written as numbers, as a spreadsheet makes of them."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in tables.items():
        if rows:
            sheet = book.create_sheet(name)
            sheet.append(list(rows[0]))
            for row in rows:
                sheet.append([_cell(sheet, value) for value in row.values()])
    book.save(path)
    return str(path)


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isdigit() and str(int(value)) == value:
        return int(value)
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def write_database(path: Path, tables: Tables) -> str:
    """A SQLite file: dates as text, flags as 0 and 1."""
    path.unlink(missing_ok=True)
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        for name, rows in tables.items():
            if rows:
                columns = [sqlalchemy.Column(column) for column in rows[0]]
                table = sqlalchemy.Table(name, sqlalchemy.MetaData(), *columns)
                names = ", ".join(f'"{column}"' for column in rows[0])
                connection.exec_driver_sql(f'CREATE TABLE "{name}" ({names})')
                connection.execute(table.insert(), [{k: _stored(v) for k, v in row.items()} for row in rows])
    return f"sqlite:///{path}"


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else int(value) if isinstance(value, bool) else value


def read(source: str, **rest: Any) -> Extract:
    return read_extract(source, AS_AT, TIERS, **rest)
