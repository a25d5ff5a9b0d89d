"""Rules x workload over the weeks: which units are hotspots, since when, and whether new, continuing or cleared."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.detection.conditions import CONDITIONS, Condition
from alerts.detection.evidence import hotspot_evidence
from alerts.detection.grouping import explain_by_parents
from alerts.detection.overdue import OVERSIGHT_COUNTS, rank_hot_and_late
from alerts.detection.rules import LEVELS, Rule
from alerts.detection.trends.trend import Sustained, sustained_states
from alerts.detection.trends.unit_weeks import UnitWeeks, WeeksByLevel, missing_weeks, weights_since
from tiering.terms import Level

NEW, CONTINUING, CLEARED = "new", "continuing", "cleared"
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


def detect_hotspots(rules: Sequence[Rule], weeks: WeeksByLevel) -> pd.DataFrame:
    """Every hotspot of the week: one row per rule and unit, columns as ``COLUMNS``, sorted by rule, level and code.

    value and threshold are per cent of capacity, points, cases or assessments, as the rule says. change is in
    percentage points since the previous snapshot, missing if that had other weights. When the weights
    change, episodes of a line go on, each week judged by its own, and their reason says so; those of rises and
    forecasts begin again.
    """
    judged = (_judge_rule(rule, weeks.of(level), level) for rule in rules for level in rule.levels)
    hotspots = pd.concat([rows for rows in judged if rows is not None] or [_no_rows()], ignore_index=True)
    hotspots = _rank_rows(_add_reasons(hotspots, rules, weeks))
    hotspots = explain_by_parents(_drop_watched_hotspots(hotspots), _parents(weeks.units))
    return hotspots[COLUMNS].sort_values(["rule", "level", "code"], ignore_index=True)


def _drop_watched_hotspots(hotspots: pd.DataFrame) -> pd.DataFrame:
    """The hotspots without the watch of units that are over the threshold for long enough already."""
    live = hotspots[hotspots["rule"].eq("over_threshold") & hotspots["status"].ne(CLEARED)]
    hot = pd.MultiIndex.from_frame(live[["level", "code"]])
    watched = hotspots["rule"].eq("watch") & pd.MultiIndex.from_frame(hotspots[["level", "code"]]).isin(hot)
    return hotspots[~watched]


def _parents(units: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The code of the unit above each unit, by (level, code)."""
    above = units[units["level"].isin(LEVELS)]
    level, code, parent = (above[name].tolist() for name in ("level", "code", "parent_code"))
    return dict(zip(zip(level, code, strict=True), parent, strict=True))


def _judge_rule(rule: Rule, weeks: UnitWeeks, level: Level) -> pd.DataFrame | None:
    """The hotspots of one rule at one level, without rank and reason; None without any."""
    condition = CONDITIONS[rule.name](rule, weeks)
    weeks_on, weeks_off, cool_off = (int(rule.numbers.get(name, least)) for name, least in _LASTING.items())
    present = weeks.present & weeks.compares if rule.name in _BEGIN_ANEW else weeks.present
    state = sustained_states(
        condition.on, condition.off, condition.known, present, weeks_on, weeks_off, cool_off, weeks.calendar
    )
    cleared = state.was_active & ~state.active
    # A watch says what is so this week, so a week without figures has none; an episode outlasts such a week.
    shown = state.active & condition.known[:, -1] if rule.name == "watch" else state.active | cleared
    places = np.flatnonzero(shown)
    return _hotspot_rows(rule, level, weeks, state, places, condition) if len(places) else None


