"""Rules x workload over the weeks: which units are hotspots, since when, and whether new, continuing or cleared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.detection.evidence import evidence
from alerts.detection.grouping import explain
from alerts.detection.overdue import rank_hot_and_late
from alerts.detection.rules import LEVELS, Rule
from alerts.detection.trend import Rising, Sustained, rising, sustained
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
    "comparable_percentage",
    "unallocated_cases",
    "high_risk_overdue",
    "offender_managers",
    "offender_managers_without_hours",
    "spo_hours",
    "span",
    "forecast_percentage",
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
    "usual",
    "low",
    "high",
    "weeks_ahead",
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

    dates: as-at date of each week's snapshot; present: whether the unit is in that snapshot; figures: a matrix for
    each number of ``PAST_COLUMNS``, NaN where it is not known.
    """

    dates: list[date]
    units: pd.DataFrame
    present: Flags
    figures: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.figures[name]

    @property
    def calendar(self) -> npt.NDArray[np.int64]:
        """The number of each snapshot's ISO week, counted from the first one."""
        mondays = [day.toordinal() - day.weekday() for day in self.dates]
        return (np.array(mondays, dtype=np.int64) - mondays[0]) // 7

    @property
    def alike(self) -> Flags:
        """Which weeks were weighed by this week's weights; one value a week."""
        otherwise = ~np.isnan(self["capacity_percentage"]) & np.isnan(self["comparable_percentage"])
        alike: Flags = np.logical_not(np.any(otherwise, axis=0))
        return alike


@dataclass(frozen=True)
class Condition:
    """What a rule sees of every unit in every week; matrices of shape (units, weeks).

    on, off: when it starts to count, and when it stops; value: what it looks at; threshold: what the value is held
    against; known: where the figures to judge by are there; beside: more figures that prove it, by column.
    """

    on: Flags
    off: Flags
    value: Floats
    threshold: Floats | float
    known: Flags
    beside: Mapping[str, Floats] = field(default_factory=dict)


