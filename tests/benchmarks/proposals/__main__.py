"""What proposals add to a run, for London and for a nation of seven Londons: ``python -m tests.benchmarks.proposals``.

Every office and cluster over the line counts as a hotspot that lasts, so more clusters are planned than in a real run.
``--smoke`` as an argument runs it at its smallest size: ``make bench-smoke``; ``london`` leaves the nation out.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from monitor.extracts import read_extract
from monitor.redistribution.proposals.cluster_plan import Week
from monitor.redistribution.proposals.propose import propose
from monitor.redistribution.proposals.terms import load_proposal_numbers
from monitor.settings import load_settings
from monitor.snapshots.parameters import load_numbers
from tests.benchmarks.pages.national import CASES_OF_ONE, LAST, LONDONS, write_national
from tiering.points import weigh_cases
from tiering.workload import weigh_units

LONDON_CPU_SECONDS, NATION_WALL_SECONDS = 15, 60
SMOKE_CASES, SMOKE_LONDONS = 600, 2


class Spent(NamedTuple):
    """Seconds of the clock, and of all processors together."""

    wall: float
    cpu: float


def main() -> None:
    """Print what the proposals of one week take."""
    smoke, only_london = "--smoke" in sys.argv, "london" in sys.argv
    cases = SMOKE_CASES if smoke else CASES_OF_ONE
    nation = SMOKE_LONDONS if smoke else LONDONS
    for name, londons in (("London", 1), ("nation", nation))[: 1 if only_london else 2]:
        with tempfile.TemporaryDirectory() as folder:
            week = week_of(Path(folder), londons, cases)
        numbers = load_proposal_numbers(load_settings().config, LAST)
        before = now()
        frames = propose(week, lasting_hotspots(week), numbers)
        spent = Spent(*(after - start for start, after in zip(before, now(), strict=True)))
        proposals = frames["proposals"]
        show(
            f"{name}: {len(week.caseload.cases):,} cases, {len(proposals)} clusters with a hotspot, "
            f"{len(frames['proposed_moves']):,} moves, {proposals['status'].value_counts().to_dict()}\n"
            f"{'':<8}{spent.wall:8.1f} s of the clock, {spent.cpu:8.1f} s of processors ({os.cpu_count()} cores); "
            f"{spent.cpu / max(1, len(proposals)):.2f} s for each cluster"
        )
    show(
        f"\nto reach: London {LONDON_CPU_SECONDS} s of processors, nation {NATION_WALL_SECONDS} s of the clock, 2 cores"
    )


def week_of(folder: Path, londons: int, cases: int) -> Week:
    """One week of some Londons side by side."""
    (as_at,) = write_national(folder, 1, londons, cases)
    policy = load_numbers(load_settings().config, "london-2009", as_at).policy
    caseload = read_extract(str(folder / as_at.isoformat()), as_at, policy.tiers).caseload
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    return Week(caseload, weighed, weigh_units(caseload, weighed, policy, as_at), policy, as_at)


def lasting_hotspots(week: Week) -> pd.DataFrame:
    """A hotspot that lasts for every office and cluster over the line."""
    units = week.units
    over = units["level"].isin(["office", "cluster"]) & units["capacity_percentage"].gt(
        float(week.policy.bands.red_above)
    )
    return units.loc[over, ["level", "code"]].assign(rule="over_threshold", status="continuing", weeks=3)


def now() -> Spent:
    """Seconds until now, those of processes that have ended included."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Spent(time.monotonic(), sum(usage.ru_utime + usage.ru_stime for usage in used))


def show(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
