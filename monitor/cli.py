"""``hotspots ...``: the face in the terminal. Heavy parts are imported by the commands that need them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot


class Exit(IntEnum):
    """Exit statuses."""

    DONE = 0
    INTERNAL = 1
    INPUT = 2
    DONE_BEFORE = 3


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


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


def _iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date such as 2026-11-20") from None


AsAt = Annotated[date | None, typer.Option(parser=_iso_date, metavar="DATE", help="As-at date, such as 2026-11-20.")]
Weeks = Annotated[int, typer.Option(min=1, max=520, help="Weeks of history.")]
Cases = Annotated[int, typer.Option(min=120, help="Cases in all.")]
Seed = Annotated[int, typer.Option(help="Same seed, same London.")]

app = typer.Typer(
    name="hotspots",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Weighted workload, hotspots and overdue assessments for probation services.\n\n"
    "Example: hotspots run --extract extracts/2026-11-20 --as-at 2026-11-20",
)


@app.callback()
def _settings(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Folder of the policy; default: the one shipped.")] = None,
) -> None:
    context.obj = {} if config is None else {"config": config}


@app.command()
def demo(context: typer.Context, weeks: Weeks = 26, cases: Cases = 36_000, seed: Seed = 2009) -> None:
    """The whole thing on a synthetic London: extracts, snapshots, digests in the outbox folder."""
    from monitor.demo import run_demo

    settings = _load(context)
    store, snapshot = run_demo(settings, weeks, cases, seed, _now, typer.echo)
    typer.echo("")
    for line in _verdict(store, snapshot):
        typer.echo(line)
    typer.echo(f"\nExtracts:  {settings.home / 'sample'}\nDigests:   {settings.outbox} (open the .html files)")
    typer.echo(f"Database:  {store.engine.url}\nNext:      hotspots export hotspots | hotspots status")


@app.command()
def sample(
    out: Annotated[Path, typer.Option(help="Folder to write into, one folder a week.")],
    weeks: Weeks = 26,
    cases: Cases = 36_000,
    seed: Seed = 2009,
) -> None:
    """Write the synthetic extracts only."""
    from monitor.sample import write_sample

    written = write_sample(out, weeks=weeks, cases=cases, seed=seed)
    missing = [week.as_at.isoformat() for week in written if week.folder is None]
    typer.echo(f"{len(written) - len(missing)} extracts in {out}; missing on purpose: {', '.join(missing) or 'none'}")


@app.command()
def run(
    context: typer.Context,
    extract: Annotated[str | None, typer.Option(help="Folder, zip, .xlsx, fsspec URL or database URL.")] = None,
    as_at: AsAt = None,
    policy: Annotated[str | None, typer.Option(help="Which weights: london-2009, wmt or your own.")] = None,
    columns: Annotated[Path | None, typer.Option(help="YAML file that maps headings.")] = None,
    accept_swing: Annotated[bool, typer.Option(help="Accept a large change in the number of cases.")] = False,
    if_due: Annotated[bool, typer.Option(help="Run this week's job if it is due and not done; for cron.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take one snapshot and queue its digests; sends nothing.

    Example: hotspots run --extract extracts/2026-11-20 --as-at 2026-11-20
    """
    if if_due:
        if any((extract, as_at, policy, columns, as_json)):
            raise typer.BadParameter(
                "--if-due takes the newest extract of HOTSPOTS_SOURCE; only --accept-swing goes with it"
            )
        _run_if_due(context, accept_swing)
        return
    if extract is None or as_at is None:
        raise typer.BadParameter("--extract and --as-at are both needed (or --if-due alone)")
    from monitor.run import Request, take_snapshot
    from monitor.snapshots.store import summary_of

    settings = _load(context)
    request = Request(
        extract,
        as_at,
        settings.policy if policy is None else policy,
        settings.columns if columns is None else columns,
        accept_swing,
    )
    store = _store(settings)
    with _busy(f"reading and judging {extract}"):
        snapshot = take_snapshot(request, settings, store, _now())
    summary = summary_of(snapshot)
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
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Write one table of a snapshot, the newest by default.

    Example: hotspots export workload --format xlsx --out workload.xlsx
    """
    from monitor.export import rendered, table_of

    store, snapshot = _snapshot_of(context, as_at)
    content = rendered(table_of(store, snapshot, table.value), form.value)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        out.write_bytes(content)


@app.command()
def verify(context: typer.Context, as_at: AsAt = None) -> None:
    """Derive a snapshot again from its archived rows, policy and past, and say whether every figure agrees."""
    from monitor.verify import verify as derive_again

    store, snapshot = _snapshot_of(context, as_at)
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
def deliver(context: typer.Context) -> None:
    """Send every digest that is due: to the outbox folder, or by SMTP when a server is set."""
    from monitor.outbox import SENT
    from monitor.outbox import deliver as send_all

    settings = _load(context)
    unsent = 0
    for delivered in send_all(_store(settings), settings, _now):
        typer.echo(f"{delivered.state}  {delivered.recipient}  {delivered.detail}")
        unsent += delivered.state != SENT
    if unsent:
        typer.echo(f"{unsent} not sent; see: hotspots status", err=True)
        raise typer.Exit(Exit.INTERNAL)


@app.command()
def digests(context: typer.Context) -> None:
    """List every digest: for which date, to whom, and what became of it."""
    from monitor.outbox import messages

    for one in messages(_store(_load(context))):
        reason = f"  {one.reason}" if one.reason else ""
        typer.echo(f"{one.period}  revision {one.revision}  {one.state}  {one.recipient}  {one.subject}{reason}")


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
def status(context: typer.Context) -> None:
    """The last snapshot, its age, coverage, mail, next run; exit status 1 if anything needs a person."""
    from monitor.status import status as state_of

    settings = _load(context)
    now = _now()
    state = state_of(_store(settings), settings, now, now.date())
    for fact in state.facts:
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
def schedule(context: typer.Context) -> None:
    """Run the weekly job for ever, and send what is due; catches up what it missed while it was down."""
    from monitor.outbox import deliver as send_all
    from monitor.schedule import serve_for_ever
    from monitor.weekly import State, next_due, run_if_due
    from tiering.policy import PolicyFault

    settings = _load(context)
    store = _store(settings)

    def job() -> None:
        answer = run_if_due(store, settings, _now)
        if answer.state is not State.DONE_BEFORE:
            typer.echo(f"{_now():%Y-%m-%d %H:%M:%S} UTC  {answer.state}: {answer.detail}")
        try:
            for sent in send_all(store, settings, _now):
                typer.echo(f"{_now():%Y-%m-%d %H:%M:%S} UTC  {sent.state}  {sent.recipient}  {sent.detail}")
        except PolicyFault as fault:
            typer.echo("\n".join(fault.faults), err=True)

    typer.echo(f"next run: {next_due(_now(), settings):%A %Y-%m-%d %H:%M %Z}; looking every 15 minutes")
    serve_for_ever(settings, job)


def main() -> None:
    """Run the program; what a user did wrong ends in words and exit status 2, never in a traceback."""
    with _faults_in_words():
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
    except Exception as error:
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError

        from monitor.snapshots.archive import ArchiveDamaged

        at_fault: list[str] | None = getattr(error, "faults", None)
        if at_fault is not None:
            typer.echo("\n".join(at_fault), err=True)
            raise SystemExit(Exit.INPUT) from None
        if isinstance(error, ArgumentError):
            typer.echo(
                f"HOTSPOTS_DATABASE: not a database URL that can be used: {str(error).splitlines()[0]}", err=True
            )
            raise SystemExit(Exit.INPUT) from None
        if isinstance(error, ArchiveDamaged | SQLAlchemyError | OSError):
            typer.echo(f"{type(error).__name__}: {str(error).splitlines()[0]}", err=True)
            raise SystemExit(Exit.INTERNAL) from None
        raise


def _run_if_due(context: typer.Context, accept_swing: bool) -> None:
    from monitor.weekly import State, run_if_due

    settings = _load(context)
    answer = run_if_due(_store(settings), settings, _now, accept_swing=accept_swing)
    typer.echo(answer.detail, err=answer.state is State.FAILED)
    statuses = {State.DONE: Exit.DONE, State.FAILED: Exit.INPUT}
    raise typer.Exit(statuses.get(answer.state, Exit.DONE_BEFORE))


@contextmanager
def _busy(doing: str) -> Iterator[None]:
    """Show on a terminal that something is going on; nothing where the output is read by a program."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(doing):
        yield


def _now() -> datetime:
    return datetime.now(UTC)


def _load(context: typer.Context) -> "Settings":
    from monitor.settings import load_settings

    return load_settings(**context.obj)


def _store(settings: "Settings") -> "Store":
    from monitor.snapshots.store import Store

    return Store(settings.database_url, settings.archive)


def _snapshot_of(context: typer.Context, as_at: date | None) -> "tuple[Store, Snapshot]":
    store = _store(_load(context))
    snapshot = store.newest(as_at)
    if snapshot is None:
        known = ", ".join(day.isoformat() for day in store.dates()[-5:])
        if not known:
            raise typer.BadParameter("there is no snapshot yet; take one with: hotspots run")
        raise typer.BadParameter(f"there is no snapshot of {as_at}; the last ones: {known}")
    return store, snapshot


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
