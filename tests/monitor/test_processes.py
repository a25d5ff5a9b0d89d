"""Which process holds something: known by more than its number, and told from those that cannot be looked for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import processes
from monitor.processes import for_people, has_mark, is_gone, is_left_behind, mark, this_process

SAY_AND_WAIT = "from monitor.processes import mark; print(mark(), flush=True); input()"


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Another process, which says its mark and waits to be ended."""
    process = subprocess.Popen(
        [sys.executable, "-c", SAY_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def mark_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_process_is_at_work_until_it_ends_even_if_nobody_asks_how_it_ended(other: subprocess.Popen[str]) -> None:
    others = mark_of(other)
    assert others.startswith(f"{other.pid}-")
    assert (is_gone(f"host:{others}"), is_gone(f"ab12.{others}-0f.part")) == (False, False)
    other.kill()
    # It has no parent that waits for it: the kernel keeps its number, and it is dead all the same.
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(f"host:{others}") is True
    other.wait()
    assert is_gone(f"host:{others}") is True


def test_a_host_that_got_another_name_still_knows_its_dead(other: subprocess.Popen[str]) -> None:
    others = mark_of(other)
    other.kill()
    other.wait()
    assert is_gone(f"its-former-name:{others}") is True


def test_a_number_that_was_used_again_is_another_process() -> None:
    number, started, place = mark().split("-")
    assert is_gone(f"host:{number}-{started}-{place}") is False
    assert is_gone(f"host:{number}-{int(started) - 1}-{place}") is True


@pytest.mark.parametrize(
    "owner",
    [
        "",
        "host:4711",
        pytest.param(f"host:{os.getpid()}", id="this process, as older versions named it"),
        # Of another machine, boot or container: there its number may well be at work.
        "host:999999999-1-0123456789ab",
        "hotspots-2026-11-23T070000Z.part",
    ],
)
def test_what_cannot_be_looked_for_here_is_neither_dead_nor_alive(owner: str) -> None:
    assert is_gone(owner) is None
    assert is_left_behind(owner, is_old=True)
    assert not is_left_behind(owner, is_old=False)


def test_what_is_at_work_is_not_left_behind_however_old_it_is() -> None:
    assert not is_left_behind(f"backup.{mark()}.part", is_old=True)


def test_people_are_told_host_and_number_and_a_file_carries_the_mark() -> None:
    assert for_people(this_process()).rpartition(":")[2] == str(os.getpid())
    assert for_people("other-host:12") == "other-host:12"
    assert this_process().endswith(f":{mark()}")
    assert has_mark(f"x.{mark()}.part")
    assert not has_mark("hotspots-2026-11-23T070000Z.part")


@pytest.fixture
def without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A system that shows nothing of its processes."""
    known = (processes._owner, processes._mark, processes._place)
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    for cached in known:
        cached.cache_clear()
    yield
    for cached in known:
        cached.cache_clear()


@pytest.mark.usefixtures("without_proc")
def test_where_nothing_is_shown_of_processes_only_leases_and_ages_decide() -> None:
    assert (mark(), has_mark(f"x.{mark()}.part"), is_gone(this_process())) == (str(os.getpid()), False, None)


def test_a_process_that_hides_what_it_is_may_be_at_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = mark()
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert is_gone(f"host:{mine}") is None


def test_a_process_of_another_account_is_at_work() -> None:
    program = "import os, sys; from monitor.processes import is_gone, mark\n" + (
        "os.setuid(65534) if os.getuid() == 0 else None\nprint(is_gone(sys.argv[1]))"
    )
    answer = subprocess.run([sys.executable, "-c", program, mark()], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
