"""Weeks weighed on a Dask cluster: a scheduler and workers that are processes of their own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import dask
import distributed
import pytest
import trustme
from sqlalchemy import select

from monitor.alternatives.cluster import ClusterFault, Probe, find_fault, own_versions, weigh_on_cluster
from monitor.alternatives.files import folder_of, path_of, stored_manifest
from monitor.operations.weights.recompute import WeekJob, recompute, recompute_week
from monitor.snapshots import archive
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame

from ..cli.weighing.test_weights import stop_after_the_first_week
from ..conftest import Home
from ..operations.weights.test_recompute import files, plan_of

LONG_ENOUGH = 90.0
FRAMES = ArchivedFrame.__table__  # type: ignore[attr-defined]


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while not file.exists():
        assert process.poll() is None, process.args
        assert time.monotonic() < deadline, f"{file} did not come"
        time.sleep(0.05)


@dataclass
class Cluster:
    """A scheduler and two workers, and the address for clients with a certificate, who find it in ``variables``.

    * start_worker: starts one more, which looks for modules and versions in a folder before all others
    """

    address: str
    tls_address: str
    variables: dict[str, str]
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    start_worker: Callable[[Path], subprocess.Popen[bytes]]


def certificates_in(folder: Path) -> dict[str, str]:
    """Certificates of an authority of its own, and the variables that name them to Dask."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "own.pem"))
    tls = "DASK_DISTRIBUTED__COMM__TLS"
    of_each = {f"{tls}__{who}__CERT": str(folder / "own.pem") for who in ("CLIENT", "SCHEDULER", "WORKER")}
    return {f"{tls}__CA_FILE": str(folder / "ca.pem"), **of_each}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    common = [f"--scheduler-file={file}", "--dashboard-address=127.0.0.1:0"]
    variables = certificates_in(folder)
    environment = {**os.environ, **variables, "DASK_TEMPORARY_DIRECTORY": str(folder)}
    python = [sys.executable, "-m"]
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        with (folder / f"{name}.log").open("wb") as log:
            program = [*python, f"distributed.cli.dask_{name.partition('-')[0]}", *common, *words]
            started.append(subprocess.Popen(program, stdout=log, stderr=log, cwd=folder, env=environment | variables))
        return started[-1]

    try:
        scheduler = start("scheduler", "--host=127.0.0.1", "--protocol=tcp,tls", "--port=0,0")
        words = ["--no-nanny", "--nthreads=1", f"--local-directory={folder}", "--host=127.0.0.1"]
        workers = [start(f"worker-{name}", *words, f"--name={name}") for name in (0, 1)]

        def start_worker(first: Path) -> subprocess.Popen[bytes]:
            path = os.pathsep.join([str(first), os.environ.get("PYTHONPATH", "")])
            return start("worker-late", *words, "--name=late", PYTHONPATH=path)

        wait_for(file, scheduler)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        with distributed.Client(address, timeout=LONG_ENOUGH) as client:
            client.wait_for_workers(len(workers), timeout=LONG_ENOUGH)
        (tls_address,) = re.findall(r"Scheduler at: +(tls://\S+)", (folder / "scheduler.log").read_text())
        yield Cluster(address, tls_address, variables, scheduler, workers, start_worker)
    finally:
        for process in started:
            process.kill()
            process.wait()


def with_an_archive_of_its_own(job: WeekJob, folder: Path) -> WeekJob:
    """The same week with a copy of its archive."""
    shutil.copytree(job.archive, folder)
    return replace(job, archive=folder)


def hang(job: WeekJob, store: Store) -> Path:
    """Make each reader of the cases of a week wait for another program; returns the file with the rows themselves."""
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
            if file in open_files(process):
                return process
    raise AssertionError("no process has the file open")


def open_files(process: subprocess.Popen[bytes]) -> set[Path]:
    files = set()
    for entry in Path(f"/proc/{process.pid}/fd").iterdir():
        # It may be closed in the meantime.
        with suppress(FileNotFoundError):
            files.add(entry.readlink())
    return files


def probe_of(job: WeekJob) -> Probe:
    """What a worker of this process would be asked to find, with its file in place."""
    file = job.folder / "probe.part"
    job.folder.mkdir(exist_ok=True)
    file.write_text("token", encoding="utf-8")
    return Probe(job.database_url, job.archive, file, "token", job.as_at, job.content_hash, own_versions())


def test_what_a_worker_does_not_find_is_said_in_a_line(home: Home, tmp_path: Path) -> None:
    probe = probe_of(plan_of(home, tmp_path / "other").jobs[0])
    nowhere = tmp_path / "nowhere"
    assert find_fault(probe) == ""
    old = {**probe.versions, "numpy": "0.1"}
    faults = (
        (replace(probe, file=nowhere / "probe.part"), f"does not see the home: {nowhere}"),
        (replace(probe, token="another"), "cannot write in the home"),
        (replace(probe, archive=nowhere), f"does not see the archive: {nowhere}"),
        (replace(probe, database_url=f"sqlite:///{nowhere}"), f"does not see the database: {nowhere}"),
        (replace(probe, content_hash="another"), f"sees another database: it has no such snapshot of {probe.as_at}"),
        (replace(probe, versions=old), "has other versions, so files could differ: numpy"),
    )
    for other, says in faults:
        fault = find_fault(other)
        assert fault.startswith(says), fault
        assert "\n" not in fault
    assert not nowhere.exists()


