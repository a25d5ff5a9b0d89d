"""``hotspots what-if ...``: ask, read, compare and try out a redistribution in the terminal."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import session
from monitor.cli.options import AsAt, Revision

if TYPE_CHECKING:
    import pandas as pd

    from monitor.redistribution.plan import Plan
    from monitor.redistribution.problem.costs import Costs
    from monitor.redistribution.scenario.baseline import Baseline
    from monitor.redistribution.scenario.model import Scenario
from monitor.cli.output import Form, ShownForm, put_file, say_lines, write_table

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


class ComparedTable(StrEnum):
    """The tables of a comparison."""

    UNITS = "units"
    WHOLE = "whole"


class TableName(StrEnum):
    """The further tables of a plan."""

    PEOPLE = "people"
    UNMOVED = "unmoved"
    SPARE_CAPACITY = "spare-capacity"
    ROBUST = "robust"
    WORKBOOK = "workbook"


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
    from monitor.redistribution.results.remarks import remark_on
    from monitor.redistribution.results.tables.people import tabulate_people
    from monitor.redistribution.results.tables.unmoved import list_unmoved
    from monitor.redistribution.results.text import describe_plan, describe_remark
    from monitor.redistribution.scenario.remarks import AcceptedRisk
    from monitor.redistribution.scenario.yaml_file import scenario_yaml

    plan = _plan(context, scenario, based_on)
    if save is not None:
        put_file(save, scenario_yaml(scenario_to_repeat(plan)).encode(), "--save")
    people = tabulate_people(plan)
    figures, remarks = summarise(plan, people), remark_on(plan, people, list_unmoved(plan.problem, plan.solution))
    if as_json:
        accepted = [remark for remark in remarks if isinstance(remark, AcceptedRisk)]
        said = {
            "messages": [describe_remark(remark) for remark in remarks],
            "accepted_risks": [remark.model_dump(exclude={"kind", "place"}) for remark in accepted],
        }
        typer.echo(json.dumps(figures.model_dump(mode="json") | said, ensure_ascii=False))
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
    """Write who takes which case, in which week, and why; what goes with the list is on standard error.

    Example: hotspots what-if moves hackney.yaml --format xlsx --out moves.xlsx
    """
    from monitor.redistribution.results.move_notes import add_notes
    from monitor.redistribution.results.remarks import remark_on, remarks_to_hand_over
    from monitor.redistribution.results.tables.moves import list_moves
    from monitor.redistribution.results.tables.people import tabulate_people
    from monitor.redistribution.results.tables.unmoved import list_unmoved
    from monitor.redistribution.results.text import describe_remark
    from monitor.redistribution.scenario.remarks import AcceptedRisk

    plan = _plan(context, scenario, based_on)
    remarks = remark_on(plan, tabulate_people(plan), list_unmoved(plan.problem, plan.solution))
    accepted = [remark for remark in remarks if isinstance(remark, AcceptedRisk)]
    write_table(add_notes(list_moves(plan.problem, plan.solution), plan, accepted), form, out)
    for remark in remarks_to_hand_over(remarks):
        typer.echo(describe_remark(remark), err=True)


@app.command()
def export(
    context: typer.Context,
    table: Annotated[
        TableName, typer.Argument(metavar="TABLE", help="people, unmoved, spare-capacity, robust or workbook.")
    ],
    scenario: ScenarioFile,
    line: Annotated[
        float | None,
        typer.Option(min=1, max=1000, help="With spare-capacity: up to so many per cent of capacity; default: 100."),
    ] = None,
    form: Written = Form.CSV,
    out: Out = None,
) -> None:
    """Write what every person carries before and after (people), which cases stay and why (unmoved), which team has
    spare capacity for which kind of case before any move (spare-capacity), how often each office holds in draws of the
    next 8 weeks (robust), or an XLSX workbook with a summary and a sheet for each office (workbook), which needs --out.

    Example: hotspots what-if export spare-capacity hackney.yaml --format xlsx --out spare.xlsx
    """
    if line is not None and table is not TableName.SPARE_CAPACITY:
        raise typer.BadParameter("goes with the table spare-capacity only; leave it out", param_hint="--line")
    if table is TableName.WORKBOOK:
        if out is None:
            raise typer.BadParameter("is needed for a workbook; write --out plan.xlsx", param_hint="--out")
        put_file(out, _workbook(context, scenario), "--out")
        return
    write_table(_table(context, table, scenario, 100 if line is None else line), form, out)


def _table(context: typer.Context, table: TableName, file: Path, line: float) -> "pd.DataFrame":
    """One of the further tables; only spare capacity needs no plan."""
    from monitor.redistribution.plan import pose_scenario
    from monitor.redistribution.results.remarks import mark_accepted_risks, remark_on
    from monitor.redistribution.results.tables.people import tabulate_people
    from monitor.redistribution.results.tables.spare_capacity import find_spare_capacity
    from monitor.redistribution.results.tables.unmoved import list_unmoved

    if table is TableName.SPARE_CAPACITY:
        scenario, baseline, costs = _read(context, file)
        with session.busy("counting spare capacity"):
            _, problem = pose_scenario(scenario, baseline, costs, str(file))
            return find_spare_capacity(problem, line)
    plan = _plan(context, file)
    if table is TableName.ROBUST:
        return _tabulate_robust(plan)
    people = tabulate_people(plan)
    if table is TableName.PEOPLE:
        return people
    unmoved = list_unmoved(plan.problem, plan.solution)
    return mark_accepted_risks(unmoved, remark_on(plan, people, unmoved))


def _tabulate_robust(plan: "Plan") -> "pd.DataFrame":
    """Tabulate how often each office holds; a user's mistake if the scenario asks for no draws."""
    from monitor.redistribution.robust.judgement import judge, tabulate_units

    robustness = judge(plan)
    if robustness is None:
        raise typer.BadParameter("the scenario asks for no draws; write robust: 200 in it", param_hint="SCENARIO")
    return tabulate_units(robustness)


