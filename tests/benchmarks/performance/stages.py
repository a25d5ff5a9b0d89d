"""Single stages of a run in this process, each beside the least that its input or output takes."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from monitor.extracts import read_extract
from monitor.sample import write_sample
from monitor.settings import load_settings
from monitor.snapshots.parameters import load_numbers
from tests.benchmarks.__main__ import write_workbook
from tests.benchmarks.pages.national import LAST
from tests.benchmarks.performance.row import Row, exponent, least
from tests.benchmarks.performance.service import Service
from tiering.caseload import Caseload
from tiering.points import WeighedCases, weigh_cases
from tiering.policies.policy import Policy
from tiering.timeliness.assessments import assessment_items
from tiering.workload import weigh_units

COMPLETIONS_THEN = 2_000_000


def policy_of_measurement() -> Policy:
    """The policy under which everything is measured."""
    return load_numbers(load_settings().config, "london-2009", LAST).policy


def kernel(small: Service, large: Service, rounds: int) -> Iterator[Row]:
    """Weigh, capacity and roll-up: text columns in, named rows of units out."""
    policy = policy_of_measurement()
    ours = [least(lambda one=one: _weigh(one, policy), rounds) for one in (small.caseload, large.caseload)]  # type: ignore[misc]
    weighed = weigh_cases(large.caseload.cases, large.caseload.offender_managers, policy)
    units = weigh_units(large.caseload, weighed, policy, LAST)
    floor = least(_adding(weighed), rounds) + least(_naming(units), rounds)
    yield Row(f"kernel: {large.cases:,} cases to {len(units):,} rows of units", ours[1], 0.12, floor=floor)
    yield Row("its growth", exponent(ours, (small.cases, large.cases)), 1.05, unit="exp")


def _weigh(caseload: Caseload, policy: Policy) -> pd.DataFrame:
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    return weigh_units(caseload, weighed, policy, LAST)


def _adding(weighed: WeighedCases) -> Callable[[], object]:
    """Add up points by codes that are ready already."""
    frame = weighed.frame
    codes = pd.factorize(frame["team_code"] + "/" + frame["om_code"].fillna(""))[0]
    points = weighed.exact.astype(np.float64)
    return lambda: np.bincount(codes, points)


def _naming(units: pd.DataFrame) -> Callable[[], object]:
    """Sort the rows of the output by level and code, from another order."""
    mixed = units.sample(frac=1, random_state=1, ignore_index=True)
    return lambda: mixed.sort_values(["level", "code"], ignore_index=True)


def assessments(small: Service, large: Service, rounds: int) -> Iterator[Row]:
    """Judge every completion; the floor sorts as many numbers."""
    policy = policy_of_measurement()
    ours = []
    for caseload in (small.caseload, large.caseload):
        weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
        ours.append(least(lambda c=caseload, w=weighed: assessment_items(c, w, policy, LAST), rounds))  # type: ignore[misc]
    rows = len(large.caseload.assessments)
    numbers = np.random.default_rng(1).integers(0, 2**62, rows)
    reach = 1.2 * rows / COMPLETIONS_THEN
    yield Row(f"assessment items, {rows:,} completions", ours[1], reach, floor=least(lambda: np.sort(numbers), rounds))
    sizes = (len(small.caseload.assessments), rows)
    yield Row("their growth", exponent(ours, sizes), 1.05, unit="exp")


def reading(service: Service, rounds: int) -> Iterator[Row]:
    """Read and check the week from CSV and from Parquet; the floor is what pyarrow takes for the same files."""
    for name, folder in (("CSV", service.csv), ("Parquet", service.parquet)):
        ours, floor = read(str(folder), rounds), least(lambda folder=folder: read_files(folder), rounds)  # type: ignore[misc]
        yield Row(f"reading and checking {name}, {service.cases:,} cases", ours, 6, floor=floor, in_floors=True)


def workbook(cases: int, rounds: int) -> Iterator[Row]:
    """Read and check a workbook of the sample; the floor is what calamine takes for its sheets."""
    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder), weeks=1, cases=cases, last_as_at=LAST)
        book = write_workbook(Path(folder) / LAST.isoformat(), Path(folder) / "book.xlsx")
        ours, floor = read(book, rounds), least(lambda: read_sheets(book), rounds)
    yield Row(f"reading and checking XLSX, {cases:,} cases", ours, 3, floor=floor)


def read(source: str, rounds: int) -> float:
    """Seconds of reading and checking an extract up to its acceptance."""
    tiers = policy_of_measurement().tiers
    return least(lambda: read_extract(source, LAST, tiers), rounds)


def read_files(folder: Path) -> None:
    """Read every table of a folder, and throw it away."""
    for file in folder.iterdir():
        if file.suffix == ".csv":
            pyarrow.csv.read_csv(file)
        elif file.suffix == ".parquet":
            pq.read_table(file)


def read_sheets(book: str) -> None:
    """Read every sheet of a workbook as rows of Python values."""
    with CalamineWorkbook.from_path(book) as opened:
        for name in opened.sheet_names:
            opened.get_sheet_by_name(name).to_python()
