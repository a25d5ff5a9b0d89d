"""Reading a SQL database: a table or view of each name, never written to."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.rows import Rows, Sheet, Source, as_text, lines_in_order, holding, text_array
from tiering.caseload import Column, Kind

_ROWS_AT_ONCE = 5_000
_MIDNIGHT = re.compile(r"[ T]00:00:00(\.0+)?$")


@contextmanager
def open_database(address: str) -> Iterator[Source]:
    """The database at a SQLAlchemy URL, in one read transaction; raises ExtractRefused when it cannot be reached."""
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    shown = without_secrets(address)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # whose words quote the address, or what they take for its port
        raise ExtractRefused(
            [f"{shown}: not a database URL; in its password write @ : / ? # as %40 %3A %2F %3F %23"]
        ) from None
    try:
        backend = url.get_backend_name()
        if backend == "sqlite" and not Path(url.database or "").is_file():
            # Connecting would make an empty database of that name.
            raise ExtractRefused([f"{url.database}: there is no such database file"])
        one_view = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = create_engine(url, poolclass=NullPool).execution_options(**one_view if backend == "postgresql" else {})
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise ExtractRefused([f"not a source that can be read: {error}"]) from None
    try:
        with engine.connect() as connection:
            catalogue = inspect(connection)
            yield Source(
                lambda name: _sheet(connection, catalogue, name),
                holding("the tables and views", [*catalogue.get_table_names(), *catalogue.get_view_names()]),
            )
    except SQLAlchemyError as error:
        shown = url.render_as_string(hide_password=True)
        raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _sheet(connection: Any, catalogue: Any, name: str) -> Sheet | None:
    if not catalogue.has_table(name):
        return None
    headings = [str(column["name"]) for column in catalogue.get_columns(name)]
    return Sheet(f"table {name}", name, headings, lambda wanted: _read(connection, name, headings, wanted))


def _read(connection: Any, name: str, headings: list[str], wanted: Mapping[int, Column]) -> Rows:
    from sqlalchemy import ColumnClause, column, select, table
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.sql.elements import quoted_name

    # Columns without a stated type: the driver's own values come, and one bad date does not end the reading.
    asked: list[ColumnClause[Any]] = [column(quoted_name(headings[place], quote=True)) for place in wanted]
    statement = select(*asked).select_from(table(quoted_name(name, quote=True), *asked))
    texts: list[list[str | None]] = [[] for _ in wanted]
    try:
        for part in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(statement).partitions():
            for found, one, values in zip(texts, wanted.values(), zip(*part, strict=True), strict=True):
                found.extend(_texts(values, one.kind))
    except SQLAlchemyError as error:
        raise ExtractRefused([f"table {name}: cannot be read: {_short(error)}"]) from None
    columns = {one.name: text_array(found) for one, found in zip(wanted.values(), texts, strict=True)}
    return Rows(columns, lines_in_order(len(texts[0])), _content_hash(columns))


def _texts(values: tuple[Any, ...], kind: Kind) -> list[str | None]:
    """Values as text; SQL engines without flags keep 0 and 1, those without dates keep text with a time."""
    texts = [as_text(value) for value in values]
    if kind is Kind.FLAG:
        words = {"0": "false", "1": "true"}
        return [
            words.get(text or "", text) if isinstance(value, int) else text
            for value, text in zip(values, texts, strict=True)
        ]
    if kind is Kind.DATE:
        return [text and _MIDNIGHT.sub("", text) for text in texts]
    return texts


def _content_hash(columns: dict[str, Any]) -> str:
    """Hash of the rows whatever order the database gives them or their columns in."""
    names = sorted(columns)
    texts = [columns[name] for name in names]
    joined = pc.binary_join_element_wise(*texts, pa.scalar("\x1f"), null_handling="replace", null_replacement="")
    rows = joined.take(pc.sort_indices(joined)).to_pylist()
    return hashlib.sha256("\x1e".join([*names, *rows]).encode()).hexdigest()
