"""``hotspots what-if ...``: ask, read, compare and try out a redistribution in the terminal."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import session

if TYPE_CHECKING:
    import pandas as pd

    from monitor.redistribution.plan import Plan
    from monitor.redistribution.problem.costs import Costs
    from monitor.redistribution.scenario.baseline import Baseline
    from monitor.redistribution.scenario.model import Scenario


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
BasedOn = Annotated[
    Path | None,
    typer.Option(
        help="The moves of an earlier answer, CSV or JSON as what-if moves writes them: keep them if possible."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who could take which case: plans from a stored snapshot, which they never change.\n\n"
    "Example: hotspots what-if solve config/scenario.example.yaml",
)


class TableName(StrEnum):
    """The further tables of a plan."""

    PEOPLE = "people"
    UNMOVED = "unmoved"
    SPARE_CAPACITY = "spare-capacity"


def _read(context: typer.Context, file: Path, based_on: Path | None = None) -> "tuple[Scenario, Baseline, Costs]":
    from monitor.redistribution.problem.costs import load_costs
    from monitor.redistribution.scenario.baseline import load_baseline
    from monitor.redistribution.scenario.earlier_moves import load_moves
    from monitor.redistribution.scenario.yaml_file import load_scenario

    scenario = load_scenario(file)
    if based_on is not None:
        scenario = scenario.model_copy(update={"based_on": load_moves(based_on)})
    settings = session.load(context)
    with session.busy("reading the snapshot"):
        baseline = load_baseline(session.open_store(settings), scenario, str(file))
    return scenario, baseline, load_costs(settings.config, baseline.as_at)


def _plan(context: typer.Context, file: Path, based_on: Path | None = None) -> "Plan":
    from monitor.redistribution.plan import make_plan

    scenario, baseline, costs = _read(context, file, based_on)
    with session.busy(f"solving {scenario.name}"):
        return make_plan(scenario, baseline, costs, str(file))


@app.command()
def solve(
    context: typer.Context,
    scenario: ScenarioFile,
    based_on: BasedOn = None,
    as_json: AsJson = False,
    save: Annotated[
        Path | None, typer.Option(help="Also write the scenario with snapshot and fingerprints, to ask it again.")
    ] = None,
) -> None:
    """Find the best plan for a scenario, and say how good it is.

    Example: hotspots what-if solve hackney.yaml --json
    """
    from monitor.redistribution.plan import scenario_to_repeat
    from monitor.redistribution.results.figures import summarise
    from monitor.redistribution.results.people import tabulate_people
    from monitor.redistribution.results.remarks import remark_on
    from monitor.redistribution.results.text import describe_plan, describe_remark
    from monitor.redistribution.results.unmoved import list_unmoved
    from monitor.redistribution.scenario.yaml_file import scenario_yaml

    plan = _plan(context, scenario, based_on)
    if save is not None:
        _put(save, scenario_yaml(scenario_to_repeat(plan)).encode(), "--save")
    people = tabulate_people(plan)
    figures, remarks = summarise(plan, people), remark_on(plan, people, list_unmoved(plan.problem, plan.solution))
    if as_json:
        messages = {"messages": [describe_remark(remark) for remark in remarks]}
        typer.echo(json.dumps(figures.model_dump(mode="json") | messages, ensure_ascii=False))
        return
    for line in describe_plan(plan, figures, remarks):
        typer.echo(line)
    typer.echo(f"\nnext: hotspots what-if moves {scenario} | hotspots what-if curve {scenario}")


@app.command()
def moves(
    context: typer.Context,
    scenario: ScenarioFile,
    based_on: BasedOn = None,
    form: Written = Form.CSV,
    out: Out = None,
) -> None:
    """Write who takes which case, in which week, and why.

    Example: hotspots what-if moves hackney.yaml --format xlsx --out moves.xlsx
    """
    from monitor.redistribution.results.moves import list_moves

    plan = _plan(context, scenario, based_on)
    _write(list_moves(plan.problem, plan.solution), form, out)


@app.command()
def export(
    context: typer.Context,
    table: Annotated[TableName, typer.Argument(metavar="TABLE", help="people, unmoved or spare-capacity.")],
    scenario: ScenarioFile,
    line: Annotated[
        float | None,
        typer.Option(min=1, max=1000, help="With spare-capacity: up to so many per cent of capacity; default: 100."),
    ] = None,
    form: Written = Form.CSV,
    out: Out = None,
) -> None:
    """Write what every person carries before and after (people), which cases stay and why (unmoved), or which team has
    spare capacity for which kind of case before any move (spare-capacity).

    Example: hotspots what-if export spare-capacity hackney.yaml --format xlsx --out spare.xlsx
    """
    if line is not None and table is not TableName.SPARE_CAPACITY:
        raise typer.BadParameter("goes with the table spare-capacity only; leave it out", param_hint="--line")
    _write(_table(context, table, scenario, 100 if line is None else line), form, out)


def _table(context: typer.Context, table: TableName, file: Path, line: float) -> "pd.DataFrame":
    """One of the further tables; only spare capacity needs no plan."""
    from monitor.redistribution.plan import pose_scenario
    from monitor.redistribution.results.people import tabulate_people
    from monitor.redistribution.results.spare_capacity import find_spare_capacity
    from monitor.redistribution.results.unmoved import list_unmoved

    if table is TableName.SPARE_CAPACITY:
        scenario, baseline, costs = _read(context, file)
        with session.busy("counting spare capacity"):
            _, problem = pose_scenario(scenario, baseline, costs, str(file))
            return find_spare_capacity(problem, line)
    plan = _plan(context, file)
    return tabulate_people(plan) if table is TableName.PEOPLE else list_unmoved(plan.problem, plan.solution)


@app.command()
def compare(
    context: typer.Context,
    a: Annotated[Path, typer.Argument(metavar="A", help="Scenario A.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Scenario B.")],
    based_on: BasedOn = None,
    form: Shown = ShownForm.TEXT,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Show the snapshot, plan A and plan B side by side, by person, team, office and cluster.

    Example: hotspots what-if compare two-away.yaml recruit-one.yaml
    """
    from monitor.redistribution.results.compare import compare_plans
    from monitor.redistribution.results.moves import count_moves
    from monitor.redistribution.results.text import describe_comparison

    plans = _plan(context, a, based_on), _plan(context, b, based_on)
    table = compare_plans(*plans, (str(a), str(b)))
    if form is ShownForm.TEXT and not as_json:
        counts = [count_moves(plan.problem, plan.solution) for plan in plans]
        (of_a, of_b) = [(plan.scenario.name, count.total) for plan, count in zip(plans, counts, strict=True)]
        _say(describe_comparison(table, (of_a, of_b)), out)
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
    """Write what more moves would gain: elective moves against their share of the full gain."""
    from monitor.redistribution.plan import pose_scenario
    from monitor.redistribution.results.trade_off import sweep_budgets

    asked, baseline, costs = _read(context, scenario)
    with session.busy(f"solving {asked.name} for several numbers of moves"):
        _, problem = pose_scenario(asked, baseline, costs, str(scenario))
        table = sweep_budgets(problem)
    _write(table, Form.JSON if as_json else form, out)


