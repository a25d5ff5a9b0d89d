"""What is known to come next week in the scope of an SPO: counts of the scope and its units, nothing of a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from alerts.digest.scope.units import Unit, Units
from tiering.timeliness.coming import Coming

SPO_LEVELS: Final = ("office", "team")
"""Levels whose readers are SPOs: to a director or an ACO a week of single reviews says nothing."""


@dataclass(frozen=True)
class NextWeek:
    """The week after that of the snapshot, from Monday to Sunday.

    counts: what comes, by kind.
    heaviest, heaviest_due: the team for which most assessments and plans fall due, and how many; None unless the scope
        has several teams and one of them has more than each other one.
    half_for: how many offender managers hold at least half of them, the fewest that do; 0 without.
    """

    first: date
    last: date
    counts: Mapping[str, int]
    heaviest: Unit | None = None
    heaviest_due: int = 0
    half_for: int = 0

    @property
    def due(self) -> int:
        """Assessments and plans due."""
        return self.counts[Coming.ASSESSMENT] + self.counts[Coming.PLAN]


def next_monday(day: date) -> date:
    """The first day of the week after that of ``day``."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=1)


def next_week_of(coming: pd.DataFrame, teams: pd.DataFrame, units: Units, whole: Unit, as_at: date) -> NextWeek | None:
    """Count what comes next week in the teams of an SPO; None for other readers and for a scope that is withheld.

    coming: columns as ``tiering.timeliness.coming.COLUMNS``; without rows where it is not known.
    teams: the rows of the organisation within the scope.
    """
    first = next_monday(as_at)
    last = first + timedelta(days=6)
    if whole.withheld or whole.level not in SPO_LEVELS or coming.empty:
        return None
    is_next = coming["on"].between(pd.Timestamp(first), pd.Timestamp(last))
    rows = coming[is_next & coming["team_code"].isin(teams["team_code"])]
    found = Counter(rows["kind"].tolist())
    work = rows[rows["kind"].isin([Coming.ASSESSMENT, Coming.PLAN])]
    heaviest, most = _heaviest(work, teams, units)
    counts = {kind.value: found[kind.value] for kind in Coming}
    return NextWeek(first, last, counts, heaviest, most, _half_for(work))


def _heaviest(work: pd.DataFrame, teams: pd.DataFrame, units: Units) -> tuple[Unit | None, int]:
    """The team with most of the work, if it may be shown and stands out."""
    by_team = Counter(work["team_code"].tolist()).most_common(2)
    if len(teams) < 2 or not by_team or (len(by_team) > 1 and by_team[0][1] == by_team[1][1]):
        return None, 0
    code, due = by_team[0]
    unit = units.find_visible("team", str(code))
    return (unit, due) if unit is not None else (None, 0)


def _half_for(work: pd.DataFrame) -> int:
    """The fewest offender managers who hold at least half of the work; 0 if all of them together hold less."""
    holders = Counter(work["om_code"].dropna().tolist())
    held = 0
    for number, (_, due) in enumerate(holders.most_common(), start=1):
        held += due
        if 2 * held >= len(work):
            return number
    return 0
