"""Commands about the weights themselves: how firm the figures are, and what other weights would have said."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import session
from monitor.cli.options import AsAt, Revision
from monitor.cli.output import Form, ShownForm, say_lines, write_table

app = typer.Typer()

Draws = Annotated[int, typer.Option(min=1, max=10_000, help="How often the assumed weights are drawn.")]
DrawSeed = Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")]
Out = Annotated[Path | None, typer.Option(help="File to write; default: standard output.")]


@app.command()
def sensitivity(
    context: typer.Context,
    as_at: AsAt = None,
    revision: Revision = None,
    draws: Draws = 500,
    seed: DrawSeed = 1,
    form: Annotated[ShownForm, typer.Option("--format", help="File format; text is for reading.")] = ShownForm.TEXT,
    out: Out = None,
) -> None:
    """Show how far the figures depend on weights without a published source.

    Draws these weights within their ranges and weighs the stored week under each draw.

    Example: hotspots sensitivity --as-at 2026-11-20 --format csv
    """
    from monitor.operations.sensitivity import judge_snapshot, sensitivity_lines

    store, snapshot = session.snapshot_of(context, as_at, revision)
    with session.busy("weighing under every draw"):
        answer = judge_snapshot(store, snapshot, session.load(context).config, draws, seed)
    if form is ShownForm.TEXT:
        say_lines(sensitivity_lines(answer), out)
    else:
        write_table(answer.rows, Form(form.value), out)
