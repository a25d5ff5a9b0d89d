"""Where the time of one weekly run goes, as shares and ratios measured in this one run: ``make bench``.

``--smoke`` as an argument runs it at its smallest size: ``make bench-smoke``.
"""

import csv
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from alerts.detection.hotspots import detect_hotspots
from alerts.detection.overdue import count_late, count_late_oversight
from alerts.detection.trends.unit_weeks import WeeksByLevel
from alerts.forecasting.forecast import forecast
from alerts.forecasting.outlook import look_ahead
from monitor.extracts import read_extract
from monitor.reference.known_events import load_known_events
from monitor.run import Request, take_snapshot
from monitor.sample import write_sample
from monitor.settings import load_settings
from monitor.snapshots.parameters import load_numbers
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.history import find_history, read_past
from tests.oracle.points import case_points
from tiering.caseload import Caseload
from tiering.findings import find
from tiering.points import weigh_cases
from tiering.projection import first_seen_dates, flow
from tiering.staff.supervision import count_supervision
from tiering.timeliness.assessments import assessment_items, due_soon_items, overdue_items, timeliness
from tiering.workload import weigh_units

LAST = date(2026, 11, 20)


@dataclass(frozen=True)
class Size:
    """How many weeks and cases the sample has, and how often each stage is measured."""

    weeks: int
    cases: int
    rounds: int


FULL, SMOKE = Size(6, 36_000, 3), Size(2, 600, 1)


def main(size: Size) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sample = seconds(partial(write_sample, home / "sample", weeks=size.weeks, cases=size.cases, last_as_at=LAST))
        settings = load_settings(home=home / "var")
        store = Store(settings.database_url, settings.archive)
        for week in range(size.weeks - 1, 0, -1):
            take(home, LAST - timedelta(weeks=week), settings, store)
        whole = seconds(take, home, LAST, settings, store)
        parts = {name: statistics.median(times) for name, times in stages(home, settings, store, size.rounds).items()}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    raw = parts.pop("the bytes of the files alone")
    loop = parts.pop("points by a plain loop over cases")
    workbook = parts.pop("read and check the extract from a workbook")
    rest = whole - sum(parts.values())
    show(f"{size.cases:,} cases, {size.weeks} weeks; medians of {size.rounds}; processor seconds of one weekly run\n")
    for name, spent in [*parts.items(), ("digests, storing and the rest", rest), ("the whole weekly run", whole)]:
        show(f"{name:<44}{spent:8.3f} s  {spent / whole:6.1%}")
    show(f"\n{'reading and checking : reading the bytes':<44}{parts['read and check the extract'] / raw:8.1f}")
    show(f"{'from a workbook : from CSV':<44}{workbook / parts['read and check the extract']:8.1f}")
    show(f"{'plain loop over cases : weighing all at once':<44}{loop / parts['weigh the cases']:8.1f}")
    show(f"{'writing the sample, a week':<44}{sample / size.weeks:8.3f} s")
    show(f"{'peak memory of this process':<44}{peak:8.0f} MB")


def take(home: Path, as_at: date, settings: Any, store: Store) -> None:
    """Take the snapshot of one week of the sample, where its extract came."""
    folder = home / "sample" / as_at.isoformat()
    if folder.is_dir():
        take_snapshot(Request(str(folder), as_at), settings, store, datetime.now(UTC))


def stages(home: Path, settings: Any, store: Store, rounds: int) -> dict[str, list[float]]:
    """Processor seconds of each stage, measured ``rounds`` times."""
    numbers = load_numbers(settings.config, "london-2009", LAST)
    ahead = numbers.forecast
    policy, known_events = numbers.policy, load_known_events(settings.events_file)
    folder = home / "sample" / LAST.isoformat()
    book = write_workbook(folder, home / "book.xlsx")
    measured: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[..., Any], *given: Any) -> Any:
        began = time.process_time()
        result = work(*given)
        measured.setdefault(name, []).append(time.process_time() - began)
        return result

    for _ in range(rounds):
        timed("the bytes of the files alone", read_bytes, folder)
        extract = timed("read and check the extract", read_extract, str(folder), LAST, policy.tiers)
        timed("read and check the extract from a workbook", read_extract, book, LAST, policy.tiers)
        load: Caseload = extract.caseload
        weighed = timed("weigh the cases", weigh_cases, load.cases, load.offender_managers, policy)
        units = timed("add up every unit", weigh_units, load, weighed, policy, LAST)
        items = timed("judge every assessment", assessment_items, load, weighed, policy, LAST)
        late, soon = overdue_items(items, LAST), due_soon_items(items, policy, LAST)
        units = timed("join lateness to load", count_late, units, late, soon)
        units = count_late_oversight(units, items, judged=False)
        timed("timeliness", timeliness, items, policy, LAST)
        findings = timed("findings", find, load, weighed, units, policy, LAST)
        units = timed("count who supervises whom", count_supervision, units, load, findings, policy, LAST)
        past = timed("read the past", read_past, store, find_history(store, LAST), policy.weights_fingerprint)
        seen = first_seen_dates(load.cases, past.first_seen, LAST)
        flowing = timed("flow", flow, load, weighed, seen, known_events, policy, ahead, LAST)
        flows = pd.concat([past.flows, flowing.assign(as_at=pd.Timestamp(LAST).as_unit("s"))], ignore_index=True)
        expected = timed("forecast", forecast, flows, units, past.units, load.organisation, ahead, LAST)
        units = look_ahead(units, expected, numbers.rule("forecast_over"))
        timed("judge the hotspots", detect_hotspots, numbers.rules, WeeksByLevel(units, past.units, LAST))
        rows = load.cases.astype("object").where(load.cases.notna(), None).to_dict("records")
        tables = {"cases": rows, "offender_managers": load.offender_managers.to_dict("records")}
        timed("points by a plain loop over cases", case_points, tables, LAST, "london-2009")
    return measured


def write_workbook(folder: Path, path: Path) -> str:
    """The CSV files of a folder as one workbook, every value as text."""
    book = openpyxl.Workbook(write_only=True)
    for table in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(table.stem)
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sheet.append([value or None for value in row])
    book.save(path)
    return str(path)


def read_bytes(folder: Path) -> int:
    """Bytes of every file of a folder, read and thrown away."""
    return sum(len(path.read_bytes()) for path in folder.iterdir())


def seconds(work: Callable[..., Any], *given: Any) -> float:
    """Processor seconds of one piece of work."""
    began = time.process_time()
    work(*given)
    return time.process_time() - began


def show(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(SMOKE if "--smoke" in sys.argv[1:] else FULL)
