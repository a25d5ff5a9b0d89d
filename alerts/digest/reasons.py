"""Why a unit is in the digest: each reason worded from one row of a rule and the unit's figures."""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from alerts.detection import phrases
from alerts.detection.evidence import OF_THE_WEIGHTS, is_open
from alerts.digest.privacy import LEVELS
from alerts.digest.scope.units import Key, Rows, Unit, key_of
from alerts.wording import choose, clean, count_of, day_and_month, join_list, limit, number, rough_percent


@dataclass(frozen=True)
class Outlook:
    """What the reasons need in addition to the rows: this week, and the weeks that ``rising`` compares.

    rising_weeks: how many weeks lie between the two means that are compared.
    mean_of: over how many weeks each mean is.
    weights_since: the first week with the weights of this week, if the weights of any earlier one differ.
    history_from: the first week that is known.
    watched: the row of ``watch`` of each unit that is over the line, not yet for long enough to be a hotspot.
    """

    as_at: date
    rising_weeks: int
    mean_of: int
    weights_since: date | None = None
    history_from: date | None = None
    watched: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)


def weights_change(row: Mapping[str, Any], outlook: Outlook) -> str:
    """That the weights changed in the course of an episode, or as it began; empty if they did not."""
    changed, since = outlook.weights_since, row["since"]
    if changed is None or row["rule"] not in OF_THE_WEIGHTS or pd.isna(since) or since.date() > changed:
        return ""
    return f"weights changed on {day_and_month(changed)}"


def signs(rows: Rows, outlook: Outlook) -> list[str]:
    """What points to a hotspot to come, one sign per row of a rule that looks ahead."""
    return [_rise(row, outlook) if row["rule"] == "rising" else _forecast(row, outlook) for row in rows]


def rule_reason(row: Mapping[str, Any], unit: Unit, red_line: float, lasting: bool, outlook: Outlook) -> str:
    """What makes the unit a hotspot under one rule. lasting: whether ``over_threshold`` says how long it is over."""
    rule = row["rule"]
    if rule == "over_threshold":
        at_least = is_open(row["since"], outlook.history_from)
        return phrases.duration(
            "over", row["threshold"], row["weeks"], row.get("running", row["weeks"]), at_least=at_least
        )
    if rule == "no_capacity" or (rule == "hot_and_late" and unit.has_no_capacity):
        return f"{count_of(unit.cases, 'case')} held and {unit.lack}"
    if rule == "hot_and_late":
        return "" if lasting else _watch(outlook.watched.get(key_of(unit)), red_line, outlook)
    return clean(str(rule).replace("_", " "))


def drivers(unit: Unit, red_line: float) -> list[str]:
    """What makes a unit hot: points, people over the line, people without hours, lost hours, unallocated cases."""
    parts = [f"{number(unit.total_points)} of {number(unit.available_points)} points"]
    if unit.over:
        parts.append(phrases.people_over(unit.over, unit.offender_managers, limit(red_line)))
    if unit.without_hours:
        parts.append(phrases.people_without_hours(unit.without_hours))
    if unit.reduction_hours > 0:
        parts.append(phrases.reductions(unit.reduction_hours, unit.contracted_hours))
    if unit.unallocated_cases:
        points = count_of(unit.unallocated_points, "point")
        parts.append(f"{count_of(unit.unallocated_cases, 'unallocated case')} ({points})")
    return parts


def hotspots_inside(units: Collection[Key]) -> list[str]:
    """How many units inside a hotspot are hotspots themselves; empty if none is."""
    if not units:
        return []
    counts = Counter(level for level, _ in units)
    parts = [count_of(counts[level], level) for level in LEVELS if level in counts]
    return [f"{join_list(parts)} in it {choose(len(units), 'is a hotspot', 'are hotspots')} too"]


def supervision(unit: Unit, row: Mapping[str, Any] | None) -> str:
    """What the SPOs of an office carry, what is too much of it first. row: of ``spo_load``, None if it is not live."""
    if unit.has_no_spo or not math.isnan(unit.span):
        per_spo = math.nan if unit.has_no_spo else unit.span
        span = phrases.span(unit.offender_managers, per_spo, None if row is None else row["threshold"])
    else:
        span = ""
    experience = phrases.experience(unit.inexperienced, unit.experience_unknown, unit.offender_managers)
    plans = phrases.countersignatures(unit.awaiting, unit.longest_wait)
    parts = (span, experience, plans) if row is not None else (plans, span, experience)
    return "; ".join(part for part in parts if part)


def clearing(row: Mapping[str, Any], outlook: Outlook) -> str:
    """After how long an episode ended; empty if that is not known."""
    if row["weeks"] <= 0:
        return ""
    return f" after {phrases.lasting(row['weeks'], at_least=is_open(row['since'], outlook.history_from))}"


def _watch(row: Mapping[str, Any] | None, red_line: float, outlook: Outlook) -> str:
    """How long a unit has been over the line that is not yet a hotspot for it."""
    if row is None:
        return phrases.watch(red_line, 1)
    return phrases.watch(red_line, row["weeks"], at_least=is_open(row["since"], outlook.history_from))


def _rise(row: Mapping[str, Any], outlook: Outlook) -> str:
    rise = phrases.rise(row, outlook.rising_weeks, outlook.mean_of, "pp")
    return f"rising, {rise}" if pd.isna(row["value"]) else rise


def _forecast(row: Mapping[str, Any], outlook: Outlook) -> str:
    line = row["threshold"]
    if pd.isna(row["weeks_ahead"]) or pd.isna(row["value"]):
        return f"expected to pass {limit(line)}, no forecast this week"
    on = day_and_month(outlook.as_at + timedelta(weeks=int(row["weeks_ahead"])))
    return phrases.forecast_rise(row, f"by {on}", lambda value: rough_percent(value, line))
