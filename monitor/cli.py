"""``hotspots ...``: the face in the terminal. Heavy parts are imported by the commands that need them."""

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import signals, what_if_commands
from monitor.shown import beneath, masked_secrets, printable, printable_output, without_secrets
from monitor.standard_output import keep_for_this_program

if TYPE_CHECKING:
    from monitor.backup import Manifest
    from monitor.logs import Level
    from monitor.settings import Settings
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot


class Exit(IntEnum):
    """Exit statuses; that of a signal is 128 and its number, as a shell reports it."""

    DONE = 0
    INTERNAL = 1
    INPUT = 2
    DONE_BEFORE = 3
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


class PlainFormat(StrEnum):
    """What the record of looks is written as."""

    CSV = "csv"
    JSON = "json"


class Table(StrEnum):
    """What can be exported."""

    WORKLOAD = "workload"
    HOTSPOTS = "hotspots"
    OVERDUE = "overdue"
    TIMELINESS = "timeliness"
    FINDINGS = "findings"
    CASES = "cases"
    REJECTED = "rejected"
    FORECAST = "forecast"
    TREND = "trend"
    SUPERVISION = "supervision"
    GRADES = "grades"


class MailState(StrEnum):
    """What became of a message."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"


_ADVICE = (
    (
        ("No space left", "disk is full", "File too large", "disk I/O error", "Disk quota exceeded"),
        "the disk of HOTSPOTS_HOME, or of the file named, is full or failing: free some space and run it again",
    ),
    (
        ("readonly database", "Permission denied", "Read-only file system", "unable to open database file"),
        "this account may not write in HOTSPOTS_HOME, which SQLite needs even to read: let it, and call it again",
    ),
    (
        ("connection failed", "connection to server", "server closed the connection", "terminating connection"),
        "the database server of HOTSPOTS_DATABASE is out of reach: start it, or mend the way to it, and call it again",
    ),
)


_LOCKED = """\
the database is locked: another program has been writing to it, or keeps a transaction open, for too long.
It may be another hotspots command (restore, retention, a run), a backup program, or an open database tool.
Let it finish or close it, then run the command again. To find it with SQLite: fuser -v hotspots.db*
with PostgreSQL: SELECT pid, usename, application_name, query FROM pg_stat_activity WHERE xact_start IS NOT NULL
what was stored before is as it was"""


def _iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date such as 2026-11-20") from None


def _a_friday(text: str) -> date:
    found = _iso_date(text)
    if found.isoweekday() != 5:
        raise typer.BadParameter(f"{text} is a {found:%A}; the made-up extracts are as at Fridays, such as 2026-11-20")
    return found


AsAt = Annotated[date | None, typer.Option(parser=_iso_date, metavar="DATE", help="As-at date, such as 2026-11-20.")]
Friday = Annotated[
    date | None,
    typer.Option(parser=_a_friday, metavar="DATE", help="As-at date of the last week, a Friday; default: last Friday."),
]
Revision = Annotated[
    int | None, typer.Option(min=1, help="An earlier revision of that date; default: its newest.", show_default=False)
]
OfPolicy = Annotated[
    str | None, typer.Option(help="The snapshot under this policy, also a comparison; default: the home's own.")
]
Weeks = Annotated[int, typer.Option(min=1, max=520, help="Weeks of history.")]
Cases = Annotated[int, typer.Option(min=120, help="Cases in all.")]
Seed = Annotated[int, typer.Option(help="Same seed, same London.")]

ClockIsRight = Annotated[
    bool, typer.Option("--clock-is-right", help="The clock is right, however long nothing was run: go on.")
]

_at_the_end = ExitStack()
"""What is closed when the program ends: a database server is told so, and not left to find out."""

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
    config: Annotated[Path | None, typer.Option(help="Folder of the policy; default: the one shipped.")] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    context.obj = {} if config is None else {"config": config}


@app.command()
def demo(
    context: typer.Context, weeks: Weeks = 26, cases: Cases = 36_000, seed: Seed = 2009, as_at: Friday = None
) -> None:
    """The whole thing on a synthetic London up to last Friday: extracts, snapshots, digests in the outbox folder."""
    from monitor.demo import run_demo

    settings = _load(context)
    last = as_at or _last_friday(settings)
    store, snapshot = run_demo(settings, weeks, cases, seed, last, _now, typer.echo)
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

    last = as_at or _last_friday(_load(context))
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
    from monitor.run import Request, doubts, take_snapshot
    from monitor.snapshots.store import summary_of
    from monitor.weekly import facts_of, today_in

    settings = _load(context)
    request = Request(
        extract,
        as_at,
        settings.policy if policy is None else policy,
        settings.columns if columns is None else columns,
        accept_swing,
    )
    store = _store(settings)
    latest = store.newest()
    jump = jumped(store, settings, _now())
    with _busy(f"reading and judging {without_secrets(extract)}"), logs.told("run", as_at=as_at, state="done") as facts:
        snapshot = take_snapshot(request, settings, store, _now())
        facts.update(facts_of(snapshot))
    if jump is None:
        remember(store, _now())
    else:
        typer.echo(f"note: {jump}", err=True)
    summary = summary_of(snapshot)
    for doubt in doubts(latest, snapshot, today_in(settings, _now())):
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
def export(
    context: typer.Context,
    table: Annotated[Table, typer.Argument(help="Which table.")],
    as_at: AsAt = None,
    revision: Revision = None,
    policy: OfPolicy = None,
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Write one table of a snapshot, the newest by default.

    Example: hotspots export workload --format xlsx --out workload.xlsx
    """
    from monitor.export import rendered, table_of

    store, snapshot = _snapshot_of(context, as_at, revision, policy)
    content = rendered(table_of(store, snapshot, table.value), form.value)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        out.write_bytes(content)


