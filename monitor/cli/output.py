"""Write tables, lines and files of a command: to a file, or to standard output with nothing else."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import pandas as pd


class Form(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


class ShownForm(StrEnum):
    """What a comparison is written as; text is for reading in the terminal."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


def write_table(table: "pd.DataFrame", form: Form, out: Path | None) -> None:
    """Write a table in a form to a file, or to standard output if there is none."""
    from monitor.snapshots.exports.export import render_table

    content = render_table(table, form.value)
    if out is not None:
        put_file(out, content, "--out")
        return
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def say_lines(lines: Iterator[str], out: Path | None) -> None:
    """Write lines to a file, or print them if there is none."""
    if out is not None:
        put_file(out, "".join(f"{line}\n" for line in lines).encode(), "--out")
        return
    for line in lines:
        typer.echo(line)


def put_file(path: Path, content: bytes, option: str) -> None:
    """Write a file that a command was asked for by an option; raises BadParameter if that cannot be done."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(
            f"{path}: cannot be written: {error.strerror}; give a file in a folder that is there", param_hint=option
        ) from None
