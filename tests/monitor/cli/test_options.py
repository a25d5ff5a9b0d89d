"""Options that several commands share: what they accept, and that they name what there is."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from monitor.cli.main import app
from monitor.cli.options import ExportTable, Format, HistoryTable, PlainFormat, UnitLevel, iso_date
from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.exports.history_table import TABLES
from tiering.terms import Level

from ..conftest import Answer, Home
from ..snapshots.exports.test_export import content

Program = Callable[..., Answer]


def test_the_made_up_extracts_are_as_at_fridays(tmp_path: Path, hotspots: Program) -> None:
    for words in (("demo",), ("sample", "--out", tmp_path / "sample")):
        answer = hotspots(*words, "--as-at", "2026-11-19", home=tmp_path / "demo")
        assert (answer.status, answer.out) == (2, "")
        assert "2026-11-19 is a Thursday" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_every_table_that_there_is_can_be_exported() -> None:
    assert {table.value for table in ExportTable} == {*EXPORTS, "history", "alternative"}
    assert tuple(table.value for table in HistoryTable) == TABLES
    assert {level.value for level in UnitLevel} == set(Level)


@pytest.mark.parametrize("form", Format)
def test_every_format_that_can_be_asked_for_can_be_written(form: Format, service: Home) -> None:
    assert content(service.store, "hotspots", form.value)


def test_the_access_log_has_the_formats_that_need_no_spreadsheet() -> None:
    assert {form.value for form in PlainFormat} < {form.value for form in Format}


def test_a_date_is_an_iso_date() -> None:
    assert iso_date("2026-11-20") == date(2026, 11, 20)


@pytest.mark.parametrize("text", ["20/11/2026", "2026-02-30", "2026-11", "today", ""])
def test_another_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"is not a date such as 2026-11-20"):
        iso_date(text)


def test_a_name_of_an_option_means_one_thing_wherever_it_is_shared() -> None:
    group: Any = get_command(app)
    said: dict[str, set[str]] = {}
    for command in group.commands.values():
        for option in command.params:
            said.setdefault(option.opts[0], set()).add(option.help or "")
    shared = ("--revision", "--weeks", "--cases", "--seed", "--clock-is-right")
    assert {name: len(said[name]) for name in shared} == dict.fromkeys(shared, 1)
