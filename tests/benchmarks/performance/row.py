"""One row of the table, and how fast this machine is compared with the one on which the targets were set."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final, TypeVar

import numpy as np

LOOP_THEN: Final = 0.18
SORT_THEN: Final = 0.032
"""Seconds of the two fixed pieces of work on the machine of the targets.

They were not measured there. The kernel of the first version took 1.68 s there and takes 1.9 times as long where the
loop takes 0.35 s and the sort 0.06 s.
"""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Speed:
    """Processor seconds of a fixed loop of Python and of a fixed sort of NumPy."""

    loop: float
    sort: float

    @property
    def slower(self) -> float:
        """How many times as long as on the machine of the targets work takes here."""
        return sqrt(self.loop / LOOP_THEN * self.sort / SORT_THEN)


@dataclass(frozen=True)
class Row:
    """What one piece of work takes.

    * floor: the least that the same input or output takes; None where there is no such thing.
    * reach: the target as set, in the unit; None where a row only informs.
    * in_floors: whether the target is a number of floors, so that it needs no scaling.
    """

    work: str
    ours: float
    reach: float | None = None
    unit: str = "s"
    floor: float | None = None
    in_floors: bool = False

    def target(self, speed: Speed) -> float | None:
        """What it must reach on this machine, in its unit."""
        if self.reach is None:
            return None
        if self.in_floors:
            return self.reach * (self.floor or 0.0)
        return self.reach * speed.slower if self.unit in ("s", "ms") else self.reach


def measure_speed() -> Speed:
    """The least of three times each."""
    numbers = np.random.default_rng(1).random(2_000_000)
    return Speed(min(spent(_loop)[0] for _ in range(3)), min(spent(lambda: np.sort(numbers))[0] for _ in range(3)))


def _loop() -> int:
    total = 0
    for number in range(3_000_000):
        total += number * number % 7
    return total


def spent(work: Callable[[], Result]) -> tuple[float, Result]:
    """Processor seconds of some work in this process, and its result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def least(work: Callable[[], object], rounds: int) -> float:
    """The least processor seconds of several rounds."""
    return min(spent(work)[0] for _ in range(rounds))


def exponent(seconds: Sequence[float], sizes: Sequence[int]) -> float:
    """The power of the size with which the seconds grow: 1 for twice the seconds at twice the size."""
    return log(seconds[1] / seconds[0]) / log(sizes[1] / sizes[0])


HEADINGS: Final = ("work", "unit", "floor", "ours", "x floor", "must reach", "here", "reached")


def lines(rows: Sequence[Row], speed: Speed) -> Iterator[str]:
    """The table: floor, ours, ratio, the target as set and for this machine, and whether it is reached."""
    yield _line(*HEADINGS)
    for row in rows:
        here = row.target(speed)
        as_set = "" if row.reach is None else f"{row.reach:g}" + (" floors" if row.in_floors else "")
        ratio = "" if row.floor is None else f"{row.ours / row.floor:.1f}"
        reached = "" if here is None else "yes" if row.ours <= here else "no"
        yield _line(row.work, row.unit, _number(row.floor), _number(row.ours), ratio, as_set, _number(here), reached)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(*cells: str) -> str:
    work, unit, *others = cells
    return f"{work:<66}{unit:<4}" + "".join(f"{cell:>11}" for cell in others)


def show(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)
