"""How long twenty readers wait for the pages of a national service: ``make bench-pages``."""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from alerts.people import load_people
from monitor.settings import Settings, load_settings
from monitor.snapshots.store import Store
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from tests.benchmarks.pages import national
from tests.benchmarks.pages.load import Wait, read_at_once, sight_of, walk
from tests.monitor.databases import postgresql_server

GOAL_MS = 300
PROGRAM = (sys.executable, "-m", "monitor")
READERS = ("planner", "director", "director2", "aco", "spo", "spo2", "spo", "spo2", "director", "planner") * 2


# The readers of national.PEOPLE have units in five Londons.
SMOKE = {"history": 1, "londons": 5, "cases": 120, "taken": 1, "seconds": 1.0, "settle": 0.0}


class Waited(NamedTuple):
    """Milliseconds that 95 of 100 pages took at most, and the longest of all."""

    p95: float
    most: float


def main() -> None:
    """Print how long they waited."""
    asked = asked_for()
    with TemporaryDirectory() as thrown_away:
        read(asked, Path(thrown_away) if asked.smoke else asked.home.resolve())


def read(asked: argparse.Namespace, home: Path) -> dict[str, Waited]:
    """Measure in a home, on the database asked for; returns what ``measure`` does."""
    home.mkdir(parents=True, exist_ok=True)
    people = home / "people.yaml"
    people.write_text(national.PEOPLE, encoding="utf-8")
    os.environ.update(HOTSPOTS_HOME=str(home), HOTSPOTS_PEOPLE=str(people))
    if asked.database == "postgresql":
        with postgresql_server() as server:
            return measure(asked, home, server.ready(home))
    return measure(asked, home, f"sqlite:///{home / 'hotspots.db'}")


def asked_for(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line, or of the words given."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages")
    parser.add_argument("--home", type=Path, default=Path("build/national"), help="kept, and used again if it is there")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--history", type=int, default=101, help="weeks copied before those that are taken")
    parser.add_argument("--londons", type=int, default=national.LONDONS)
    parser.add_argument("--cases", type=int, default=national.CASES_OF_ONE, help="of each London")
    parser.add_argument("--taken", type=int, default=national.TAKEN, help="weeks that are really taken")
    parser.add_argument("--seconds", type=float, default=60, help="of reading, for each part")
    parser.add_argument("--settle", type=float, default=15, help="seconds between the first page and the readers")
    parser.add_argument("--serve", default="", help="more options of hotspots serve")
    parser.add_argument("--no-run", action="store_true", help="do not take a snapshot meanwhile")
    parser.add_argument("--smoke", action="store_true", help="the smallest size, in a home that is thrown away")
    asked = parser.parse_args(words)
    return argparse.Namespace(**vars(asked) | SMOKE) if asked.smoke else asked


def measure(asked: argparse.Namespace, home: Path, url: str) -> dict[str, Waited]:
    """Fill the home where it is empty, then read: at once, with pauses, and while a snapshot is being taken.

    Returns how long the readers waited, by what they did meanwhile: none, a second or run.
    """
    os.environ["HOTSPOTS_DATABASE"] = url
    settings = load_settings()
    store = Store(settings.database_url, settings.archive)
    if not store.dates():
        if not (home / "sample").is_dir():
            national.write_national(home / "sample", asked.taken, asked.londons, asked.cases)
        taken = sorted(date.fromisoformat(folder.name) for folder in (home / "sample").iterdir())
        for line in national.fill(home, settings, store, asked.history, taken):
            show(line)
    week = SnapshotCache(store).week()
    if week is None:
        raise SystemExit("the home holds no snapshot")
    levels = week.units["level"].value_counts()
    show(
        f"{asked.database}: {week.summary.cases:,} cases, {levels['offender_manager']:,} offender managers, "
        f"{len(week.history_ids) + 1} weeks, {levels['cluster']} clusters, {levels['office']} offices, "
        f"{levels['team']:,} teams; {os.cpu_count()} cores"
    )
    readers = _readers(settings, week)
    with served(asked.serve.split()) as (port, process):
        show(f"\nfirst page after the start: {_first(port, readers):.2f} s; memory {memory_mb(process.pid):,.0f} MB")
        time.sleep(asked.settle)
        waited = {}
        for title, pause, seed in (("no pause", 0.0, 0), ("a second's pause on average between pages", 1.0, 100)):
            used = cpu_seconds(process.pid)
            waits = read_at_once(port, _readers(settings, week, seed), lasting(asked.seconds), pause=pause)
            used = cpu_seconds(process.pid) - used
            waited["a second" if pause else "none"] = tell(f"20 readers, {title}", waits, asked.seconds)
            show(f"memory {memory_mb(process.pid):,.0f} MB; {1000 * used / len(waits):.0f} ms of a core for a page")
        if not asked.no_run:
            waited["run"] = while_a_run_is_stored(home, settings, store, week, port)
            show(f"memory {memory_mb(process.pid):,.0f} MB")
    store.engine.dispose()
    return waited


