"""Weigh weeks on a Dask cluster whose workers see the same home and database as this process."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from monitor import processes
from monitor.safe_text import mask_secrets
from monitor.snapshots.archive import PART, Place
from monitor.snapshots.store import Store
from tiering.faults import UserFault

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS: Final = 15.0
"""How long to wait for the scheduler, and then for its first worker: both should already be there."""

LOOK_SECONDS: Final = 5.0
"""How long to wait for a week before looking whether a worker is left."""

SAME_VERSIONS: Final = ("caseload-hotspot-monitor", "numpy", "pandas", "pyarrow")
"""Programs that decide on the bytes of a file."""

SCHEMES: Final = ("tcp://", "tls://")


class ClusterFault(UserFault):
    """Weeks cannot be weighed on this cluster."""


class Job(Protocol):
    """One week to weigh: where its rows are, and where its file goes."""

    @property
    def database_url(self) -> str: ...
    @property
    def archive(self) -> Place: ...
    @property
    def folder(self) -> Path: ...
    @property
    def as_at(self) -> date: ...
    @property
    def content_hash(self) -> str: ...


@dataclass(frozen=True)
class Probe:
    """What every worker must find.

    * file: in the folder of the alternative, with ``token`` in it
    * as_at, content_hash: of a snapshot in the database
    * versions: of ``SAME_VERSIONS`` in this process
    """

    # Dask shows arguments on its pages and in its logs, and the URL may hold a password.
    database_url: str = field(repr=False)
    archive: Place
    file: Path
    token: str
    as_at: date
    content_hash: str
    versions: dict[str, str]


JobT = TypeVar("JobT", bound=Job)
AnswerT = TypeVar("AnswerT")


def weigh_on_cluster(
    address: str, weigh: Callable[[JobT], AnswerT], jobs: Sequence[JobT], seconds: float = CONNECT_SECONDS
) -> Iterator[AnswerT]:
    """Weigh each week on a worker of the cluster, and return the answers as they come.

    * address: of the scheduler. With ``tls://``, certificates are those of Dask's own settings (environment or files).
    * seconds: how long to wait for the scheduler and for its first worker

    The weeks of a worker that is lost go to the others, also to one that joins later. Raises ClusterFault, and what
    ``weigh`` raises.
    """
    with _connect(address, seconds) as client:
        _wait_for_a_worker(client, address, seconds)
        _check_workers(client, jobs[0])
        weigh_there = partial(weigh_with_same_versions, own_versions(), weigh)
        futures = client.map(weigh_there, jobs, pure=False, key=f"week-{secrets.token_hex(8)}")
        try:
            yield from _answers(client, address, futures, seconds)
        finally:
            client.cancel(futures)


@contextmanager
def _connect(address: str, seconds: float) -> "Iterator[Client]":
    """A client of the scheduler; raises ClusterFault."""
    if not address.startswith(SCHEMES):
        raise ClusterFault([f"--dask {address}: write the address of a scheduler, such as tcp://10.0.0.5:8786"])
    try:
        import distributed
    except ImportError:
        raise ClusterFault(
            ["--dask needs the extra dask, which is not installed; run: pip install 'caseload-hotspot-monitor[dask]'"]
        ) from None
    try:
        client = distributed.Client(address, timeout=seconds)
    except OSError as error:
        no_answer = f"--dask {address}: no scheduler answered within {seconds:g} seconds: {_in_a_line(error)}"
        raise ClusterFault([no_answer]) from None
    except (ValueError, TypeError, RuntimeError) as error:
        raise ClusterFault([f"--dask {address}: cannot connect to the scheduler: {_in_a_line(error)}"]) from None
    try:
        yield client
    finally:
        client.close(timeout=seconds)


def _wait_for_a_worker(client: "Client", address: str, seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=seconds)
    except OSError:
        raise ClusterFault([f"--dask {address}: the scheduler has had no worker for {seconds:g} seconds"]) from None


def _check_workers(client: "Client", job: Job) -> None:
    """Raise ClusterFault unless every worker finds the home, the database and the same versions."""
    token = secrets.token_hex(16)
    file = job.folder / f"probe.{processes.mark()}-{token}{PART}"
    probe = Probe(job.database_url, job.archive, file, token, job.as_at, job.content_hash, own_versions())
    job.folder.mkdir(parents=True, exist_ok=True)
    file.write_text(token, encoding="utf-8")
    try:
        answers = client.run(find_fault, probe, on_error="return")
    finally:
        file.unlink(missing_ok=True)
    faults = [f"worker {worker}: {_fault_in(answer)}" for worker, answer in answers.items() if answer != ""]
    if faults:
        raise ClusterFault(sorted(faults))


def _fault_in(answer: Any) -> str:
    """What a worker found wrong, or why it could not look."""
    if isinstance(answer, BaseException):
        return f"cannot run this program: {_in_a_line(answer)}"
    return str(answer)


def find_fault(probe: Probe) -> str:
    """What keeps this worker from weighing the weeks of a home, in one line; empty if nothing does."""
    return _fault_of_versions(probe.versions) or _fault_of_home(probe) or _fault_of_database(probe)


def weigh_with_same_versions(versions: dict[str, str], weigh: Callable[[JobT], AnswerT], job: JobT) -> AnswerT:
    """Weigh a week; raises ClusterFault on a worker of other versions, which joined after the others were asked."""
    fault = _fault_of_versions(versions)
    if fault:
        raise ClusterFault([f"a worker that joined later {fault}"])
    return weigh(job)


def _fault_of_versions(versions: dict[str, str]) -> str:
    here = own_versions()
    differing = [f"{name} {here[name]}, not {theirs}" for name, theirs in versions.items() if here[name] != theirs]
    return f"has other versions, so files could differ: {'; '.join(differing)}" if differing else ""


def _fault_of_home(probe: Probe) -> str:
    folder = probe.file.parent
    try:
        is_same = probe.file.read_text(encoding="utf-8") == probe.token
    except OSError as error:
        return f"does not see the home: {probe.file.parent}: {error.strerror}"
    if not is_same or not os.access(folder, os.W_OK):
        return f"cannot write in the home: {folder}"
    is_seen = isinstance(probe.archive, str) or probe.archive.is_dir()
    return "" if is_seen else f"does not see the archive: {probe.archive}"


def _fault_of_database(probe: Probe) -> str:
    url = make_url(probe.database_url)
    # SQLite would make a new, empty file.
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return f"does not see the database: {url.database}"
    store = Store(probe.database_url, probe.archive)
    try:
        snapshot = store.newest(probe.as_at)
    except SQLAlchemyError as error:
        return f"does not reach the database: {_in_a_line(error)}"
    finally:
        store.engine.dispose()
    if snapshot is None or snapshot.content_hash != probe.content_hash:
        return f"sees another database: it has no such snapshot of {probe.as_at}"
    return ""


def _answers(client: "Client", address: str, futures: "Sequence[Future[Any]]", seconds: float) -> Iterator[Any]:
    """The answers as they come; raises ClusterFault if the scheduler or every worker is lost."""
    from distributed import wait

    waiting = set(futures)
    while waiting:
        try:
            done, waiting = wait(waiting, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        except TimeoutError:
            _wait_for_a_worker(client, address, seconds)
            continue
        except CancelledError:
            raise _lost_scheduler(address) from None
        for future in sorted(done, key=lambda future: str(future.key)):
            yield _answer_of(future, address)


def _answer_of(future: "Future[Any]", address: str) -> Any:
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker as killed:
        raise ClusterFault([f"--dask {address}: one week ended several workers: {_in_a_line(killed)}"]) from None
    except CancelledError:
        raise _lost_scheduler(address) from None


def _lost_scheduler(address: str) -> ClusterFault:
    return ClusterFault([f"--dask {address}: the connection to the scheduler was lost; run the same command again"])


def own_versions() -> dict[str, str]:
    """The versions of ``SAME_VERSIONS`` in this process."""
    return {name: version(name) for name in SAME_VERSIONS}


def _in_a_line(error: BaseException) -> str:
    return mask_secrets(next(iter(str(error).splitlines()), "") or type(error).__name__)
