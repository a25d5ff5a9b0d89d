"""Commands that take a snapshot, make sample data, or recalculate a snapshot."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alerts.intake_gaps import describe_first_extract, describe_gaps
from alerts.wording import count_of
from monitor import signals
from monitor.cli import session
from monitor.cli.options import (
    AcceptMissing,
    AcceptSwing,
    AcceptUnmatched,
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
    from monitor.extracts import Insistence
    from monitor.run import Outcome
    from monitor.settings import Settings
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot

app = typer.Typer()


@app.command()
def demo(
    context: typer.Context, weeks: Weeks = 26, cases: Cases = 36_000, seed: Seed = 2009, as_at: Friday = None
) -> None:
    """Run everything on a synthetic London up to last Friday.

    This writes extracts, takes a snapshot of each week, and puts the digests in the outbox folder.

    Example: hotspots demo --as-at 2026-11-20
    """
    from monitor.operations.demonstration.demo import run_demo

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
    out: Annotated[Path, typer.Option(help="Folder to write to, with one folder per week.")],
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
    extracts = count_of(len(written) - len(missing), "extract")
    typer.echo(f"{extracts} in {out}; missing on purpose: {', '.join(missing) or 'none'}")


@app.command()
def run(
    context: typer.Context,
    extract: Annotated[str | None, typer.Option(help="Folder, zip, .xlsx, fsspec URL or database URL.")] = None,
    as_at: AsAt = None,
    policy: Annotated[
        str | None,
        typer.Option(
            help="Policy to use: london-2009, wmt or your own. Any but HOTSPOTS_POLICY makes a comparison only."
        ),
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(help="Further policy to weigh the same rows under, side by side; repeatable.")
    ] = None,
    columns: Annotated[Path | None, typer.Option(help="YAML file that maps headings.")] = None,
    accept_swing: AcceptSwing = False,
    accept_missing: AcceptMissing = None,
    accept_unmatched: AcceptUnmatched = False,
    if_due: Annotated[bool, typer.Option(help="Run this week's job if it is due and not yet done; for cron.")] = False,
    clock_is_right: ClockIsRight = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take one snapshot and queue its digests. This sends nothing.

    Example: hotspots run --extract extracts/2026-11-20 --as-at 2026-11-20
    """
    from monitor.extracts import Insistence

    insistence = Insistence(accept_swing, tuple(accept_missing or ()), accept_unmatched)
    if if_due:
        if any((extract, as_at, policy, also, columns, as_json)):
            raise typer.BadParameter(
                "--if-due uses the latest extract in HOTSPOTS_SOURCE; "
                "you can add only the --accept options and --clock-is-right"
            )
        _run_if_due(context, insistence, clock_is_right)
        return
    if extract is None or as_at is None:
        raise typer.BadParameter("give both --extract and --as-at (or --if-due alone)")
    if clock_is_right:
        raise typer.BadParameter("use --clock-is-right with --if-due only: a run by hand does not depend on the clock")
    from monitor import logs
    from monitor.clock import find_jump, remember
    from monitor.operations.due_times import today_in
    from monitor.operations.notices import queue_notices_after_run
    from monitor.operations.weekly_run import facts_of
    from monitor.run import Request, take_snapshot, warnings_for

    settings = session.load(context)
    request = Request(
        extract,
        as_at,
        settings.policy if policy is None else policy,
        settings.columns if columns is None else columns,
        insistence,
        tuple(also or ()),
    )
    store = session.open_store(settings)
    latest = store.newest()
    jump = find_jump(store, settings, session.now())
    with (
        session.busy(f"reading and checking {without_secrets(extract)}"),
        logs.log_duration("run", as_at=as_at, state="done") as facts,
    ):
        outcome = take_snapshot(request, settings, store, session.now())
        facts.update(facts_of(outcome))
    if jump is None:
        remember(store, session.now())
    else:
        typer.echo(f"note: {jump}", err=True)
    snapshot = outcome.snapshot
    for doubt in warnings_for(latest, snapshot, today_in(settings, session.now())):
        typer.echo(f"note: {doubt}", err=True)
    readers_left_out = _readers_left_out(outcome)
    if (readers_left_out or describe_gaps(outcome.summary.gaps)) and (
        notices := sum(notice.people for notice in queue_notices_after_run(store, settings, session.now()))
    ):
        readers_left_out.append(f"{count_of(notices, 'notice')} about this queued")
    if as_json:
        for line in readers_left_out:
            typer.echo(line, err=True)
        typer.echo(outcome.summary.to_json())
        return
    if outcome.unchanged:
        typer.echo(f"unchanged: the snapshot for {snapshot.as_at} already holds these rows under this policy")
    for line in [*_verdict(store, snapshot), *_other_verdicts(store, snapshot)]:
        typer.echo(line)
    typer.echo(f"{count_of(outcome.summary.digests_queued, 'digest')} queued; to send: hotspots deliver")
    for line in readers_left_out:
        typer.echo(line)


