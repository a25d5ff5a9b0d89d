"""The intake report: what came in, what was rejected, left out, mapped or missing, with last week's figures."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from alerts.intake_gaps import IntakeGaps
from monitor.extracts.heading_map import TableMap
from monitor.extracts.judgement.checks import Checked
from monitor.extracts.judgement.fault_groups import kinds_of_fault
from monitor.extracts.judgement.last_week import LastWeek
from monitor.extracts.judgement.officers import Unmatched
from tiering.caseload import TABLES

INTAKE_COLUMNS: Final = {
    "table": "str",
    "column": "str",
    "measure": "str",
    "detail": "str",
    "count": "Int64",
    "out_of": "Int64",
    "last_count": "Int64",
    "last_out_of": "Int64",
}


Row = tuple[str, str, str, str, int, int | None, int | None, int | None]
"""A row of the report: INTAKE_COLUMNS in their order."""


@dataclass(frozen=True)
class TableIntake:
    """What one table brought.

    - checked: its rows; headings: the heading read by our column; missing, unused: as ``headings.Choice``.
    """

    checked: Checked
    headings: Mapping[str, str]
    missing: list[str]
    unused: list[str]


@dataclass(frozen=True)
class Intake:
    """What an extract brought.

    - report: one row per measure, columns INTAKE_COLUMNS, sorted by table, column, measure and detail.
    - gaps: what every reader of its figures must know.
    """

    report: pd.DataFrame
    gaps: IntakeGaps


def intake_gaps(
    tables: Mapping[str, TableIntake],
    lost: Collection[str],
    unmatched: Unmatched,
    last: LastWeek,
    *,
    unmatched_accepted: bool,
) -> IntakeGaps:
    """What an accepted extract lacks.

    - lost: columns and tables that last week had, accepted on request. Those that it lacked on request stay missing
      until they have a value again.
    - unmatched_accepted: whether cases without a post are too many and were accepted, now or in an earlier week.
    """
    still = [name for name in last.missing if name not in lost and not _has_values(name, tables)]
    rejected = sum(table.checked.rejected_rows for table in tables.values())
    rows = sum(table.checked.rows for table in tables.values())
    is_first = last.as_at is None
    return IntakeGaps(
        (*still, *lost),
        unmatched.cases,
        unmatched.of,
        None if is_first else last.unmatched_share,
        unmatched_accepted,
        rejected,
        rejected / rows if rows else 0.0,
        None if is_first else last.rejected_share,
        tuple(_absent_columns(tables)) if is_first else (),
    )


def _absent_columns(tables: Mapping[str, TableIntake]) -> Iterator[str]:
    for name, found in tables.items():
        for column in TABLES[name].columns:
            if column.required or (column.added and column.name in found.missing):
                continue
            if found.checked.rows and not found.checked.filled[column.name]:
                yield f"{name}.{column.name}"


def _has_values(name: str, tables: Mapping[str, TableIntake]) -> bool:
    table, _, column = name.partition(".")
    if table not in tables:
        return False
    checked = tables[table].checked
    return bool(checked.filled[column] if column else checked.rows)


def intake_report(
    tables: Mapping[str, TableIntake],
    mapping: Mapping[str, TableMap],
    unmatched: Unmatched,
    last: LastWeek,
    more: Iterable[Row] = (),
) -> pd.DataFrame:
    """The report of an extract that is accepted.

    - more: rows about what is in none of our tables.
    """
    rows = [
        row for name, found in tables.items() for row in _table_rows(name, found, mapping.get(name, TableMap()), last)
    ]
    rows += [
        (name, "", "missing table", "", 0, None, last.rows.get(name), None)
        for name, table in TABLES.items()
        if name not in tables and (not table.added or name in last.rows)
    ]
    rows += more
    rows.append(("cases", "om_code", "unmatched", unmatched.cause, unmatched.cases, unmatched.of, None, None))
    frame = pd.DataFrame(rows, columns=list(INTAKE_COLUMNS)).astype(INTAKE_COLUMNS)
    return frame.sort_values(["table", "column", "measure", "detail"], ignore_index=True)


def _table_rows(name: str, found: TableIntake, mapping: TableMap, last: LastWeek) -> Iterator[Row]:
    checked, rows = found.checked, found.checked.rows
    yield name, "", "read", "", checked.read, None, None, None
    yield name, "", "accepted", "", len(checked.accepted), rows, last.rows.get(name), last.read.get(name)
    yield name, "", "rejected", "", checked.rejected_rows, rows, None, None
    reasons = Counter(zip(checked.rejected["column"], kinds_of_fault(checked.rejected["reason"]), strict=True))
    for (column_name, reason), count in reasons.items():
        yield name, column_name, "rejected because", reason, count, rows, None, None
    for column in TABLES[name].columns:
        was = last.filled.get((name, column.name))
        # A service that never sends what was added to the contract reads nothing about it.
        if column.added and not was and column.name in found.missing:
            continue
        measure = "missing column" if column.name in found.missing else "filled"
        last_rows = None if was is None else last.read.get(name)
        yield name, column.name, measure, "", checked.filled[column.name], rows, was, last_rows
    for column_name, heading in found.headings.items():
        if heading != column_name:
            yield name, column_name, "heading", heading, rows, rows, None, None
    for (column_name, theirs, ours), count in checked.mapped.items():
        yield name, column_name, "mapped", f"{theirs} -> {ours}", count, rows, None, None
    for column_name, form in mapping.dates.items():
        yield name, column_name, "date format", form, rows, rows, None, None
    for measure, stated in (("delimiter", mapping.form.delimiter), ("encoding", mapping.form.encoding)):
        if stated is not None:
            yield name, "", measure, stated, rows, rows, None, None
    for heading in found.unused:
        yield name, "", "unused heading", heading, rows, rows, None, None
