"""A made-up service of any size: its week as CSV and Parquet, its readers, and a home with a long history."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.extracts import read_extract
from monitor.settings import load_settings
from monitor.snapshots.parameters import load_numbers
from monitor.snapshots.store import Store
from tests.benchmarks.pages.national import LAST, copy_back, write_national
from tests.benchmarks.performance import one_week
from tiering.caseload import Caseload


@dataclass(frozen=True)
class Service:
    """One week of a service: the caseload, and the folders with its files."""

    caseload: Caseload
    csv: Path
    parquet: Path

    @property
    def cases(self) -> int:
        return len(self.caseload.cases)


def make_service(folder: Path, londons: int, cases: int) -> Service:
    """Some Londons of so many cases side by side, as CSV and as Parquet with the types of the contract."""
    (as_at,) = write_national(folder / "csv", 1, londons, cases)
    csv, parquet = folder / "csv" / as_at.isoformat(), folder / "parquet" / as_at.isoformat()
    policy = load_numbers(load_settings().config, "london-2009", as_at).policy
    caseload = read_extract(str(csv), as_at, policy.tiers).caseload
    parquet.mkdir(parents=True)
    for name, table in caseload.tables().items():
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), parquet / f"{name}.parquet")
    return Service(caseload, csv, parquet)


def write_readers(file: Path, service: Service, readers: int) -> None:
    """A people file of so many readers: a director of each area, then an ACO of each cluster, then SPOs of offices."""
    units = service.caseload.organisation
    scopes = [
        (role, level, code)
        for role, level in (("director", "area"), ("aco", "cluster"), ("spo", "office"))
        for code in sorted(units[f"{level}_code"].unique())
    ]
    people = [
        {"email": f"r{number}@example.org", "name": f"Reader {number}", "role": role, level: code, "digest": "weekly"}
        for number, (role, level, code) in enumerate(scopes[:readers])
    ]
    # JSON is YAML, too.
    file.write_text(json.dumps({"people": people}), encoding="utf-8")


@dataclass(frozen=True)
class Home:
    """A home to take weeks in.

    * database: a URL, or empty for SQLite in the home.
    * apart: whether each week is taken in a process of its own, which the smallest size has no time for.
    """

    folder: Path
    database: str = ""
    apart: bool = True

    def take(self, extract: Path, as_at: date, people: Path) -> dict[str, float]:
        """Take one week; what it took as in ``one_week``."""
        words = {"extract": extract, "as_at": as_at, "home": self.folder, "people": people, "database": self.database}
        values = {name: str(value) for name, value in words.items()}
        if not self.apart:
            return one_week.main(values)
        said = json.dumps(values)
        environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(
            [sys.executable, "-P", one_week.__file__, said],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        measured: dict[str, float] = json.loads(done.stdout)
        return measured

    def copied(self, folder: Path) -> "Home":
        """The same home in another folder; only for SQLite."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    def fill_back(self, weeks: int, after: int = 0) -> None:
        """Put so many copies of the newest week before it, and before those that are there already."""
        store = self.open()
        if (newest := store.newest()) is not None:
            copy_back(store, newest, weeks, after)
        store.engine.dispose()

    def open(self) -> Store:
        """Its store."""
        settings = load_settings(home=self.folder)
        return Store(self.database or settings.database_url, settings.archive)


def week_after(service: Service, weeks: int = 1) -> tuple[Path, date]:
    """The same rows as of some weeks later: a folder without a manifest says no date."""
    as_at = LAST + timedelta(weeks=weeks)
    later = service.parquet.with_name(as_at.isoformat())
    if not later.is_dir():
        shutil.copytree(service.parquet, later)
    return later, as_at
