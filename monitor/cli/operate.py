"""Commands that keep the service running."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.wording import count_of
from monitor import signals
from monitor.cli import session
from monitor.cli.options import AcceptMissing, AcceptSwing, AcceptUnmatched, AsAt, ClockIsRight
from monitor.safe_text import without_secrets
from tiering.faults import ConfigFault

if TYPE_CHECKING:
    from monitor.extracts import Insistence
    from monitor.operations.backup import Manifest

app = typer.Typer()


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the last snapshot, messages and next run.

    Exit status 1 if anything needs a person.
    """
    from monitor.operations.due_times import today_in
    from monitor.operations.status import status as state_of
    from monitor.operations.watched_place.next_extract import next_extract

    settings = session.load(context)
    now, store = session.now(), session.open_store(settings)
    newest = store.newest()
    watched = next_extract(settings, now, None if newest is None else newest.as_at)
    state = state_of(store, settings, now, today_in(settings, now), watched)
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
def check(
    context: typer.Context,
    extract: Annotated[
        str | None, typer.Option(help="Judge this extract instead: folder, zip, workbook, fsspec or database URL.")
    ] = None,
    columns: Annotated[Path | None, typer.Option(help="Heading map for the extract.")] = None,
    as_at: AsAt = None,
    accept_swing: AcceptSwing = False,
    accept_missing: AcceptMissing = None,
    accept_unmatched: AcceptUnmatched = False,
) -> None:
    """List every fault of the configuration, or of one extract, at once.

    Without --extract this checks settings, policy, people, database, mail server and source. With it, the extract is
    read and judged as a run would, against the last snapshot; nothing is stored. Exit status 2 if there are faults.

    Example: hotspots check --extract extracts/2026-11-20 --columns headings.yaml
    """
    if extract is not None:
        from monitor.extracts import Insistence

        insistence = Insistence(accept_swing, tuple(accept_missing or ()), accept_unmatched)
        _check_extract(context, extract, columns, as_at, insistence)
        return
    from monitor.operations.checks.check import faults, newest_as_at
    from monitor.operations.watched_place.next_extract import next_extract

    settings = session.load(context)
    at_fault = faults(settings, session.now().date())
    for fault in at_fault:
        typer.echo(fault, err=True)
    if at_fault:
        typer.echo(count_of(len(at_fault), "fault"), err=True)
        raise typer.Exit(session.Exit.INPUT)
    typer.echo(f"no faults: policy {settings.config}, people {settings.people_file}")
    for line in next_extract(settings, session.now(), newest_as_at(settings)):
        typer.echo(f"watched place: {line}")


def _check_extract(
    context: typer.Context, extract: str, columns: Path | None, as_at: date | None, insistence: "Insistence"
) -> None:
    from monitor.operations.checks.extract_check import date_of, describe_intake, judge_extract
    from monitor.operations.due_times import today_in

    settings = session.load(context)
    day = as_at or date_of(extract, settings, today_in(settings, session.now()))
    with session.busy(f"reading and checking {without_secrets(extract)}"):
        judged = judge_extract(extract, day, settings, columns or settings.columns, insistence)
    for line in describe_intake(judged):
        typer.echo(line)
    typer.echo(f"no faults: a run would accept this extract as at {day}")


