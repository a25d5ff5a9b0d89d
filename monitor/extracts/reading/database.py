"""Reading a SQL database: a table or view of each name, never written to."""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.reading.rows import Rows, Sheet, Source, as_text, holding, lines_in_order, text_array
from monitor.extracts.reading.size_limits import USUAL_BOUNDS, Bounds, ReadingTime
from monitor.extracts.refusal import ExtractRefused
from monitor.safe_text import database_url, mask_secrets, without_secrets
from tiering.caseload import Column, Kind

_ROWS_AT_ONCE = 5_000
_ONE_VIEW: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
}
_STEPS_BETWEEN_LOOKS = 100_000
"""Steps of SQLite between two looks at the clock: about a millisecond."""
_LONGEST_VALUE = 1_000_000
"""Bytes of one value: a thousand rows at once of the longest still fit."""


@contextmanager
def open_database(address: str, bounds: Bounds = USUAL_BOUNDS) -> Iterator[Source]:
    """The database at a SQLAlchemy URL, in one read transaction; raises ExtractRefused when it cannot be reached."""
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.pool import NullPool

    shown = without_secrets(address)
    try:
        url = database_url(address)
    except ValueError as error:
        raise ExtractRefused([f"{shown}: not a source that can be read: {error}"]) from None
    backend = url.get_backend_name()
    if backend == "sqlite" and not Path(url.database or "").is_file():
        # Connecting would make an empty database of that name.
        raise ExtractRefused([f"{url.database}: there is no such database file"])
    try:
        engine = create_engine(url, poolclass=NullPool).execution_options(**_ONE_VIEW.get(backend, {}))
        connection = engine.connect()
    except Exception as error:  # every driver has its own exceptions
        raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None
    with connection:
        try:
            watch = _watched(connection, backend, bounds)
            catalogue = inspect(connection)
            names = [*catalogue.get_table_names(), *catalogue.get_view_names()]
        except Exception as error:  # every driver has its own exceptions
            raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None
        yield Source(
            lambda name: _sheet(connection, catalogue, name, watch, bounds),
            holding("the tables and views", names),
            tuple(names),
        )


def _watched(connection: Any, backend: str, bounds: Bounds) -> ReadingTime:
    """The clock of this connection; databases that can be stopped are, in the middle of a statement."""
    from sqlalchemy import text

    watch = ReadingTime(bounds)
    if backend == "sqlite":
        driver = connection.connection.driver_connection
        driver.set_progress_handler(lambda: watch.over, _STEPS_BETWEEN_LOOKS)
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    elif backend == "postgresql":
        milliseconds = str(max(1, int(bounds.seconds * 1_000)))
        connection.execute(text("SELECT set_config('statement_timeout', :time, true)"), {"time": milliseconds})
    return watch


def _short(error: Exception) -> str:
    return " ".join(mask_secrets(str(error)).split())[:300]


def _sheet(connection: Any, catalogue: Any, name: str, watch: ReadingTime, bounds: Bounds) -> Sheet | None:
    shown = f"table {name}"
    watch.start(shown)
    try:
        if not catalogue.has_table(name):
            return None
        headings = [str(column["name"]) for column in catalogue.get_columns(name)]
    except Exception as error:  # every driver has its own exceptions
        raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None
    bounds.check_columns(shown, len(headings))
    return Sheet(shown, name, headings, lambda wanted: _read(connection, name, headings, wanted, watch, bounds))


def _read(
    connection: Any, name: str, headings: list[str], wanted: Mapping[int, Column], watch: ReadingTime, bounds: Bounds
) -> Rows:
    shown = f"table {name}"
    asked = [headings[place] for place in wanted]
    parts: list[list[Any]] = [[text_array([])] for _ in wanted]
    count, size = 0, 0
    for rows in _parts_of(connection, name, asked, watch):
        count += len(rows)
        bounds.check_rows(shown, count)
        bounds.check_values(shown, count * len(wanted))
        for part, one, values in zip(parts, wanted.values(), zip(*rows, strict=True), strict=True):
            part.append(_text_array(f"{shown}: column {one.name}", _texts(values, one.kind)))
            size += part[-1].nbytes
        bounds.check_text(shown, size)
    columns = {one.name: pa.concat_arrays(part) for one, part in zip(wanted.values(), parts, strict=True)}
    return Rows(columns, lines_in_order(count), _content_hash(columns))


def _parts_of(connection: Any, name: str, asked: list[str], watch: ReadingTime) -> Iterator[Any]:
    """The rows of a table, some thousands at a time."""
    from sqlalchemy import ColumnClause, column, select, table
    from sqlalchemy.sql.elements import quoted_name

    # Columns without a stated type: the driver's own values come, and one bad date does not end the reading.
    columns: list[ColumnClause[Any]] = [column(quoted_name(heading, quote=True)) for heading in asked]
    statement = select(*columns).select_from(table(quoted_name(name, quote=True), *columns))
    # A table that fails leaves PostgreSQL's transaction unusable for the next, unless it has a point to go back to.
    point = connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()
    try:
        with point:
            found = connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE})
            for part in found.partitions():
                watch.check()
                yield part
    except ExtractRefused:
        raise
    except Exception as error:  # every driver has its own exceptions
        if watch.over:
            raise watch.refusal() from None
        raise ExtractRefused([f"table {name}: cannot be read: {_short(error)}"]) from None


def _text_array(shown: str, texts: list[str | None]) -> Any:
    try:
        return text_array(texts)
    except (UnicodeEncodeError, pa.ArrowException) as error:
        raise ExtractRefused([f"{shown}: holds text that is not UTF-8 ({_short(error)}); correct it"]) from None


def _texts(values: tuple[Any, ...], kind: Kind) -> list[str | None]:
    """Values as text; SQL engines without flags keep 0 and 1."""
    texts = [as_text(value) for value in values]
    if kind is Kind.FLAG:
        words = {"0": "false", "1": "true"}
        return [
            words.get(text or "", text) if isinstance(value, int) else text
            for value, text in zip(values, texts, strict=True)
        ]
    return texts


def _content_hash(columns: dict[str, Any]) -> str:
    """Hash of the rows whatever order the database gives them or their columns in."""
    names = sorted(columns)
    texts = [columns[name] for name in names]
    joined = pc.binary_join_element_wise(*texts, pa.scalar("\x1f"), null_handling="replace", null_replacement="")
    rows = joined.take(pc.sort_indices(joined)).to_pylist()
    return hashlib.sha256("\x1e".join([*names, *rows]).encode()).hexdigest()
