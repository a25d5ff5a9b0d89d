"""Every shipped question answered a second time, with dictionaries and loops over whole frames."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

from monitor.snapshots.store import Store

Row = dict[str, Any]
LEVELS = ["post", "offender_manager", "team", "office", "cluster", "area", "all"]
ABOVE = dict(pairwise(LEVELS))


@dataclass(frozen=True)
class Week:
    """One stored week with its frames as rows, each with the place of its unit."""

    as_at: date
    number: int
    frames: dict[str, list[Row]]

    @property
    def year(self) -> int:
        return self.as_at.year


def read_weeks(store: Store, by: str, first: date | None = None) -> list[Week]:
    """Every week of the store, one after another, through the reader of single snapshots."""
    weeks = []
    for as_at in store.dates():
        snapshot = store.newest(as_at)
        assert snapshot is not None
        assert snapshot.id is not None
        if first is not None and as_at < first:
            continue
        units = _rows(store.units(snapshot.id))
        parents = {(row["level"], row["code"]): row["parent_code"] for row in units}
        frames = {"units": units}
        frames["hotspots"] = _rows(store.hotspots(snapshot.id))
        frames["timeliness"] = _rows(store.timeliness(snapshot.id))
        for name in ("cases", "overdue", "findings", "staffing"):
            frames[name] = _rows(store.archived_frame(snapshot.id, name))
        for rows in frames.values():
            for row in rows:
                unit = (row["level"], row["code"]) if "level" in row else ("team", row["team_code"])
                row["place"] = _place(*unit, parents, by)
        weeks.append(Week(as_at, len(weeks) + 1, frames))
    return weeks


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
    ]


def _place(level: str, code: str, parents: dict[tuple[str, str], str | None], by: str) -> str | None:
    if by == "all":
        return "all"
    while level != by:
        parent = parents.get((level, code))
        if level == "all" or parent is None:
            return None
        level, code = ABOVE[level], parent
    return code


def units_of(week: Week, level: str) -> Iterator[Row]:
    return (row for row in week.frames["units"] if row["level"] == level and row["place"] is not None)


def share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def over_threshold_weeks(history: list[Week], /, over: float, weeks: int) -> list[Row]:
    staff: dict[tuple[int, str], set[str]] = defaultdict(set)
    long_over: dict[tuple[int, str], set[str]] = defaultdict(set)
    running: dict[str, tuple[int, int]] = {}
    for week in history:
        for person in units_of(week, "offender_manager"):
            code, percentage = person["code"], person["capacity_percentage"]
            key = (week.year, person["place"])
            staff[key].add(code)
            last, length = running.get(code, (week.number, 0))
            if week.number - last > 1 or (percentage is not None and percentage <= over):
                length = 0
            if percentage is not None and percentage > over:
                length += 1
                if length > weeks:
                    long_over[key].add(code)
            running[code] = (week.number, length)
    return [
        {
            "year": key[0],
            "place": key[1],
            "staff": len(staff[key]),
            "staff_over": len(long_over[key]),
            "percentage": share(len(long_over[key]), len(staff[key])),
        }
        for key in sorted(staff)
    ]


LOOPS: dict[str, Callable[..., list[Row]]] = {"over-threshold-weeks": over_threshold_weeks}
"""The loop of each shipped question, by its name; the parameters by their names."""

OTHER_VALUES: dict[str, dict[str, str]] = {"over-threshold-weeks": {"over": "100", "weeks": "1"}}
"""Values other than the defaults, which the made-up weeks are too few for."""