def detect_hotspots(rules: Sequence[Rule], units: pd.DataFrame, past: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Every hotspot of the week, one row a rule and unit, columns as ``COLUMNS``, sorted by rule, level and code.

    units: this week's workload with the counts of alerts.overdue. past: earlier weeks, at most one snapshot for
    each ISO week and none of this one; columns as ``PAST_COLUMNS``, comparable_percentage being the capacity percentage
    of weeks weighed by this week's weights, and missing of others. value and threshold are per cent of capacity,
    points, cases or assessments, as the rule says; change is in percentage points since the snapshot before, missing
    where that was weighed by other weights. Episodes of a line go on where the weights change, each week judged by its
    own, and their reason says so; those of rises and forecasts begin anew.
    """
    weeks = {level: weeks_of(level, units, past, as_at) for level in LEVELS}
    judged = [_judge_level(rule, weeks[level], level) for rule in rules for level in rule.levels]
    hotspots = pd.concat(judged, ignore_index=True)
    hotspots = explain(_without_watched_hotspots(hotspots), _parents(units))
    return hotspots[COLUMNS].sort_values(["rule", "level", "code"], ignore_index=True)


def weights_since(dates: Sequence[date], alike: Sequence[bool]) -> date | None:
    """The date from which on every week was weighed as the last; None where all of them were."""
    otherwise = [place for place, same in enumerate(alike) if not same]
    return dates[otherwise[-1] + 1] if otherwise else None


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


def weeks_of(level: Level, units: pd.DataFrame, past: pd.DataFrame, as_at: date) -> Weeks:
    """Every unit of a level that is in this week's workload or in an earlier one, through the weeks."""
    now = units[units["level"].eq(level)].assign(as_at=pd.Timestamp(as_at))
    now["comparable_percentage"] = now["capacity_percentage"]
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

    figures = {name: matrix(name) for name in PAST_COLUMNS[4:]}
    return Weeks(dates, known, ~np.isnan(figures["total_points"]), figures)


def _judge_level(rule: Rule, weeks: Weeks, level: Level) -> pd.DataFrame:
    condition = _CONDITIONS[rule.name](rule, weeks)
    weeks_on, weeks_off, cool_off = (int(rule.numbers.get(name, least)) for name, least in _LASTING.items())
    present = weeks.present & weeks.alike if rule.name in _BEGIN_ANEW else weeks.present
    state = sustained(
        condition.on, condition.off, condition.known, present, weeks_on, weeks_off, cool_off, weeks.calendar
    )
    cleared = state.was_active & ~state.active
    seen = condition.known[:, -1]
    shown = state.active & seen if rule.name == "watch" else state.active | cleared
    found = np.flatnonzero(shown)
    rows = _rows(rule, weeks, state, found, condition)
    rows["escalated"] = rows["weeks"].where(rows["escalated"] & seen[found])
    rows["level"] = level.value
    gaps = missing_weeks(weeks.dates)
    records = cast(list[dict[str, Any]], rows.to_dict("records"))
    changed = weights_since(weeks.dates, weeks.alike.tolist())
    rows["reason"] = pd.Series([evidence(rule, row, gaps, changed) for row in records], dtype="str")
    return _ranked(rows) if rule.name == "hot_and_late" else rows


def _rows(
    rule: Rule, weeks: Weeks, state: Sustained, found: npt.NDArray[np.int64], condition: Condition
) -> pd.DataFrame:
    """The units found, with their status and the figures that prove it."""
    units = weeks.units.iloc[found].reset_index(drop=True)
    status = np.where(~state.active, CLEARED, np.where(state.was_active, CONTINUING, NEW))[found]
    since = [weeks.dates[position] if position >= 0 else None for position in state.since[found]]
    capacity = weeks["comparable_percentage"][found]
    before = capacity[:, -2] if len(weeks.dates) > 1 else np.full(len(found), np.nan)
    age = state.weeks[found]
    unknown = np.full(weeks.present.shape, np.nan)
    rows = pd.DataFrame(
        {
            "rule": rule.name,
            "code": units["code"],
            "name": units["name"],
            "status": status,
            "weeks": age,
            "since": pd.array(since, dtype="datetime64[s]"),
            "value": condition.value[found, -1],
            "threshold": np.broadcast_to(condition.threshold, unknown.shape)[found, -1],
            "change": capacity[:, -1] - before,
            **{name: condition.beside.get(name, unknown)[found, -1] for name in _BESIDE},
            "total_points": weeks["total_points"][found, -1],
            "available_points": weeks["available_points"][found, -1],
            "running": state.running[found],
            "escalated": np.isin(age, rule.escalate_at) & (status != CLEARED),
            "rank": np.nan,
        }
    )
    counts = ["overdue", "high_risk_overdue", "offender_managers", "offender_managers_over"]
    counts += ["offender_managers_without_hours", "contracted_hours", "reduction_hours", "unallocated_cases"]
    counts += ["inexperienced", "awaiting_countersignature"]
    rows[counts] = units[counts]
    rows[["overdue", "high_risk_overdue"]] = rows[["overdue", "high_risk_overdue"]].fillna(0).astype(int)
    return rows


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The live rows with their rank and its reason; cleared ones as they are."""
    live = rows["status"].ne(CLEARED)
    ranked = rank_hot_and_late(rows[live])
    ranked["reason"] = ranked["rank_reason"] + "; " + ranked["reason"]
    return pd.concat([ranked.drop(columns="rank_reason"), rows[~live]], ignore_index=True)


def _over(rule: Rule, weeks: Weeks) -> Condition:
    threshold, capacity = rule.number("threshold"), weeks["capacity_percentage"]
    return _condition(weeks, capacity > threshold, capacity < rule.number("clear_below"), capacity, threshold)


def _watch(rule: Rule, weeks: Weeks) -> Condition:
    threshold, capacity = rule.number("threshold"), weeks["capacity_percentage"]
    return _condition(weeks, capacity > threshold, ~(capacity > threshold), capacity, threshold)


def _spare(rule: Rule, weeks: Weeks) -> Condition:
    threshold, capacity = rule.number("threshold"), weeks["capacity_percentage"]
    return _condition(weeks, capacity < threshold, capacity > rule.number("clear_above"), capacity, threshold)


def _no_capacity(rule: Rule, weeks: Weeks) -> Condition:
    """Points held by an offender manager without hours, or by no one; an SPO at work has hours and a target of 0."""
    threshold = rule.number("threshold")
    nobody = (weeks["offender_managers_without_hours"] > 0) | (weeks["unallocated_cases"] > 0)
    held = np.where((weeks["available_points"] > 0) | ~nobody, 0.0, weeks["total_points"])
    return _condition(weeks, held > threshold, ~(held > threshold), held, threshold)


def _unallocated(rule: Rule, weeks: Weeks) -> Condition:
    threshold, cases = rule.number("threshold"), weeks["unallocated_cases"]
    return _condition(weeks, cases > threshold, ~(cases > threshold), cases, threshold)


def _hot_and_late(rule: Rule, weeks: Weeks) -> Condition:
    least, late = rule.number("high_risk_overdue_from"), weeks["high_risk_overdue"]
    stranded = (weeks["available_points"] == 0) & (weeks["total_points"] > 0)
    both = ((weeks["capacity_percentage"] > rule.number("threshold")) | stranded) & (late >= least)
    return _condition(weeks, both, ~both, late, least)


def _forecast_over(rule: Rule, weeks: Weeks) -> Condition:
    """The middle of the forecast passes the threshold; of a unit that is over it, or has no capacity, it is no news."""
    threshold, expected = rule.number("threshold"), weeks["forecast_percentage"]
    under = weeks["capacity_percentage"] <= threshold
    passes = (expected > threshold) & under
    known = weeks.present & ~(under & np.isnan(expected))
    shape = passes.shape
    now = {
        name: np.broadcast_to(weeks.units[f"forecast_{name}"].to_numpy(dtype=float)[:, None], shape)
        for name in ("low", "high", "weeks_ahead")
    }
    return Condition(passes, ~passes, expected, threshold, known, now)


def rises_of(rule: Rule, weeks: Weeks) -> Rising:
    """Rises by the numbers of the rule ``rising``; of shape (units, weeks), in percentage points.

    Other weights move every unit at once, and that is no rise: their weeks count as weeks without figures.
    """
    return rising(
        weeks["comparable_percentage"],
        weeks.calendar,
        weeks["offender_managers"],
        apart=int(rule.number("weeks_apart")),
        mean_of=int(rule.number("weeks_averaged")),
        times_usual=rule.number("times_usual"),
        least_rise=rule.number("least_rise"),
        least_capacity=rule.number("least_capacity"),
        least_size=rule.number("least_offender_managers"),
        clear_share=rule.number("clear_share"),
        bands=int(rule.number("size_bands")),
        units_a_band=int(rule.number("least_units_a_band")),
        history=int(rule.number("weeks_learned")),
        least_history=int(rule.number("weeks_needed")),
        judged=_WEEKS_JUDGED,
    )


def _rising(rule: Rule, weeks: Weeks) -> Condition:
    """Up by far more than is usual for its size; a unit of too few people says nothing about a trend."""
    found = rises_of(rule, weeks)
    limit = np.where(np.isnan(found.limit), rule.number("least_rise"), found.limit)
    known = weeks.present & ~np.isnan(found.rise)
    return Condition(found.on, found.off, found.rise, limit, known, {"usual": found.usual})


def _spo_load(rule: Rule, weeks: Weeks) -> Condition:
    """Too many offender managers for the hours of their SPOs, or none at all; without SPO hours there is no span."""
    most, span = rule.number("span"), weeks["span"]
    nobody = (weeks["spo_hours"] == 0) & (weeks["offender_managers"] > 0)
    stretched = (span > most) | nobody
    known = weeks.present & ~np.isnan(weeks["spo_hours"])
    return Condition(stretched, ~stretched, span, most, known)


def _condition(weeks: Weeks, on: Flags, off: Flags, value: Floats, threshold: float) -> Condition:
    """A condition that is known wherever its value is."""
    return Condition(on, off, value, threshold, weeks.present & ~np.isnan(value))


_LASTING = {"weeks_on": 1, "weeks_off": 1, "cool_off": 0}
"""Numbers that say how many weeks make and end an episode, and part two; what holds for rules without them."""

_BEGIN_ANEW = ("rising", "forecast_over")
"""Rules that hold weeks against each other: of an episode under other weights no later week could say that it ended."""

_WEEKS_JUDGED = 52
"""Rises are short: an episode that began longer ago has ended."""

_BESIDE = ("usual", "low", "high", "weeks_ahead")

_CONDITIONS: dict[str, Callable[[Rule, Weeks], Condition]] = {
    "watch": _watch,
    "over_threshold": _over,
    "no_capacity": _no_capacity,
    "unallocated": _unallocated,
    "spare_capacity": _spare,
    "hot_and_late": _hot_and_late,
    "rising": _rising,
    "forecast_over": _forecast_over,
    "spo_load": _spo_load,
}
