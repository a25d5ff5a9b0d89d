"""``hotspots what-if ...``: ask, read, compare and try out a redistribution in the terminal."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import session

if TYPE_CHECKING:
    import pandas as pd

    from monitor.redistribution.plan import Plan
    from monitor.redistribution.scenario.baseline import Start


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


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="YAML file; see config/scenario.example.yaml.")]
Written = Annotated[Form, typer.Option("--format", help="What to write.")]
Shown = Annotated[ShownForm, typer.Option("--format", help="What to write.")]
Out = Annotated[Path | None, typer.Option(help="File to write; default: standard output.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who could take which case: plans from a stored snapshot, which they never change.\n\n"
    "Example: hotspots what-if solve config/scenario.example.yaml",
)


def _started(context: typer.Context, file: Path) -> "tuple[Any, Start, Any]":
    from monitor.redistribution.problem.costs import load_costs
    from monitor.redistribution.scenario.baseline import start_of
    from monitor.redistribution.scenario.yaml_file import load_scenario

    scenario = load_scenario(file)
    settings = session.load(context)
    with session.busy("reading the snapshot"):
        start = start_of(session.open_store(settings), scenario, str(file))
    return scenario, start, load_costs(settings.config, start.as_at)


def _planned(context: typer.Context, file: Path) -> "Plan":
    from monitor.redistribution.plan import make_plan

    scenario, start, prices = _started(context, file)
    with session.busy(f"solving {scenario.name}"):
        return make_plan(scenario, start, prices, str(file))


@app.command()
def solve(
    context: typer.Context,
    scenario: ScenarioFile,
    as_json: AsJson = False,
    save: Annotated[
        Path | None, typer.Option(help="Also write the scenario with snapshot and fingerprints, to ask it again.")
    ] = None,
) -> None:
    """Find the best plan for a scenario, and say how good it is.

    Example: hotspots what-if solve hackney.yaml --json
    """
    from monitor.redistribution.results.summary import in_words, saved, summary
    from monitor.redistribution.scenario.yaml_file import written

    plan = _planned(context, scenario)
    if save is not None:
        _put(save, written(saved(plan)).encode(), "--save")
    if as_json:
        typer.echo(json.dumps(summary(plan), ensure_ascii=False))
        return
    for line in in_words(plan):
        typer.echo(line)
    typer.echo(f"\nnext: hotspots what-if moves {scenario} | hotspots what-if curve {scenario}")


@app.command()
def moves(context: typer.Context, scenario: ScenarioFile, form: Written = Form.CSV, out: Out = None) -> None:
    """Write who takes which case, in which week, and why.

    Example: hotspots what-if moves hackney.yaml --format xlsx --out moves.xlsx
    """
    _write(_planned(context, scenario).moves, form, out)


@app.command()
def people(context: typer.Context, scenario: ScenarioFile, form: Written = Form.CSV, out: Out = None) -> None:
    """Write what everybody in scope carries before and after."""
    _write(_planned(context, scenario).people, form, out)


@app.command()
def untouched(context: typer.Context, scenario: ScenarioFile, form: Written = Form.CSV, out: Out = None) -> None:
    """Write which cases the plan leaves where they are, and why."""
    _write(_planned(context, scenario).untouched, form, out)


@app.command()
def compare(
    context: typer.Context,
    a: Annotated[Path, typer.Argument(metavar="A", help="Scenario A.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Scenario B.")],
    form: Shown = ShownForm.TEXT,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Show the snapshot, plan A and plan B side by side, by person, team, office and cluster.

    Example: hotspots what-if compare two-away.yaml recruit-one.yaml
    """
    from monitor.redistribution.results.compare import compare as side_by_side
    from monitor.redistribution.results.compare import in_words

    plans = _planned(context, a), _planned(context, b)
    table = side_by_side(*plans, (str(a), str(b)))
    if form is ShownForm.TEXT and not as_json:
        _say(in_words(table, plans), out)
    else:
        _write(table, Form.JSON if as_json else Form(form.value), out)


