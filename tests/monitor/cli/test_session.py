"""What every command stands on: faults in words with an exit status, the snapshot asked for, and progress."""

import errno
import getpass
import io
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import ArgumentError, OperationalError

from monitor import signals
from monitor.cli.session import Exit, account, busy, number_of, progress, report_faults
from monitor.snapshots.archive import ArchiveDamaged
from tiering.faults import ConfigFault

from ..conftest import AS_AT, WEEK, Answer, Home

Program = Callable[..., Answer]
SECRET = "postgresql+psycopg://hotspots:hunter2@127.0.0.1/hotspots"


def in_words(answer: Answer) -> bool:
    return bool(answer.err.strip()) and "Traceback" not in answer.err + answer.out


def database_error(says: str) -> OperationalError:
    return OperationalError("SELECT 1", None, Exception(says))


def locked() -> sqlite3.OperationalError:
    """What SQLite says of a database that another connection holds."""
    address = "file:held?mode=memory&cache=shared"
    with closing(sqlite3.connect(address, uri=True)) as holder, closing(sqlite3.connect(address, uri=True)) as other:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as held:
            other.execute("CREATE TABLE another (number)")
        return held.value


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (
            ConfigFault(["people.yaml: line 1", "people.yaml: line 2"]),
            Exit.INPUT,
            ["people.yaml: line 1\npeople.yaml: line 2\n"],
        ),
        (ConfigFault([f"cannot read {SECRET}"]), Exit.INPUT, ["cannot read postgresql+psycopg://"]),
        (ArgumentError(f"Could not parse {SECRET}\nmore"), Exit.INPUT, ["HOTSPOTS_DATABASE: not a database URL"]),
        (
            locked(),
            Exit.INTERNAL,
            ["the database is locked", "fuser", "nothing that was stored"],
        ),
        (OSError(errno.ENOSPC, "No space left on device"), Exit.INTERNAL, ["OSError: ", "free some space"]),
        (
            PermissionError(errno.EACCES, "Permission denied", "/var"),
            Exit.INTERNAL,
            ["PermissionError: ", "write access"],
        ),
        (
            database_error(f"connection failed: {SECRET}"),
            Exit.INTERNAL,
            ["OperationalError: ", "out of reach", "nothing that was stored before has changed"],
        ),
        (ArchiveDamaged("a file is missing"), Exit.INTERNAL, ["ArchiveDamaged: a file is missing\n"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_can_be_changed_from_outside_is_said_in_words_with_a_status_and_no_secret(
    error: Exception, status: Exit, says: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, report_faults():
        raise error
    assert ended.value.code == status
    said = capsys.readouterr()
    assert said.out == ""
    assert [words for words in says if words not in said.err] == []
    assert "hunter2" not in said.err


def test_an_error_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(KeyError, match="nowhere"), report_faults():
        raise KeyError("nowhere")


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGHUP, Exit.HUNG_UP), (signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)],
)
def test_a_signal_ends_the_program_with_the_status_that_a_shell_reports(
    number: signal.Signals, status: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, report_faults():
        raise signals.Stopped(number)
    assert ended.value.code == status == 128 + number
    assert capsys.readouterr().err == f"stopped by {number.name} before it was done: run the command again\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)], ids=["terminal", "file"])
def test_progress_is_shown_on_a_terminal_only(
    stream: io.StringIO, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    with busy("reading [bold]extracts[/bold]\x1b[31m"):
        pass
    assert ("reading [bold]extracts[/bold]\\x1b[31m" in stream.getvalue()) is shown
    assert bool(stream.getvalue()) is shown


def test_progress_by_parts_is_one_line_on_a_terminal_and_a_line_per_part_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stderr", stream := io.StringIO())
    with progress("weighing", 2) as show:
        show("first week")
        show("second week")
    assert stream.getvalue() == "first week (1 of 2)\nsecond week (2 of 2)\n"
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with progress("weighing", 2) as show:
        show("first [bold]week\x1b[31m")
        show("second week")
    shown = terminal.getvalue()
    assert "second week" in shown
    assert "2/2" in shown
    assert "\x1b[31m" not in shown
    # Drawn over itself: it ends as the only line.
    assert shown.count("\n") == 1


def test_an_account_without_a_name_is_known_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert account() == getpass.getuser()

    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", unknown)
    assert account() == f"account {os.getuid()}"


def test_a_snapshot_that_is_not_stored_has_no_number(service: Home) -> None:
    snapshot = service.newest
    assert number_of(snapshot) == snapshot.id
    with pytest.raises(ValueError, match="not stored"):
        number_of(snapshot.model_copy(update={"id": None}))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ("--as-at", AS_AT - 9 * WEEK),
            "there is no snapshot of 2026-09-18; the last ones: 2026-11-06, 2026-11-13, 2026-11-20",
        ),
        (("--revision", 2), "there is no revision 2 of 2026-11-20; there are: 1"),
        (("--policy", "wmt"), "there is no snapshot under policy wmt; take one with: hotspots run"),
        (("--policy", "wmt", "--as-at", AS_AT), "there is no snapshot of 2026-11-20 under policy wmt"),
    ],
)
def test_a_snapshot_that_there_is_not_is_refused_with_those_that_there_are(
    options: tuple[object, ...], says: str, home: Home, hotspots: Program
) -> None:
    answer = hotspots("export", "workload", *options, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert says in " ".join(answer.err.replace("│", " ").split())


def test_settings_that_are_wrong_end_in_words_and_status_2(home: Home, hotspots: Program) -> None:
    answer = hotspots("status", home=home, run_day="someday", timezone="Mars/Olympus")
    assert (answer.status, answer.out) == (2, "")
    assert [line.partition(":")[0] for line in answer.err.splitlines()] == ["HOTSPOTS_RUN_DAY", "HOTSPOTS_TIMEZONE"]


def test_a_database_url_that_is_none_ends_in_words_and_status_2(home: Home, hotspots: Program) -> None:
    answer = hotspots("status", home=home, database="oracle of delphi")
    assert (answer.status, in_words(answer)) == (2, True)


def test_a_database_out_of_reach_ends_in_words_without_its_password(home: Home, hotspots: Program) -> None:
    answer = hotspots("status", home=home, database="postgresql+psycopg://hotspots:hunter2@127.0.0.1:1/hotspots")
    assert (answer.status, in_words(answer)) == (1, True)
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("command", ["status", "deliver", "digests", "export workload"])
def test_a_home_that_cannot_be_written_ends_in_words(home: Home, hotspots: Program, command: str) -> None:
    answer = hotspots(*command.split(), home=Path(home.extract) / "cases.csv" / "var")
    assert answer.status in (1, 2)
    assert in_words(answer)
    assert "cases.csv" in answer.err


def test_a_damaged_archive_ends_in_words_and_status_1(home: Home, hotspots: Program) -> None:
    shutil.rmtree(home.settings.archive)
    for command in (("export", "cases"), ("verify",), ("who-receives", "N")):
        answer = hotspots(*command, home=home)
        assert (answer.status, answer.out) == (1, "")
        assert "missing from the archive; restore it from a backup" in answer.err
        assert in_words(answer)


def test_before_the_first_snapshot_commands_say_how_to_take_one(new_home: Home, hotspots: Program) -> None:
    for command in (("export", "workload"), ("verify",), ("who-receives", "N")):
        answer = hotspots(*command, home=new_home)
        assert (answer.status, "hotspots run" in answer.err) == (2, True)
