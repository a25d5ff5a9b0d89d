"""Run SQL in DuckDB over tables and files that were named before, and over nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from tiering.faults import UserFault

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = "2GB"
"""Twice what the longest shipped question needs over 104 weeks of a national service."""

SECONDS: Final = 60.0
"""A question that takes longer has a fault, such as two tables joined without a condition."""

_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "memory_limit": MEMORY,
    # Sums of the same numbers have the same last digit at every run only in the same order.
    "threads": "1",
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}


def open_sandbox() -> "DuckDBPyConnection":
    """A database in memory with limits, still open for what is to be loaded."""
    import duckdb

    return duckdb.connect(":memory:", config=_CONFIG)


def close_off(connection: "DuckDBPyConnection", files: Sequence[Path] = ()) -> None:
    """Leave the database with its tables and these files: no other file, no network, and no way to change that."""
    if files:
        listed = ", ".join(_quoted(str(path)) for path in files)
        connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _quoted(text: str) -> str:
    """A text as SQL writes it, in apostrophes."""
    return "'" + text.replace("'", "''") + "'"


def run_query(
    connection: "DuckDBPyConnection", sql: str, values: Mapping[str, Any], seconds: float = SECONDS
) -> pd.DataFrame:
    """Run one SELECT and return its rows.

    Raises UserFault for anything else than one SELECT, for SQL with a fault, and for a query that takes too long or
    too much memory.
    """
    import duckdb

    try:
        statements = connection.extract_statements(sql)
        # A file of the archive that may be read may also be written to, by COPY.
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise UserFault(["a question is one SELECT statement, and nothing else"])
        stop = Timer(seconds, connection.interrupt)
        stop.start()
        try:
            result = connection.execute(statements[0], dict(values))
            return _frame_of(result.description or [], result.fetchall())
        finally:
            stop.cancel()
    except duckdb.InterruptException:
        raise UserFault([f"the question took longer than {seconds:g} seconds and was stopped"]) from None
    except duckdb.OutOfMemoryException:
        raise UserFault([f"the question needs more memory than {MEMORY}"]) from None
    except duckdb.Error as error:
        raise UserFault([f"DuckDB: {str(error).splitlines()[0]}"]) from None


def _frame_of(described: Sequence[Any], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """The rows of a result with plain types: whole numbers, numbers, dates, flags and text; any may be missing."""
    names = [name for name, *_ in described]
    if len(set(names)) < len(names):
        raise UserFault(["two columns of the answer have the same name; give each its own with AS"])
    columns = zip(*rows, strict=True) if rows else [()] * len(described)
    return pd.DataFrame(
        {name: _series(str(kind), values) for (name, kind, *_), values in zip(described, columns, strict=True)}
    )


def _series(kind: str, values: Sequence[Any]) -> "pd.Series[Any]":
    if kind == "BOOLEAN":
        return pd.Series(list(values), dtype="boolean")
    if "INT" in kind:
        return pd.Series(list(values), dtype="Int64")
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return pd.Series([None if value is None else float(value) for value in values], dtype="float64")
    if kind == "DATE":
        return pd.Series(list(values), dtype="datetime64[s]")
    return pd.Series([None if value is None else str(value) for value in values], dtype="str")