def while_a_run_is_stored(home: Path, settings: Settings, store: Store, week: SnapshotView, port: int) -> Waited:
    """The same beside a run that takes the snapshot of the week after."""
    extract = _of_the_week_after(home, week.as_at)
    began = time.monotonic()
    words = ["run", "--extract", str(extract), "--as-at", extract.name]
    # Below the server, as it should be on a machine that runs both.
    run = subprocess.Popen(["nice", "-n", "10", *PROGRAM, *words], stdout=subprocess.DEVNULL)
    waits = read_at_once(port, _readers(settings, week, 200), lambda: run.poll() is not None, pause=1.0)
    spent = time.monotonic() - began
    if run.returncode:
        raise SystemExit("the run failed")
    waited = tell(f"the same while a run is taken and stored ({spent:.0f} s)", waits, spent)
    show(f"first page after the run: {_first(port, _readers(settings, week, 300)):.2f} s")
    return waited


def _of_the_week_after(home: Path, newest: date) -> Path:
    """The last extract once more, as of a week later."""
    last = max((home / "sample").iterdir())
    as_at = newest + timedelta(weeks=1)
    made = home / "later" / as_at.isoformat()
    shutil.copytree(last, made, dirs_exist_ok=True)
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    (made / "manifest.json").write_text(json.dumps(manifest | {"as_at": as_at.isoformat()}), encoding="utf-8")
    return made


def _readers(settings: Settings, week: SnapshotView, seed: int = 0) -> list[tuple[str, Iterator[tuple[str, str]]]]:
    people = {person.email: person for person in load_people(settings.people_file, settings.mail_domains)}
    emails = [f"{name}@example.org" for name in READERS]
    return [(email, walk(week, sight_of(week, people[email]), seed + place)) for place, email in enumerate(emails)]


def _first(port: int, readers: Sequence[tuple[str, Iterator[tuple[str, str]]]]) -> float:
    """Seconds until one reader has seen one page."""
    opened = iter([False])
    return read_at_once(port, readers[:1], lambda: next(opened, True))[0].seconds


def lasting(seconds: float) -> Callable[[], bool]:
    """Whether that many seconds have gone."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@contextmanager
def served(options: Sequence[str]) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The real server on a free port, until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*PROGRAM, "serve", "--port", str(port), *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                asking = HTTPConnection("127.0.0.1", port, timeout=5)
                asking.request("GET", "/healthz")
                asking.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def memory_mb(pid: int) -> float:
    """Memory of a process and its children, what they share counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    shares = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    own = next(int(line.split()[1]) for line in shares.splitlines() if line.startswith("Pss:"))
    return own / 1024 + sum(memory_mb(int(child)) for child in children)


def cpu_seconds(pid: int) -> float:
    """What a process has used of the cores; unlike a wait it does not grow with what else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tell(title: str, waits: Sequence[Wait], seconds: float) -> Waited:
    """Print a table, a line for each kind of page; return the waits for all of them together."""
    show(f"\n{title}: {len(waits):,} pages, {len(waits) / seconds:.0f} a second; waiting in ms")
    refused = sum(not wait.size for wait in waits)
    if refused:
        show(f"{refused:,} of them could not be shown just then")
    show(f"{'':<26}{'pages':>8}{'p50':>8}{'p95':>8}{'max':>8}{'KB':>8}")
    for kind in [*dict.fromkeys(wait.kind for wait in waits), "all"]:
        of_it = [wait for wait in waits if kind in (wait.kind, "all")]
        middle, high, most = 1000 * np.percentile([wait.seconds for wait in of_it], [50, 95, 100])
        size = np.median([wait.size for wait in of_it]) / 1024
        over = "  over the goal" if high >= GOAL_MS else ""
        show(f"{kind:<26}{len(of_it):>8,}{middle:>8.0f}{high:>8.0f}{most:>8.0f}{size:>8.0f}{over}")
    return Waited(high, most)


def show(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
