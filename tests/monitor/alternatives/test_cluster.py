"""Weeks weighed on a Dask cluster: a scheduler and workers that are processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.alternatives.files import path_of, stored_manifest
from monitor.operations.recompute import WeekJob, recompute
from monitor.snapshots import archive
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame

from ..conftest import Answer, Home
from ..operations.test_recompute import files, plan_of

LONG_ENOUGH = 90.0
FRAMES = ArchivedFrame.__table__  # type: ignore[attr-defined]
Program = Callable[..., Answer]


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while not file.exists():
        assert process.poll() is None, process.args
        assert time.monotonic() < deadline, f"{file} did not come"
        time.sleep(0.05)


@dataclass
class Cluster:
    """A scheduler and two workers; ``workers`` by their names, 0 and 1."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    common = [f"--scheduler-file={file}", "--dashboard-address=127.0.0.1:0"]
    quiet = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(folder)}
    python = [sys.executable, "-m"]
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str) -> subprocess.Popen[bytes]:
        with (folder / f"{name}.log").open("wb") as log:
            program = [*python, f"distributed.cli.dask_{name.partition('-')[0]}", *common, *words]
            started.append(subprocess.Popen(program, stdout=log, stderr=log, cwd=folder, env=quiet))
        return started[-1]

    try:
        scheduler = start("scheduler", "--host=127.0.0.1", "--port=0")
        words = ["--no-nanny", "--nthreads=1", f"--local-directory={folder}", "--host=127.0.0.1"]
        workers = [start(f"worker-{name}", *words, f"--name={name}") for name in (0, 1)]
        wait_for(file, scheduler)
        yield Cluster(json.loads(file.read_text(encoding="utf-8"))["address"], scheduler, workers)
    finally:
        for process in started:
            process.kill()
            process.wait()


def with_an_archive_of_its_own(job: WeekJob, folder: Path) -> WeekJob:
    """The same week with a copy of its archive."""
    shutil.copytree(job.archive, folder)
    return replace(job, archive=folder)


def hang(job: WeekJob, store: Store) -> Path:
    """Let whoever reads the cases of a week wait for another program; returns the file with the rows themselves."""
    with store.engine.connect() as connection:
        of_cases = FRAMES.c.snapshot_id == job.snapshot_id, FRAMES.c.name == "extract_cases"
        sha256 = connection.execute(select(FRAMES.c.sha256).where(*of_cases)).scalar_one()
    file = archive.path_of(job.archive, sha256)
    whole = file.with_suffix(".whole")
    file.rename(whole)
    os.mkfifo(file)
    return whole


def reader_in(fifo: Path) -> int:
    """Wait until a process reads; returns the end to write to, which keeps that process waiting."""
    deadline = time.monotonic() + LONG_ENOUGH
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < deadline, "no process came to read"
            time.sleep(0.05)


def reader_of(file: Path, processes: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """The process that has that file open."""
    deadline = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < deadline:
        for process in processes:
            if any(entry.readlink() == file for entry in Path(f"/proc/{process.pid}/fd").iterdir()):
                return process
    raise AssertionError("no process has the file open")


def test_a_worker_killed_half_way_changes_no_byte(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    list(recompute(plan_of(home, alone), alone, "wmt", 2))

    plan = plan_of(home, together)
    *others, last = plan.jobs
    last = with_an_archive_of_its_own(last, tmp_path / "archive")
    whole = hang(last, home.store)
    fifo = whole.with_suffix(".parquet")
    answers = recompute(replace(plan, jobs=(*others, last)), together, "wmt", 1, cluster.address)
    finished = [next(answers).as_at for _ in others]
    writes = reader_in(fifo)
    manifest = stored_manifest(together)
    assert manifest is not None
    assert list(manifest.weeks) == sorted(finished) == [job.as_at for job in others]
    assert not path_of(together, last.as_at).exists()

    worker = reader_of(fifo, cluster.workers)
    whole.replace(fifo)
    worker.kill()
    assert worker.wait() == -signal.SIGKILL
    os.close(writes)
    assert [answer.as_at for answer in answers] == [last.as_at]
    assert files(together) == files(alone)
