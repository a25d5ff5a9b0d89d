"""The command that calculates a tier."""

import sys
from typing import Annotated

import typer

from monitor.cli import session
from monitor.cli.options import AsAt

app = typer.Typer()


@app.command()
def tier(
    context: typer.Context,
    model: Annotated[
        str,
        typer.Option(
            help="Question to answer: v2, v3, v3-provisional, registrations, mandate, need-section, women, format or "
            "v2-historic-55-week-rule."
        ),
    ],
    as_at: AsAt = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: one object, or a list for a list.")] = False,
) -> None:
    """Calculate the tier of one case, or of a list, from inputs on standard input, and explain it step by step.

    Example: hotspots tier --model v3 < inputs.json
    """
    import json

    from monitor.operations.due_times import today_in
    from tiering.tiers.answers import answer
    from tiering.tiers.inputs import read_cases

    settings = session.load(context)
    cases, is_list = read_cases(sys.stdin.buffer.read(), model)
    answers = answer(model, cases, settings.config, as_at or today_in(settings, session.now()))
    if as_json:
        values = [case.values for case in answers]
        typer.echo(json.dumps(values if is_list else values[0], ensure_ascii=False))
        return
    for number, case in enumerate(answers, start=1):
        if is_list:
            typer.echo(f"case {number}")
        for step in case.steps:
            typer.echo(f"{'  ' if is_list else ''}{step}")