@app.command()
def backup(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder, or .zip file, to write.")],
) -> None:
    """Write the database and the archive to one file.

    Both are as at one moment. This never overwrites a file.

    Example: hotspots backup --out /backup
    """
    from monitor.operations.backup import back_up

    store = session.open_store(session.load(context))
    with session.busy("backing up"):
        file, manifest = back_up(store, out, session.now())
    typer.echo(f"{file}: {_describe_contents(manifest)}, {file.stat().st_size / 1e6:,.1f} MB")
    if manifest.damaged:
        damaged = ", ".join(manifest.damaged)
        typer.echo(f"left out, because missing or damaged in the archive: {damaged}", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Option("--from", help="File that hotspots backup wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is stored.")] = False,
    keep_queue: Annotated[
        bool,
        typer.Option("--keep-queue", help="Send what was waiting. Use this only if nothing was sent after the backup."),
    ] = False,
    claim_archive: Annotated[
        bool, typer.Option("--claim-archive", help="Take over an archive of a database that is gone for good.")
    ] = False,
) -> None:
    """Restore a backup, completely or not at all.

    It goes to the home and database that are set. Stop the services first.

    Example: hotspots restore --from /backup/hotspots-2026-11-23T070000Z.zip
    """
    from monitor.operations.backup import restore as put_back

    settings = session.load(context)
    store = session.open_store(settings, restoring=True)
    with session.busy(f"restoring {file}"):
        manifest = put_back(store, file, session.now(), replace=replace, keep_queue=keep_queue, claim=claim_archive)
    typer.echo(f"restored the backup taken on {manifest.taken_at:%Y-%m-%d %H:%M} UTC: {_describe_contents(manifest)}")
    typer.echo("next: hotspots verify; hotspots digests")
    if manifest.damaged:
        damaged = ", ".join(manifest.damaged)
        typer.echo(f"already missing or damaged when the backup was taken: {damaged}", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command(name="claim-archive")
def claim_archive(
    context: typer.Context,
    owner: Annotated[
        str | None, typer.Option("--from", help="Owner that the archive has now, as the error names it.")
    ] = None,
) -> None:
    """Take over an archive in object storage whose database is gone for good.

    Example: hotspots claim-archive --from 5f0c1d2e3a4b5c6d7e8f90123456789a
    """
    from monitor.snapshots.ownership import claim_archive as claim

    settings = session.load(context)
    if isinstance(settings.archive, Path):
        raise ConfigFault(["HOTSPOTS_ARCHIVE_URL: is not set; an archive in the home is always of its own database"])
    own = claim(session.open_store(settings).engine, settings.archive, owner)
    typer.echo(f"{settings.archive} belongs to this database: {own}")


@app.command()
def retention(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be removed; remove nothing.")] = False,
    clock_is_right: ClockIsRight = False,
) -> None:
    """Remove what is past its retention time.

    This removes case-level rows and message content. Figures of units stay.
    """
    from monitor.operations.retention import apply_retention

    settings = session.load(context)
    store = session.open_store(settings)
    if not dry_run:
        session.hold_if_the_clock_jumped(store, settings, clock_is_right)
    removed = apply_retention(store, settings, session.now(), dry_run=dry_run)
    verb = "would remove" if dry_run else "removed"
    cases = f"case-level rows of {count_of(removed.snapshots, 'snapshot')}"
    mail = f"the content of {count_of(removed.messages, 'message')}"
    files = f"{count_of(removed.files, 'archive file')}, {removed.bytes / 1e6:,.1f} MB"
    typer.echo(
        f"{verb}: {cases} older than {count_of(settings.keep_cases_weeks, 'week')}; "
        f"{mail} older than {count_of(settings.keep_mail_days, 'day')}; {files}; "
        f"the content of {count_of(removed.what_ifs, 'what-if or plan')}; "
        f"{count_of(removed.notes, 'note')} of decisions and concerns older than "
        f"{count_of(settings.keep_notes_weeks, 'week')}"
    )


@app.command()
def schedule(context: typer.Context, clock_is_right: ClockIsRight = False) -> None:
    """Run the scheduler until it is stopped.

    It does the weekly run, delivery, notices, retention and the heartbeat, and catches up on runs that it missed.
    Its log is on standard error.
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
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes behind the one port.")] = 1,
) -> None:
    """Serve the web pages until it is stopped.

    Example: hotspots serve, then open http://127.0.0.1:8000
    """
    from monitor.web.serving import serve as serve_pages

    settings = session.load(context)
    session.open_store(settings)
    typer.echo(f"the pages are at http://{host}:{port}/ (to stop: Ctrl+C)")
    with signals.ending_a_server():
        serve_pages(settings, session.now, host, port, workers)


def _describe_contents(manifest: "Manifest") -> str:
    """Describe the contents of a backup in a few words."""
    rows = {name: table.rows for name, table in manifest.tables.items()}
    parts = (rows["snapshot"], "snapshot"), (rows["outbox"], "message"), (len(manifest.archive), "file")
    return ", ".join(count_of(count, noun) for count, noun in parts)
