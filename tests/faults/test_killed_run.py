"""A run that is killed at any moment leaves the old snapshot or the whole new one, and never stands in its own way."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from ..monitor.conftest import Answer, everything_in
from .conftest import NEW, is_new, opened, said, start_run

# More of them for a longer night: FAULT_ROUNDS=600.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "4"))
SEED = 2009


def test_a_run_killed_at_any_moment_leaves_the_old_snapshot_or_the_whole_new_one(
    service: Path, tmp_path: Path, hotspots: Callable[..., Answer]
) -> None:
    with opened(service) as home:
        before = everything_in(home)
    whole = shutil.copytree(service, tmp_path / "whole")
    process = start_run(whole)
    started = time.monotonic()
    answer = said(process)
    duration = time.monotonic() - started
    assert (answer.status, answer.err) == (0, "")
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
    with opened(folder) as home:
        answer = hotspots("run", "--extract", folder / "extracts" / NEW.isoformat(), "--as-at", NEW, home=home)
        assert (answer.status, answer.err) == (0, "")
        assert is_new(home, before)
