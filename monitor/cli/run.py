"""Commands that take a snapshot, make one up, or derive it again."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import signals
from monitor.cli import session
from monitor.cli.options import (
    AsAt,
    Cases,
    ClockIsRight,
    Friday,
    OfPolicy,
    Revision,
    Seed,
    Weeks,
)
from monitor.safe_text import without_secrets
from tiering.faults import UserFault

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot

app = typer.Typer()


@app.command()
def demo(
    context: typer.Context, weeks: Weeks = 26, cases: Cases = 36_000, seed: Seed = 2009, as_at: Friday = None
) -> None:
    """The whole thing on a synthetic London up to last Friday: extracts, snapshots, digests in the outbox folder."""
    from monitor.operations.demo import run_demo

    settings = session.load(context)
    last = as_at or last_friday(settings)
    store, snapshot = run_demo(settings, weeks, cases, seed, last, session.now, typer.echo)
    typer.echo("")
    for line in _verdict(store, snapshot):
        typer.echo(line)
    typer.echo(f"\nExtracts:  {settings.home / 'sample'}\nDigests:   {settings.outbox} (open the .html files)")
    typer.echo(
        f"Database:  {without_secrets(settings.database_url)}\n"
        "Next:      hotspots serve | hotspots status | hotspots export hotspots"
    )


@app.command()
def sample(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to write into, one folder a week.")],
    weeks: Weeks = 26,
    cases: Cases = 36_000,
    seed: Seed = 2009,
    as_at: Friday = None,
) -> None:
    """Write the synthetic extracts only, up to last Friday."""
    from monitor.sample import write_sample

    last = as_at or last_friday(session.load(context))
    written = write_sample(out, weeks=weeks, cases=cases, seed=seed, last_as_at=last)
    missing = [week.as_at.isoformat() for week in written if week.folder is None]
    typer.echo(f"{len(written) - len(missing)} extracts in {out}; missing on purpose: {', '.join(missing) or 'none'}")


@app.command()
def run(
    context: typer.Context,
    extract: Annotated[str | None, typer.Option(help="Folder, zip, .xlsx, fsspec URL or database URL.")] = None,
    as_at: AsAt = None,
    policy: Annotated[
        str | None,
        typer.Option(help="Which weights: london-2009, wmt or your own; another than HOTSPOTS_POLICY only compares."),
    ] = None,
    columns: Annotated[Path | None, typer.Option(help="YAML file that maps headings.")] = None,
    accept_swing: Annotated[bool, typer.Option(help="Accept a large change in the number of cases.")] = False,
    if_due: Annotated[bool, typer.Option(help="Run this week's job if it is due and not done; for cron.")] = False,
    clock_is_right: ClockIsRight = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take one snapshot and queue its digests; sends nothing.

    Example: hotspots run --extract extracts/2026-11-20 --as-at 2026-11-20
    """
    if if_due:
        if any((extract, as_at, policy, columns, as_json)):
            raise typer.BadParameter(
                "--if-due takes the newest extract of HOTSPOTS_SOURCE; "
                "only --accept-swing and --clock-is-right go with it"
            )
        _run_if_due(context, accept_swing, clock_is_right)
        return
    if extract is None or as_at is None:
        raise typer.BadParameter("--extract and --as-at are both needed (or --if-due alone)")
    if clock_is_right:
        raise typer.BadParameter("--clock-is-right goes with --if-due: a run by hand does not depend on the clock")
    from monitor import logs
    from monitor.clock import jumped, remember
    from monitor.operations.weekly_run import facts_of, today_in
    from monitor.run import Request, take_snapshot, warnings_for
    from monitor.snapshots.store import summary_of

    settings = session.load(context)
    request = Request(
        extract,
        as_at,
        settings.policy if policy is None else policy,
        settings.columns if columns is None else columns,
        accept_swing,
    )
    store = session.open_store(settings)
    latest = store.newest()
    jump = jumped(store, settings, session.now())
    with (
        session.busy(f"reading and judging {without_secrets(extract)}"),
        logs.log_duration("run", as_at=as_at, state="done") as facts,
    ):
        snapshot = take_snapshot(request, settings, store, session.now())
        facts.update(facts_of(snapshot))
    if jump is None:
        remember(store, session.now())
    else:
        typer.echo(f"note: {jump}", err=True)
    summary = summary_of(snapshot)
    for doubt in warnings_for(latest, snapshot, today_in(settings, session.now())):
        typer.echo(f"note: {doubt}", err=True)
    if as_json:
        typer.echo(json.dumps(summary))
        return
    if summary["unchanged"]:
        typer.echo(f"unchanged: the snapshot of {snapshot.as_at} was taken from the same rows and policy before")
    for line in _verdict(store, snapshot):
        typer.echo(line)
    typer.echo(f"{summary['digests_queued']} digest(s) queued; send with: hotspots deliver")


