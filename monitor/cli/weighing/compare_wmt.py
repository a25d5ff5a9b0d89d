"""The command that compares us with the Workload Management Tool."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import session
from monitor.cli.options import AsAt
from monitor.cli.output import Form, ShownForm, say_lines, write_table
from monitor.safe_text import without_secrets

app = typer.Typer()


class ComparedTable(StrEnum):
    """Table of a comparison."""

    OWNERS = "owners"
    CUSTODY = "custody"


@app.command()
def compare_wmt(
    context: typer.Context,
    workbook: Annotated[str, typer.Argument(help="The workbook, or the folder with it and our tables next to it.")],
    as_at: AsAt = None,
    policy: Annotated[str, typer.Option(help="Policy to use: wmt or your own version of it.")] = "wmt",
    columns: Annotated[Path | None, typer.Option(help="YAML file that maps headings of the tables next to it.")] = None,
    table: Annotated[
        ComparedTable, typer.Option(help="Every owner, or the custody (OMIC) teams.")
    ] = ComparedTable.OWNERS,
    form: Annotated[
        ShownForm, typer.Option("--format", help="File format; text shows only owners who differ.")
    ] = ShownForm.TEXT,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Show both tools' figures for every owner of a WMT workbook, and why they differ. This stores nothing.

    Without --as-at, the figures are for the date of the workbook.

    Example: hotspots compare-wmt WMT_PS.xlsx
    """
    from monitor.operations.due_times import today_in
    from monitor.operations.weights.compare_wmt import compare_workbook, describe

    settings = session.load(context)
    headings = settings.columns if columns is None else columns
    with session.busy(f"reading {without_secrets(workbook)}"):
        today = today_in(settings, session.now())
        comparison = compare_workbook(workbook, as_at, policy, settings, headings, today)
    if form is ShownForm.TEXT and table is ComparedTable.OWNERS:
        say_lines(describe(comparison), out)
        return
    chosen = comparison.owners if table is ComparedTable.OWNERS else comparison.custody
    write_table(chosen, Form.CSV if form is ShownForm.TEXT else Form(form.value), out)