@app.command()
def looks(
    context: typer.Context,
    since: Annotated[date | None, typer.Option(parser=_iso_date, metavar="DATE", help="First day.")] = None,
    until: Annotated[date | None, typer.Option(parser=_iso_date, metavar="DATE", help="Last day.")] = None,
    who: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only what this person looked at.")] = None,
    form: Annotated[PlainFormat, typer.Option("--format", help="What to write.")] = PlainFormat.CSV,
) -> None:
    """Write who looked at which person or case on the pages, and who was refused, oldest first.

    Example: hotspots looks --since 2026-11-01 --who spo@example.org
    """
    from zoneinfo import ZoneInfo

    from monitor.export import rendered
    from monitor.web.audit import looked_at

    settings = _load(context)
    found = looked_at(_store(settings).engine, ZoneInfo(settings.timezone), since, until, who)
    sys.stdout.buffer.write(rendered(found, form.value))
    sys.stdout.flush()


@app.command()
def verify(context: typer.Context, as_at: AsAt = None, revision: Revision = None, policy: OfPolicy = None) -> None:
    """Derive a snapshot again from its archived rows, policy and past, and say whether every figure agrees."""
    from monitor.verify import verify as derive_again

    store, snapshot = _snapshot_of(context, as_at, revision, policy)
    with _busy(f"deriving the snapshot of {snapshot.as_at} again"):
        verdict = derive_again(store, snapshot)
    for difference in verdict.differences:
        typer.echo(difference)
    named = f"snapshot of {snapshot.as_at}, revision {snapshot.revision}"
    if verdict.differences:
        typer.echo(f"{named}: {len(verdict.differences)} difference(s) in {verdict.figures:,} figures")
        raise typer.Exit(Exit.INTERNAL)
    typer.echo(f"{named}: all {verdict.figures:,} figures agree with what its rows and policy give")