def test_a_password_is_in_no_representation(home: Home, tmp_path: Path) -> None:
    job = replace(plan_of(home, tmp_path / "other").jobs[0], database_url="postgresql+psycopg://h:secret@x/h")
    assert "secret" not in repr(job) + repr(probe_of(job))


def test_a_scheduler_that_does_not_answer_is_said_in_a_line(home: Home, tmp_path: Path) -> None:
    jobs = plan_of(home, tmp_path / "other").jobs
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ClusterFault, match=f"--dask {address}: no scheduler answered within 0.5 seconds") as fault:
            list(weigh_on_cluster(address, recompute_week, jobs, seconds=0.5))
    assert "\n" not in fault.value.faults[0]


def test_workers_that_do_not_see_the_home_weigh_nothing(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    plan = plan_of(home, folder)
    jobs = tuple(replace(job, archive=tmp_path / "nowhere") for job in plan.jobs)
    with pytest.raises(ClusterFault) as fault:
        list(recompute(replace(plan, jobs=jobs), folder, "wmt", 1, cluster.address))
    assert len(fault.value.faults) == 2
    assert all(line.startswith("worker tcp://127.0.0.1:") for line in fault.value.faults)
    assert all(line.endswith(f": does not see the archive: {tmp_path / 'nowhere'}") for line in fault.value.faults)
    assert list(folder.iterdir()) == []


def test_a_week_over_tls_with_the_certificates_of_the_environment(
    home: Home, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = plan_of(home, tmp_path / "here").jobs[0]
    there = replace(job, folder=tmp_path / "there")
    with pytest.raises(ClusterFault, match="cannot connect to the scheduler: TLS"):
        list(weigh_on_cluster(cluster.tls_address, recompute_week, [there]))
    with monkeypatch.context() as patch:
        for name, value in cluster.variables.items():
            patch.setenv(name, value)
        dask.config.refresh()
        assert list(weigh_on_cluster(cluster.tls_address, recompute_week, [there])) == [recompute_week(job)]
    dask.config.refresh()
    assert files(there.folder) == files(job.folder)


def test_a_worker_killed_half_way_changes_no_byte(home: Home, cluster: Cluster, tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    list(recompute(plan_of(home, alone), alone, "wmt", 1))

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


def test_a_worker_of_other_versions_that_joins_later_weighs_nothing(
    home: Home, cluster: Cluster, tmp_path: Path
) -> None:
    """The only worker left is killed in the last week, which goes to one that came after the first was asked."""
    folder = tmp_path / "other"
    plan = plan_of(home, folder)
    *others, last = plan.jobs
    last = with_an_archive_of_its_own(last, tmp_path / "archive")
    whole = hang(last, home.store)
    fifo = whole.with_suffix(".parquet")
    answers = recompute(replace(plan, jobs=(*others, last)), folder, "wmt", 1, cluster.address)
    for _ in others:
        next(answers)
    writes = reader_in(fifo)
    other = tmp_path / "caseload_hotspot_monitor-0.0.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Name: caseload-hotspot-monitor\nVersion: 0.0.1\n", encoding="utf-8")
    late = cluster.start_worker(tmp_path)
    with distributed.Client(cluster.address, timeout=LONG_ENOUGH) as client:
        client.wait_for_workers(2, timeout=LONG_ENOUGH)
    whole.replace(fifo)
    (worker,) = (worker for worker in cluster.workers if worker.poll() is None)
    worker.kill()
    os.close(writes)
    with pytest.raises(
        ClusterFault, match=r"a worker that joined later has other versions.*: caseload-hotspot-monitor 0\.0\.1, not"
    ):
        next(answers)
    assert not path_of(folder, last.as_at).exists()

    shutil.rmtree(other)
    assert late.poll() is None
    assert [answer.as_at for answer in recompute(plan_of(home, folder), folder, "wmt", 1, cluster.address)] == [
        last.as_at
    ]


def test_an_interrupt_leaves_the_finished_weeks_and_frees_the_cluster(home: Home, cluster: Cluster) -> None:
    with distributed.Client(cluster.address, timeout=LONG_ENOUGH) as client:
        assert len(client.scheduler_info()["workers"]) == 1, "two would read the same pipe"
        stop_after_the_first_week(home, "--dask", cluster.address)
        deadline = time.monotonic() + LONG_ENOUGH
        while client.processing() != dict.fromkeys(client.processing(), ()):
            assert time.monotonic() < deadline, client.processing()
            time.sleep(0.05)
    folder = folder_of(home.store) / "stopped"
    plan = plan_of(home, folder)
    assert (len(plan.jobs), plan.done) == (2, 1)
    assert len(list(recompute(plan, folder, "wmt", 1, cluster.address))) == 2


def test_a_lost_scheduler_ends_the_command_and_leaves_the_finished_weeks(
    home: Home, cluster: Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    plan = plan_of(home, folder)
    *others, last = plan.jobs
    last = with_an_archive_of_its_own(last, tmp_path / "archive")
    fifo = hang(last, home.store).with_suffix(".parquet")
    answers = recompute(replace(plan, jobs=(*others, last)), folder, "wmt", 1, cluster.address)
    for _ in others:
        next(answers)
    writes = reader_in(fifo)
    cluster.scheduler.kill()
    with pytest.raises(ClusterFault, match="the connection to the scheduler was lost") as fault:
        next(answers)
    os.close(writes)
    assert "\n" not in fault.value.faults[0]
    manifest = stored_manifest(folder)
    assert manifest is not None
    assert list(manifest.weeks) == [job.as_at for job in others]
