"""Write the synthetic extracts as files: one folder per week, one CSV per table, and a manifest."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from monitor.sample.storyline import is_missing
from monitor.sample.weeks import sample_weeks
from tiering.caseload import TABLES, Kind
from tiering.policies.policy import Policy


class WrittenWeek(NamedTuple):
    """One week of the sample, without a folder for the week whose extract never arrives."""

    as_at: date
    folder: Path | None


def write_sample(
    out: Path,
    *,
    weeks: int = 26,
    cases: int = 36_000,
    seed: int = 2009,
    last_as_at: date = date(2026, 11, 20),
    policy: Policy | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[WrittenWeek]:
    """Write the extract of each week to ``out/<as-at date>/``, the same bytes for the same arguments.

    progress: called with one line after each week.
    """
    written = []
    for as_at, tables in sample_weeks(weeks=weeks, cases=cases, seed=seed, last_as_at=last_as_at, policy=policy):
        missing = is_missing(as_at, last_as_at)
        folder = None if missing else out / as_at.isoformat()
        if folder is not None:
            write_week(folder, as_at, tables)
        written.append(WrittenWeek(as_at, folder))
        if progress is not None:
            progress(f"{as_at}: " + ("no extract this week" if missing else f"{len(tables['cases']):,} cases"))
    return written


def write_week(folder: Path, as_at: date, tables: dict[str, pd.DataFrame]) -> None:
    """Write one extract: every table as CSV, and last the manifest that describes them."""
    folder.mkdir(parents=True, exist_ok=True)
    stated = {}
    for name, table in tables.items():
        content = csv_bytes(name, table)
        (folder / f"{name}.csv").write_bytes(content)
        stated[name] = {"rows": len(table), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"as_at": as_at.isoformat(), "source": "synthetic", "tables": stated}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def csv_bytes(name: str, table: pd.DataFrame) -> bytes:
    """Write a table as CSV: ISO dates, true and false, missing values empty, quotes if the table needs them."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    for place, column in enumerate(TABLES[name].columns):
        if column.kind is Kind.DATE:
            arrow = arrow.set_column(place, column.name, arrow[column.name].cast(pa.date32()))
    try:
        return _encode_csv(arrow, "none")
    except pa.ArrowInvalid:  # some text holds a comma: this style then quotes every text of the table
        return _encode_csv(arrow, "needed")


def _encode_csv(table: pa.Table, quoting: str) -> bytes:
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(quoting_style=quoting, quoting_header="none"))
    return bytes(sink.getvalue())
