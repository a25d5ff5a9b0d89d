"""What fell due in each unit and was done on time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from alerts.digest.scope.units import Unit, share
from alerts.digest.week_facts import records

MOST_PARTS: Final = 15


@dataclass(frozen=True)
class Timely:
    """What fell due in a unit and was done by its due date; percentage NaN where nothing fell due."""

    name: str
    fell_due: int
    on_time: int
    percentage: float
    excuse: str = ""


def unit_timeliness(frame: pd.DataFrame, units: Sequence[Unit]) -> tuple[Timely, ...]:
    """What fell due and was on time in each unit, all rules together, least timely first."""
    level = units[0].level if units else ""
    rules = frame[frame["level"].eq(level) & frame["code"].isin([unit.code for unit in units])]
    sums: dict[str, tuple[int, int]] = {}
    for row in records(rules):
        due, done = sums.get(row["code"], (0, 0))
        sums[row["code"]] = due + int(row["fell_due"]), done + int(row["on_time"])
    if not sums:
        return ()
    rows = []
    for unit in units:
        due, done = sums.get(unit.code, (0, 0))
        if unit.withheld:
            rows.append(Timely(unit.name, 0, 0, math.nan, unit.excuse))
        else:
            rows.append(Timely(unit.name, due, done, share(done, due)))
    rows.sort(key=lambda row: (bool(row.excuse), math.isnan(row.percentage), row.percentage, row.name))
    return tuple(rows[:MOST_PARTS])
