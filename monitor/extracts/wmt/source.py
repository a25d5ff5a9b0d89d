"""A workbook, and the tables next to it, as a source of our own tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from monitor.extracts.heading_map import HeadingMap
from monitor.extracts.headings import choose_columns, choose_name
from monitor.extracts.reading.rows import BrokenRow, NotCalculated, Rows, Sheet, Source
from monitor.extracts.reading.workbook import CALCULATE
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.wmt.owners import grades_of_given, hours_of_given, with_default_hours
from monitor.extracts.wmt.workbook import WorkbookRows, read_workbook, texts
from monitor.safe_text import list_names
from tiering.caseload import ASSESSMENTS, CASES, DUTIES, OFFENDER_MANAGERS, ORGANISATION, TABLES, Column, Kind, Table
from tiering.policies.policy import Policy
from tiering.terms import SUPPORT_KINDS, UNKNOWN_GRADE

HOURS_ASSUMED: Final = "hours_assumed"
"""The column of ``offender_managers`` that is true where the hours are the default of the grade."""


def _change(table: Table, name: str, **change: object) -> Table:
    columns = [replace(column, **change) if column.name == name else column for column in table.columns]  # type: ignore[arg-type]
    return replace(table, columns=tuple(columns))


def _more_choices(table: Table, name: str, *more: str) -> Table:
    return _change(table, name, choices=(*table.column(name).choices, *more))


_POSTS: Final = replace(
    OFFENDER_MANAGERS, columns=(*OFFENDER_MANAGERS.columns, Column(HOURS_ASSUMED, Kind.FLAG, required=False))
)
CONTRACT: Final[Mapping[str, Table]] = {
    **TABLES,
    OFFENDER_MANAGERS.name: _more_choices(_POSTS, "grade", UNKNOWN_GRADE),
    # A class of cases has no sentence of its own, and so nothing is due in it.
    CASES.name: _change(CASES, "sentence_start", required=False),
    DUTIES.name: _more_choices(DUTIES, "kind", *SUPPORT_KINDS),
}
"""The tables of an extract, with what only a workbook of the tool may hold."""

_OURS: Final = (ORGANISATION.name, OFFENDER_MANAGERS.name, CASES.name, ASSESSMENTS.name, DUTIES.name)
"""The tables that are made of the workbook; every other one is read as it lies next to it."""


@dataclass(frozen=True)
class WorkbookSource:
    """A workbook as a source.

    - source: finds our tables; mapping: the heading map for them.
    - rows: what the workbook holds.
    """

    source: Source
    mapping: HeadingMap
    rows: WorkbookRows


@dataclass(frozen=True)
class _GivenTable:
    """A table of ours next to the workbook, as text; empty where there is none."""

    frame: pd.DataFrame
    shown: str = ""
    file: str = ""
    sha256: str = ""
    broken: tuple[BrokenRow, ...] = ()
    unused: tuple[str, ...] = ()

    def texts(self, column: str) -> "pd.Series[str]":
        """A column without blanks around its texts; empty where it is not there."""
        empty = pd.Series("", index=self.frame.index, dtype="str")
        return self.frame[column].fillna("").str.strip() if column in self.frame else empty


def adapt(opened: Source, mapping: HeadingMap, policy: Policy, as_at: date) -> WorkbookSource:
    """Read a workbook as our own tables; raises ExtractRefused where it, or a table next to it, is not whole."""
    team_table = _read_given(opened, mapping, ORGANISATION)
    post_table = _read_given(opened, mapping, OFFENDER_MANAGERS)
    given = pd.DataFrame({name: post_table.texts(name) for name in ("om_code", "team_code")})
    rows = read_workbook(opened, policy, as_at, pd.MultiIndex.from_frame(given))
    tables = {
        ORGANISATION.name: _teams(team_table, rows),
        OFFENDER_MANAGERS.name: _posts(post_table, given, rows, policy, as_at),
        CASES.name: _sheet_of(
            CASES, rows.cases.assign(number_of_cases=rows.cases["number_of_cases"].astype("str")), rows
        ),
        ASSESSMENTS.name: _sheet_of(ASSESSMENTS, pd.DataFrame({"line": np.array([], dtype=np.int64)}), rows),
        DUTIES.name: _sheet_of(DUTIES, rows.duties, rows),
    }

    def find(name: str) -> Sheet | None:
        return tables.get(name) or opened.find(name)

    names = (*tables, *(name for name in opened.names if name not in tables))
    return WorkbookSource(replace(opened, find=find, names=names), _without_ours(mapping), rows)


def _without_ours(mapping: HeadingMap) -> HeadingMap:
    """The heading map without what is already done: names and headings of the tables that are made here."""
    names = {table: name for table, name in mapping.names.items() if table not in _OURS}
    tables = {name: replace(table, headings={}) if name in _OURS else table for name, table in mapping.tables.items()}
    return HeadingMap(names, tables)


def _read_given(opened: Source, mapping: HeadingMap, table: Table) -> _GivenTable:
    name = choose_name(mapping.name_of(table.name), opened.names)
    sheet = opened.find(name) if name in opened.names else None
    if sheet is None:
        return _GivenTable(
            pd.DataFrame({column: pd.Series([], dtype="str") for column in ("line", *table.column_names)})
        )
    choice = choose_columns(sheet.shown, sheet.headings, table, mapping.table(table.name))
    if choice.faults:
        raise ExtractRefused(choice.faults)
    try:
        rows = sheet.read(choice.wanted)
    except NotCalculated as formulas:
        raise ExtractRefused([f"{sheet.shown}: {list_names(formulas.counts)}: formulas {CALCULATE}"]) from None
    frame = pd.DataFrame({column: array.to_pandas() for column, array in rows.columns.items()}, dtype="str")
    unused = tuple(choice.unused)
    return _GivenTable(frame.assign(line=rows.lines), sheet.shown, sheet.file, rows.sha256, tuple(rows.broken), unused)


def _teams(given_table: _GivenTable, rows: WorkbookRows) -> Sheet:
    """The teams of the table next to the workbook, then those of the workbook that it does not name."""
    absent = rows.teams[~rows.teams["team_code"].isin(given_table.texts("team_code"))]
    return _sheet_of(ORGANISATION, pd.concat([given_table.frame, absent], ignore_index=True), rows, given_table)


def _posts(given_table: _GivenTable, given: pd.DataFrame, rows: WorkbookRows, policy: Policy, as_at: date) -> Sheet:
    """The posts of the table next to the workbook, then the owners of the workbook that it does not name.

    A post without hours there, or that is not there, has the default of its grade.
    """
    needed = ("om_code", "team_code", "grade", "contracted_hours", "left_on")
    there = pd.DataFrame({name: given_table.texts(name) for name in needed})
    keys = pd.MultiIndex.from_frame(rows.owners[["om_code", "team_code"]])
    absent = rows.owners[~keys.isin(pd.MultiIndex.from_frame(given))]
    if len(absent) and policy.default_contracted_hours is None:
        raise ExtractRefused(
            [f"policy {policy.name} has no default_contracted_hours: put offender_managers.csv next to the workbook"]
        )
    absent = with_default_hours(absent, hours_of_given(there, as_at.isoformat()), policy)
    stated = given_table.frame.assign(grade=grades_of_given(there, rows.owners)) if len(there) else given_table.frame
    posts = pd.concat([stated, absent.assign(**{HOURS_ASSUMED: "true"})], ignore_index=True)
    return _sheet_of(CONTRACT[OFFENDER_MANAGERS.name], posts, rows, given_table)


def _sheet_of(table: Table, frame: pd.DataFrame, rows: WorkbookRows, given_table: _GivenTable | None = None) -> Sheet:
    """Rows of one of our tables as a sheet; ``line`` is where each is written, the other columns are text."""
    is_given = given_table is not None and bool(given_table.shown)
    shown, file, sha256 = rows.main.shown, rows.main.file, rows.main.sha256
    broken: list[BrokenRow] = []
    headings = [name for name in table.column_names if name in frame]
    if given_table is not None and is_given:
        shown, file, sha256 = given_table.shown, given_table.file, given_table.sha256
        broken, headings = list(given_table.broken), [*headings, *given_table.unused]

    def read(wanted: Mapping[int, Column]) -> Rows:
        arrays = {column.name: _array(frame, column.name) for column in wanted.values()}
        return Rows(arrays, frame["line"].to_numpy(dtype=np.int64), sha256, broken)

    return Sheet(shown, file, headings or list(table.column_names), read)


def _array(frame: pd.DataFrame, name: str) -> pa.Array:
    return texts(frame[name].astype("str")) if name in frame else pa.nulls(len(frame), pa.string())


def list_intake(rows: WorkbookRows) -> Iterator[tuple[str, str, str, str, int, int | None, int | None, int | None]]:
    """Rows of the intake report about the sheets that count: rows read, and rejected by reason."""
    for name, sheet in rows.sheets.items():
        read = len(sheet.rows.lines)
        rejected = rows.rejected.loc[rows.rejected["table"].eq(name), "line"].nunique()
        yield name, "", "read", "", read, None, None, None
        yield name, "", "accepted", "", read - rejected, read, None, None
        yield name, "", "rejected", "", rejected, read, None, None
        for heading in sheet.rows.unused:
            yield name, "", "unused heading", heading, read, read, None, None
    columns = (rows.rejected[name].tolist() for name in ("table", "column", "reason"))
    for (name, column, reason), count in Counter(zip(*columns, strict=True)).items():
        yield name, column, "rejected because", reason, count, None, None, None
