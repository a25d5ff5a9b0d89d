"""The hotspots a reader is told of: one entry a unit, ranked, folded under the unit that explains them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from alerts.phrases import clean, counted, hours, limit, listed, number
from alerts.privacy import LEVELS
from alerts.units import Key, Rows, Unit, Units, hottest_first, key_of

_RULES: Final = ("hot_and_late", "over_threshold", "no_capacity")
_TOLD_ELSEWHERE: Final = ("watch", "spare_capacity", "unallocated")
_HOW_CLEARED: Final = {
    "over_threshold": "no longer a hotspot",
    "hot_and_late": "no longer too hot and too late",
    "no_capacity": "has available hours again, or holds nothing",
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
class Cleared:
    """A unit that is no hotspot any more."""

    unit: Unit
    how: str


@dataclass(frozen=True)
class Told:
    """A hotspot with what it is ranked by."""

    spot: Hotspot
    late: bool
    rank: tuple[float, ...]


def hotspots_told(found: Rows, units: Units, red_line: float) -> tuple[list[Told], set[Key]]:
    """The live hotspots of units that may be shown, ranked, one entry a unit, and every unit that is one.

    Those of a unit inside another hotspot are counted there, and listed only where they are too hot and too late.
    """
    rows: dict[Key, list[Mapping[str, Any]]] = {}
    apart: set[Key] = set()
    inside: dict[Key, set[Key]] = {}
    for row in found:
        if row["status"] == "cleared" or row["rule"] in _TOLD_ELSEWHERE:
            continue
        key = (row["level"], row["code"])
        rows.setdefault(key, []).append(row)
        parent = _explaining(row, units)
        if parent is None:
            apart.add(key)
        else:
            inside.setdefault(parent, set()).add(key)
    told = [_told(units.by_key[key], rows[key], inside.get(key, set()), red_line) for key in apart]
    return sorted(told, key=lambda one: (not one.late, *one.rank, one.spot.unit.code)), set(rows)


def units_watched(found: Rows, units: Units, hotspots: Collection[Key]) -> tuple[Unit, ...]:
    """Units over the threshold this week and not yet hotspots, those of a watched or hot parent left out."""
    watched = [row for row in found if row["rule"] == "watch" and row["status"] != "cleared"]
    own = [units.by_key[row["level"], row["code"]] for row in watched if _explaining(row, units) is None]
    return tuple(sorted((unit for unit in own if key_of(unit) not in hotspots), key=hottest_first))


def hotspots_cleared(rows: Rows, units: Units) -> tuple[Cleared, ...]:
    """The units whose hotspots cleared this week, one entry a unit, those folded under a cleared parent left out."""
    still = {(row["level"], row["code"]) for row in rows if row["status"] != "cleared" and row["rule"] in _RULES}
    gone: dict[Key, Cleared] = {}
    for row in sorted(rows, key=lambda row: row["rule"] != "over_threshold"):
        key = (row["level"], row["code"])
        told = row["status"] == "cleared" and row["rule"] in _HOW_CLEARED
        if told and key not in still and _explaining(row, units) is None:
            gone.setdefault(key, Cleared(units.by_key[key], _HOW_CLEARED[row["rule"]]))
    return tuple(sorted(gone.values(), key=lambda one: (one.unit.change, one.unit.code)))


def _explaining(row: Mapping[str, Any], units: Units) -> Key | None:
    """The unit under which a hotspot is counted and not listed; None when it stands for itself.

    Nothing folds under the reader's own unit: who reads of one cluster wants to know which of its offices.
    """
    if row["rule"] == "hot_and_late" or pd.isna(row["explained_by"]) or not row["explained_by"]:
        return None
    parent = (row["explained_by_level"], row["explained_by"])
    return parent if parent not in units.own and units.shown(*parent) is not None else None


def _told(unit: Unit, rows: Rows, inside: set[Key], red_line: float) -> Told:
    by_rule = {row["rule"]: row for row in rows}
    late = by_rule.get("hot_and_late")
    order = sorted(by_rule, key=lambda rule: _RULES.index(rule) if rule in _RULES else len(_RULES))
    lasting = by_rule.get("over_threshold")
    reasons = [_why(by_rule[rule], unit, red_line, lasting is not None) for rule in order]
    spot = Hotspot(
        unit=unit,
        status=(lasting or by_rule[order[0]])["status"],
        why="; ".join(dict.fromkeys(reason for reason in reasons if reason)),
        details="; ".join([*_drivers(unit, red_line), *_inside(inside)]),
        escalated=lasting is not None and not pd.isna(lasting["escalated"]),
    )
    over = unit.total_points - unit.available_points
    if late is not None:
        return Told(spot, True, (-unit.high_risk_overdue, -over, -unit.overdue))
    return Told(spot, False, (-over,))


def _why(row: Mapping[str, Any], unit: Unit, red_line: float, lasting: bool) -> str:
    """What makes the unit a hotspot under one rule."""
    rule, weeks = row["rule"], counted(row["weeks"], "week")
    if rule == "over_threshold":
        running = row.get("running", row["weeks"])
        if running == row["weeks"]:
            return f"over {limit(row['threshold'])} for {weeks}"
        ago = f"{weeks} since it went over {limit(row['threshold'])}"
        return f"{ago}, over it for the last {number(running)}" if running else f"{ago}, not over it this week"
    if rule == "no_capacity" or (rule == "hot_and_late" and unit.has_no_capacity):
        return f"{counted(unit.cases, 'case')} held and no available hours"
    if rule == "hot_and_late":
        return "" if lasting else f"over {limit(red_line)} this week"
    return clean(str(rule).replace("_", " "))


def _drivers(unit: Unit, red_line: float) -> list[str]:
    """What makes a unit hot: points, persons over, persons without hours, hours lost, cases nobody holds."""
    parts = [f"{number(unit.total_points)} of {number(unit.available_points)} points"]
    if unit.over:
        parts.append(
            f"{number(unit.over)} of {counted(unit.offender_managers, 'offender manager')} over {limit(red_line)}"
        )
    if unit.without_hours:
        parts.append(f"{counted(unit.without_hours, 'offender manager')} with cases and no hours")
    if unit.reduction_hours > 0:
        parts.append(
            f"{hours(unit.reduction_hours)} of {hours(unit.contracted_hours)} contracted hours lost to reductions"
        )
    if unit.unallocated_cases:
        points = number(unit.unallocated_points)
        parts.append(f"{counted(unit.unallocated_cases, 'case')} unallocated ({points} points)")
    return parts


def _inside(found: set[Key]) -> list[str]:
    if not found:
        return []
    counts = Counter(level for level, _ in found)
    parts = [counted(counts[level], level) for level in LEVELS if level in counts]
    return [f"{listed(parts)} in it {'is a hotspot' if len(found) == 1 else 'are hotspots'} too"]
