"""What is known to come, as far as one reader may see it: as a list by day and person, and counted by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from monitor.snapshots.contracts.read_off import COMING
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.index import IndexedFrame
from monitor.web.read_model.rows import ForecastFigures
from monitor.web.read_model.snapshot import SnapshotView
from tiering.terms import Level
from tiering.timeliness.coming import Coming

_WEEK: Final = timedelta(days=7)
_OF_A_PERSON: Final = ["on", "kind", "what", "crn", "om_code"]
_ABSENCES: Final = (Coming.REDUCTION_START.value, Coming.REDUCTION_END.value)


@dataclass(frozen=True, slots=True)
class ComingItem:
    """One thing to come on one day: work due, a change in a case, or a change in someone's hours.

    - what: the rule, kind of report or reason. quantity: reports, or hours a week; NaN for cases.
    """

    on: datetime
    kind: str
    what: str
    crn: str | None
    om_code: str | None
    om_name: str
    team_code: str
    tier: str | None
    rosh: str | None
    quantity: float


@dataclass(frozen=True)
class WeekAhead:
    """What comes in one week, Monday to Sunday, by kind.

    - first, last: its days, as far as the snapshot looks ahead. is_whole: whether it looks to the end of the week.
    - forecast: what is expected of the unit at the snapshot of that week; None without one.
    """

    monday: date
    first: date
    last: date
    counts: dict[str, int]
    forecast: ForecastFigures | None

    @property
    def is_whole(self) -> bool:
        return self.last.weekday() == 6


def coming_table(week: SnapshotView) -> IndexedFrame:
    """Return what comes by day, person, kind and case: columns of tiering.timeliness.coming, om_name, monday.

    Sorted once for the snapshot, so that a page only picks its rows.
    """
    table: IndexedFrame = week.memo.get(("coming table",), lambda: IndexedFrame(_in_order(week)))
    return table


def _in_order(week: SnapshotView) -> pd.DataFrame:
    rows = week.load(COMING.name)
    monday = rows["on"] - pd.to_timedelta(rows["on"].dt.day_of_week, unit="D")
    rows = rows.assign(om_name=rows["om_code"].map(week.names).fillna(""), monday=monday)
    return rows.sort_values(["on", "om_name", "om_code", "kind", "crn"], na_position="first", ignore_index=True)


def coming_items(week: SnapshotView, sight: Visibility, level: str = Level.ALL, code: str = "") -> pd.DataFrame:
    """Return what comes in a unit, for a person, or everywhere, as far as it may be seen; as ``coming_table`` has it.

    A reduction of someone with several posts that may be seen has one row.
    """
    table = coming_table(week)
    rows = table.frame.iloc[week.rows_in(table, level, code)]
    rows = rows[sight.rows(rows)]
    repeated = rows["kind"].isin(_ABSENCES) & rows.duplicated(_OF_A_PERSON)
    return rows[~repeated].reset_index(drop=True)


def coming_weeks(
    items: pd.DataFrame, as_at: date, days: int, forecast: Sequence[ForecastFigures] = ()
) -> tuple[WeekAhead, ...]:
    """Count what comes by week and kind, from the week of the snapshot to the last that it looks ahead to.

    - items: as ``coming_items`` has them. days: how far the snapshot looks ahead.
    - forecast: of the unit, one row per week ahead.
    """
    horizon = as_at + timedelta(days=days)
    counted = items.groupby(["monday", "kind"]).size().to_dict()
    expected = {row.on.date() - timedelta(days=row.on.weekday()): row for row in forecast}
    first = as_at - timedelta(days=as_at.weekday())
    mondays = [first + number * _WEEK for number in range((horizon - first).days // 7 + 1)]
    return tuple(
        WeekAhead(
            day,
            max(day, as_at),
            min(day + _WEEK - timedelta(days=1), horizon),
            {kind.value: int(counted.get((pd.Timestamp(day), kind.value), 0)) for kind in Coming},
            expected.get(day),
        )
        for day in mondays
    )
