"""The promise: whatever happens to one column, the extract is refused by its name, or no figure moves."""

import os
import random
from collections.abc import Iterable
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest

from monitor.extracts import Extract, ExtractRefused, Insistence, LastWeek
from monitor.snapshots.weeks.last_intake import last_week_of
from tiering.caseload import TABLES

from .checked_once import each_table_checked_once
from .damage import (
    ALL_COLUMNS,
    DATES,
    HEADINGS,
    Damage,
    as_written,
    damages_of,
    full_extract,
    with_damaged_heading,
    with_damaged_values,
)
from .small import AS_AT, Tables, read, write_csv, write_database, write_parquet, write_workbook

__all__ = ["each_table_checked_once"]

# All of them take minutes: make test-damages tries every one.
ONE_IN = int(os.environ.get("ONE_DAMAGE_IN", "10"))
GOOD = as_written(full_extract())


def tables_about(columns: Iterable[tuple[str, str]]) -> Tables:
    """The good extract with those tables alone that damage to some columns could reach, and those that must be there.

    It reaches the table of a column, and those whose rows must match a row of it by that column.
    """
    damaged = set(columns)

    def reached(name: str) -> bool:
        targets = {(one.table, column) for one in TABLES[name].references for column in one.target}
        return TABLES[name].required or name in dict(damaged) or bool(targets & damaged)

    return {name: rows for name, rows in GOOD.items() if reached(name)}


def before(tables: Tables) -> tuple[Extract, LastWeek]:
    """These tables as they were before any damage, and the same as the last week of an extract."""
    return _good_week(tuple(tables))


@cache
def _good_week(names: tuple[str, ...]) -> tuple[Extract, LastWeek]:
    with TemporaryDirectory() as folder:
        extract = read(write_csv(Path(folder), {name: GOOD[name] for name in names}))
    return extract, last_week_of(AS_AT, extract)


def figures_of(extract: Extract) -> dict[str, pd.DataFrame]:
    """Everything that figures are computed from: all but the names of units and people."""
    return {
        name: frame[[column for column in frame if not column.endswith("_name")]]
        for name, frame in extract.caseload.tables().items()
    }


def outcome(source: str, tables: Tables) -> str:
    """What became of these tables, damaged: the refusal, or ``same`` or ``moved`` of their figures."""
    good, last = before(tables)
    try:
        extract = read(source, last=last)
    except ExtractRefused as refused:
        return str(refused)
    now, then = figures_of(extract), figures_of(good)
    return "same" if all(now[name].equals(then[name]) for name in TABLES) else "moved"


def judge(says: str, table: str, column: str) -> str:
    """Empty where the promise holds."""
    if says == "same":
        return ""
    return "moved without a word" if says == "moved" else "" if f"{table}.{column}" in says else says[:300]


def test_the_good_extract_rejects_nothing_and_fills_every_column() -> None:
    good, _ = before(GOOD)
    assert good.rejected.empty
    filled = good.intake.report[good.intake.report["measure"].eq("filled")]
    assert set(zip(filled["table"], filled["column"], strict=True)) == set(ALL_COLUMNS)
    assert filled["count"].gt(10).all()


def _one_in(count: int, damages: Iterable[tuple[str, Any]], table: str, column: str) -> list[tuple[str, Any]]:
    """Every so many of the damages of a column, one at least, others for the next column."""
    every, start = list(damages), ALL_COLUMNS.index((table, column))
    return [damage for number, damage in enumerate(every) if (start + number) % min(count, len(every)) == 0]