@app.command()
def resources(
    context: typer.Context,
    scenario: ScenarioFile,
    line: Annotated[
        float | None,
        typer.Option(min=1, max=1000, help="No one above this percentage of capacity; default: the red line."),
    ] = None,
    form: Shown = ShownForm.TEXT,
    out: Out = None,
) -> None:
    """Report the smallest recruitment that brings everyone under the line, and where.

    Example: hotspots what-if resources hackney.yaml --line 100
    """
    from monitor.redistribution.plan import pose_scenario
    from monitor.redistribution.results.recruitment import find_recruitment
    from monitor.redistribution.results.text import describe_recruitment

    asked, baseline, costs = _read(context, scenario)
    with session.busy("looking for the smallest recruitment"):
        applied, problem = pose_scenario(asked, baseline, costs, str(scenario))
        limit = applied.over_line if line is None else line
        recruitment = find_recruitment(applied, problem.limits, baseline.as_at, limit)
    if form is ShownForm.TEXT:
        _say(describe_recruitment(recruitment), out)
    else:
        _write(recruitment.options, Form(form.value), out)


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
    from monitor.redistribution.extract_after import write_extract_after
    from monitor.redistribution.results.moves import count_moves
    from monitor.run import table_bounds

    plan = _plan(context, scenario)
    with session.busy(f"writing {out}"):
        settings = session.load(context)
        mapped = settings.columns if columns is None else columns
        notes = write_extract_after(plan, extract, out, mapped, table_bounds(settings))
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    total = count_moves(plan.problem, plan.solution).total
    typer.echo(f"{out}: the extract of {plan.baseline.as_at} with {total:,} moves carried out")
    run = f"hotspots run --extract {out} --as-at {plan.baseline.as_at} --policy {plan.baseline.policy.name}"
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
