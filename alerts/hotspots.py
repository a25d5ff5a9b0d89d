"""Rules x workload over the weeks: which units are hotspots, since when, and whether new, continuing or cleared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.evidence import evidence
from alerts.grouping import explain
from alerts.overdue import rank_hot_and_late
from alerts.rules import LEVELS, Rule
from alerts.trend import Sustained, sustained
from tiering.terms import Level

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEW, CONTINUING, CLEARED = "new", "continuing", "cleared"
PAST_COLUMNS = [
    "as_at",
    "level",
    "code",
    "name",
    "total_points",
    "available_points",
    "capacity_percentage",
    "unallocated_cases",
    "high_risk_overdue",
]
COLUMNS = [
    "rule",
    "level",
    "code",
    "name",
    "status",
    "weeks",
    "since",
    "value",
    "threshold",
    "change",
    "total_points",
    "available_points",
    "overdue",
    "high_risk_overdue",
    "explained_by",
    "explained_by_level",
    "running",
    "escalated",
    "rank",
    "reason",
]


@dataclass(frozen=True)
class Weeks:
    """Every unit of one level through the weeks, oldest first; matrices of shape (units, weeks).

    dates: as-at date of each week's snapshot; present: whether the unit is in that snapshot.
    """

    dates: list[date]
    units: pd.DataFrame
    present: Flags
    total: Floats
    available: Floats
    capacity: Floats
    unallocated: Floats
    high_risk_overdue: Floats


def judge(rules: Sequence[Rule], units: pd.DataFrame, past: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Every hotspot of the week, one row a rule and unit, columns as ``COLUMNS``, sorted by rule, level and code.

    units: this week's workload with the counts of alerts.overdue. past: earlier weeks, at most one snapshot for
    each ISO week and none of this one; columns as ``PAST_COLUMNS``. value and threshold are per cent of capacity,
    points, cases or assessments, as the rule says; change is in percentage points since the snapshot before.
    """
    weeks = {level: _weeks(level, units, past, as_at) for level in LEVELS}
    judged = [_judge_level(rule, weeks[level], level) for rule in rules for level in rule.levels]
    hotspots = pd.concat(judged, ignore_index=True)
    hotspots = explain(_without_watched_hotspots(hotspots), _parents(units))
    return hotspots[COLUMNS].sort_values(["rule", "level", "code"], ignore_index=True)


def missing_weeks(dates: Sequence[date]) -> list[date]:
    """Mondays of the weeks between the first and the last of the dates in which none of them lies."""
    mondays = {day - timedelta(days=day.weekday()) for day in dates}
    if not mondays:
        return []
    span = (max(mondays) - min(mondays)).days // 7
    return [monday for week in range(span) if (monday := min(mondays) + timedelta(weeks=week)) not in mondays]


def _without_watched_hotspots(hotspots: pd.DataFrame) -> pd.DataFrame:
    """The same without the watch of units that are hotspots over the threshold already."""
    live = hotspots[hotspots["rule"].eq("over_threshold") & hotspots["status"].ne(CLEARED)]
    hot = pd.MultiIndex.from_frame(live[["level", "code"]])
    watched = hotspots["rule"].eq("watch") & pd.MultiIndex.from_frame(hotspots[["level", "code"]]).isin(hot)
    return hotspots[~watched]


