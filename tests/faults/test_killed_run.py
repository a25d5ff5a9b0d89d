"""A run that is killed at any moment leaves the old snapshot or the whole new one, and never stands in its own way."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.outbox import messages
from monitor.verify import verify

from ..monitor.conftest import AS_AT, WEEK, Home, everything_in, home_in, little_london
from ..monitor.extracts.small import a_case, write_csv

ROUNDS = 12
SEED = 2009
NEXT = AS_AT + WEEK


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one snapshot, its mail waiting, and the extract of the week after."""
    for name in [name for name in os.environ if name.startswith("HOTSPOTS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "service"
    home = home_in(folder)
    home.take(write_csv(folder / "extracts" / AS_AT.isoformat(), little_london()))
    write_csv(folder / "extracts" / NEXT.isoformat(), little_london(cases=[a_case("X000201")]))
    home.store.engine.dispose()
    return folder


def start_run(folder: Path) -> subprocess.Popen[bytes]:
    environment = {"HOTSPOTS_HOME": str(folder / "var"), "HOTSPOTS_PEOPLE": str(folder / "people.yaml")}
    extract = folder / "extracts" / NEXT.isoformat()
    command = [sys.executable, "-m", "monitor", "run", "--extract", str(extract), "--as-at", NEXT.isoformat()]
    return subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@contextmanager
def opened(folder: Path) -> Iterator[Home]:
    home = home_in(folder)
    try:
        yield home
    finally:
        home.store.engine.dispose()


def is_new(home: Home, before: dict[str, Any]) -> bool:
    """Whether the store holds the whole new snapshot; asserts that otherwise it holds what it held."""
    after = everything_in(home)
    assert set(before["archive"]) <= set(after["archive"])
    if home.newest.as_at == AS_AT:
        assert {name: rows for name, rows in after.items() if name != "archive"} == {
            name: rows for name, rows in before.items() if name != "archive"
        }
        return False
    assert home.newest.as_at == NEXT
    assert verify(home.store, home.newest).differences == []
    assert sorted((one.period, one.state) for one in messages(home.store)) == [
        (AS_AT, "superseded"),
        (AS_AT, "superseded"),
        (NEXT, "queued"),
        (NEXT, "queued"),
    ]
    return True


def test_a_run_killed_at_any_moment_leaves_the_old_snapshot_or_the_whole_new_one(service: Path, tmp_path: Path) -> None:
    with opened(service) as home:
        before = everything_in(home)
    whole = shutil.copytree(service, tmp_path / "whole")
    started = time.monotonic()
    said = start_run(whole).communicate(timeout=60)[1]
    duration = time.monotonic() - started
    assert said == b""
    with opened(whole) as home:
        assert is_new(home, before)

    chance = random.Random(SEED)
    left: list[str] = []
    folder = shutil.copytree(service, tmp_path / "round")
    for number in range(ROUNDS):
        delay = duration * (number + chance.random()) / ROUNDS
        process = start_run(folder)
        time.sleep(delay)
        process.kill()
        process.communicate()
        with opened(folder) as home:
            new = is_new(home, before)
        left.append("new" if new else "old")
        print(f"round {number + 1}: killed after {delay:.2f} of {duration:.2f} s, {left[-1]} snapshot")
        if new:
            shutil.rmtree(folder)
            shutil.copytree(service, folder)
    assert "old" in left

    # Whatever the killed runs left lying about does not hinder the next one.
    process = start_run(folder)
    assert (process.communicate()[1], process.returncode) == (b"", 0)
    with opened(folder) as home:
        assert is_new(home, before)
