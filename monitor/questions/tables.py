"""Load the tables that a question reads into the sandbox: only its columns, its levels and its weeks.

Every table has the date, the number of the week among the stored ones, the year, and the place of each row.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from monitor.alternatives.compare import read_units
from monitor.questions.places import ORGANISATION, UNKNOWN, Division, Organisation
from monitor.questions.question import Question, Reads
from monitor.snapshots.archive import files_to_read
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.frames import (
    BULK_DAYS,
    BY_POLICY,
    CASES,
    CONTACT,
    FINDINGS,
    GRADES,
    HOTSPOTS,
    LIMITS,
    OVERDUE,
    OVERSIGHT,
    OVERSIGHT_RATES,
    STAFFING,
    TEAM_TYPES,
    TIMELINESS,
    UNITS,
)
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.over_weeks import StoredWeek, find_files, read_columns
from tiering.caseload import Kind
from tiering.faults import UserFault
from tiering.terms import Level

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORED: Final = {frame.name: frame for frame in (UNITS, HOTSPOTS, TIMELINESS)}
"""The tables of figures that the database holds, by name."""

ARCHIVED: Final = {
    frame.name: frame
    for frame in (
        CASES, OVERDUE, OVERSIGHT, FINDINGS, GRADES, TEAM_TYPES, LIMITS, STAFFING, BULK_DAYS, CONTACT, OVERSIGHT_RATES
    )
}  # fmt: skip
"""The tables that the archive holds as Parquet, by name."""

Numbered = Sequence[tuple[int, StoredWeek]]
"""The weeks with their numbers, from 1."""


def tables_in(question: Question) -> tuple[Reads, ...]:
    """What the question says that it reads; all of each table that its SQL names, if it does not say."""
    if question.reads:
        return _known(question.reads)
    # A word too many only takes longer: a column may have the name of a table.
    words = set(re.findall(r"[a-z_]+", question.sql.lower()))
    frames = {**STORED, **ARCHIVED}
    return tuple(Reads(name, (), tuple(frame.column_names)) for name, frame in frames.items() if name in words)


def _known(reads: Sequence[Reads]) -> tuple[Reads, ...]:
    frames = {**STORED, **ARCHIVED}
    faults = []
    for table in reads:
        if table.table not in frames:
            faults.append(f"there is no table {table.table}; there are: {', '.join(sorted(frames))}")
            continue
        unknown = set(table.columns) - set(frames[table.table].column_names)
        faults += [f"{table.table} has no column {name}" for name in sorted(unknown)]
    if faults:
        raise UserFault(faults)
    return tuple(reads)


def load_tables(
    connection: "DuckDBPyConnection",
    store: Store,
    reads: Sequence[Reads],
    weeks: Numbered,
    division: Division,
    folder: Path,
    history: str | None = None,
) -> tuple[list[Path], set[date]]:
    """Load every table. Returns the files that stay to be read, and the dates of weeks without the rows of a table.

    * folder: of the files of the archive, from ``folder_to_read``
    * history: name of an alternative, whose figures of units are loaded instead of those recorded

    Raises UserFault for a column that an alternative does not have.
    """
    if history is not None:
        _require_only_figures_of_units(reads, history)
    files: list[Path] = []
    missing: set[date] = set()
    _load_weeks(connection, weeks)
    organisations = _organisations(store, reads, weeks, division)
    for table in reads:
        if table.table in STORED:
            _load_stored(connection, store, table, weeks, division, organisations, history)
    archived = [table for table in reads if table.table in ARCHIVED]
    if archived:
        _load_places(connection, organisations, weeks, division)
    for table in archived:
        found = _load_archived(connection, store, table, weeks, division, folder)
        files += found.values()
        missing |= {week.as_at for _, week in weeks if week.id not in found}
    return files, missing


def _require_only_figures_of_units(reads: Sequence[Reads], history: str) -> None:
    """Raise UserFault for what does not come out of weighing alone, and is therefore in no alternative."""
    had = set(BY_POLICY.column_names)
    lacking = [
        f"{table.table}.{name}"
        for table in reads
        for name in table.columns
        if table.table != "units" or name not in had
    ]
    if lacking:
        raise UserFault([f"the question reads {', '.join(lacking)}, which the alternative history {history} has not"])


def _organisations(
    store: Store, reads: Sequence[Reads], weeks: Numbered, division: Division
) -> dict[int, Organisation]:
    """The organisation of each week by the id of its snapshot, with people if a table has them; none if unused."""
    stored = [table for table in reads if table.table in STORED]
    if division.is_plain and len(stored) == len(reads):
        return {}
    with_people = any(not table.levels or Level.OFFENDER_MANAGER in table.levels for table in stored)
    levels = (*ORGANISATION, *((Level.OFFENDER_MANAGER,) if with_people and not division.is_plain else ()))
    read = read_columns(store.engine, "units", ("level", "code", "parent_code"), [week for _, week in weeks], levels)
    return {week.id: Organisation.of_rows(zip(*columns, strict=True)) for week, columns in read}


def _load_weeks(connection: "DuckDBPyConnection", weeks: Numbered) -> None:
    connection.execute(
        "CREATE TABLE weeks (as_at DATE, week INTEGER, year INTEGER, policy VARCHAR, cases BIGINT, rejected BIGINT)"
    )
    rows = [[week.as_at, number, week.as_at.year, week.policy, week.cases, week.rejected] for number, week in weeks]
    connection.executemany("INSERT INTO weeks VALUES (?, ?, ?, ?, ?, ?)", rows)


def _load_stored(
    connection: "DuckDBPyConnection",
    store: Store,
    table: Reads,
    weeks: Numbered,
    division: Division,
    organisations: Mapping[int, Organisation],
    history: str | None,
) -> None:
    """Load a table of the database, or the units of an alternative, week by week."""
    import pyarrow as pa

    contract = STORED[table.table]
    names = list(dict.fromkeys([*table.columns, *(() if division.is_plain else ("level", "code"))]))
    when = [("as_at", pa.date32()), ("week", pa.int32()), ("year", pa.int32()), ("place", pa.string())]
    schema = pa.schema([*when, *((name, _arrow_type(contract, name)) for name in table.columns)])
    batches = []
    numbers = {week.id: number for number, week in weeks}
    dated = list(map(_week, weeks))
    if history is None:
        read = read_columns(store.engine, table.table, names, dated, table.levels)
    else:
        read = read_units(store, history, names, dated, table.levels)
    for week, columns in read:
        by_name = dict(zip(names, columns, strict=True))
        places: Sequence[str | None] = [str(Level.ALL)] * len(columns[0])
        if not division.is_plain:
            units = zip(by_name["level"], by_name["code"], strict=True)
            places = [organisations[week.id].place_of(unit, division) for unit in units]
        batch = _batch(schema, (week.as_at, numbers[week.id], week.as_at.year), places, by_name)
        batches.append(batch.filter(batch.column(3).is_valid()) if None in places else batch)
    # A stream of batches: a table of Arrow would be read by threads that outlive the program (monitor.parquet).
    connection.register("stream", pa.RecordBatchReader.from_batches(schema, batches))
    connection.execute(f"CREATE TABLE {table.table} AS SELECT * FROM stream")  # noqa: S608 - a name of ours
    connection.unregister("stream")


def _week(numbered: tuple[int, StoredWeek]) -> StoredWeek:
    return numbered[1]


def _batch(schema: Any, when: Sequence[Any], places: Sequence[str | None], columns: Mapping[str, Any]) -> Any:
    """The rows of one week as a batch of Arrow."""
    import pyarrow as pa

    arrays = [pa.repeat(pa.scalar(value, schema.field(at).type), len(places)) for at, value in enumerate(when)]
    arrays.append(pa.array(places, pa.string()))
    arrays += [pa.array(columns[name], schema.field(name).type) for name in schema.names[len(arrays) :]]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _arrow_type(contract: DerivedFrame, name: str) -> Any:
    import pyarrow as pa

    kinds = {Kind.NUMBER: pa.float64(), Kind.WHOLE: pa.int64(), Kind.DATE: pa.date32(), Kind.FLAG: pa.bool_()}
    return kinds.get(contract.column(name).kind, pa.string())


def _load_places(
    connection: "DuckDBPyConnection", organisations: Mapping[int, Organisation], weeks: Numbered, division: Division
) -> None:
    """The place of every unit of every week, for the rows of the archive."""
    import pyarrow as pa

    rows = [
        (number, level, code, organisation.place_of((level, code), division))
        for number, week in weeks
        for organisation in [organisations[week.id]]
        for level, code in organisation.parent_of
    ]
    kinds = (pa.int32(), pa.string(), pa.string(), pa.string())
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, ["week", "level", "code", "place"])
    connection.register("stream", pa.RecordBatchReader.from_batches(batch.schema, [batch]))
    connection.execute("CREATE TABLE places AS SELECT * FROM stream")
    connection.unregister("stream")


def _load_archived(
    connection: "DuckDBPyConnection",
    store: Store,
    table: Reads,
    weeks: Numbered,
    division: Division,
    folder: Path,
) -> dict[int, Path]:
    """Make a view of a table in the archive, whose files are read in place. Returns the file of each snapshot."""
    hashes = find_files(store.engine, table.table, list(map(_week, weeks)))
    # A file that was altered must not be counted; files_to_read raises ArchiveDamaged.
    paths = files_to_read(store.archive, dict.fromkeys(hashes.values()), folder)
    files = {number: paths[sha256] for number, sha256 in hashes.items()}
    contract = ARCHIVED[table.table]
    if not files:
        typed = ", ".join(f'"{name}" {_sql_type(contract, name)}' for name in table.columns)
        connection.execute(
            f"CREATE TABLE {table.table} (as_at DATE, week INTEGER, year INTEGER, place VARCHAR, {typed})"
        )
        return files
    connection.execute(f"CREATE TABLE files_of_{table.table} (file VARCHAR, week INTEGER)")
    of_weeks = [(str(files[week.id]), number) for number, week in weeks if week.id in files]
    connection.executemany(f"INSERT INTO files_of_{table.table} VALUES (?, ?)", of_weeks)  # noqa: S608
    connection.execute(_view_of(table, contract, division, sorted({file for file, _ in of_weeks})))
    return files


def _view_of(table: Reads, contract: DerivedFrame, division: Division, files: Sequence[str]) -> str:
    """The SQL of a view: the columns with the week and the place of each row."""
    by_team = "team_code" in contract.column_names
    unit = "'team' AND p.code = f.team_code" if by_team else "f.level AND p.code = f.code"
    # Without a scope, a row of a team that the organisation of its week does not have still counts.
    place = (
        f"coalesce(p.place, '{UNKNOWN}')" if by_team and division.by is not Level.ALL else "coalesce(p.place, 'all')"
    )
    kept = "true" if division.scope is None and by_team else "p.place IS NOT NULL"
    if division.is_plain:
        kept = "true"
    if table.levels:
        kept += f" AND f.level IN ({', '.join(map(_quoted, table.levels))})"
    columns = ", ".join(f'f."{name}"::{_sql_type(contract, name)} AS "{name}"' for name in table.columns)
    listed = ", ".join(map(_quoted, files))
    return f"""
        CREATE VIEW {table.table} AS
        SELECT w.as_at, w.week, w.year, {place} AS place, {columns}
        FROM read_parquet([{listed}], filename = true, union_by_name = true) AS f
        JOIN files_of_{table.table} AS held ON held.file = f.filename
        JOIN weeks AS w ON w.week = held.week
        LEFT JOIN places AS p ON p.week = held.week AND p.level = {unit}
        WHERE {kept}
    """  # noqa: S608 - names of ours, and quoted paths


def _sql_type(contract: DerivedFrame, name: str) -> str:
    kinds = {Kind.NUMBER: "DOUBLE", Kind.WHOLE: "BIGINT", Kind.DATE: "DATE", Kind.FLAG: "BOOLEAN"}
    return kinds.get(contract.column(name).kind, "VARCHAR")


def _quoted(text: str) -> str:
    """A text as SQL writes it, in apostrophes."""
    return "'" + text.replace("'", "''") + "'"
