"""What the last snapshot was taken from, for the next extract to be judged against."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from monitor.extracts import NO_WEEK, Extract, LastWeek
from monitor.extracts.judgement.last_week import CODES, KINDS, count_kinds, middle_values
from monitor.extracts.judgement.likely_cause import different
from monitor.extracts.judgement.officers import unmatched_officers
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from tiering.caseload import TABLES

_SMALL = ("organisation", "offender_managers", "cases", "duties", "reductions")
"""The tables whose rows are read again; of completed assessments there may be millions, and their counts will do."""


def read_last_week(store: Store, as_at: date) -> LastWeek:
    """What the newest snapshot up to ``as_at`` was taken from.

    Only its number of cases is known if retention removed its rows, or if a file of it is damaged. ``status`` reports
    the damage, and a run of the same rows corrects it.
    """
    last = store.newest_before(as_at, inclusive=True)
    if last is None or last.id is None:
        return NO_WEEK
    summary = RunSummary.of_snapshot(last)
    missing = summary.gaps.missing
    try:
        also = [name for name in KINDS if store.has_archived(last.id, f"extract_{name}")]
        tables = {name: store.archived_frame(last.id, f"extract_{name}") for name in (*_SMALL, *also)}
        counts = _stored_counts(store, last.id) or _counted_again(store, last)
    except (ArchiveDamaged, RowsRemoved):
        return LastWeek(last.as_at, summary.cases, missing=missing)
    rejected = summary.rejected / summary.rows_read if summary.rows_read else 0.0
    return _last_week(last.as_at, summary.cases, tables, *counts, rejected_share=rejected, missing=missing)


def last_week_of(as_at: date, extract: Extract) -> LastWeek:
    """What an extract is as the last week of the next one."""
    tables, report = extract.caseload.tables(), extract.intake.report
    gaps = extract.intake.gaps
    cases = int(tables["cases"]["number_of_cases"].sum())
    return _last_week(
        as_at, cases, tables, *_counts_in(report), rejected_share=gaps.rejected_share, missing=gaps.missing
    )


def _last_week(
    as_at: date,
    cases: int,
    tables: Mapping[str, pd.DataFrame],
    rows: Mapping[str, int],
    read: Mapping[str, int],
    filled: Mapping[tuple[str, str], int],
    *,
    rejected_share: float,
    missing: tuple[str, ...],
) -> LastWeek:
    return LastWeek(
        as_at,
        cases,
        rows,
        read,
        filled,
        middle_values(tables),
        {(name, column): different(tables[name][column]) for name, column in CODES},
        count_kinds(tables),
        unmatched_officers(tables["cases"], tables["offender_managers"]).share,
        rejected_share,
        missing,
    )


_Counts = tuple[Mapping[str, int], Mapping[str, int], Mapping[tuple[str, str], int]]
"""Accepted rows and all rows by table, and rows with a value by column."""


def _stored_counts(store: Store, number: int) -> _Counts | None:
    """Accepted rows by table and rows with a value by column, as the intake report has them; None without one."""
    if not store.has_archived(number, "intake"):
        return None
    return _counts_in(store.archived_frame(number, "intake"))


def _counts_in(report: pd.DataFrame) -> _Counts:
    accepted = report[report["measure"].eq("accepted")]
    filled = report[report["measure"].eq("filled")]
    return (
        dict(zip(accepted["table"], accepted["count"].astype(int), strict=True)),
        dict(zip(accepted["table"], accepted["out_of"].astype(int), strict=True)),
        {
            (str(table), str(column)): int(count)
            for table, column, count in zip(filled["table"], filled["column"], filled["count"], strict=True)
            if not TABLES[str(table)].column(str(column)).required
        },
    )


def _counted_again(store: Store, last: Snapshot) -> _Counts:
    """The same from the accepted rows of a snapshot without an intake report; a default counts as no value."""
    stored = store.caseload(last.id or 0).tables()
    tables = {name: frame for name, frame in stored.items() if len(frame) or not TABLES[name].added}
    filled = {
        (name, column.name): int(_given(frame[column.name], column.default).sum())
        for name, frame in tables.items()
        for column in TABLES[name].columns
        if not column.required
    }
    rows = {name: len(frame) for name, frame in tables.items()}
    return rows, rows, filled


def _given(values: "pd.Series[Any]", default: Any) -> "pd.Series[bool]":
    return values.notna() if default is None else values.notna() & values.ne(default)
