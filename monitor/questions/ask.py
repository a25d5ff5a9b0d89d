"""Ask a question over the stored weeks: what it answers, and everything needed to cite and to check the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from monitor.alternatives.compare import read_alternative, weeks_of, weighed_otherwise
from monitor.questions.places import WHOLE_SERVICE, Division
from monitor.questions.question import Question, Value
from monitor.questions.sandbox import SECONDS, close_off, open_sandbox, run_query
from monitor.questions.small_groups import withhold_small_groups
from monitor.questions.tables import load_tables, tables_in
from monitor.snapshots.archive import folder_to_read
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.over_weeks import StoredWeek, find_weeks
from tiering.faults import UserFault


@dataclass(frozen=True)
class Asked:
    """What to ask.

    * values: of the parameters, as typed; what is left out has its default
    * first, last: the first and the last day; None for the whole history
    * minimum: a row about fewer people or cases than this is withheld
    * history: name of an alternative, which answers instead of what was recorded
    """

    question: Question
    values: Mapping[str, str]
    first: date | None = None
    last: date | None = None
    division: Division = WHOLE_SERVICE
    minimum: int = 0
    history: str | None = None


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, and what they rest on.

    * values: of every parameter
    * weeks: the stored weeks that were read, oldest first
    * missing: Mondays of the weeks between them without a snapshot
    * without_rows: as-at dates of weeks whose case-level rows the retention has removed
    * withheld: how many rows have figures left out because they are about too few
    """

    asked: Asked
    values: Mapping[str, Value]
    table: pd.DataFrame
    weeks: Sequence[StoredWeek]
    missing: Sequence[date]
    without_rows: Sequence[date]
    withheld: int


def ask(store: Store, asked: Asked, seconds: float = SECONDS) -> Answer:
    """Answer a question; raises UserFault if it cannot be asked so, or takes too much time or memory."""
    question = asked.question
    values = question.fill_in(asked.values)
    weeks = _weeks_asked(store, asked)
    if not weeks:
        raise UserFault([_why_no_week(asked.history)])
    numbered = list(enumerate(weeks, start=1))
    with folder_to_read(store.archive) as folder, open_sandbox() as connection:
        reads = tables_in(question)
        files, without_rows = load_tables(connection, store, reads, numbered, asked.division, folder, asked.history)
        close_off(connection, files)
        used = {name: value for name, value in values.items() if f"${name}" in question.sql}
        table = run_query(connection, question.sql, used, seconds)
    table, withheld = withhold_small_groups(table, question, asked.minimum)
    return Answer(asked, values, table, weeks, missing_weeks(weeks), sorted(without_rows), withheld)


def _weeks_asked(store: Store, asked: Asked) -> list[StoredWeek]:
    if asked.history is None:
        return find_weeks(store.engine, asked.first, asked.last)
    manifest = read_alternative(store, asked.history)
    weeks = weeks_of(store, manifest, asked.first, asked.last)
    return [weighed_otherwise(manifest, week) for week in weeks]


def _why_no_week(history: str | None) -> str:
    if history is None:
        return "there is no snapshot between these dates"
    return (
        f"the alternative history {history} has no week between these dates that was weighed from the rows as they are "
        "now; to weigh them: hotspots recompute"
    )


def missing_weeks(weeks: Sequence[StoredWeek]) -> list[date]:
    """Mondays of the ISO weeks between the first and the last of these without a snapshot."""
    stored = {monday_of(week.as_at) for week in weeks}
    count = (max(stored) - min(stored)).days // 7 + 1
    every = (min(stored) + timedelta(weeks=number) for number in range(count))
    return [monday for monday in every if monday not in stored]


def monday_of(day: date) -> date:
    """The Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())
