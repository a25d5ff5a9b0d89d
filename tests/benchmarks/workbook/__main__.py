"""What a workbook of the Workload Management Tool costs, from file to points: ``python -m tests.benchmarks.workbook``.

``--smoke`` runs at the smallest size: ``make bench-smoke``.
"""

import resource
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.extracts import Extract
from tests.benchmarks.__main__ import show
from tests.monitor.extracts.wmt.book import AS_AT, make_book, make_hours, read, write_book, write_hours
from tests.oracle.national_tool import score_book
from tests.tiering.rows import WMT
from tiering.points import weigh_cases
from tiering.workload import weigh_units

TOOLS_MAPPING = {"fastest": 2.959, "median": 4.215, "slowest": 7.823}
"""Seconds that the tool's own step from staging tables to its objects takes for 20,000 owners on two cores.

Its database time is not in them, nor the reading of the workbook; here both are.
"""
TOOLS_OWNERS = 20_000


def main(owners: int, rounds: int) -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        book = make_book(owners)
        hours, reduced = make_hours(book)
        write_book(book, Path(folder) / "WMT_PS.xlsx")
        write_hours(Path(folder), book, hours, reduced)
        # The first round warms up: it imports what is needed later.
        times = [measure(folder) for _ in range(rounds + 1)][1:]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start = time.process_time()
        score_book(book, AS_AT, hours, reduced)
        loop = time.process_time() - start
    reading, weighing = (statistics.median(part) for part in zip(*times, strict=True))
    whole = reading + weighing
    show(f"{owners:,} owners; medians of {rounds}; processor seconds\n")
    show(f"{'read and check the workbook and the tables':<52}{reading:8.3f} s")
    show(f"{'points, available points and every unit':<52}{weighing:8.3f} s")
    show(f"{'the whole path':<52}{whole:8.3f} s")
    show(f"{'a plain loop over rows that are read already':<52}{loop:8.3f} s")
    show(f"\n{'plain loop : points and units':<52}{loop / weighing:8.2f}")
    if owners == TOOLS_OWNERS:
        for name, seconds in TOOLS_MAPPING.items():
            show(f"{f'mapping step of the tool ({name} of 27) : whole path':<52}{seconds / whole:8.2f}")
    show(f"{'peak memory, the made-up workbook included':<52}{peak:8.0f} MB")


def measure(source: str) -> tuple[float, float]:
    """Seconds of reading and of weighing."""
    start = time.process_time()
    extract = read(source)
    read_at = time.process_time()
    weigh(extract)
    return read_at - start, time.process_time() - read_at


def weigh(extract: Extract) -> None:
    """Every figure of every unit."""
    known = extract.caseload
    weigh_units(known, weigh_cases(known.cases, known.offender_managers, WMT), WMT, AS_AT)


if __name__ == "__main__":
    if "--smoke" in sys.argv:
        main(owners=200, rounds=1)
    else:
        main(TOOLS_OWNERS, rounds=3)
