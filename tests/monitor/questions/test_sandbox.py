"""What SQL may do: one SELECT over what was loaded, in bounded time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from monitor.questions.sandbox import close_off, open_sandbox, run_query
from tiering.faults import UserFault


@pytest.fixture
def sandbox() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_sandbox() as connection:
        yield connection


def test_the_values_of_an_answer_have_plain_types(sandbox: duckdb.DuckDBPyConnection) -> None:
    close_off(sandbox)
    sql = """
        SELECT 1 AS n, sum($over) AS total, 1.5 AS part, DATE '2026-11-20' AS day, true AS flag, 'x' AS word
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL
    """
    table = run_query(sandbox, sql, {"over": 120})
    assert [str(dtype) for dtype in table.dtypes] == ["Int64", "Int64", "float64", "datetime64[s]", "boolean", "str"]
    assert table.iloc[0].tolist() == [1, 120, 1.5, pd.Timestamp(date(2026, 11, 20)), True, "x"]
    assert table.iloc[1].isna().all()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("COPY (SELECT 1) TO '{other}'", "one SELECT"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("SET threads = 4", "one SELECT"),
        ("", "one SELECT"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM '{other}'", "Permission Error"),
        ("SELECT * FROM read_text('{other}')", "Permission Error"),
        ("SELECT * FROM read_csv('http://example.org/x.csv')", "Permission Error|Missing Extension"),
        ("SELECT 1 AS a, 2 AS a", "same name"),
        ("SELECT count(*) AS n FROM range(100000000) a, range(100000000) b", "took longer than 0.2 seconds"),
    ],
)
def test_sql_that_may_not_or_cannot_run_is_refused_in_words(
    sandbox: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str, says: str
) -> None:
    file, other = tmp_path / "may's.csv", tmp_path / "other.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    other.write_text("a\n2\n", encoding="utf-8")
    close_off(sandbox, [file])
    with pytest.raises(UserFault, match=says):
        run_query(sandbox, sql.format(file=file, other=other), {}, 0.2)
    assert (file.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == ("a\n1\n", "a\n2\n")


def test_a_file_that_was_named_can_be_read(sandbox: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "may's.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    close_off(sandbox, [file])
    quoted = str(file).replace("'", "''")
    with pytest.raises(UserFault, match="one SELECT"):
        run_query(sandbox, f"COPY (SELECT 2) TO '{quoted}'", {})
    assert run_query(sandbox, f"SELECT a FROM read_csv('{quoted}')", {})["a"].tolist() == [1]


def test_a_question_that_needs_too_much_memory_is_stopped(sandbox: duckdb.DuckDBPyConnection) -> None:
    sandbox.execute("SET memory_limit = '20MB'")
    close_off(sandbox)
    with pytest.raises(UserFault, match="more memory"):
        run_query(sandbox, "SELECT list(i) AS every FROM range(20000000) AS t(i)", {})