@app.command()
def deliver(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only write what would go to the folder dry-run.")] = False,
    redirect_to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send copies of what is due to this address instead.")
    ] = None,
    at_once: Annotated[bool, typer.Option("--now", help="Also try what waits for its next attempt.")] = False,
    clock_is_right: ClockIsRight = False,
) -> None:
    """Send every digest that is due: to the outbox folder, or by SMTP when a server is set.

    Example: hotspots deliver --redirect-to operator@example.org
    """
    from monitor import logs
    from monitor.mail.outbox import SENT, SUPERSEDED, switched_off
    from monitor.mail.sender import deliver as send_all
    from monitor.mail.sender import dry_run as write_all
    from monitor.mail.sender import held_by_server

    if dry_run and (redirect_to is not None or at_once):
        raise typer.BadParameter("--dry-run goes alone: it changes nothing and sends nothing")
    settings = _load(context)
    store = _store(settings)
    off = switched_off(settings)
    if off is not None:
        typer.echo(f"{off}; nothing leaves")
    if dry_run:
        found = list(write_all(store, settings, _now()))
        for one in found:
            typer.echo(f"{one.state}  {one.recipient}  {one.detail}")
        if not found:
            typer.echo("nothing is due")
        return
    _hold_if_the_clock_jumped(store, settings, clock_is_right)
    if off is not None:
        return
    unsent = 0
    if redirect_to is not None:
        from monitor.mail.redirect import queue_copies

        for one in queue_copies(store, settings, redirect_to, _now()):
            typer.echo(f"no copy  {one.recipient}  {one.state}: {one.detail}")
    held = None if at_once else held_by_server(store, settings, _now())
    if held is not None:
        typer.echo(f"{held}; try it now with: hotspots deliver --now", err=True)
        raise typer.Exit(Exit.INTERNAL)
    with signals.noted() as stopping:
        for one in send_all(store, settings, _now, at_once=at_once, copies_to=redirect_to):
            typer.echo(f"{one.state}  {one.recipient}  {one.detail}")
            logs.delivery(one.number, one.digest, one.state, one.detail)
            unsent += one.state not in (SENT, SUPERSEDED)
            if stopping.is_set():
                break
    if unsent:
        typer.echo(f"{unsent} not sent; see: hotspots status", err=True)
        raise typer.Exit(Exit.INTERNAL)


@app.command()
def digests(
    context: typer.Context,
    state: Annotated[
        list[MailState] | None, typer.Option(help="Only those in this state; may be given several times.")
    ] = None,
    as_at: AsAt = None,
) -> None:
    """List every message: for which date, to whom, and what became of it.

    Example: hotspots digests --state failed --state in_doubt
    """
    from monitor.mail.outbox import QUEUED, messages

    for one in messages(_store(_load(context)), [chosen.value for chosen in state or ()], as_at):
        parts = [f"{one.period}", f"revision {one.revision}", one.state, one.recipient, f"message {one.id}", one.digest]
        parts.append(f"{one.attempts} attempt(s)")
        if one.state == QUEUED:
            parts.append(f"next {one.send_after:%Y-%m-%d %H:%M} UTC")
        typer.echo("  ".join([*parts, *([one.reason] if one.reason else [])]))


@app.command()
def preview(
    context: typer.Context,
    to: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this reader's digest.")] = None,
    scope: Annotated[str | None, typer.Option(metavar="CODE", help="Only those written for this unit.")] = None,
    as_at: AsAt = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write into; default: preview in the home.")] = None,
    as_text: Annotated[bool, typer.Option("--text", help="Print the text part too.")] = False,
) -> None:
    """Write stored digests as pages and texts to look at; sends nothing, stores nothing.

    Example: hotspots preview --to north@example.org --text
    """
    from monitor.mail.preview import digests_to_show, write_previews

    settings = _load(context)
    store = _store(settings)
    chosen = digests_to_show(store, as_at, to, scope)
    if not chosen:
        raise typer.BadParameter("no digest is stored for that; see: hotspots digests, hotspots who-receives CODE")
    shown = set()
    for one in write_previews(store, chosen, settings.home / "preview" if out is None else out):
        shown.add(one.message.id)
        typer.echo(f"{one.message.recipient}  {one.message.state}  {one.subject}")
        typer.echo(f"  {one.size:,} bytes, HTML {one.html_size:,} bytes, {len(one.text):,} characters of text")
        for path in one.paths:
            typer.echo(f"  {path}")
        if as_text:
            typer.echo(f"\n{one.text}")
    for kept in chosen:
        if kept.id not in shown:
            typer.echo(f"{kept.recipient}  {kept.state}  nothing to show: {kept.reason or 'its bytes are gone'}")


