"""Every stage beside its floor in the same run, what it must reach, and how it grows: ``make bench``.

Parts, in any number: stages, week, history, decade, workbook, plans, question, commands, pages.
``--smoke`` runs all at the smallest size: ``make bench-smoke``. Seconds are processor seconds, ms those of the clock.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.benchmarks.pages.national import CASES_OF_ONE, LONDONS
from tests.benchmarks.performance import programs, stages, weeks
from tests.benchmarks.performance.row import Row, lines, measure_speed, show
from tests.benchmarks.performance.service import Home, Service, make_service
from tests.benchmarks.questions.__main__ import FULL as ALL_PEOPLE
from tests.benchmarks.questions.__main__ import SMOKE as FEW_PEOPLE
from tests.monitor.databases import postgresql_server


class Size(NamedTuple):
    """Londons and cases of each in the large service; the small one has a tenth of the cases.

    demo: its weeks and cases.
    plans: number of clusters, and cases, people and offices of each.
    """

    londons: int
    cases: int
    rounds: int
    history: int
    readers: int
    decade: int
    workbook: int
    demo: tuple[int, int]
    plans: tuple[int, int, int, int]


FULL = Size(LONDONS, CASES_OF_ONE, 3, 104, 126, 520, 36_000, (26, 36_000), (5, 3_000, 60, 6))
SMOKE = Size(2, 600, 1, 2, 3, 3, 240, (1, 240), (1, 300, 6, 2))


@dataclass
class Bench:
    """What is measured, made when a part first asks for it."""

    size: Size
    folder: Path
    asked: argparse.Namespace

    @cached_property
    def small(self) -> Service:
        """A service of a tenth of the cases."""
        return make_service(self.folder / "small", 1, self.size.cases * self.size.londons // 10)

    @cached_property
    def large(self) -> Service:
        """The whole service."""
        return make_service(self.folder / "large", self.size.londons, self.size.cases)

    def home(self, name: str) -> Home:
        """An empty home."""
        return Home(self.folder / name, apart=not self.asked.smoke)

    def stages(self) -> Iterator[Row]:
        """Kernel, assessments, reading."""
        yield from stages.kernel(self.small, self.large, self.size.rounds)
        yield from stages.assessments(self.small, self.large, self.size.rounds)
        yield from stages.reading(self.large, self.size.rounds)

    def week(self) -> Iterator[Row]:
        """A week without history; with --ten-times of ten nations, too."""
        yield from weeks.no_history((self.home("small-week"), self.home("large-week")), self.small, self.large)
        if self.asked.ten_times:
            ten = make_service(self.folder / "ten", 10 * self.size.londons, self.size.cases)
            homes = self.home("large-week-again"), self.home("ten-weeks")
            yield from weeks.no_history(homes, self.large, ten, times=10)

    def history(self) -> Iterator[Row]:
        """A week with history and readers."""
        home = self.home("with-history")
        weeks.take(home, self.large, weeks.FEW_READERS)
        yield from weeks.with_history(self.large, home, weeks.Weeks(self.size.history, self.size.readers))

    def decade(self) -> Iterator[Row]:
        """Ten years of the small service, or of the whole with --whole-decade."""
        service = self.large if self.asked.whole_decade else self.small
        with ExitStack() as stack:
            home = self.home("decade")
            if self.asked.database == "postgresql":
                home = replace(home, database=stack.enter_context(postgresql_server()).ready(self.folder))
            yield from weeks.decade(service, home, self.size.decade)

    def workbook(self) -> Iterator[Row]:
        """A workbook."""
        yield from stages.workbook(self.size.workbook, self.size.rounds)

    def plans(self) -> Iterator[Row]:
        """Plans of clusters."""
        yield from programs.plans(*self.size.plans)

    def question(self) -> Iterator[Row]:
        """The question of Parliament."""
        yield from programs.question(FEW_PEOPLE if self.asked.smoke else ALL_PEOPLE)

    def commands(self) -> Iterator[Row]:
        """The demonstration, and commands of its home."""
        words = programs.COMMANDS[:1] if self.asked.smoke else programs.COMMANDS
        yield from programs.commands(words, *self.size.demo, self.size.rounds)

    def pages(self) -> Iterator[Row]:
        """Pages, with two workers."""
        words = ["--serve", "--workers 2", "--database", self.asked.database]
        yield from programs.read_pages([*words, "--smoke"] if self.asked.smoke else words)


PARTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "stages": Bench.stages,
    "week": Bench.week,
    "history": Bench.history,
    "decade": Bench.decade,
    "workbook": Bench.workbook,
    "plans": Bench.plans,
    "question": Bench.question,
    "commands": Bench.commands,
    "pages": Bench.pages,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.performance")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; without one, all")
    parser.add_argument("--smoke", action="store_true", help="the smallest size")
    parser.add_argument("--londons", type=int, help="of the large service, 7 as a nation")
    parser.add_argument("--cases", type=int, help="of each London")
    parser.add_argument("--history", type=int, help="weeks")
    parser.add_argument("--readers", type=int)
    parser.add_argument("--ten-times", action="store_true", help="the week of ten nations, too")
    parser.add_argument("--whole-decade", action="store_true", help="ten years of the large service, not the small")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="for decade and pages")
    asked = parser.parse_args()
    chosen = {name: getattr(asked, name) for name in ("londons", "cases", "history", "readers")}
    size = (SMOKE if asked.smoke else FULL)._replace(**{name: one for name, one in chosen.items() if one is not None})
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        bench = Bench(size, Path(folder), asked)
        # The question and the pages have a smallest size of their own.
        every = [name for name in PARTS if not asked.smoke or name not in ("question", "pages")]
        for name in asked.parts or every:
            show(f"{name} ...")
            rows += PARTS[name](bench)
    speed = measure_speed()
    show(
        f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; a loop of Python {speed.loop:.3f} s, a sort of "
        f"NumPy {speed.sort:.3f} s: work takes {speed.slower:.2f} times as long as on the machine of the targets.\n"
        "'here' is the target times that; memory, growth and numbers of floors are not scaled.\n"
    )
    for line in lines(rows, speed):
        show(line)


if __name__ == "__main__":
    main()