def _hotspot_rows(
    rule: Rule, level: Level, weeks: UnitWeeks, state: Sustained, places: npt.NDArray[np.int64], condition: Condition
) -> pd.DataFrame:
    """One row for each of the units at these places, with its status and the figures that prove it."""
    status = np.where(~state.active, CLEARED, np.where(state.was_active, CONTINUING, NEW))[places]
    since = [weeks.dates[position] if position >= 0 else None for position in state.since[places]]
    capacity = weeks["comparable_percentage"][places]
    before = capacity[:, -2] if len(weeks.dates) > 1 else np.full(len(places), np.nan)
    age = state.weeks[places]
    escalated = np.isin(age, rule.escalate_at) & (status != CLEARED) & condition.known[places, -1]
    unknown = np.full(weeks.present.shape, np.nan)
    return pd.DataFrame(
        {
            "rule": rule.name,
            "level": level.value,
            "status": status,
            "weeks": age,
            "since": pd.array(since, dtype="datetime64[s]"),
            "value": condition.value[places, -1],
            "threshold": np.broadcast_to(condition.threshold, unknown.shape)[places, -1],
            "change": capacity[:, -1] - before,
            **{name: condition.details.get(name, unknown)[places, -1] for name in _DETAILS},
            "total_points": weeks["total_points"][places, -1],
            "available_points": weeks["available_points"][places, -1],
            "running": state.running[places],
            "escalated": np.where(escalated, age, np.nan),
            **{name: weeks.units[name].array.take(places) for name in ("code", "name", *_LATENESS, *_COUNTS)},
        }
    )


def _add_reasons(hotspots: pd.DataFrame, rules: Sequence[Rule], weeks: WeeksByLevel) -> pd.DataFrame:
    """The hotspots with the sentence that proves each of them."""
    hotspots = hotspots.assign(**{name: hotspots[name].fillna(0).astype(int) for name in _LATENESS})
    by_name = {rule.name: rule for rule in rules}
    of_levels = {level: weeks.of(Level(level)) for level in hotspots["level"].unique()}
    changed = {level: weights_since(of_level.dates, of_level.alike.tolist()) for level, of_level in of_levels.items()}
    dates = next(iter(of_levels.values())).dates if of_levels else []
    gaps = missing_weeks(dates)
    reasons = [
        hotspot_evidence(by_name[row["rule"]], row, gaps, changed[row["level"]], dates[0])
        for row in cast(list[dict[str, Any]], hotspots.to_dict("records"))
    ]
    return hotspots.assign(reason=pd.Series(reasons, dtype="str"))


@cache
def _no_rows() -> pd.DataFrame:
    """What a week without a hotspot has: nothing, in the dtype of each column."""
    dtypes = dict.fromkeys((*COLUMNS, *_LATENESS, *_COUNTS), "float64")
    dtypes |= dict.fromkeys(("rule", "level", "code", "name", "status", "reason"), "str") | {"since": "datetime64[s]"}
    dtypes |= dict.fromkeys(("weeks", *_LATENESS, "running", "escalated"), "int64")
    return pd.DataFrame(
        {name: pd.Series([], dtype=dtype) for name, dtype in dtypes.items() if not name.startswith("explained_by")}
    )


def _rank_rows(hotspots: pd.DataFrame) -> pd.DataFrame:
    """The hotspots, those that are hot and late with their rank and its reason; cleared ones as they are."""
    live = hotspots["rule"].eq("hot_and_late") & hotspots["status"].ne(CLEARED)
    ranked = rank_hot_and_late(hotspots[live])
    ranked["reason"] = ranked["rank_reason"] + "; " + ranked["reason"]
    return pd.concat([ranked.drop(columns="rank_reason"), hotspots[~live]], ignore_index=True)


_LASTING = {"weeks_on": 1, "weeks_off": 1, "cool_off": 0}
"""Numbers that say how many weeks make an episode, end it, and lie between two; the values for rules without them."""

_BEGIN_ANEW = ("rising", "forecast_over")
"""Rules that compare weeks with each other: no week under new weights could end an episode of the old ones."""

_LATENESS = ("overdue", "high_risk_overdue", *OVERSIGHT_COUNTS[:2])
"""What is late in a unit, 0 where that is not known."""

_COUNTS = (
    "offender_managers",
    "offender_managers_over",
    "offender_managers_without_hours",
    "contracted_hours",
    "reduction_hours",
    "unallocated_cases",
    "inexperienced",
    "awaiting_countersignature",
)
"""Figures of a unit that its hotspots repeat as they are."""

_DETAILS = ("usual", "low", "high", "weeks_ahead")
