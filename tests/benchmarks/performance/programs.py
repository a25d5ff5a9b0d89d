"""Commands as a person runs them, plans of a cluster, the question of Parliament, and the pages."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from tests.benchmarks.pages.__main__ import asked_for, read
from tests.benchmarks.performance.one_week import processor
from tests.benchmarks.performance.row import Row
from tests.benchmarks.questions.__main__ import Size
from tests.benchmarks.questions.__main__ import main as ask_question
from tests.benchmarks.redistribution.tables import AT_ONCE, PROVEN, made
from tests.monitor.redistribution.clusters import cluster, whole_service
from tests.monitor.redistribution.posing import posed

IMPORTS: Final = "import sqlmodel, pydantic_settings, typer"
COMMANDS: Final = (("status",), ("digests",), ("export", "hotspots"))


def child_seconds(words: Sequence[str], home: Path) -> float:
    """Processor seconds of a program and of its children."""
    began = processor()
    environment = os.environ | {"HOTSPOTS_HOME": str(home)}
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    # The status of a home whose digests wait is not 0.
    if "Traceback" in done.stderr:
        raise SystemExit(done.stderr)
    return processor() - began


def commands(asked: Sequence[Sequence[str]], weeks: int, cases: int, rounds: int) -> Iterator[Row]:
    """The demonstration, then commands of its home; their floor is the import of three libraries."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "var"
        demo = ["-m", "monitor", "demo", "--as-at", "2026-11-20", "--weeks", str(weeks), "--cases", str(cases)]
        yield Row(f"hotspots demo, {weeks} weeks of {cases:,} cases", child_seconds(demo, home), 40)
        floor = min(child_seconds(["-c", IMPORTS], home) for _ in range(rounds))
        for words in asked:
            ours = min(child_seconds(["-m", "monitor", *words], home) for _ in range(rounds))
            yield Row(f"hotspots {' '.join(words)}", ours, 1.2, floor=floor)


def plans(clusters: int, cases: int, people: int, offices: int) -> Iterator[Row]:
    """Plans of made-up clusters to two gaps, medians."""
    problems = [posed(whole_service(cluster(101 + one, cases, people, offices))) for one in range(clusters)]
    for gap, reach in ((AT_ONCE, 0.70), (PROVEN, 3.2)):
        seconds = median(made(problem, gap).seconds for problem in problems)
        yield Row(f"plan of a cluster of {cases:,} cases to {100 * gap:g}%, median of {clusters}", seconds, reach)


def question(size: Size) -> Iterator[Row]:
    """Written question 172934 over the weeks of a home; the floor is the same rows fetched and nothing done."""
    floor, spent = ask_question(size)
    yield Row(f"question 172934: {size.weeks} weeks of {size.people:,} people", spent, 5, floor=floor)


PAGES: Final = {
    "a second": ("with a second's pause", 60, None),
    "none": ("without a pause", 300, None),
    "run": ("while a run is stored", 300, 1_000),
}


def read_pages(words: Sequence[str]) -> Iterator[Row]:
    """What twenty readers wait for the pages, by what they do meanwhile."""
    asked = asked_for(words)
    with TemporaryDirectory() as thrown_away:
        waited = read(asked, Path(thrown_away) if asked.smoke else asked.home.resolve())
    for meanwhile, (name, p95, most) in PAGES.items():
        if meanwhile in waited:
            yield Row(f"page, 20 readers {name}: p95", waited[meanwhile].p95, p95, unit="ms")
            if most is not None:
                yield Row("the longest", waited[meanwhile].most, most, unit="ms")
