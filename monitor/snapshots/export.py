"""Take a table of a snapshot out as CSV, JSON, Parquet or XLSX, safe to open in a spreadsheet."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from alerts.detection.trend_table import COLUMNS as TREND_COLUMNS
from alerts.detection.trend_table import trend_table
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from tiering.terms import Level

_OFFICES = ["om_code", "team_code", "office_code", "cluster_code"]
_CASES = ["crn", "om_code", "team_code", "tier", "rosh", "setting", "tier_points", "rosh_points", "activity_share"]

COLUMNS: dict[str, list[str]] = {
    "workload": [
        "level", "code", "name", "parent_code", "cases", "case_points", "duty_points", "unallocated_points",
        "total_points", "available_points", "capacity_percentage", "band", "unallocated_cases", "offender_managers",
        "offender_managers_over", "offender_managers_without_hours", "contracted_hours", "reduction_hours", "overdue",
        "high_risk_overdue", "due_soon", "forecast_percentage", "forecast_low", "forecast_high",
        "forecast_weeks_ahead",
    ],
    "hotspots": [
        "rule", "level", "code", "name", "status", "weeks", "value", "threshold", "total_points", "available_points",
        "overdue", "high_risk_overdue", "explained_by", "explained_by_level", "since", "running", "change", "escalated",
        "rank", "usual", "low", "high", "weeks_ahead", "reason",
    ],
    "overdue": ["rule", "kind", "crn", *_OFFICES, "tier", "rosh", "due_on", "days_overdue"],
    "timeliness": ["level", "code", "rule", "fell_due", "on_time", "percentage", "band"],
    "findings": ["finding", "crn", *_OFFICES, "detail"],
    "cases": [*_CASES, "points", "activity", "number_of_cases"],
    "rejected": ["table", "line", "column", "value", "reason"],
    "forecast": [
        "level", "code", "name", "weeks_ahead", "on", "points", "points_low_80", "points_high_80", "points_low_95",
        "points_high_95", "available_points", "capacity_percentage", "capacity_low_80", "capacity_high_80",
        "capacity_low_95", "capacity_high_95", "method",
    ],
    "trend": TREND_COLUMNS,
    "supervision": [
        "level", "code", "name", "parent_code", "offender_managers", "spo_hours", "span", "inexperienced",
        "experience_unknown", "awaiting_countersignature", "longest_wait_days",
    ],
    "grades": [
        "level", "code", "grade", "offender_managers", "total_points", "available_points", "spare_points",
        "average_case_points", "spare_cases",
    ],
}  # fmt: skip
"""Every table that can be exported, with its columns after as_at."""

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The earliest time a zip file can hold; XLSX wants it without a zone."""

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
"""Where a workbook says when it was written, which openpyxl does at every save."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write: one such character, and no spreadsheet opens the workbook."""

_LOST = "\N{REPLACEMENT CHARACTER}"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def table_of(store: Store, snapshot: Snapshot, table: str) -> pd.DataFrame:
    """One table of a snapshot with as_at first, sorted by its key."""
    number = snapshot.id
    if number is None:
        raise ValueError("the snapshot is not stored")
    read: dict[str, Callable[[int], pd.DataFrame]] = {
        "workload": store.units,
        "hotspots": store.hotspots,
        "timeliness": store.timeliness,
        "supervision": lambda number: _supervision(store.units(number)),
        "trend": lambda number: _trend(store, number, snapshot),
    }
    frame = read[table](number) if table in read else store.archived(number, table)
    frame = frame[COLUMNS[table]].copy()
    frame.insert(0, "as_at", pd.Series(pd.Timestamp(snapshot.as_at), index=frame.index, dtype="datetime64[s]"))
    return frame


def _supervision(units: pd.DataFrame) -> pd.DataFrame:
    """The units in which somebody supervises; there is no such figure of a person or a post."""
    return units[~units["level"].isin([Level.OFFENDER_MANAGER, Level.POST])]


def _trend(store: Store, number: int, snapshot: Snapshot) -> pd.DataFrame:
    numbers = Parameters.stored_with(snapshot)
    numbers.need_forecast()  # Weeks from before forecasts do not say by which weights they were weighed.
    return trend_table(
        numbers.rule("rising"),
        store.units(number),
        store.history(json.loads(snapshot.history), numbers.policy.weights_fingerprint),
        store.archived(number, "known_events"),
        store.archived(number, "extract_organisation"),
        snapshot.as_at,
    )


def rendered(frame: pd.DataFrame, form: str) -> bytes:
    """The frame as csv, json, parquet or xlsx; numbers unrounded, dates ISO, missing values empty (null in JSON)."""
    return {"csv": _csv, "json": _json, "parquet": _parquet, "xlsx": _xlsx}[form](frame)


def defused(text: str) -> str:
    """The text such that no spreadsheet takes it for a formula: an apostrophe first, where it could start one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(frame: pd.DataFrame) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(frame.columns)
    columns = [_written(frame[name]) for name in frame]
    writer.writerows(zip(*columns, strict=True))
    return sink.getvalue().encode()


def _written(values: "pd.Series[Any]") -> list[Any]:
    """A column's values as CSV text; missing ones empty."""
    plain = _plain(values)
    return ["" if value is None else defused(value) if isinstance(value, str) else value for value in plain]


def _plain(values: "pd.Series[Any]") -> list[Any]:
    """A column's values as plain Python ones: dates as ISO text, missing ones None."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]


def _json(frame: pd.DataFrame) -> bytes:
    columns = [_plain(frame[name]) for name in frame]
    rows = [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False)
    return sink.getvalue()


def _xlsx(frame: pd.DataFrame) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    book.properties.created = _EPOCH
    sheet = book.create_sheet("export")
    sheet.append(list(frame.columns))
    columns = [_plain(frame[name]) for name in frame]
    for row in zip(*columns, strict=True):
        cells = []
        for value in row:
            cell = WriteOnlyCell(
                sheet, value=_NOT_IN_XML.sub(_LOST, defused(value)) if isinstance(value, str) else value
            )
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    sink = io.BytesIO()
    book.save(sink)
    return _without_times(sink.getvalue())


def _without_times(content: bytes) -> bytes:
    """The same zip file with every entry dated alike, so that the same rows give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            undated = zipfile.ZipInfo(entry.filename, _EPOCH.timetuple()[:6])
            new.writestr(undated, _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(entry)), zipfile.ZIP_DEFLATED)
    return sink.getvalue()
