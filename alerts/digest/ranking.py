"""The hotspots a reader is told of: one entry a unit, ranked, folded under the unit that explains them."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from alerts.detection.evidence import OF_THE_WEIGHTS
from alerts.digest.privacy import LEVELS
from alerts.digest.units import Key, Rows, Unit, Units, hottest_first, key_of
from alerts.wording import PLURALS, clean, count_of, day_and_month, hours, join_list, limit, number, rough_percent

_RULES: Final = ("hot_and_late", "over_threshold", "no_capacity")
_COMING: Final = ("forecast_over", "rising")
_TOLD_ELSEWHERE: Final = (*_COMING, "watch", "spare_capacity", "unallocated", "spo_load")
_HOW_CLEARED: Final = {
    "over_threshold": "no longer a hotspot",
    "hot_and_late": "no longer too hot and too late",
    "no_capacity": "no longer holds cases without available hours",
}
_HOW_CALMED: Final = {
    "forecast_over": "no longer expected over the threshold",
    "rising": "no longer rising",
    "spo_load": "its SPOs have no more to carry than they can",
}


@dataclass(frozen=True)
class Hotspot:
    """A hotspot as it is told: the unit, new or continuing, why it is one, what drives it, what folds under it."""

    unit: Unit
    status: str
    why: str
    details: str
    escalated: bool


@dataclass(frozen=True)
class Coming:
    """A unit that is no hotspot yet and may become one: new or continuing, and what points to it."""

    unit: Unit
    status: str
    why: str


@dataclass(frozen=True)
class Stretched:
    """An office whose SPOs have more to carry than they can, and what that is."""

    unit: Unit
    status: str
    why: str


@dataclass(frozen=True)
class Cleared:
    """A unit of which something was told that no longer holds: what, and after how long."""

    unit: Unit
    how: str


@dataclass(frozen=True)
class Outlook:
    """What the words about the weeks ahead and behind rest on: this week, and what ``rising`` compares.

    It compares the mean of the last ``mean_of`` weeks with that of as many, ``rising_weeks`` before. weights_since: the
    first week weighed as this one, where any earlier one was weighed otherwise.
    """

    as_at: date
    rising_weeks: int
    mean_of: int
    weights_since: date | None = None

    def other_weights(self, row: Mapping[str, Any]) -> str:
        """What has to be said of an episode that began before the weights changed, or with them."""
        changed, since = self.weights_since, row["since"]
        if changed is None or row["rule"] not in OF_THE_WEIGHTS or pd.isna(since) or since.date() > changed:
            return ""
        return f"weights changed on {day_and_month(changed)}"


@dataclass(frozen=True)
class RankedHotspot:
    """A hotspot with what it is ranked by."""

    spot: Hotspot
    late: bool
    rank: tuple[float, ...]


def rank_hotspots(found: Rows, units: Units, red_line: float, outlook: Outlook) -> tuple[list[RankedHotspot], set[Key]]:
    """The live hotspots of units that may be shown, ranked, one entry a unit, and every unit that is one.

    Those of a unit inside another hotspot are counted there, at whatever depth, and listed only where they are too hot
    and too late.
    """
    rows: dict[Key, list[Mapping[str, Any]]] = {}
    apart: set[Key] = set()
    inside: dict[Key, set[Key]] = {}
    for row in found:
        if row["status"] == "cleared" or row["rule"] in _TOLD_ELSEWHERE:
            continue
        key = (row["level"], row["code"])
        rows.setdefault(key, []).append(row)
        for above in units.above(key):
            # The parts of the reader's own unit are listed one by one.
            if above not in units.own:
                inside.setdefault(above, set()).add(key)
        if _explaining_unit(row, units) is None:
            apart.add(key)
    ahead = _coming_rows(found)
    told = [
        _rank_unit(units.by_key[key], rows[key], inside.get(key, set()), red_line, outlook, ahead.get(key, []))
        for key in apart
    ]
    return sorted(told, key=lambda one: (not one.late, *one.rank, one.spot.unit.code)), set(rows)


def coming_units(found: Rows, units: Units, hotspots: Collection[Key], outlook: Outlook) -> tuple[Coming, ...]:
    """The units that rise, or are forecast to pass the line, and are no hotspots; those that pass it soonest first."""
    ranked = []
    for key, rows in _coming_rows(found).items():
        own = [row for row in rows if _explaining_unit(row, units) is None]
        if key in hotspots or not own:
            continue
        soonest = min((row["weeks_ahead"] for row in own if row["weeks_ahead"] > 0), default=math.inf)
        steepest = max((row["value"] for row in own if row["rule"] == "rising" and row["value"] > 0), default=0.0)
        status = "new" if any(row["status"] == "new" for row in own) else "continuing"
        told = Coming(units.by_key[key], status, "; ".join(_signs(own, outlook)))
        ranked.append(((soonest, -steepest, key), told))
    return tuple(told for _, told in sorted(ranked, key=lambda one: one[0]))


def stretched_offices(found: Rows, offices: Sequence[Unit]) -> tuple[Stretched, ...]:
    """The offices over their span, without an SPO, or with plans that wait for a countersignature; worst first."""
    over = {row["code"]: row for row in found if row["rule"] == "spo_load" and row["status"] != "cleared"}
    told = [
        Stretched(unit, over[unit.code]["status"] if unit.code in over else "", _supervision(unit, over.get(unit.code)))
        for unit in offices
        if unit.code in over or unit.awaiting
    ]
    return tuple(sorted(told, key=lambda one: _stretch_order(one.unit, one.unit.code in over)))


def watched_units(found: Rows, units: Units, hotspots: Collection[Key]) -> tuple[Unit, ...]:
    """Units over the threshold this week and not yet hotspots, those of a watched or hot parent left out."""
    watched = [row for row in found if row["rule"] == "watch" and row["status"] != "cleared"]
    own = [units.by_key[row["level"], row["code"]] for row in watched if _explaining_unit(row, units) is None]
    return tuple(sorted((unit for unit in own if key_of(unit) not in hotspots), key=hottest_first))


def cleared_hotspots(rows: Rows, units: Units, outlook: Outlook) -> tuple[Cleared, ...]:
    """The units whose hotspots cleared this week, one entry a unit, those folded under a cleared parent left out."""
    still = {(row["level"], row["code"]) for row in rows if row["status"] != "cleared" and row["rule"] in _RULES}
    gone: dict[Key, Cleared] = {}
    for row in sorted(rows, key=lambda row: row["rule"] != "over_threshold"):
        key = (row["level"], row["code"])
        told = row["status"] == "cleared" and row["rule"] in _HOW_CLEARED
        if told and key not in still and _explaining_unit(row, units) is None:
            weights = outlook.other_weights(row)
            how = _HOW_CLEARED[row["rule"]] + _duration(row) + (f" ({weights})" if weights else "")
            gone.setdefault(key, Cleared(units.by_key[key], how))
    return tuple(sorted(gone.values(), key=lambda one: (one.unit.change, one.unit.code)))


def cleared_signs(rows: Rows, units: Units, known: Collection[Key]) -> tuple[Cleared, ...]:
    """What was seen coming and no longer is, and SPOs relieved; of the ``known``, told elsewhere, only the latter."""
    gone: dict[Key, Cleared] = {}
    for rule, how in _HOW_CALMED.items():
        for row in rows:
            key = (row["level"], row["code"])
            told = row["rule"] == rule and row["status"] == "cleared" and (rule == "spo_load" or key not in known)
            if told and _explaining_unit(row, units) is None:
                gone.setdefault(key, Cleared(units.by_key[key], how + _duration(row)))
    return tuple(sorted(gone.values(), key=lambda one: (one.unit.change, one.unit.code)))


def _duration(row: Mapping[str, Any]) -> str:
    return f" after {count_of(row['weeks'], 'week')}" if row["weeks"] > 0 else ""


def _explaining_unit(row: Mapping[str, Any], units: Units) -> Key | None:
    """The unit under which a hotspot is counted and not listed; None when it stands for itself.

    Nothing folds under the reader's own unit: who reads of one cluster wants to know which of its offices.
    """
    if row["rule"] == "hot_and_late" or pd.isna(row["explained_by"]) or not row["explained_by"]:
        return None
    parent = (row["explained_by_level"], row["explained_by"])
    return parent if parent not in units.own and units.shown(*parent) is not None else None


def _coming_rows(found: Rows) -> dict[Key, list[Mapping[str, Any]]]:
    """The live rows of the rules that look ahead, by unit, the forecast first.

    A rise that has turned is not cleared yet, and no sign of what comes either.
    """
    rows: dict[Key, list[Mapping[str, Any]]] = {}
    for rule in _COMING:
        for row in found:
            turned = rule == "rising" and row["value"] <= 0
            if row["rule"] == rule and row["status"] != "cleared" and not turned:
                rows.setdefault((row["level"], row["code"]), []).append(row)
    return rows


def _signs(rows: Rows, outlook: Outlook) -> list[str]:
    return [_rise(row, outlook) if row["rule"] == "rising" else _expected(row, outlook) for row in rows]


def _rise(row: Mapping[str, Any], outlook: Outlook) -> str:
    """By how much a unit rose, by the measure of the rule, and what units of its size usually move."""
    if pd.isna(row["value"]):
        return "rising, without figures to compare with this week"
    usual = "" if pd.isna(row["usual"]) else f"; {PLURALS[row['level']]} of its size usually move {hours(row['usual'])}"
    means = f" (means of {count_of(outlook.mean_of, 'week')})" if outlook.mean_of > 1 else ""
    return f"up {hours(row['value'])} pp in {count_of(outlook.rising_weeks, 'week')}{means}{usual}"


def _expected(row: Mapping[str, Any], outlook: Outlook) -> str:
    """When a unit is expected to pass the line, and how far."""
    line = row["threshold"]
    if pd.isna(row["weeks_ahead"]) or pd.isna(row["value"]):
        return f"expected to pass {limit(line)}, without a forecast this week"
    on = day_and_month(outlook.as_at + timedelta(weeks=int(row["weeks_ahead"])))
    known = not pd.isna(row["low"]) and not pd.isna(row["high"])
    likely = f", likely {rough_percent(row['low'], line)} to {rough_percent(row['high'], line)}" if known else ""
    return f"expected to pass {limit(line)} by {on} ({rough_percent(row['value'], line)}{likely})"


def _supervision(unit: Unit, row: Mapping[str, Any] | None) -> str:
    """What the SPOs of an office carry; first what is too much of it."""
    staff = [_span(unit, row), _experience(unit)]
    waiting = _countersignatures(unit)
    return "; ".join(part for part in ([*staff, waiting] if row is not None else [waiting, *staff]) if part)


def _span(unit: Unit, row: Mapping[str, Any] | None) -> str:
    if unit.has_no_spo:
        return f"{count_of(unit.offender_managers, 'offender manager')} and no SPO"
    if math.isnan(unit.span):
        return ""
    most = f" (at most {hours(row['threshold'])})" if row is not None else ""
    return f"{hours(unit.span)} offender managers for each full-time SPO{most}"


def _experience(unit: Unit) -> str:
    if not unit.inexperienced and not unit.experience_unknown:
        return ""
    unknown = f", {number(unit.experience_unknown)} not known" if unit.experience_unknown else ""
    return f"{number(unit.inexperienced)} of {number(unit.offender_managers)} inexperienced{unknown}"


def _countersignatures(unit: Unit) -> str:
    """The plans that wait for a countersignature, and for how long."""
    if not unit.awaiting:
        return ""
    known = not math.isnan(unit.longest_wait)
    since = f" for {count_of(unit.longest_wait, 'day')}" if known else ""
    if unit.awaiting == 1:
        return f"1 plan of a high RoSH case waits for a countersignature{since}"
    longest = f", the longest{since}" if known else ""
    return f"{number(unit.awaiting)} plans of high RoSH cases wait for a countersignature{longest}"


def _stretch_order(unit: Unit, over: bool) -> tuple[bool, bool, float, int, str]:
    """Sorts offices without an SPO first, then those over their span, then those where most plans wait."""
    span = 0.0 if math.isnan(unit.span) or not over else unit.span
    return not (over and unit.has_no_spo), not over, -span, -unit.awaiting, unit.code


def _rank_unit(
    unit: Unit, rows: Rows, inside: set[Key], red_line: float, outlook: Outlook, ahead: Rows
) -> RankedHotspot:
    by_rule = {row["rule"]: row for row in rows}
    late = by_rule.get("hot_and_late")
    order = sorted(by_rule, key=lambda rule: _RULES.index(rule) if rule in _RULES else len(_RULES))
    lasting = by_rule.get("over_threshold")
    reasons = [_why(by_rule[rule], unit, red_line, lasting is not None) for rule in order]
    signs = [*_signs(ahead, outlook), *(outlook.other_weights(by_rule[rule]) for rule in order)]
    spot = Hotspot(
        unit=unit,
        status=(lasting or by_rule[order[0]])["status"],
        why="; ".join(dict.fromkeys(reason for reason in (*reasons, *signs) if reason)),
        details="; ".join([*_drivers(unit, red_line), *_hotspots_inside(inside)]),
        escalated=lasting is not None and not pd.isna(lasting["escalated"]),
    )
    over = unit.total_points - unit.available_points
    if late is not None:
        return RankedHotspot(spot, True, (-unit.high_risk_overdue, -over, -unit.overdue))
    return RankedHotspot(spot, False, (-over,))


def _why(row: Mapping[str, Any], unit: Unit, red_line: float, lasting: bool) -> str:
    """What makes the unit a hotspot under one rule."""
    rule, weeks = row["rule"], count_of(row["weeks"], "week")
    if rule == "over_threshold":
        running = row.get("running", row["weeks"])
        if running == row["weeks"]:
            return f"over {limit(row['threshold'])} for {weeks}"
        ago = f"{weeks} since it went over {limit(row['threshold'])}"
        return f"{ago}, over it for the last {number(running)}" if running else f"{ago}, not over it this week"
    if rule == "no_capacity" or (rule == "hot_and_late" and unit.has_no_capacity):
        return f"{count_of(unit.cases, 'case')} held and {unit.lack}"
    if rule == "hot_and_late":
        return "" if lasting else f"over {limit(red_line)} this week"
    return clean(str(rule).replace("_", " "))


def _drivers(unit: Unit, red_line: float) -> list[str]:
    """What makes a unit hot: points, persons over, persons without hours, hours lost, cases nobody holds."""
    parts = [f"{number(unit.total_points)} of {number(unit.available_points)} points"]
    if unit.over:
        parts.append(
            f"{number(unit.over)} of {count_of(unit.offender_managers, 'offender manager')} over {limit(red_line)}"
        )
    if unit.without_hours:
        parts.append(f"{count_of(unit.without_hours, 'person')} with work and no hours (absent or left)")
    if unit.reduction_hours > 0:
        parts.append(
            f"{hours(unit.reduction_hours)} of {hours(unit.contracted_hours)} contracted hours lost to reductions"
        )
    if unit.unallocated_cases:
        points = number(unit.unallocated_points)
        parts.append(f"{count_of(unit.unallocated_cases, 'case')} unallocated ({points} points)")
    return parts


def _hotspots_inside(found: set[Key]) -> list[str]:
    if not found:
        return []
    counts = Counter(level for level, _ in found)
    parts = [count_of(counts[level], level) for level in LEVELS if level in counts]
    return [f"{join_list(parts)} in it {'is a hotspot' if len(found) == 1 else 'are hotspots'} too"]
