"""Export a table of a snapshot as CSV, JSON, Parquet or XLSX, safe to open in a spreadsheet."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from sqlalchemy import Engine

from alerts.detection.organisation.continuity import continue_past
from alerts.detection.trend_table import trend_table
from monitor.snapshots.benchmark_plans import read_benchmark_plans
from monitor.snapshots.coming import read_coming
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.follow_through.concerns import concern_table
from monitor.snapshots.follow_through.decision_outcomes import read_decision_outcomes
from monitor.snapshots.follow_through.decisions import decision_table
from monitor.snapshots.follow_through.outcomes import read_outcomes
from monitor.snapshots.follow_through.readings import reading_table
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.history import history_of, read_units
from monitor.snapshots.weeks.organisation import changes_of, read_changes
from tiering.policies.policy import Policy
from tiering.terms import Level

if TYPE_CHECKING:
    from openpyxl import Workbook

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The earliest time that a zip file can hold; XLSX takes it without a time zone."""

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
"""The place of a workbook's save time, which openpyxl sets at every save."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold: with one of them in it, no spreadsheet opens the workbook."""

_LOST = "\N{REPLACEMENT CHARACTER}"


_OF_THE_HOME: Final[dict[str, Callable[[Engine], pd.DataFrame]]] = {
    "decisions": decision_table, "concerns": concern_table, "second_readings": reading_table,
}  # fmt: skip
"""Tables that are of the home, not of one snapshot."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def table_of(store: Store, snapshot: Snapshot, table: str) -> pd.DataFrame:
    """Load one table of a snapshot with as_at first, sorted by its key.

    Decisions, concerns and second readings are those about this snapshot and all earlier ones, each with its own as_at,
    oldest first.
    Outcomes are those of every week up to this snapshot, plan by plan; those of decisions are of this one alone.
    """
    number = snapshot.id
    if number is None:
        raise ValueError("the snapshot is not stored")
    read: dict[str, Callable[[int], pd.DataFrame]] = {
        "workload": store.units,
        "hotspots": store.hotspots,
        "timeliness": store.timeliness,
        "supervision": lambda number: _supervision(store.units(number)),
        "trend": lambda number: _trend(store, number, snapshot),
        "due": lambda number: read_coming(store, number, snapshot.as_at, _policy(snapshot).due_soon),
        "benchmark_plans": lambda number: read_benchmark_plans(store, number, _policy(snapshot), snapshot.as_at),
    }
    if table in _OF_THE_HOME:
        made = _OF_THE_HOME[table](store.engine)
        return made[made["as_at"] <= pd.Timestamp(snapshot.as_at)].reset_index(drop=True)
    if table == "outcomes":
        return read_outcomes(store, snapshot)
    if table == "decision_outcomes":
        return read_decision_outcomes(store, snapshot)
    contract = EXPORTS[table].frame
    frame = read[table](number) if table in read else _archived(store, number, contract)
    frame = frame[list(EXPORTS[table].columns)].copy()
    frame.insert(0, "as_at", pd.Series(pd.Timestamp(snapshot.as_at), index=frame.index, dtype="datetime64[s]"))
    return frame


def _archived(store: Store, number: int, contract: DerivedFrame) -> pd.DataFrame:
    """The archived frame of a contract; without rows in a snapshot from before such frames existed."""
    if not store.has_archived(number, contract.name):
        return contract.empty()
    return store.archived_frame(number, contract.name)


def _supervision(units: pd.DataFrame) -> pd.DataFrame:
    """The units that have supervisors, which offender managers and posts have not."""
    return units[~units["level"].isin([Level.OFFENDER_MANAGER, Level.POST])]


def _policy(snapshot: Snapshot) -> Policy:
    """The policy that a snapshot was taken under."""
    return Parameters.of_snapshot(snapshot).policy


def _trend(store: Store, number: int, snapshot: Snapshot) -> pd.DataFrame:
    numbers, ids = Parameters.of_snapshot(snapshot), history_of(snapshot)
    teams = store.archived_frame(number, "extract_organisation")
    changes = {**read_changes(store.engine, ids), snapshot.as_at: changes_of(snapshot)}
    past = read_units(store, ids, numbers.policy.weights_fingerprint)
    return trend_table(
        numbers.rule("rising"),
        store.units(number),
        continue_past(past, teams, changes),
        store.archived_frame(number, "known_events"),
        teams,
        snapshot.as_at,
    )


def render_table(frame: pd.DataFrame, form: str) -> bytes:
    """Render the frame as csv, json, parquet or xlsx.

    Numbers are unrounded, dates ISO, missing values empty (null in JSON).
    """
    return {"csv": _csv, "json": _json, "parquet": _parquet, "xlsx": _xlsx}[form](frame)


def defuse(text: str) -> str:
    """Make text harmless to spreadsheets: an apostrophe goes before what could start a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(frame: pd.DataFrame) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(frame.columns)
    columns = [_csv_values(frame[name]) for name in frame]
    writer.writerows(zip(*columns, strict=True))
    return sink.getvalue().encode()


def _csv_values(values: "pd.Series[Any]") -> list[Any]:
    """A column's values as CSV text; missing ones empty."""
    plain = _plain_values(values)
    return ["" if value is None else defuse(value) if isinstance(value, str) else value for value in plain]


def _plain_values(values: "pd.Series[Any]") -> list[Any]:
    """A column's values as plain Python ones: dates as ISO text, missing ones None."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    return [None if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]


def _json(frame: pd.DataFrame) -> bytes:
    columns = [_plain_values(frame[name]) for name in frame]
    rows = [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False)
    return sink.getvalue()


def _xlsx(frame: pd.DataFrame) -> bytes:
    # Only here: openpyxl takes longer to load than most tables take to export.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    sheet.append(list(frame.columns))
    columns = [_plain_values(frame[name]) for name in frame]
    for row in zip(*columns, strict=True):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=cell_text(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    return workbook_bytes(book)


def cell_text(text: str) -> str:
    """Text as a cell of a workbook can hold it: no formula, and no character that XML cannot hold."""
    return _NOT_IN_XML.sub(_LOST, defuse(text))


def workbook_bytes(book: "Workbook") -> bytes:
    """Save a workbook; the same cells give the same bytes."""
    book.properties.created = _EPOCH
    sink = io.BytesIO()
    book.save(sink)
    return _without_times(sink.getvalue())


def _without_times(content: bytes) -> bytes:
    """Give every entry of a zip file the same date, so that the same rows give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            undated = zipfile.ZipInfo(entry.filename, _EPOCH.timetuple()[:6])
            new.writestr(undated, _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(entry)), zipfile.ZIP_DEFLATED)
    return sink.getvalue()