def _parents(units: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The code of the unit above each unit, by (level, code)."""
    above = units[units["level"].isin(LEVELS)]
    return dict(zip(zip(above["level"], above["code"], strict=True), above["parent_code"], strict=True))


def _weeks(level: Level, units: pd.DataFrame, past: pd.DataFrame, as_at: date) -> Weeks:
    now = units[units["level"].eq(level)].assign(as_at=pd.Timestamp(as_at))
    rows = pd.concat([past.loc[past["level"].eq(level), PAST_COLUMNS], now[PAST_COLUMNS]], ignore_index=True)
    dates = sorted({stamp.date() for stamp in past["as_at"].unique()} | {as_at})
    known = pd.concat([now, rows.sort_values("as_at", ascending=False)[PAST_COLUMNS]]).drop_duplicates("code")
    known = known.reset_index(drop=True)
    row = pd.Index(known["code"]).get_indexer(pd.Index(rows["code"]))
    column = pd.DatetimeIndex(dates).get_indexer(pd.DatetimeIndex(rows["as_at"]))

    def matrix(name: str) -> Floats:
        values = np.full((len(known), len(dates)), np.nan)
        values[row, column] = rows[name].to_numpy(dtype=float)
        return values

    total = matrix("total_points")
    return Weeks(
        dates=dates,
        units=known,
        present=~np.isnan(total),
        total=total,
        available=matrix("available_points"),
        capacity=matrix("capacity_percentage"),
        unallocated=matrix("unallocated_cases"),
        high_risk_overdue=matrix("high_risk_overdue"),
    )


def _judge_level(rule: Rule, weeks: Weeks, level: Level) -> pd.DataFrame:
    condition, off, value, threshold = _CONDITIONS[rule.name](rule, weeks)
    known = weeks.present & ~np.isnan(value)
    lasting = rule.name in ("over_threshold", "spare_capacity")
    weeks_on = int(rule.number("weeks_on")) if lasting else 1
    weeks_off = int(rule.number("weeks_off")) if lasting else 1
    state = sustained(condition, off, known, weeks.present, weeks_on, weeks_off)
    cleared = state.was_active & ~state.active
    seen = known[:, -1]
    shown = state.active & seen if rule.name == "watch" else state.active | cleared
    found = np.flatnonzero(shown)
    rows = _rows(rule, weeks, state, found, value[:, -1], threshold)
    rows["escalated"] = rows["weeks"].where(rows["escalated"] & seen[found])
    rows["level"] = level.value
    gaps = missing_weeks(weeks.dates)
    records = cast(list[dict[str, Any]], rows.to_dict("records"))
    rows["reason"] = pd.Series([evidence(rule, row, gaps) for row in records], dtype="str")
    return _ranked(rows) if rule.name == "hot_and_late" else rows


def _rows(
    rule: Rule, weeks: Weeks, state: Sustained, found: npt.NDArray[np.int64], value: Floats, threshold: float
) -> pd.DataFrame:
    """The units found, with their status and the figures that prove it."""
    units = weeks.units.iloc[found].reset_index(drop=True)
    status = np.where(~state.active, CLEARED, np.where(state.was_active, CONTINUING, NEW))[found]
    since = [weeks.dates[position] if position >= 0 else None for position in state.since[found]]
    before = weeks.capacity[found, -2] if len(weeks.dates) > 1 else np.full(len(found), np.nan)
    age = state.weeks[found]
    rows = pd.DataFrame(
        {
            "rule": rule.name,
            "code": units["code"],
            "name": units["name"],
            "status": status,
            "weeks": age,
            "since": pd.array(since, dtype="datetime64[s]"),
            "value": value[found],
            "threshold": threshold,
            "change": weeks.capacity[found, -1] - before,
            "total_points": weeks.total[found, -1],
            "available_points": weeks.available[found, -1],
            "running": state.running[found],
            "escalated": np.isin(age, rule.escalate_at) & (status != CLEARED),
            "rank": np.nan,
        }
    )
    counts = ["overdue", "high_risk_overdue", "offender_managers", "offender_managers_over"]
    counts += ["offender_managers_without_hours", "contracted_hours", "reduction_hours", "unallocated_cases"]
    rows[counts] = units[counts]
    rows[["overdue", "high_risk_overdue"]] = rows[["overdue", "high_risk_overdue"]].fillna(0).astype(int)
    return rows


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The live rows with their rank and its reason; cleared ones as they are."""
    live = rows["status"].ne(CLEARED)
    ranked = rank_hot_and_late(rows[live])
    ranked["reason"] = ranked["rank_reason"] + "; " + ranked["reason"]
    return pd.concat([ranked.drop(columns="rank_reason"), rows[~live]], ignore_index=True)


Condition = tuple[Flags, Flags, Floats, float]
"""When a rule is on, when it is off, the value it looks at (each of units x weeks) and the threshold shown."""


def _over(rule: Rule, weeks: Weeks) -> Condition:
    threshold = rule.number("threshold")
    return weeks.capacity > threshold, weeks.capacity < rule.number("clear_below"), weeks.capacity, threshold


def _watch(rule: Rule, weeks: Weeks) -> Condition:
    threshold = rule.number("threshold")
    return weeks.capacity > threshold, ~(weeks.capacity > threshold), weeks.capacity, threshold


def _spare(rule: Rule, weeks: Weeks) -> Condition:
    threshold = rule.number("threshold")
    return weeks.capacity < threshold, weeks.capacity > rule.number("clear_above"), weeks.capacity, threshold


def _no_capacity(rule: Rule, weeks: Weeks) -> Condition:
    threshold = rule.number("threshold")
    held = np.where(weeks.available > 0, 0.0, weeks.total)
    return held > threshold, ~(held > threshold), held, threshold


def _unallocated(rule: Rule, weeks: Weeks) -> Condition:
    threshold = rule.number("threshold")
    return weeks.unallocated > threshold, ~(weeks.unallocated > threshold), weeks.unallocated, threshold


def _hot_and_late(rule: Rule, weeks: Weeks) -> Condition:
    least = rule.number("high_risk_overdue_from")
    hot = (weeks.capacity > rule.number("threshold")) | ((weeks.available == 0) & (weeks.total > 0))
    both = hot & (weeks.high_risk_overdue >= least)
    return both, ~both, weeks.high_risk_overdue, least


_CONDITIONS: dict[str, Callable[[Rule, Weeks], Condition]] = {
    "watch": _watch,
    "over_threshold": _over,
    "no_capacity": _no_capacity,
    "unallocated": _unallocated,
    "spare_capacity": _spare,
    "hot_and_late": _hot_and_late,
}
