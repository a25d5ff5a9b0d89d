"""``hotspots ...``: the command line. Commands import what is slow to load when they run."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import signals
from monitor.cli import ask, bundle, columns, export, mail, operate, run, session, what_if
from monitor.cli.follow_through import agree, decide, outcomes
from monitor.cli.weighing import compare_wmt, tier, weights
from monitor.safe_text import printable_output
from monitor.standard_output import keep_for_this_program

app = typer.Typer(
    name="hotspots",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Weighted workload, hotspots and overdue assessments for probation services.\n\n"
    "Example: hotspots run --extract extracts/2026-11-20 --as-at 2026-11-20",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("caseload-hotspot-monitor"))
        raise typer.Exit


@app.callback()
def _settings(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Policy folder; default: the one shipped with the program.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    context.obj = {} if config is None else {"config": config}


_SELDOM = (100_000, 50, 50)
"""How often unused objects are looked for. A run makes millions that live to its end: to look at the usual rate takes a
twentieth of its time, and finds next to nothing."""


def main() -> None:
    """Run the program. A user's mistake ends in a message and exit status 2, never in a traceback."""
    keep_for_this_program()
    gc.set_threshold(*_SELDOM)
    with printable_output(), session.report_faults(), signals.raise_on_signal(), session.at_the_end:
        app(_config_first(sys.argv[1:]))


def _config_first(given: list[str]) -> list[str]:
    """The command line with --config moved before the command, because it applies to every command."""
    for place, word in enumerate(given):
        if word == "--config":
            return [*given[place : place + 2], *given[:place], *given[place + 2 :]]
        if word.startswith("--config="):
            return [word, *given[:place], *given[place + 1 :]]
    return given


for group in (run, columns, compare_wmt, export, mail, decide, agree, outcomes, operate, tier, ask, weights):
    app.add_typer(group.app)
app.add_typer(what_if.app, name="what-if")
app.add_typer(bundle.app, name="bundle")
