"""The intake report of a snapshot as the page reads it, with the figures of the snapshot before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import pandas as pd

from monitor.snapshots.contracts.frames import INTAKE
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.snapshot import SnapshotView

QUOTES_THE_SOURCE: Final = ("heading", "mapped", "rejected because", "unused heading")
"""The measures whose detail may repeat what stands in the source: a heading, or a value of a row."""

_ALSO: Final = {"missing column": "filled", "missing table": "accepted"}
"""The measure that holds the same figure in a snapshot where the column or table was there."""
_COMPARED: Final = ("read", "accepted", "rejected", "filled", "unmatched")


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """One line of an intake report.

    - measure: what is counted, as ``monitor.extracts.intake`` names it; detail: a reason, heading, value or form.
    - count, out_of: rows; last_count, last_out_of: the same in the snapshot before, None if that is not known.
    """

    table: str
    column: str
    measure: str
    detail: str
    count: int
    out_of: int | None
    last_count: int | None
    last_out_of: int | None


class TableInput(NamedTuple):
    """The rows of one table of an extract, now and in the snapshot before; shares in per cent, None if not known."""

    table: str
    read: int
    last_read: int | None
    accepted: int
    last_accepted: int | None
    rejected: int
    rejected_share: float | None
    last_rejected_share: float | None


class MissingInput(NamedTuple):
    """A column without a value, or a table that is missing where ``column`` is empty.

    is_empty: the column is there. last_count: rows that had a value in the snapshot before; None if not known.
    """

    table: str
    column: str
    is_empty: bool
    last_count: int | None


class UnmatchedCases(NamedTuple):
    """Cases whose officer has no post, of those that name an officer; shares in per cent. cause: likely, or empty."""

    cases: int
    with_officer: int
    share: float | None
    last_cases: int | None
    last_share: float | None
    cause: str


class UnusedHeadings(NamedTuple):
    """The headings of one table that were left out; names: empty for readers who may not see them."""

    table: str
    number: int
    names: tuple[str, ...]


def intake_lines(week: SnapshotView, previous: SnapshotView | None) -> tuple[IntakeLine, ...] | None:
    """Return the report of a snapshot, each figure with the one before; None for a snapshot without a report.

    previous: the snapshot that the week is compared with.
    """
    lines = _stored_lines(week)
    if lines is None:
        return None
    before = {_key(line): line for line in (_stored_lines(previous) if previous else None) or ()}
    return tuple(_with_last(line, before.get(_key(line))) for line in lines)


def without_details(lines: tuple[IntakeLine, ...]) -> tuple[IntakeLine, ...]:
    """Return the lines for readers who may not see what stands in the source: one count in place of each detail.

    Headings left over are dropped, because without their names nothing remains of them.
    """
    counts: dict[tuple[str, str, str, str], IntakeLine] = {}
    for line in lines:
        if line.measure == "unused heading":
            continue
        shown = replace(line, detail="") if line.measure in QUOTES_THE_SOURCE else line
        key = (shown.table, shown.column, shown.measure, shown.detail)
        so_far = counts[key].count if key in counts else 0
        counts[key] = replace(shown, count=so_far + shown.count)
    return tuple(counts.values())


def lines_of(lines: Sequence[IntakeLine], *measures: str) -> list[IntakeLine]:
    """Return the lines of some measures, in their order."""
    return [line for line in lines if line.measure in measures]


def table_input(table: str, lines: Sequence[IntakeLine]) -> TableInput:
    """Return the rows of one table, now and in the snapshot before."""
    rows = {line.measure: line for line in lines if line.table == table and not line.column}
    read, accepted, rejected = rows["read"], rows["accepted"], rows["rejected"]
    return TableInput(
        table,
        read.count,
        read.last_count,
        accepted.count,
        accepted.last_count,
        rejected.count,
        share_of(rejected.count, rejected.out_of),
        share_of(rejected.last_count, rejected.last_out_of),
    )


def missing_inputs(lines: Sequence[IntakeLine]) -> tuple[MissingInput, ...]:
    """Return tables and columns without a value, those that had one in the snapshot before first."""
    absent = lines_of(lines, "missing table", "missing column")
    empty = [line for line in lines_of(lines, "filled") if not line.count and line.out_of]
    missing = [MissingInput(line.table, line.column, line in empty, line.last_count) for line in [*absent, *empty]]
    return tuple(sorted(missing, key=lambda gap: (not gap.last_count, gap.table, gap.column)))


def unmatched_cases(lines: Sequence[IntakeLine]) -> UnmatchedCases | None:
    """Return the cases whose officer has no post; None if no case names an officer."""
    line = next(iter(lines_of(lines, "unmatched")), None)
    if line is None or not line.out_of:
        return None
    share, last_share = share_of(line.count, line.out_of), share_of(line.last_count, line.last_out_of)
    return UnmatchedCases(line.count, line.out_of, share, line.last_count, last_share, line.detail)


def unused_headings(lines: Sequence[IntakeLine], *, names: bool) -> tuple[UnusedHeadings, ...]:
    """Return the headings left over in each table: how many and, if the reader may see them, which."""
    headings: dict[str, list[str]] = {}
    for line in lines_of(lines, "unused heading"):
        headings.setdefault(line.table, []).append(line.detail)
    return tuple(UnusedHeadings(table, len(texts), tuple(texts) if names else ()) for table, texts in headings.items())


def share_of(count: int | None, out_of: int | None) -> float | None:
    """Return a count as per cent of the whole; None if one is not known or the whole is 0."""
    return 100 * count / out_of if count is not None and out_of else None


def _stored_lines(week: SnapshotView) -> tuple[IntakeLine, ...] | None:
    if not week.has_frame(INTAKE.name):
        return None
    return week.memo.get(("intake lines",), lambda: rows_of(IntakeLine, _without_gaps(week.frame(INTAKE.name))))


def _without_gaps(report: pd.DataFrame) -> pd.DataFrame:
    """The report with None for what is not known."""
    return report.astype(object).where(report.notna(), None)


def _key(line: IntakeLine) -> tuple[str, str, str]:
    return line.table, line.column, _ALSO.get(line.measure, line.measure)


def _with_last(line: IntakeLine, before: IntakeLine | None) -> IntakeLine:
    """The line with the figure before; as it was stored with the line if the snapshot before has no report."""
    if before is None or _key(line)[2] not in _COMPARED:
        return line
    return replace(line, last_count=before.count, last_out_of=before.out_of)
