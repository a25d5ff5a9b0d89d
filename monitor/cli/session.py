"""What every command needs: settings, store, clock, exit statuses, and faults in words."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

import typer

from monitor import signals
from monitor.safe_text import beneath, mask_secrets, printable
from tiering.faults import UserFault

if TYPE_CHECKING:
    from monitor.logs import Level
    from monitor.settings import Settings
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot


class Exit(IntEnum):
    """Exit statuses; after a signal it is 128 and the signal's number, as a shell reports it."""

    DONE = 0
    INTERNAL = 1
    INPUT = 2
    DONE_BEFORE = 3
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


# By the words of the error, which are all that SQLite, PostgreSQL and the file systems have in common.
_ADVICE = (
    (
        ("No space left", "disk is full", "File too large", "disk I/O error", "Disk quota exceeded"),
        "the disk of HOTSPOTS_HOME, or of the file named, is full or failing: free some space and run the command "
        "again",
    ),
    (
        ("readonly database", "Permission denied", "Read-only file system", "unable to open database file"),
        "this account may not write in HOTSPOTS_HOME, which SQLite needs even to read: give it write access and run "
        "the command again",
    ),
    (
        ("connection failed", "connection to server", "server closed the connection", "terminating connection"),
        "the database server of HOTSPOTS_DATABASE is out of reach: start it, or repair the connection, and run the "
        "command again",
    ),
    (
        (": out of reach: ", ": access refused: ", ": the bucket does not exist: "),
        "put the storage of HOTSPOTS_ARCHIVE_URL right and run the command again",
    ),
)


_LOCKED = """\
the database is locked: another program has been writing to it, or keeps a transaction open, for too long.
It may be another hotspots command (restore, retention, a run), a backup program, or an open database tool.
Let it finish or close it, then run the command again. To find it with SQLite: fuser -v hotspots.db*
with PostgreSQL: SELECT pid, usename, application_name, query FROM pg_stat_activity WHERE xact_start IS NOT NULL
nothing that was stored before has changed"""


at_the_end = ExitStack()
"""What is closed when the program ends, so that a database server need not find out that it is gone."""


@contextmanager
def report_faults() -> Iterator[None]:
    """End the program with a status and the faults in words if the user can correct what went wrong."""
    try:
        yield
    except signals.Stopped as stopped:
        typer.echo(f"{stopped} before it was done: run the command again", err=True)
        raise SystemExit(Exit(128 + stopped.number)) from None
    except Exception as error:
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError

        from monitor.snapshots.archive import ArchiveDamaged
        from monitor.snapshots.database import is_locked

        if isinstance(error, UserFault):
            typer.echo("\n".join(map(mask_secrets, error.faults)), err=True)
            raise SystemExit(Exit.INPUT) from None
        if isinstance(error, ArgumentError):
            typer.echo(
                f"HOTSPOTS_DATABASE: not a database URL that can be used: {mask_secrets(str(error).splitlines()[0])}",
                err=True,
            )
            raise SystemExit(Exit.INPUT) from None
        if is_locked(error):
            typer.echo(_LOCKED, err=True)
            raise SystemExit(Exit.INTERNAL) from None
        if isinstance(error, ArchiveDamaged | SQLAlchemyError | OSError):
            met = mask_secrets(str(error).splitlines()[0])
            typer.echo(f"{type(error).__name__}: {met}", err=True)
            for advice in (advice for signs, advice in _ADVICE if any(sign in met for sign in signs)):
                typer.echo(f"{advice}; nothing that was stored before has changed", err=True)
            raise SystemExit(Exit.INTERNAL) from None
        raise


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Show on a terminal that work is in progress; show nothing if a program reads the output."""
    terminal = beneath(sys.stderr)
    if not terminal.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(file=terminal).status(escape(printable(doing))):
        yield


@contextmanager
def progress(doing: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show how many of ``total`` parts are done: one line on a terminal, a line per part otherwise.

    Gives a function to tell that a part is done, with what to write about it.
    """
    terminal, done = beneath(sys.stderr), 0
    if not terminal.isatty():

        def write_line(says: str) -> None:
            nonlocal done
            done += 1
            typer.echo(f"{says} ({done} of {total})", err=True)

        yield write_line
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=terminal)) as bar:
        task = bar.add_task(escape(printable(doing)), total=total)
        yield lambda says: bar.update(task, advance=1, description=escape(printable(says)))


def account() -> str:
    """The account that runs the program, for decisions that are recorded."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"account {os.getuid()}"


def now() -> datetime:
    return datetime.now(UTC)


def load(context: typer.Context, log_level: "Level | None" = None) -> "Settings":
    """Load the settings in force, and open a log if the command, a log level or the JSON form asks for one."""
    from monitor import logs
    from monitor.settings import load_settings

    settings = load_settings(**context.obj)
    level = settings.log_level or log_level or ("info" if settings.log_format == "json" else None)
    if level is None:
        logs.close_log()
    else:
        logs.open_log(settings.log_format, level)
    return settings


def open_store(settings: "Settings", *, restoring: bool = False) -> "Store":
    from monitor.snapshots.store import Store

    store = Store(settings.database_url, settings.archive, settings.alternatives, restoring=restoring)
    at_the_end.callback(store.engine.dispose)
    return store


def snapshot_of(
    context: typer.Context, as_at: date | None, revision: int | None = None, policy: str | None = None
) -> "tuple[Store, Snapshot]":
    store = open_store(load(context))
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
        earlier = {other.revision: other for other in store.revisions(snapshot.as_at, snapshot.comparison)}
        if revision not in earlier:
            known = ", ".join(map(str, earlier))
            raise typer.BadParameter(f"there is no revision {revision} of {snapshot.as_at}; there are: {known}")
        snapshot = earlier[revision]
    return store, snapshot


def number_of(snapshot: "Snapshot") -> int:
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    return snapshot.id


def hold_if_the_clock_jumped(store: "Store", settings: "Settings", clock_is_right: bool) -> None:
    """End the command if the clock cannot be right, and notify only the operators."""
    from monitor import logs
    from monitor.clock import NOTICE, check_clock
    from monitor.mail.sender import deliver
    from monitor.operations.notices import queue_clock_notice

    jump = check_clock(store, settings, now(), confirmed_by=account() if clock_is_right else None)
    if jump is None:
        return
    typer.echo(str(jump), err=True)
    logs.log_event("clock", "error", state="held", reason=str(jump))
    queue_clock_notice(store, settings, jump)
    for delivered in deliver(store, settings, now, only=NOTICE):
        logs.log_delivery(delivered.number, delivered.digest, delivered.state, delivered.detail)
    raise typer.Exit(Exit.INTERNAL)
