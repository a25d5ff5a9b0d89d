"""Commands that keep the service running."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import signals
from monitor.cli import session
from monitor.cli.options import (
    ClockIsRight,
)

if TYPE_CHECKING:
    from monitor.operations.backup import Manifest

app = typer.Typer()


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """The last snapshot, its age, coverage, mail, next run; exit status 1 if anything needs a person."""
    from monitor.operations.status import status as state_of
    from monitor.operations.weekly_run import today_in

    settings = session.load(context)
    now = session.now()
    state = state_of(session.open_store(settings), settings, now, today_in(settings, now))
    if as_json:
        typer.echo(json.dumps(state.as_json()))
    else:
        for fact in state.facts():
            typer.echo(fact)
        for wrong in state.needs_a_person:
            typer.echo(f"needs a person: {wrong}", err=True)
    if state.needs_a_person:
        raise typer.Exit(session.Exit.INTERNAL)


@app.command()
def check(context: typer.Context) -> None:
    """Check configuration, recipients, database, mail server and source: all faults at once."""
    from monitor.operations.check import faults

    settings = session.load(context)
    found = faults(settings, session.now().date())
    for fault in found:
        typer.echo(fault, err=True)
    if found:
        typer.echo(f"{len(found)} fault(s)", err=True)
        raise typer.Exit(session.Exit.INPUT)
    typer.echo(f"no faults: policy {settings.config}, people {settings.people_file}")


@app.command()
def backup(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder, or .zip file, to write.")],
) -> None:
    """Write everything that is stored into one file: database and archive, as at one moment; never overwrites.

    Example: hotspots backup --out /backup
    """
    from monitor.operations.backup import back_up

    store = session.open_store(session.load(context))
    with session.busy("backing up"):
        file, manifest = back_up(store, out, session.now())
    typer.echo(f"{file}: {_held(manifest)}, {file.stat().st_size / 1e6:,.1f} MB")
    if manifest.damaged:
        damaged = ", ".join(manifest.damaged)
        typer.echo(f"left out, because missing or damaged in the archive: {damaged}", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Option("--from", help="File that hotspots backup wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of what is stored.")] = False,
    keep_queue: Annotated[
        bool, typer.Option("--keep-queue", help="Send what waited: only where nothing was sent since.")
    ] = False,
) -> None:
    """Put a backup into the home and the database that are set, wholly or not at all; stop the services first.

    Example: hotspots restore --from /backup/hotspots-2026-11-23T070000Z.zip
    """
    from monitor.operations.backup import restore as put_back

    settings = session.load(context)
    store = session.open_store(settings, restoring=True)
    with session.busy(f"restoring {file}"):
        manifest = put_back(store, file, session.now(), replace=replace, keep_queue=keep_queue)
    typer.echo(f"restored the backup of {manifest.taken_at:%Y-%m-%d %H:%M} UTC: {_held(manifest)}")
    typer.echo("next: hotspots verify; hotspots digests")
    if manifest.damaged:
        damaged = ", ".join(manifest.damaged)
        typer.echo(f"missing or damaged already when it was taken: {damaged}", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command()
def retention(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    clock_is_right: ClockIsRight = False,
) -> None:
    """Remove case-level rows and mail bytes whose time is over; the figures of units stay."""
    from monitor.operations.retention import apply_retention

    settings = session.load(context)
    store = session.open_store(settings)
    if not dry_run:
        session.hold_if_the_clock_jumped(store, settings, clock_is_right)
    removed = apply_retention(store, settings, session.now(), dry_run=dry_run)
    typer.echo(
        f"{'would remove' if dry_run else 'removed'}: case-level rows of {removed.snapshots:,} snapshot(s) older than "
        f"{settings.keep_cases_weeks} weeks; the bytes of {removed.messages:,} message(s) older than "
        f"{settings.keep_mail_days} days; {removed.files:,} file(s) of the archive, {removed.bytes / 1e6:,.1f} MB; "
        f"the words of {removed.what_ifs:,} what-if(s) and plan(s)"
    )


@app.command()
def schedule(context: typer.Context, clock_is_right: ClockIsRight = False) -> None:
    """Run the weekly job for ever, send what is due, and say when a week has no figures; catches up what it missed.

    What it does is in its log, on standard error.
    """
    from sqlalchemy import make_url

    from monitor.operations.scheduler import run_until_stopped

    settings = session.load(context, log_level="info")
    make_url(settings.database_url)
    if clock_is_right:
        from monitor.clock import check_clock

        check_clock(session.open_store(settings), settings, session.now(), confirmed_by=session.account())
    run_until_stopped(settings, session.now)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the pages until it is stopped.

    Example: hotspots serve, then open http://127.0.0.1:8000
    """
    import uvicorn

    from monitor.web.app import make_app
    from monitor.web.read_model.warm_up import WarmUp
    from monitor.web.server import OPTIONS

    settings = session.load(context)
    pages = make_app(settings, session.open_store(settings), session.now, host)
    typer.echo(f"the pages are at http://{host}:{port}/ (stop with Ctrl+C)")
    with signals.ending_a_server(), WarmUp(pages.state.service.shelf):
        uvicorn.run(pages, host=host, port=port, **OPTIONS)


def _held(manifest: "Manifest") -> str:
    """What a backup holds, in a few words."""
    rows = {name: table.rows for name, table in manifest.tables.items()}
    return f"{rows['snapshot']:,} snapshot(s), {rows['outbox']:,} message(s), {len(manifest.archive):,} file(s)"