@app.command()
def curve(
    context: typer.Context,
    scenario: ScenarioFile,
    form: Written = Form.CSV,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Write what the best so many moves can do: elective moves against their share of the full gain."""
    from monitor.redistribution.plan import ask
    from monitor.redistribution.results.trade_off import curve as swept

    asked, start, prices = _started(context, scenario)
    with session.busy(f"solving {asked.name} for several numbers of moves"):
        _, problem = ask(asked, start, prices, str(scenario))
        table = swept(problem)
    _write(table, Form.JSON if as_json else form, out)


@app.command()
def resources(
    context: typer.Context,
    scenario: ScenarioFile,
    line: Annotated[
        float | None, typer.Option(min=1, max=1000, help="Nobody above so many per cent; default: the red line.")
    ] = None,
    form: Shown = ShownForm.TEXT,
    out: Out = None,
) -> None:
    """Say what the smallest recruitment is that brings everybody under the line, and where.

    Example: hotspots what-if resources hackney.yaml --line 100
    """
    from monitor.redistribution.plan import ask
    from monitor.redistribution.results.recruitment import recruitment
    from monitor.redistribution.results.text import in_words

    asked, start, prices = _started(context, scenario)
    with session.busy("looking for the smallest recruitment"):
        changed, problem = ask(asked, start, prices, str(scenario))
        found = recruitment(changed, problem.limits, start.as_at, changed.over_line if line is None else line)
    if form is ShownForm.TEXT:
        _say(in_words(found), out)
    else:
        _write(found.options, Form(form.value), out)


@app.command()
def room(
    context: typer.Context,
    scenario: ScenarioFile,
    line: Annotated[float, typer.Option(min=1, max=1000, help="Room up to so many per cent of capacity.")] = 100,
    form: Written = Form.CSV,
    out: Out = None,
) -> None:
    """Write which team has room for which kind of case, before any move.

    Example: hotspots what-if room wider-referral.yaml --format xlsx --out room.xlsx
    """
    from monitor.redistribution.plan import ask
    from monitor.redistribution.results.spare_capacity import room as rooms

    asked, start, prices = _started(context, scenario)
    with session.busy("counting the room"):
        _, problem = ask(asked, start, prices, str(scenario))
    _write(rooms(problem, line), form, out)


@app.command()
def apply(
    context: typer.Context,
    scenario: ScenarioFile,
    extract: Annotated[str, typer.Option(metavar="SOURCE", help="The extract of the scenario's snapshot.")],
    out: Annotated[Path, typer.Option(help="New folder to write to; never the extract itself.")],
    columns: Annotated[Path | None, typer.Option(help="YAML file that maps headings.")] = None,
) -> None:
    """Write a copy of the extract in which the plan is carried out, for checking and for planning.

    Example: hotspots what-if apply hackney.yaml --extract extracts/2026-11-20 --out tried/2026-11-20
    """
    from monitor.redistribution.extract_after import apply as write_applied
    from monitor.run import table_bounds

    plan = _planned(context, scenario)
    with session.busy(f"writing {out}"):
        settings = session.load(context)
        mapped = settings.columns if columns is None else columns
        notes = write_applied(plan, extract, out, mapped, table_bounds(settings))
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(f"{out}: the extract of {plan.start.as_at} with {len(plan.moves):,} moves carried out")
    run = f"hotspots run --extract {out} --as-at {plan.start.as_at} --policy {plan.start.policy.name}"
    typer.echo(f"check it in a home of its own: {run}")


def _write(table: "pd.DataFrame", form: Form, out: Path | None) -> None:
    from monitor.snapshots.export import render_table

    content = render_table(table, form.value)
    if out is not None:
        _put(out, content, "--out")
        return
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _say(lines: Iterator[str], out: Path | None) -> None:
    if out is not None:
        _put(out, "".join(f"{line}\n" for line in lines).encode(), "--out")
        return
    for line in lines:
        typer.echo(line)


def _put(path: Path, content: bytes, option: str) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(
            f"{path}: cannot be written: {error.strerror}; give a file in a folder that is there", param_hint=option
        ) from None
