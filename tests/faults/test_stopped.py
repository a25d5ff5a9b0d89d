"""Senders, backups and servers that are told to stop, or killed: they end in order, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from monitor.snapshots.tables import ArchivedFrame

from .conftest import database_of, outbox, said, start
from .mail_server import HOST, MailServer

FRAMES = ArchivedFrame.__table__  # type: ignore[attr-defined]
LONG_ENOUGH = 60.0
NORTH, SOUTH = "north@example.org", "south@example.org"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)


def states(folder: Path) -> dict[str, tuple[str, str | None]]:
    with database_of(folder) as engine:
        return {recipient: (row.state, row.phase) for recipient, row in outbox(engine).items()}


def sender_that_meets(folder: Path, *numbers: signal.Signals) -> subprocess.Popen[str]:
    """A sender that has ended; it was sent these signals when the server had its first message, and had not said so."""
    server = MailServer(seed=1)
    server.moody = False
    with server.running() as port:
        mail = {"smtp_host": HOST, "smtp_port": port, "smtp_tls": "none", "mail_from": "hotspots@example.org"}
        senders: list[subprocess.Popen[str]] = []

        def at_the_dot(_recipient: str) -> None:
            for number in numbers:
                senders[0].send_signal(number)

        server.at_the_dot = at_the_dot
        senders.append(start(folder, "deliver", **mail))
        senders[0].wait(LONG_ENOUGH)
    return senders[0]


def test_a_sender_that_is_hung_up_on_finishes_the_message_in_hand_and_begins_no_other(service: Path) -> None:
    answer = said(sender_that_meets(service, signal.SIGHUP, signal.SIGINT, signal.SIGTERM))
    assert (answer.status, answer.err, answer.out.count("sent  ")) == (0, "", 1)
    assert states(service) == {NORTH: ("sent", None), SOUTH: ("queued", None)}


def test_what_a_killed_sender_had_begun_is_in_doubt_at_the_next_round(service: Path) -> None:
    killed = sender_that_meets(service, signal.SIGKILL)
    assert said(killed).status == -signal.SIGKILL
    assert states(service) == {NORTH: ("sending", "data"), SOUTH: ("queued", None)}
    # No one waits ten minutes for the claim of a process that is gone from this machine.
    assert said(sender_that_meets(service)).status == 0
    assert states(service) == {NORTH: ("in_doubt", None), SOUTH: ("sent", None)}


def backup_that_waits(service: Path, target: Path, file: Path) -> subprocess.Popen[str]:
    """A backup that has begun, and now waits for a file of the archive that another program must write first."""
    before = set(target.glob("*.part"))
    if not file.is_fifo():
        file.rename(file.with_suffix(".whole"))
        os.mkfifo(file)
    process = start(service, "backup", "--out", target)
    wait_until(lambda: bool(set(target.glob("*.part")) - before))
    return process


def part_of(process: subprocess.Popen[str], target: Path) -> Path:
    (part,) = target.glob(f"*.{process.pid}-*.part")
    return part


def test_what_killed_backups_left_goes_with_the_next_one_and_a_living_one_keeps_its_own(
    service: Path, tmp_path: Path
) -> None:
    with database_of(service) as engine, engine.connect() as connection:
        sha256 = connection.execute(select(FRAMES.c.sha256).where(FRAMES.c.name == "cases")).scalars().first()
    file = service / "var" / "archive" / sha256[:2] / f"{sha256}.parquet"
    target = tmp_path / "backup"
    target.mkdir()
    strangers = target / "a download of mine.part"
    strangers.touch()

    killed = backup_that_waits(service, target, file)
    killed.kill()
    killed.communicate()
    left = part_of(killed, target)

    living = backup_that_waits(service, target, file)
    assert not left.exists()
    stopped = backup_that_waits(service, target, file)
    assert part_of(living, target).exists()
    stopped.send_signal(signal.SIGHUP)
    answer = said(stopped)
    assert (answer.status, answer.err) == (129, "stopped by SIGHUP before it was done: run the command again\n")

    assert sorted(target.iterdir()) == sorted([part_of(living, target), strangers])
    whole = file.with_suffix(".whole")
    file.write_bytes(whole.read_bytes())
    answer = said(living)
    assert (answer.status, answer.err) == (0, "")
    (made,) = target.glob("*.zip")
    assert answer.out.startswith(f"{made}: ")
    assert sorted(target.iterdir()) == sorted([made, strangers])


def test_a_server_that_is_hung_up_on_ends_in_order(service: Path) -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]

    def answers() -> bool:
        with socket.socket() as caller:
            return caller.connect_ex((HOST, port)) == 0

    server = start(service, "serve", "--port", port)
    wait_until(answers)
    for number in (signal.SIGHUP, signal.SIGTERM):
        server.send_signal(number)
    answer = said(server)
    assert (answer.status, answer.err) == (0, "")