def _workbook(context: typer.Context, file: Path) -> bytes:
    from monitor.redistribution.results.record import record_plan
    from monitor.redistribution.results.text import describe_scope
    from monitor.redistribution.results.workbook import WorkbookHead, write_workbook

    plan = _plan(context, file)
    scope, author = describe_scope(plan.scenario.scope), plan.scenario.author or ""
    return write_workbook(record_plan(plan), WorkbookHead(None, scope, author, session.load(context).marking))


@app.command()
def compare(
    context: typer.Context,
    a: Annotated[Path, typer.Argument(metavar="A", help="Scenario A.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Scenario B.")],
    based_on: BasedOn = None,
    form: Shown = ShownForm.TEXT,
    as_json: AsJson = False,
    table: Annotated[
        ComparedTable,
        typer.Option(help="With csv, json or xlsx: every person, team, office and cluster, or the whole."),
    ] = ComparedTable.UNITS,
    out: Out = None,
) -> None:
    """Show the snapshot, plan A and plan B side by side, by person, team, office and cluster.

    Example: hotspots what-if compare two-away.yaml recruit-one.yaml
    """
    from monitor.redistribution.results.compare import compare_plans, tabulate_whole
    from monitor.redistribution.results.figures import summarise
    from monitor.redistribution.results.tables.people import tabulate_people
    from monitor.redistribution.results.text import describe_comparison

    plans = _plan(context, a, based_on), _plan(context, b, based_on)
    units = compare_plans(*plans, (str(a), str(b)))
    of_a, of_b = (summarise(plan, tabulate_people(plan)) for plan in plans)
    if form is ShownForm.TEXT and not as_json:
        say_lines(describe_comparison(units, of_a, of_b), out)
        return
    compared = units if table is ComparedTable.UNITS else tabulate_whole(units, of_a, of_b)
    write_table(compared, Form.JSON if as_json else Form(form.value), out)


@app.command()
def curve(
    context: typer.Context,
    scenario: ScenarioFile,
    form: Written = Form.CSV,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Write what more moves would gain: moves by choice against their share of the full gain."""
    from monitor.redistribution.plan import pose_scenario
    from monitor.redistribution.results.tables.trade_off import sweep_budgets

    asked, baseline, costs = _read(context, scenario)
    with session.busy(f"solving {asked.name} for several numbers of moves"):
        _, problem = pose_scenario(asked, baseline, costs, str(scenario))
        table = sweep_budgets(problem)
    write_table(table, Form.JSON if as_json else form, out)


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
    from monitor.redistribution.results.tables.recruitment import find_recruitment
    from monitor.redistribution.results.text import describe_recruitment

    asked, baseline, costs = _read(context, scenario)
    with session.busy("looking for the smallest recruitment"):
        applied, problem = pose_scenario(asked, baseline, costs, str(scenario))
        limit = applied.over_line if line is None else line
        recruitment = find_recruitment(applied, problem.limits, baseline.as_at, limit)
    if form is ShownForm.TEXT:
        say_lines(describe_recruitment(recruitment), out)
    else:
        write_table(recruitment.options, Form(form.value), out)


@app.command()
def who(
    context: typer.Context,
    crn: Annotated[str, typer.Argument(metavar="CRN", help="The case, as it stands in the caseload.")],
    as_json: AsJson = False,
    scope: Annotated[
        str | None,
        typer.Option(
            metavar="SCOPE",
            help="Whose people: team:CODE, office:CODE, cluster:CODE, area:CODE or all; default: the case's cluster.",
        ),
    ] = None,
    as_at: AsAt = None,
    revision: Revision = None,
) -> None:
    """List who may take one case, best first, with what each would carry and what speaks against it.

    Example: hotspots what-if who X123456
    """
    from monitor.redistribution.problem.costs import load_costs
    from monitor.redistribution.results.who import describe_who, find_who, read_scope
    from monitor.redistribution.scenario.baseline import load_baseline
    from monitor.redistribution.scenario.yaml_file import parse_scenario

    asked = None if scope is None else read_scope(scope)
    settings = session.load(context)
    with session.busy(f"looking for who may take {crn}"):
        start = parse_scenario({"name": "who", "scope": "all", "as_at": as_at, "revision": revision}, "who")
        baseline = load_baseline(session.open_store(settings), start, "who")
        answer = find_who(baseline, load_costs(settings.config, baseline.as_at), crn, asked)
    if as_json:
        typer.echo(json.dumps(answer.as_plain(), ensure_ascii=False))
        return
    for line in describe_who(answer):
        typer.echo(line)


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
    from monitor.redistribution.results.tables.moves import count_moves
    from monitor.table_bounds import table_bounds

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