@app.command()
def verify(context: typer.Context, as_at: AsAt = None, revision: Revision = None, policy: OfPolicy = None) -> None:
    """Calculate a snapshot again and report every difference.

    The rows, policy and history are those stored with the snapshot.
    """
    from monitor.operations.checks.verify import verify as derive_again

    store, snapshot = session.snapshot_of(context, as_at, revision, policy)
    with session.busy(f"calculating the snapshot for {snapshot.as_at} again"):
        verdict = derive_again(store, snapshot)
    for difference in verdict.differences:
        typer.echo(difference)
    title = f"snapshot for {snapshot.as_at}, revision {snapshot.revision}"
    figures = count_of(verdict.figures, "figure")
    if verdict.differences:
        typer.echo(f"{title}: {count_of(len(verdict.differences), 'difference')} in {figures}")
        raise typer.Exit(session.Exit.INTERNAL)
    typer.echo(f"{title}: {figures} checked, all agree with its rows and policy")


def _run_if_due(context: typer.Context, insistence: "Insistence", clock_is_right: bool) -> None:
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
        answer = run_if_due(store, settings, session.now, insistence=insistence)
        typer.echo(answer.detail, err=answer.state is RunState.FAILED)
    except (OSError, SQLAlchemyError, UserFault):
        raise
    except Exception as error:
        # The output of this command ends up in logs, and the text of the error may quote a row.
        facts = logs.error_facts(error)
        typer.echo(f"the run failed: {facts['error']} at {facts.get('where', 'an unknown place')}", err=True)
        raise typer.Exit(session.Exit.INTERNAL) from None
    finally:
        if not signals.is_asked() and (
            notices := sum(notice.people for notice in queue_notices(store, settings, session.now()))
        ):
            typer.echo(f"{count_of(notices, 'notice')} queued; to send: hotspots deliver")
    beat_if_due(store, settings, session.now)
    statuses = {RunState.DONE: session.Exit.DONE, RunState.FAILED: session.Exit.INPUT}
    raise typer.Exit(statuses.get(answer.state, session.Exit.DONE_BEFORE))


def _readers_left_out(outcome: "Outcome") -> list[str]:
    """Who gets no digest of this run, or one that leaves a unit out, one line per reader."""
    from monitor.operations.absent_readers import absence_lines

    stopped = outcome.summary.digests_suppressed
    suppressed = [f"{email}: the digest was suppressed; see: hotspots digests --state suppressed" for email in stopped]
    return [*absence_lines(outcome.absences), *suppressed]


def _verdict(store: "Store", snapshot: "Snapshot") -> list[str]:
    """The main figures of a snapshot, in a few lines."""
    from monitor.snapshots.summary import RunSummary

    summary = RunSummary.of_snapshot(snapshot)
    hotspots, percentage = summary.hotspots, summary.capacity_percentage
    load = "no capacity" if percentage is None else f"{percentage:.1f}% of capacity"
    lines = [
        f"As at {snapshot.as_at} (revision {snapshot.revision}, policy {snapshot.policy}): {load}, "
        f"{summary.total_points:,.0f} of {summary.available_points:,.0f} points",
        f"{count_of(summary.cases, 'case')}, {count_of(summary.offender_managers, 'offender manager')}; "
        f"{count_of(summary.rejected, 'row')} rejected, {count_of(summary.findings, 'finding')}",
        f"Assessments overdue: {summary.overdue:,}, of which high or very high RoSH: {summary.high_risk_overdue:,}",
        f"Hotspots under all rules: {hotspots.new} new, {hotspots.continuing} continuing, "
        f"{hotspots.cleared} cleared. New and continuing, by rule:",
    ]
    shown = store.hotspots(session.number_of(snapshot))
    live = shown[shown["status"].ne("cleared")].groupby(["rule", "level"]).size()
    for rule in dict.fromkeys(live.index.get_level_values("rule")):
        counts = [count_of(count, level.replace("_", " ")) for level, count in live[rule].items()]
        lines.append(f"  {rule.replace('_', ' ')}: {', '.join(counts)}")
    shown = shown[shown["rule"].eq("hot_and_late") & shown["level"].eq("office")].sort_values("rank")
    if len(shown):
        lines.append("Too hot and too late, worst offices first:")
        lines += [f"  {row.name} ({row.code}): {row.reason}" for row in shown.head(3).itertuples()]
    gaps = [*describe_gaps(summary.gaps), *describe_first_extract(summary.gaps)]
    return [*lines, *(f"note: {gap}" for gap in gaps)]


def _other_verdicts(store: "Store", snapshot: "Snapshot") -> list[str]:
    """What the service weighs under each further policy, one line per policy."""
    number = session.number_of(snapshot)
    if not store.has_archived(number, "by_policy"):
        return []
    rows = store.archived_frame(number, "by_policy")
    whole = rows[rows["level"].eq("all") & rows["policy"].ne(snapshot.policy)]
    return [_other_verdict(row) for row in whole.to_dict("records")]


def _other_verdict(row: "Mapping[Any, Any]") -> str:
    percentage = row["capacity_percentage"]
    load = f"{percentage:.1f}% of capacity" if percentage == percentage else "no capacity"
    points = f"{row['total_points']:,.0f} of {row['available_points']:,.0f} points"
    other = row["other_tiers"]
    untiered = f"; {count_of(other, 'case')} with other tiers, weighed as untiered" if other else ""
    return f"Under policy {row['policy']}: {load}, {points}{untiered}"


def last_friday(settings: "Settings") -> date:
    from monitor.operations.due_times import today_in
    from monitor.sample import last_friday

    return last_friday(today_in(settings, session.now()))
