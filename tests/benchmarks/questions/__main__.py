"""How long written question 172934 takes over two years of the nation: ``python -m tests.benchmarks.questions``.

Each of 104 weeks has the figures of 20,000 offender managers. The floor is the same rows fetched and nothing done.
``--smoke`` as an argument runs it at its smallest size: ``make bench-smoke``.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import text
from sqlmodel import Session

from monitor.questions.ask import Asked, ask
from monitor.questions.question import load_questions
from monitor.run import Request, take_snapshot
from monitor.sample import write_sample
from monitor.settings import load_settings
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.over_weeks import find_weeks, read_columns

GOAL_SECONDS = 5
LAST = date(2026, 11, 20)
NAME = "over-threshold-weeks"
Result = TypeVar("Result")


class Size(NamedTuple):
    """How many offender managers, and how many weeks."""

    people: int
    weeks: int


FULL, SMOKE = Size(20_000, 104), Size(300, 3)


def main(size: Size) -> tuple[float, float]:
    """Print how long the question takes, next to what the rows alone take; return both, the rows first."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = load_settings(home=home / "var")
        store = Store(settings.database_url, settings.archive)
        write_sample(home / "sample", weeks=1, cases=600, last_as_at=LAST)
        request = Request(str(home / "sample" / LAST.isoformat()), LAST, policy="london-2009")
        fill(store, take_snapshot(request, settings, store, datetime.now(UTC)).snapshot, size)
        question = load_questions(settings.config)[NAME]
        weeks = find_weeks(store.engine, None, None)
        columns = ("code", "capacity_percentage")
        levels = ("offender_manager",)
        floor, read = timed(lambda: list(read_columns(store.engine, "units", columns, weeks, levels)))
        rows = sum(len(column[0]) for _, column in read)
        del read
        show(f"{rows:,} figures of {len(weeks)} weeks; the goal is {GOAL_SECONDS} s")
        show(f"rows fetched, nothing done   {floor:6.2f} s")
        for again in ("first", "second"):
            spent, answer = timed(lambda: ask(store, Asked(question, {})))
            over = "  over the goal" if spent >= GOAL_SECONDS else ""
            show(f"{NAME}, {again:<6} {spent:6.2f} s, {spent / floor:.1f} times the floor{over}")
        show(answer.table.to_string(index=False))
        store.engine.dispose()
    return floor, spent


def fill(store: Store, newest: Snapshot, size: Size) -> None:
    """Store the weeks before the newest, and as many people in every week, whose figures change from week to week."""
    with Session(store.engine) as session, session.begin():
        numbers = [newest.id]
        for back in range(size.weeks - 1, 0, -1):
            values = newest.model_dump(exclude={"id"}) | {"as_at": newest.as_at - timedelta(weeks=back)}
            session.add(week := Snapshot(**values))
            session.flush()
            numbers.append(week.id)
        connection = session.connection()
        names = [row[1] for row in connection.execute(text("PRAGMA table_info(unit_workload)"))]
        made = {"snapshot_id": ":week", "code": "'P' || n", "capacity_percentage": "60 + abs(random()) % 900 / 10.0"}
        taken = ", ".join(made.get(name, name) for name in names)
        people = "WITH RECURSIVE people(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM people WHERE n < :people)"
        one = "(SELECT * FROM unit_workload WHERE snapshot_id = :newest AND level = 'offender_manager' LIMIT 1)"
        for number in numbers:
            connection.execute(
                text(f"INSERT INTO unit_workload {people} SELECT {taken} FROM people, {one}"),
                {"week": number, "newest": newest.id, "people": size.people},
            )


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Processor seconds that the work takes, and its result: a wait would grow with what else the machine does."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def show(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(SMOKE if "--smoke" in sys.argv[1:] else FULL)