@app.command()
def resend(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[MESSAGE]...", help="Numbers of messages.")] = None,
    in_doubt: Annotated[bool, typer.Option("--in-doubt", help="Every message in doubt.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Every message that failed.")] = False,
    suppressed: Annotated[
        bool, typer.Option("--suppressed-now-allowed", help="Those suppressed whose reader may have them now.")
    ] = False,
    even_if_sent: Annotated[bool, typer.Option("--even-if-sent", help="Also what was sent: it goes twice.")] = False,
    settled: Annotated[
        bool, typer.Option("--settled", help="Do not send: the reader has it, or does not need it any more.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Queue messages again, the same bytes: your decision, kept with your account and the time. `deliver` sends them.

    Example: hotspots resend 17 --yes
    """
    from monitor.mail.outbox import FAILED, IN_DOUBT, SUPPRESSED
    from monitor.mail.resend import candidates, queue_again, settle, to_settle

    wanted = {IN_DOUBT: in_doubt, FAILED: failed, SUPPRESSED: suppressed}
    states = [state for state, is_wanted in wanted.items() if is_wanted]
    if not states and not numbers:
        raise typer.BadParameter("which? give numbers (see: hotspots digests), --in-doubt, --failed or both")
    settings = _load(context)
    store = _store(settings)
    if settled:
        found = to_settle(store, numbers or [], states)
    else:
        found = candidates(store, settings, numbers or [], states, even_if_sent=even_if_sent)
    refused = [one for one in found if one.against is not None]
    for one in refused:
        typer.echo(f"message {one.number}: {one.against}", err=True)
    asked_by_number = [one for one in refused if one.number in (numbers or [])]
    if asked_by_number:
        raise typer.Exit(Exit.DONE_BEFORE if all(one.done for one in asked_by_number) else Exit.INPUT)
    chosen = [one.message for one in found if one.against is None and one.message is not None]
    for message in chosen:
        typer.echo(f"message {message.id}  {message.period}  {message.state}  {message.recipient}")
    if not chosen:
        typer.echo("nothing to settle" if settled else "nothing to send again")
        return
    question = f"Settle {len(chosen)} message(s)?" if settled else f"Send {len(chosen)} message(s) again?"
    if not yes and not (sys.stdin.isatty() and typer.confirm(question)):
        typer.echo("nothing was changed; to go ahead: --yes", err=True)
        raise typer.Exit(Exit.INPUT)
    decide = settle if settled else queue_again
    done = sum(decide(store, message, _account(), _now()) for message in chosen)
    typer.echo(f"{done} settled" if settled else f"{done} queued again; send with: hotspots deliver")
    if done < len(chosen):
        typer.echo(f"{len(chosen) - done} changed in between; see: hotspots digests", err=True)
        raise typer.Exit(Exit.INTERNAL)


@app.command("who-receives")
def who_receives(context: typer.Context, code: Annotated[str, typer.Argument(help="Code of a unit.")]) -> None:
    """Who receives the figures of an area, cluster, office or team by mail."""
    from alerts.routing import load_people
    from alerts.routing import who_receives as receivers

    settings = _load(context)
    store, snapshot = _snapshot_of(context, None)
    organisation = store.archived(_number(snapshot), "extract_organisation")
    codes = {
        "all",
        *(code for level in ("area", "cluster", "office", "team") for code in organisation[f"{level}_code"]),
    }
    if code not in codes:
        raise typer.BadParameter(f"there is no area, cluster, office or team {code!r} in the newest snapshot")
    people = receivers(code, load_people(settings.people_file, settings.mail_domains), organisation)
    for person in people:
        typer.echo(f"{person.email}  {person.name}, {person.role.value}")
    if not people:
        typer.echo("nobody receives it by mail")


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """The last snapshot, its age, coverage, mail, next run; exit status 1 if anything needs a person."""
    from monitor.status import status as state_of
    from monitor.weekly import today_in

    settings = _load(context)
    now = _now()
    state = state_of(_store(settings), settings, now, today_in(settings, now))
    if as_json:
        typer.echo(json.dumps(state.as_json()))
    else:
        for fact in state.facts():
            typer.echo(fact)
        for wrong in state.needs_a_person:
            typer.echo(f"needs a person: {wrong}", err=True)
    if state.needs_a_person:
        raise typer.Exit(Exit.INTERNAL)


@app.command()
def check(context: typer.Context) -> None:
    """Check configuration, recipients, database, mail server and source: all faults at once."""
    from monitor.check import faults

    settings = _load(context)
    found = faults(settings, _now().date())
    for fault in found:
        typer.echo(fault, err=True)
    if found:
        typer.echo(f"{len(found)} fault(s)", err=True)
        raise typer.Exit(Exit.INPUT)
    typer.echo(f"no faults: policy {settings.config}, people {settings.people_file}")


@app.command()
def backup(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder, or .zip file, to write.")],
) -> None:
    """Write everything that is stored into one file: database and archive, as at one moment; never overwrites.

    Example: hotspots backup --out /backup
    """
    from monitor.backup import back_up

    store = _store(_load(context))
    with _busy("backing up"):
        file, manifest = back_up(store, out, _now())
    typer.echo(f"{file}: {_held(manifest)}, {file.stat().st_size / 1e6:,.1f} MB")
    if manifest.damaged:
        damaged = ", ".join(manifest.damaged)
        typer.echo(f"left out, because missing or damaged in the archive: {damaged}", err=True)
        raise typer.Exit(Exit.INTERNAL)


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
    from monitor.backup import restore as put_back

    settings = _load(context)
    store = _store(settings, restoring=True)
    with _busy(f"restoring {file}"):
        manifest = put_back(store, file, _now(), replace=replace, keep_queue=keep_queue)
    typer.echo(f"restored the backup of {manifest.taken_at:%Y-%m-%d %H:%M} UTC: {_held(manifest)}")
    typer.echo("next: hotspots verify; hotspots digests")
    if manifest.damaged:
        damaged = ", ".join(manifest.damaged)
        typer.echo(f"missing or damaged already when it was taken: {damaged}", err=True)
        raise typer.Exit(Exit.INTERNAL)


@app.command()
def retention(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    clock_is_right: ClockIsRight = False,
) -> None:
    """Remove case-level rows and mail bytes whose time is over; the figures of units stay."""
    from monitor.retention import apply_retention

    settings = _load(context)
    store = _store(settings)
    if not dry_run:
        _hold_if_the_clock_jumped(store, settings, clock_is_right)
    removed = apply_retention(store, settings, _now(), dry_run=dry_run)
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

    from monitor.schedule import serve_for_ever

    settings = _load(context, log_level="info")
    make_url(settings.database_url)
    if clock_is_right:
        from monitor.clock import look

        look(_store(settings), settings, _now(), confirmed_by=_account())
    serve_for_ever(settings, _now)


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
    from monitor.web.ready import Watch
    from monitor.web.serving import OPTIONS

    settings = _load(context)
    pages = make_app(settings, _store(settings), _now, host)
    typer.echo(f"the pages are at http://{host}:{port}/ (stop with Ctrl+C)")
    with signals.ending_a_server(), Watch(pages.state.service.shelf):
        uvicorn.run(pages, host=host, port=port, **OPTIONS)


def main() -> None:
    """Run the program; what a user did wrong ends in words and exit status 2, never in a traceback."""
    keep_for_this_program()
    with printable_output(), _faults_in_words(), signals.raised(), _at_the_end:
        app(_config_first(sys.argv[1:]))


def _config_first(given: list[str]) -> list[str]:
    """The command line with --config before the command, wherever it was written: it goes for every command."""
    for place, word in enumerate(given):
        if word == "--config":
            return [*given[place : place + 2], *given[:place], *given[place + 2 :]]
        if word.startswith("--config="):
            return [word, *given[:place], *given[place + 1 :]]
    return given


@contextmanager
def _faults_in_words() -> Iterator[None]:
    try:
        yield
    except signals.Stopped as stopped:
        typer.echo(f"{stopped} before it was done: run the command again", err=True)
        raise SystemExit(Exit(128 + stopped.number)) from None
    except Exception as error:
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError

        from monitor.snapshots.archive import ArchiveDamaged
        from monitor.snapshots.database import is_locked

        at_fault: list[str] | None = getattr(error, "faults", None)
        if at_fault is not None:
            typer.echo("\n".join(map(masked_secrets, at_fault)), err=True)
            raise SystemExit(Exit.INPUT) from None
        if isinstance(error, ArgumentError):
            typer.echo(
                f"HOTSPOTS_DATABASE: not a database URL that can be used: {masked_secrets(str(error).splitlines()[0])}",
                err=True,
            )
            raise SystemExit(Exit.INPUT) from None
        if is_locked(error):
            typer.echo(_LOCKED, err=True)
            raise SystemExit(Exit.INTERNAL) from None
        if isinstance(error, ArchiveDamaged | SQLAlchemyError | OSError):
            met = masked_secrets(str(error).splitlines()[0])
            typer.echo(f"{type(error).__name__}: {met}", err=True)
            for advice in (advice for signs, advice in _ADVICE if any(sign in met for sign in signs)):
                typer.echo(f"{advice}; what was stored before is as it was", err=True)
            raise SystemExit(Exit.INTERNAL) from None
        raise


def _hold_if_the_clock_jumped(store: "Store", settings: "Settings", clock_is_right: bool) -> None:
    """End the command where the clock cannot be believed, and tell the operators alone."""
    from monitor import logs
    from monitor.clock import NOTICE, look
    from monitor.mail.sender import deliver
    from monitor.notices import queue_clock_notice

    jump = look(store, settings, _now(), confirmed_by=_account() if clock_is_right else None)
    if jump is None:
        return
    typer.echo(str(jump), err=True)
    logs.event("clock", "error", state="held", reason=str(jump))
    queue_clock_notice(store, settings, jump)
    for one in deliver(store, settings, _now, only=NOTICE):
        logs.delivery(one.number, one.digest, one.state, one.detail)
    raise typer.Exit(Exit.INTERNAL)


def _run_if_due(context: typer.Context, accept_swing: bool, clock_is_right: bool) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from monitor import logs
    from monitor.heartbeat import beat_if_due
    from monitor.notices import queue_notices
    from monitor.weekly import State, run_if_due

    settings = _load(context)
    store = _store(settings)
    _hold_if_the_clock_jumped(store, settings, clock_is_right)
    try:
        answer = run_if_due(store, settings, _now, accept_swing=accept_swing)
        typer.echo(answer.detail, err=answer.state is State.FAILED)
    except (OSError, SQLAlchemyError):
        raise
    except Exception as error:
        if hasattr(error, "faults"):
            raise
        # What this command says ends up in logs, and the words of the error may quote a row.
        found = logs.failure(error)
        typer.echo(f"the run broke off: {found['error']} at {found.get('where', 'an unknown place')}", err=True)
        raise typer.Exit(Exit.INTERNAL) from None
    finally:
        if not signals.is_asked() and (told := sum(one.people for one in queue_notices(store, settings, _now()))):
            typer.echo(f"{told} notice(s) queued; send with: hotspots deliver")
    beat_if_due(store, settings, _now)
    statuses = {State.DONE: Exit.DONE, State.FAILED: Exit.INPUT}
    raise typer.Exit(statuses.get(answer.state, Exit.DONE_BEFORE))


@contextmanager
def _busy(doing: str) -> Iterator[None]:
    """Show on a terminal that something is going on; nothing where the output is read by a program."""
    terminal = beneath(sys.stderr)
    if not terminal.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(file=terminal).status(escape(printable(doing))):
        yield


def _account() -> str:
    """The account that runs the program, for decisions that are kept."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"account {os.getuid()}"


def _now() -> datetime:
    return datetime.now(UTC)


def _last_friday(settings: "Settings") -> date:
    from monitor.sample import last_friday
    from monitor.weekly import today_in

    return last_friday(today_in(settings, _now()))


def _load(context: typer.Context, log_level: "Level | None" = None) -> "Settings":
    """The settings in force, with a log opened where one is asked for: by the command, a level, or JSON as its form."""
    from monitor import logs
    from monitor.settings import load_settings

    settings = load_settings(**context.obj)
    level = settings.log_level or log_level or ("info" if settings.log_format == "json" else None)
    if level is None:
        logs.close_log()
    else:
        logs.open_log(settings.log_format, level)
    return settings


def _store(settings: "Settings", *, restoring: bool = False) -> "Store":
    from monitor.snapshots.store import Store

    store = Store(settings.database_url, settings.archive, restoring=restoring)
    _at_the_end.callback(store.engine.dispose)
    return store


def _snapshot_of(
    context: typer.Context, as_at: date | None, revision: int | None = None, policy: str | None = None
) -> "tuple[Store, Snapshot]":
    store = _store(_load(context))
    snapshot = store.newest(as_at) if policy is None else store.of_policy(policy, as_at)
    if snapshot is None and policy is not None:
        of_date = "" if as_at is None else f" of {as_at}"
        raise typer.BadParameter(f"there is no snapshot{of_date} under policy {policy}; take one with: hotspots run")
    if snapshot is None:
        known = ", ".join(day.isoformat() for day in store.dates()[-5:])
        if not known:
            raise typer.BadParameter("there is no snapshot yet; take one with: hotspots run")
        raise typer.BadParameter(f"there is no snapshot of {as_at}; the last ones: {known}")
    if revision is not None and revision != snapshot.revision:
        earlier = {one.revision: one for one in store.revisions(snapshot.as_at, snapshot.comparison)}
        if revision not in earlier:
            known = ", ".join(map(str, earlier))
            raise typer.BadParameter(f"there is no revision {revision} of {snapshot.as_at}; there are: {known}")
        snapshot = earlier[revision]
    return store, snapshot


def _held(manifest: "Manifest") -> str:
    """What a backup holds, in a few words."""
    rows = {name: table.rows for name, table in manifest.tables.items()}
    return f"{rows['snapshot']:,} snapshot(s), {rows['outbox']:,} message(s), {len(manifest.archive):,} file(s)"


def _number(snapshot: "Snapshot") -> int:
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    return snapshot.id


def _verdict(store: "Store", snapshot: "Snapshot") -> list[str]:
    """What a snapshot found, in a few lines."""
    from monitor.snapshots.store import summary_of

    found: dict[str, Any] = summary_of(snapshot)
    hotspots = found["hotspots"]
    percentage = found["capacity_percentage"]
    load = "no capacity" if percentage is None else f"{percentage:.1f}% of capacity"
    lines = [
        f"As at {snapshot.as_at} (revision {snapshot.revision}, policy {snapshot.policy}): {load}, "
        f"{found['total_points']:,.0f} of {found['available_points']:,.0f} points",
        f"{found['cases']:,} cases, {found['offender_managers']:,} offender managers; "
        f"{found['rejected']:,} rows rejected, {found['findings']:,} findings",
        f"Assessments overdue: {found['overdue']:,}, of high or very high RoSH {found['high_risk_overdue']:,}",
        f"Hotspots of all rules: {hotspots['new']} new, {hotspots['continuing']} continuing, "
        f"{hotspots['cleared']} cleared; of these:",
    ]
    shown = store.hotspots(_number(snapshot))
    live = shown[shown["status"].ne("cleared")].groupby(["rule", "level"]).size()
    for rule in dict.fromkeys(live.index.get_level_values("rule")):
        counts = [f"{count} {level.replace('_', ' ')}(s)" for level, count in live[rule].items()]
        lines.append(f"  {rule.replace('_', ' ')}: {', '.join(counts)}")
    shown = shown[shown["rule"].eq("hot_and_late") & shown["level"].eq("office")].sort_values("rank")
    if len(shown):
        lines.append("Too hot and too late, the worst offices:")
        lines += [f"  {row.name} ({row.code}): {row.reason}" for row in shown.head(3).itertuples()]
    return lines


app.add_typer(what_if_commands.make_app(_load, _store, _busy), name="what-if")
