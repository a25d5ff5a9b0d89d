"""Whole runs, from files to stored digests, each in a process of its own: without and with history and readers."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.catalogue import points_by_snapshot
from monitor.snapshots.weeks.history import HISTORY_WEEKS
from tests.benchmarks.pages.national import LAST
from tests.benchmarks.performance.row import Row, exponent, least, show
from tests.benchmarks.performance.service import Home, Service, week_after, write_readers
from tests.benchmarks.performance.stages import read_files

Taken = Mapping[str, float]
FEW_READERS = 2


class Weeks(NamedTuple):
    """How many weeks of history and how many readers."""

    history: int
    readers: int


def take(home: Home, service: Service, readers: int, later: int = 0) -> Taken:
    """Take the week of a service, or the same rows some weeks later."""
    people = home.folder.parent / f"{home.folder.name}-{readers}.yaml"
    write_readers(people, service, readers)
    folder, as_at = week_after(service, later) if later else (service.parquet, LAST)
    taken = home.take(folder, as_at, people)
    show(f"  a week of {service.cases:,} cases, {readers} readers: " + _said(taken))
    return taken


def _said(taken: Taken) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:,.1f}" for name, value in taken.items())


def no_history(homes: Sequence[Home], small: Service, large: Service, times: float = 1) -> Iterator[Row]:
    """A week of an empty home, and how it grows with the cases.

    * homes: an empty one for each service.
    * times: how many times the cases of the nation the large one has, which the targets depend on.
    """
    floor = least(lambda: read_files(large.parquet), 3)
    taken = [take(home, one, FEW_READERS) for home, one in zip(homes, (small, large), strict=True)]
    seconds, memory = (6.0, 1_000.0) if times == 1 else (60.0, 4_000.0)
    name = f"a week, {large.cases:,} cases from Parquet, no history, {FEW_READERS} digests"
    yield Row(name, taken[-1]["seconds"], seconds, floor=floor)
    yield Row("its memory", taken[-1]["memory"], memory, unit="MB")
    ours = [one["seconds"] for one in taken]
    yield Row("its growth", exponent(ours, (small.cases, large.cases)), 1.05, unit="exp")


def with_history(service: Service, home: Home, weeks: Weeks) -> Iterator[Row]:
    """The week after with half of the history and with all of it, with few readers and with all of them.

    Each run starts from the same home, so that nothing but the one thing differs.
    """
    half = weeks.history // 2
    home.fill_back(half - 1)
    first = take(home.copied(home.folder.with_name("half")), service, FEW_READERS, later=1)
    home.fill_back(weeks.history - half, after=half - 1)
    few = take(home.copied(home.folder.with_name("few")), service, FEW_READERS, later=1)
    many = take(home.copied(home.folder.with_name("many")), service, weeks.readers, later=1)
    yield Row(f"the same, {weeks.history} weeks of history, {weeks.readers} readers", many["seconds"], 25)
    yield Row("its memory", many["memory"], 1_500, unit="MB")
    grown = weeks.history - half
    yield Row(f"each week of history from {half} to {weeks.history}", (few["seconds"] - first["seconds"]) / grown, 0.01)
    yield Row("its memory", (few["memory"] - first["memory"]) / grown, 2.5, unit="MB")
    more = weeks.readers - FEW_READERS
    yield Row("each reader more, with drawing", (many["seconds"] - few["seconds"]) / more, 0.05)


def decade(service: Service, home: Home, weeks: int) -> Iterator[Row]:
    """A week after four years, then after ten: a run reads four at most. And one office over all of them."""
    read = min(HISTORY_WEEKS, weeks)
    take(home, service, FEW_READERS)
    home.fill_back(read - 1)
    four = take(home, service, FEW_READERS, later=1)
    home.fill_back(weeks - read, after=read)
    ten = take(home, service, FEW_READERS, later=2)
    name = f"a week, {service.cases:,} cases, {weeks} weeks stored, beside {read}"
    yield Row(name, ten["seconds"], 1.1, floor=four["seconds"], in_floors=True)
    yield Row("its memory", ten["memory"], 1.1, unit="MB", floor=four["memory"], in_floors=True)
    yield from trend(home)


def trend(home: Home) -> Iterator[Row]:
    """The points of one office in every week of a home, as a page asks for them."""
    store = home.open()
    with Session(store.engine) as session:
        ids = [number for number in session.exec(select(col(Snapshot.id))) if number is not None]
    units = store.units(ids[0])
    code = str(units.loc[units["level"].eq("office"), "code"].iloc[0])
    waits = []
    for _ in range(20):
        began = time.perf_counter()
        rows = points_by_snapshot(store.engine, ids, "office", [code])
        waits.append(1000 * (time.perf_counter() - began))
    store.engine.dispose()
    yield Row(f"trend of an office over {len(rows)} weeks", min(waits), 2.5, unit="ms")
