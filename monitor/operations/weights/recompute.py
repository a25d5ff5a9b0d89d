"""Weigh archived weeks again under another policy, into a named alternative history below the home.

Each week is one file, written whole or not at all; the manifest says from which rows and numbers it was calculated.
"""

import hashlib
import signal
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from sqlalchemy import URL

from monitor.alternatives.cluster import weigh_on_cluster
from monitor.alternatives.files import MANIFEST, Manifest, WeekEntry, hash_of, path_of, stored_manifest
from monitor.snapshots.archive import Place, clear_abandoned, frame_bytes, write_whole
from monitor.snapshots.store import RowsRemoved, Store
from tiering.by_policy import weigh_by_policy
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy


@dataclass(frozen=True)
class WeekJob:
    """One week to weigh; plain values and absolute paths, so that a process anywhere can do it."""

    # Not in the representation, which Dask shows on its pages and in its logs: it may hold a password.
    database_url: str = field(repr=False)
    archive: Place
    folder: Path
    snapshot_id: int
    as_at: date
    revision: int
    content_hash: str
    policy: Policy


@dataclass(frozen=True)
class Plan:
    """The weeks that are still to weigh, and how many are done."""

    jobs: tuple[WeekJob, ...]
    done: int


@dataclass(frozen=True)
class WeekAnswer:
    """The outcome of one week.

    * entry: None if its rows were removed, which ``says`` reports
    * other_tiers: cases of ``cases`` with a tier that the policy does not have, weighed as untiered
    """

    as_at: date
    entry: WeekEntry | None
    says: str = ""
    other_tiers: int = 0
    cases: int = 0


def plan_weeks(store: Store, config: Path, folder: Path, policy: str, first: date, last: date) -> Plan:
    """Find the home's weeks from ``first`` to ``last`` whose file is missing, altered or from other rows or numbers.

    Raises ConfigFault for a policy that cannot be read on one of the dates.
    """
    weeks = read_manifest(folder, policy).weeks
    jobs = []
    days = [day for day in store.dates() if first <= day <= last]
    for day in days:
        snapshot = store.newest(day)
        if snapshot is None or snapshot.id is None:
            raise ValueError(f"the snapshot of {day} is not stored")
        numbers = load_policy(config, policy, day)
        entry = weeks.get(day)
        inputs = (numbers.fingerprint, snapshot.content_hash, snapshot.revision)
        of_same_input = entry is not None and inputs == (entry.policy_fingerprint, entry.content_hash, entry.revision)
        if entry is not None and of_same_input and hash_of(path_of(folder, day)) == entry.sha256:
            continue
        places = (_absolute_url(store.engine.url), _absolute(store.archive), folder.absolute())
        jobs.append(WeekJob(*places, snapshot.id, day, snapshot.revision, snapshot.content_hash, numbers))
    return Plan(tuple(jobs), len(days) - len(jobs))


def _absolute(archive: Place) -> Place:
    return archive.absolute() if isinstance(archive, Path) else archive


def _absolute_url(url: URL) -> str:
    """The URL of a database with its password, and for SQLite the absolute path of its file."""
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).absolute()))
    return url.render_as_string(hide_password=False)


def recompute(plan: Plan, folder: Path, policy: str, workers: int, cluster: str | None = None) -> Generator[WeekAnswer]:
    """Weigh every week of a plan and record each as it is finished; a stop leaves the finished weeks.

    * workers: processes on this machine
    * cluster: address of a Dask scheduler whose workers weigh instead; raises ClusterFault
    """
    clear_abandoned(folder.parent)
    manifest = read_manifest(folder, policy)
    for answer in _answers(plan.jobs, workers, cluster):
        if answer.entry is not None:
            manifest.weeks[answer.as_at] = answer.entry
            manifest.weeks = dict(sorted(manifest.weeks.items()))
            write_whole(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())
        yield answer


def recompute_week(job: WeekJob) -> WeekAnswer:
    """Weigh one week and write its file; raises ArchiveDamaged."""
    store = Store(job.database_url, job.archive)
    try:
        caseload = store.caseload(job.snapshot_id)
    except RowsRemoved as removed:
        return WeekAnswer(job.as_at, None, removed.faults[0])
    finally:
        store.engine.dispose()
    rows = weigh_by_policy(caseload, (job.policy,), job.as_at)
    rows.insert(0, "as_at", pd.Timestamp(job.as_at).as_unit("s"))
    content = frame_bytes(rows)
    write_whole(path_of(job.folder, job.as_at), content)
    sha256 = hashlib.sha256(content).hexdigest()
    whole = rows[rows["level"].eq("all")]
    return WeekAnswer(
        job.as_at,
        WeekEntry(
            policy_fingerprint=job.policy.fingerprint,
            content_hash=job.content_hash,
            revision=job.revision,
            sha256=sha256,
        ),
        other_tiers=int(whole["other_tiers"].sum()),
        cases=int(whole["cases"].sum()),
    )


def read_manifest(folder: Path, policy: str) -> Manifest:
    """The manifest of an alternative; a new one if there is none, or if it is of another policy or program."""
    manifest = stored_manifest(folder)
    code_version = version("caseload-hotspot-monitor")
    if manifest is None or (manifest.policy, manifest.code_version) != (policy, code_version):
        return Manifest(policy=policy, code_version=code_version)
    return manifest


def _answers(jobs: tuple[WeekJob, ...], workers: int, cluster: str | None) -> Iterator[WeekAnswer]:
    if not jobs:
        return
    if cluster is not None:
        yield from weigh_on_cluster(cluster, recompute_week, jobs)
        return
    if workers == 1:
        yield from map(recompute_week, jobs)
        return
    # Spawned, because a forked child would share the database connections of its parent.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_signals_to_the_parent)
    try:
        for future in as_completed([pool.submit(recompute_week, job) for job in jobs]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_signals_to_the_parent() -> None:
    """An interrupt on a terminal reaches every process: the parent ends the others after the week they are in."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