@app.command()
def verify(context: typer.Context, as_at: AsAt = None, revision: Revision = None, policy: OfPolicy = None) -> None:
    """Derive a snapshot again from its archived rows, policy and past, and say whether every figure agrees."""
    from monitor.operations.verify import verify as derive_again

    store, snapshot = session.snapshot_of(context, as_at, revision, policy)
    with session.busy(f"deriving the snapshot of {snapshot.as_at} again"):
        verdict = derive_again(store, snapshot)
    for difference in verdict.differences:
        typer.echo(difference)
    named = f"snapshot of {snapshot.as_at}, revision {snapshot.revision}"
    if verdict.differences:
        typer.echo(f"{named}: {len(verdict.differences)} difference(s) in {verdict.figures:,} figures")
        raise typer.Exit(session.Exit.INTERNAL)
    typer.echo(f"{named}: all {verdict.figures:,} figures agree with what its rows and policy give")


def _run_if_due(context: typer.Context, accept_swing: bool, clock_is_right: bool) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from monitor import logs
    from monitor.operations.heartbeat import beat_if_due
    from monitor.operations.notices import queue_notices
    from monitor.operations.run_ledger import RunState
    from monitor.operations.weekly_run import run_if_due

    settings = session.load(context)
    store = session.open_store(settings)
    session.hold_if_the_clock_jumped(store, settings, clock_is_right)
    try:
        answer = run_if_due(store, settings, session.now, accept_swing=accept_swing)
        typer.echo(answer.detail, err=answer.state is RunState.FAILED)
    except (OSError, SQLAlchemyError, UserFault):
        raise
    except Exception as error:
        # What this command says ends up in logs, and the words of the error may quote a row.
        facts = logs.error_facts(error)
        typer.echo(f"the run broke off: {facts['error']} at {facts.get('where', 'an unknown place')}", err=True)
        raise typer.Exit(session.Exit.INTERNAL) from None
    finally:
        if not signals.is_asked() and (
            told := sum(notice.people for notice in queue_notices(store, settings, session.now()))
        ):
            typer.echo(f"{told} notice(s) queued; send with: hotspots deliver")
    beat_if_due(store, settings, session.now)
    statuses = {RunState.DONE: session.Exit.DONE, RunState.FAILED: session.Exit.INPUT}
    raise typer.Exit(statuses.get(answer.state, session.Exit.DONE_BEFORE))


def _verdict(store: "Store", snapshot: "Snapshot") -> list[str]:
    """What a snapshot found, in a few lines."""
    from monitor.snapshots.store import summary_of

    summary: dict[str, Any] = summary_of(snapshot)
    hotspots = summary["hotspots"]
    percentage = summary["capacity_percentage"]
    load = "no capacity" if percentage is None else f"{percentage:.1f}% of capacity"
    lines = [
        f"As at {snapshot.as_at} (revision {snapshot.revision}, policy {snapshot.policy}): {load}, "
        f"{summary['total_points']:,.0f} of {summary['available_points']:,.0f} points",
        f"{summary['cases']:,} cases, {summary['offender_managers']:,} offender managers; "
        f"{summary['rejected']:,} rows rejected, {summary['findings']:,} findings",
        f"Assessments overdue: {summary['overdue']:,}, of high or very high RoSH {summary['high_risk_overdue']:,}",
        f"Hotspots of all rules: {hotspots['new']} new, {hotspots['continuing']} continuing, "
        f"{hotspots['cleared']} cleared; of these:",
    ]
    shown = store.hotspots(session.number_of(snapshot))
    live = shown[shown["status"].ne("cleared")].groupby(["rule", "level"]).size()
    for rule in dict.fromkeys(live.index.get_level_values("rule")):
        counts = [f"{count} {level.replace('_', ' ')}(s)" for level, count in live[rule].items()]
        lines.append(f"  {rule.replace('_', ' ')}: {', '.join(counts)}")
    shown = shown[shown["rule"].eq("hot_and_late") & shown["level"].eq("office")].sort_values("rank")
    if len(shown):
        lines.append("Too hot and too late, the worst offices:")
        lines += [f"  {row.name} ({row.code}): {row.reason}" for row in shown.head(3).itertuples()]
    return lines


def last_friday(settings: "Settings") -> date:
    from monitor.operations.weekly_run import today_in
    from monitor.sample import last_friday

    return last_friday(today_in(settings, session.now()))
