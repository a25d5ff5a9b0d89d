"""What reading and checking an extract costs, from CSV and from a workbook: ``python -m tests.benchmarks.extracts``.

``--against FOLDER`` also measures the source tree in that folder, in turn with this one, and prints the ratio.
``--smoke`` runs at the smallest size: ``make bench-smoke``.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.sample import write_sample
from tests.benchmarks.__main__ import show, write_workbook

LAST = date(2026, 11, 20)
READER = Path(__file__).with_name("reader.py")
THIS_TREE = Path(__file__).parents[3]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.extracts")
    parser.add_argument("--against", type=Path, help="the root of another checkout")
    parser.add_argument("--smoke", action="store_true")
    asked = parser.parse_args()
    cases, rounds = (600, 1) if asked.smoke else (36_000, 7)
    with TemporaryDirectory() as folder:
        sample = Path(folder)
        write_sample(sample, weeks=2, cases=cases, last_as_at=LAST)
        before = LAST - timedelta(weeks=1)
        csv = [str(sample / LAST.isoformat()), LAST.isoformat()]
        with_last_week = [*csv, str(sample / before.isoformat()), before.isoformat()]
        workbook = [write_workbook(Path(csv[0]), sample / "book.xlsx"), LAST.isoformat()]
        other = asked.against
        show(f"{cases:,} cases; best of {rounds}, of a workbook best of {min(rounds, 3)}; processor seconds\n")
        from_csv = compare("CSV", rounds, (THIS_TREE, csv), (other, csv))
        compare("CSV with last week : CSV without", rounds, (THIS_TREE, with_last_week), (other, csv))
        from_workbook = compare("workbook", min(rounds, 3), (THIS_TREE, workbook), (other, workbook))
    show(f"\n{'from a workbook : from CSV':<40}{from_workbook / from_csv:8.2f}")


def compare(
    name: str, rounds: int, this: tuple[Path, Sequence[str]], other: tuple[Path | None, Sequence[str]]
) -> float:
    """Print and give back the seconds of this tree and, if there is another, of that.

    - this, other: a source tree and the arguments of its reader.
    """
    with ExitStack() as readers:
        asked = [
            readers.enter_context(reader(tree, arguments)) for tree, arguments in (this, other) if tree is not None
        ]
        # The first round warms up: it imports what is needed later.
        times = [[seconds(process) for process in asked] for _ in range(rounds + 1)][1:]
    best = [min(column) for column in zip(*times, strict=True)]
    against = f"{best[1]:8.3f} s there, this : there {best[0] / best[1]:5.2f}" if len(best) > 1 else ""
    show(f"{name:<40}{best[0]:8.3f} s{against}")
    return best[0]


@contextmanager
def reader(tree: Path, arguments: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    """A process that reads with the code of a source tree."""
    command = [sys.executable, "-P", str(READER), *arguments]
    environment = os.environ | {"PYTHONPATH": str(tree.resolve())}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield process


def seconds(process: "subprocess.Popen[str]") -> float:
    """What the next reading of a reader takes."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("a reader is asked through pipes")
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


if __name__ == "__main__":
    main()
