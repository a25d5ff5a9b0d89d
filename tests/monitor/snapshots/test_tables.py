"""The tables of the store: what each column is, and what none may hold."""

import importlib
import re
from typing import Any

import pytest
from sqlalchemy import Table
from sqlmodel import SQLModel

from monitor.snapshots import mail_tables, tables
from monitor.snapshots.follow_through import tables as follow_through_tables

MODELS: list[Any] = sorted(
    (
        model
        for module in (tables, mail_tables, follow_through_tables)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, SQLModel) and model is not SQLModel
    ),
    key=lambda model: model.__name__,
)
BY_NAME = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def table_of(model: Any) -> Table:
    table: Table = model.__table__
    return table


def test_every_table_of_the_store_is_defined_here() -> None:
    assert {table_of(model).name for model in MODELS} == set(SQLModel.metadata.tables)


@BY_NAME
def test_what_the_description_of_a_table_explains_is_a_column(model: Any) -> None:
    sentences = re.split(r"(?<=[.;])\s+", model.__doc__ or "")
    heads = [match[1] for sentence in sentences if (match := re.match(r"([a-z_*]+(?:, [a-z_]+)*): ", sentence))]
    explained = {word for head in heads for word in head.split(", ")}
    columns = set(table_of(model).columns.keys())
    unknown = {word for word in explained if not any(column.startswith(word.rstrip("*")) for column in columns)}
    assert unknown == set()


@BY_NAME
def test_the_code_that_a_description_points_to_is_there(model: Any) -> None:
    for dotted in re.findall(r"\b(?:monitor|alerts|tiering)(?:\.\w+)+", model.__doc__ or ""):
        module, _, name = dotted.rpartition(".")
        try:
            importlib.import_module(dotted)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), name), dotted


@BY_NAME
def test_a_row_names_its_snapshot_by_a_key_that_must_be_there(model: Any) -> None:
    columns = table_of(model).columns
    # The clock only remembers which snapshots an operator has vouched for, whether or not they are still there.
    if "snapshot_id" in columns and model is not tables.ClockLook:
        assert [key.target_fullname for key in columns["snapshot_id"].foreign_keys] == ["snapshot.id"]


def test_only_the_access_log_and_second_readings_name_a_case_in_a_column_of_its_own() -> None:
    named = {table.name for table in SQLModel.metadata.sorted_tables if {"crn", "om_name"} & set(table.columns.keys())}
    # docs/privacy.md says for how long each stays.
    assert named == {"looked_at", "second_reading_plan"}


@BY_NAME
def test_what_the_retention_can_empty_says_by_which_removal(model: Any) -> None:
    columns = table_of(model).columns
    holds_content = {"message", "answer", "text", "sha256"} & set(columns.keys())
    # A run keeps its outcome in words that quote no row. A release keeps no content, and what was held says so itself.
    others = (tables.Run, mail_tables.MailRelease, mail_tables.HeldMail)
    assert ("removal_id" in columns) is (bool(holds_content) and model not in others)