def one_of_each_table(pairs: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Columns in groups, in which each table has one at most: what happens to them is told apart by their names."""
    of_tables: dict[str, list[tuple[str, str]]] = {}
    for table, column in pairs:
        of_tables.setdefault(table, []).append((table, column))
    return [[pair for pair in group if pair is not None] for group in zip_longest(*of_tables.values())]


@pytest.mark.parametrize(("table", "column"), ALL_COLUMNS)
def test_damaged_values_of_one_column_are_refused_by_its_name_or_move_no_figure(
    table: str, column: str, tmp_path: Path
) -> None:
    tables, broken = tables_about([(table, column)]), {}
    for name, damage in _one_in(ONE_IN, damages_of(TABLES[table].column(column)), table, column):
        source = write_csv(tmp_path / name.replace("/", "-"), with_damaged_values(tables, table, column, damage))
        if fault := judge(outcome(source, tables), table, column):
            broken[name] = fault
    assert broken == {}


@pytest.mark.parametrize("columns", one_of_each_table(ALL_COLUMNS))
def test_a_damaged_heading_is_refused_by_the_name_of_its_column_or_moves_no_figure(
    columns: list[tuple[str, str]], tmp_path: Path
) -> None:
    good, broken = tables_about(columns), {}
    for name, damage in _one_in(min(ONE_IN, 6), HEADINGS.items(), *columns[0]):
        tables = good
        for table, column in columns:
            tables = with_damaged_heading(tables, table, column, damage)
        says = outcome(write_csv(tmp_path / name, tables), good)
        for table, column in columns:
            if fault := judge(says, table, column):
                broken[name, table, column] = fault
        if name not in ("another", "abbreviated"):
            assert says == "same", (name, says)
    assert broken == {}


@pytest.mark.parametrize("kind", ["parquet", "workbook", "database"])
def test_the_promise_holds_in_every_kind_of_source(kind: str, tmp_path: Path) -> None:
    rng = random.Random(kind)
    broken = {}
    for number, (table, column) in enumerate(rng.sample(ALL_COLUMNS, 12)):
        name, damage = rng.choice(list(damages_of(TABLES[table].column(column))))
        good = tables_about([(table, column)])
        source = _write(kind, tmp_path / str(number), with_damaged_values(good, table, column, damage))
        if fault := judge(outcome(source, good), table, column):
            broken[table, column, name] = fault
    assert broken == {}


def _write(kind: str, place: Path, tables: Tables) -> str:
    place.mkdir()
    match kind:
        case "parquet":
            return write_parquet(place, tables)
        case "workbook":
            return write_workbook(place / "book.xlsx", tables)
    return write_database(place / "case.db", tables)


@pytest.mark.parametrize("damage", [DATES["midnight"], DATES["midnight with T"]])
def test_midnight_is_a_date_in_every_column_of_dates(damage: Damage, tmp_path: Path) -> None:
    tables = GOOD
    for table, column in ALL_COLUMNS:
        if column.endswith("_on") or column == "sentence_start":
            tables = with_damaged_values(tables, table, column, damage)
    assert outcome(write_csv(tmp_path, tables), GOOD) == "same"


SUBJECTS = (("oversight", "crn"), ("oversight", "om_code"))
"""Every row needs one of the two: without the column, its rows are rejected."""


OPTIONAL = [pair for pair in ALL_COLUMNS if not TABLES[pair[0]].column(pair[1]).required and pair not in SUBJECTS]


@pytest.mark.parametrize("columns", one_of_each_table(OPTIONAL))
def test_a_lost_column_may_be_accepted_by_name_and_is_then_said(columns: list[tuple[str, str]], tmp_path: Path) -> None:
    good = tables_about(columns)
    lost = {
        table: [{key: value for key, value in row.items() if key != column} for row in good[table]]
        for table, column in columns
    }
    source, (_, last) = write_csv(tmp_path, good | lost), before(good)
    names = tuple(f"{table}.{column}" for table, column in columns)
    # Without officers every case is unallocated, and without a team no post of a reduction is known.
    gaps = read(source, last=last, insistence=Insistence(missing=names)).intake.gaps
    assert sorted(gaps.missing) == sorted(names)
    with pytest.raises(ExtractRefused) as refused:
        read(source, last=last)
    assert [name for name in names if f"--accept-missing {name}" not in str(refused.value)] == []


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if not table.required])
def test_a_lost_table_is_refused_and_may_be_accepted_by_name(table: str, tmp_path: Path) -> None:
    _, last = before(GOOD)
    source = write_csv(tmp_path, {name: rows for name, rows in GOOD.items() if name != table})
    with pytest.raises(ExtractRefused, match=f"{table}: the table is missing; on 22 November 2026 it had 40 rows"):
        read(source, last=last)
    gaps = read(source, last=last, insistence=Insistence(missing=(table,))).intake.gaps
    assert gaps.missing == (table,)
