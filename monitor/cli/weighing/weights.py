"""Commands about the weights themselves: how firm the figures are, and what other weights would have said."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from alerts.wording import count_of
from monitor import signals
from monitor.cli import session
from monitor.cli.options import AsAt, Revision, iso_date
from monitor.cli.output import Form, ShownForm, put_file, say_lines, write_table

app = typer.Typer()

Draws = Annotated[int, typer.Option(min=1, max=10_000, help="How often the assumed weights are drawn.")]
DrawSeed = Annotated[int, typer.Option(min=0, help="The same seed gives the same answer.")]
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
    from monitor.operations.weights.sensitivity import judge_snapshot, sensitivity_lines

    store, snapshot = session.snapshot_of(context, as_at, revision)
    with session.busy("weighing under every draw"):
        answer = judge_snapshot(store, snapshot, session.load(context).config, draws, seed)
    if form is ShownForm.TEXT:
        say_lines(sensitivity_lines(answer), out)
    else:
        write_table(answer.rows, Form(form.value), out)


def _a_name(text: str) -> str:
    from monitor.alternatives.files import is_name

    if not is_name(text):
        raise typer.BadParameter(f"{text!r}: write small letters, digits and hyphens, such as more-for-licence")
    return text


@app.command()
def recompute(
    context: typer.Context,
    first: Annotated[date, typer.Option("--from", parser=iso_date, metavar="DATE", help="First as-at date.")],
    last: Annotated[date, typer.Option("--to", parser=iso_date, metavar="DATE", help="Last as-at date.")],
    policy: Annotated[str, typer.Option(help="The policy to weigh the stored weeks under.")],
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Name of the alternative; default: the policy's.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes weigh weeks side by side.")] = 1,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Weigh on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786. Needs the extra dask.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Weigh stored weeks under another policy, into an alternative history.

    Finished weeks are skipped, so an interrupted command goes on where it stopped. No snapshot changes.

    Example: hotspots recompute --from 2025-11-21 --to 2026-11-20 --policy wmt --as a-year-under-wmt
    """
    from monitor.alternatives.files import folder_of
    from monitor.operations.weights.recompute import plan_weeks
    from monitor.operations.weights.recompute import recompute as weigh_again

    if dask is not None and workers > 1:
        raise typer.BadParameter("--workers is for processes on this machine: give it or --dask", param_hint="--dask")
    settings = session.load(context)
    store = session.open_store(settings)
    folder = folder_of(store) / _a_name(name or policy)
    plan = plan_weeks(store, settings.config, folder, policy, first, last)
    done, left_out, of_other_tiers = plan.done, [], []
    weeks = count_of(len(plan.jobs), "week")
    try:
        with (
            session.progress(f"weighing {weeks}", len(plan.jobs)) as show,
            closing(weigh_again(plan, folder, policy, workers, dask)) as answers,
        ):
            for answer in answers:
                done += answer.entry is not None
                left_out += [answer.says] if answer.entry is None else []
                of_other_tiers += [answer] if answer.other_tiers else []
                show(f"{answer.as_at}: {'left out' if answer.entry is None else 'weighed'}")
    except signals.Stopped as stopped:
        typer.echo(
            f"{stopped} with {done} of {count_of(plan.done + len(plan.jobs), 'week')} done, which stay in {folder}; "
            "to go on with the others, run the same command again",
            err=True,
        )
        raise typer.Exit(session.Exit(128 + stopped.number)) from None
    typer.echo(f"{folder}: {count_of(done, 'week')} under policy {policy}, of which {plan.done} were there already")
    for reason in left_out:
        typer.echo(f"left out: {reason}", err=True)
    if of_other_tiers:
        last_week = max(of_other_tiers, key=lambda answer: answer.as_at)
        typer.echo(
            f"{count_of(last_week.other_tiers, 'case')} of {last_week.cases:,} as at {last_week.as_at} with tiers that "
            f"{policy} does not have, weighed as untiered: its figures do not compare with those recorded",
            err=True,
        )


@app.command()
def calibrate(
    context: typer.Context,
    timings: Annotated[Path, typer.Option(help="CSV of recorded hours: tier, rosh, setting, hours, perhaps cases.")],
    out: Annotated[
        Path | None, typer.Option(metavar="POLICY.yaml", help="Policy file to write; default: only show the points.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="The policy to start from; default: the home's.")] = None,
    study: Annotated[str | None, typer.Option(help="Name of the study; default: that of the file.")] = None,
    dated: Annotated[
        date | None, typer.Option(parser=iso_date, metavar="DATE", help="Date of the study; default: today.")
    ] = None,
    first: Annotated[
        date | None,
        typer.Option("--from", parser=iso_date, metavar="DATE", help="First day of the points; default: as --dated."),
    ] = None,
    draws: Annotated[int, typer.Option(min=100, max=10_000, help="Draws of the bootstrap.")] = 1_000,
    seed: DrawSeed = 1,
    form: Annotated[ShownForm, typer.Option("--format", help="File format; text is for reading.")] = ShownForm.TEXT,
) -> None:
    """Fit tier and RoSH points to a time study, and propose a policy with them.

    The policy in force stays as it is. The proposed file names the study, its date, the rows and the intervals.

    Example: hotspots calibrate --timings diary.csv --out config/weightings/diary-2026.yaml
    """
    from monitor.operations.weights.calibrate import calibrate as fit
    from monitor.operations.weights.calibrate import calibration_lines, fitted_table, write_proposal
    from tiering.calibration.proposal import Study

    settings = session.load(context)
    named, on = policy or settings.policy, dated or session.now().date()
    starts = first or on
    with session.busy("fitting the points"):
        recorded, calibration = fit(settings.config, named, timings, starts, draws, seed)
    if out is not None:
        cited = Study(study or timings.name, on, recorded.sha256)
        put_file(out, write_proposal(settings.config, named, out, calibration, cited, starts).encode(), "--out")
    if form is not ShownForm.TEXT:
        write_table(fitted_table(calibration), Form(form.value), None)
        return
    say_lines(calibration_lines(calibration), None)
    if out is not None:
        typer.echo(f"wrote {out}: the policy {out.stem}; read it, then run: hotspots check")
