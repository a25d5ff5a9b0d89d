"""Choose the hotspots that a digest lists: one entry per unit, ranked, folded under the unit that explains it."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from alerts.detection.episodes import identity_of
from alerts.detection.evidence import is_open
from alerts.digest.reasons import (
    Outlook,
    clearing,
    drivers,
    hotspots_inside,
    rule_reason,
    signs,
    supervision,
    weights_change,
)
from alerts.digest.scope.units import Key, Rows, Unit, Units, hottest_first, key_of
from alerts.follow_through.decisions import Decision
from alerts.follow_through.like_units import LikeUnits

_RULES: Final = ("hot_and_late", "over_threshold", "no_capacity")
_COMING: Final = ("forecast_over", "rising")
_IN_OTHER_SECTIONS: Final = (*_COMING, "watch", "spare_capacity", "unallocated", "spo_load")
_HOW_CLEARED: Final = {
    "over_threshold": "no longer a hotspot",
    "hot_and_late": "no longer too hot and too late",
    "no_capacity": "no longer holds cases without available hours",
}
_HOW_SIGNS_CLEARED: Final = {
    "forecast_over": "no longer expected over the threshold",
    "rising": "no longer rising",
    "spo_load": "its SPOs are no longer over their limit",
}


@dataclass(frozen=True)
class FollowUp:
    """What was decided about a hotspot.

    decision: the last one, in force or withdrawn; None if there is none.
    then, now: per cent of capacity at the decision and this week; NaN where they do not compare.
    is_overdue: the day of its review has passed.
    is_asked: the rules ask for a decision, and none is in force.
    like: what like units without a decision did since; None where then and now do not compare.
    """

    decision: Decision | None
    then: float
    now: float
    is_overdue: bool
    is_asked: bool
    like: LikeUnits | None = None

    @property
    def change(self) -> float:
        """Percentage points since the decision; NaN if not known."""
        return self.now - self.then


@dataclass(frozen=True)
class Proposal:
    """What moves within its cluster would bring a hotspot.

    moves: all moves of the plan, necessary ones included; moves_to: those from the unit to the office ``to``.
    before, after: per cent of capacity of the unit now and after them; before is NaN if it is not known.
    over_before, over_after: offender managers of the cluster over the line; NaN if the reader may not know.
    newly_over: offender managers of the cluster who are over the line only after them.
    cluster: the code of the cluster whose plan it is.
    to: the name of the office that gets most of the unit's cases; empty if none does, or if it may not be shown.
    full_time_short: full-time offender managers that the cluster lacks; NaN if the reader may not know.
    """

    moves: int
    before: float
    after: float
    over_before: float
    over_after: float
    newly_over: int
    to: str
    moves_to: int
    full_time_short: float
    cluster: str


@dataclass(frozen=True)
class Hotspot:
    """A hotspot as a digest lists it.

    status: new or continuing.
    why: what makes it one; details: what drives it, and which hotspots fold under it.
    weeks: since it went over the threshold; 0 if it is not a hotspot for that.
    at_least: the history begins inside these weeks.
    episodes: the identities of its episodes, the one to decide about first.
    follow_up: what was decided about it; None where that is not looked at.
    proposal: what moves would bring it; None if no plan was found.
    """

    unit: Unit
    status: str
    why: str
    details: str
    escalated: bool
    weeks: int = 0
    at_least: bool = False
    episodes: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    proposal: Proposal | None = None


@dataclass(frozen=True)
class Coming:
    """A unit that is not a hotspot yet and may become one. status: new or continuing; why: what points to it."""

    unit: Unit
    status: str
    why: str


@dataclass(frozen=True)
class Stretched:
    """An office whose SPOs are over their limit, or have plans to countersign. status: empty if not over the limit."""

    unit: Unit
    status: str
    why: str


@dataclass(frozen=True)
class Cleared:
    """A unit whose hotspot, or the sign of one, has ended.

    how: what ended, and after how long.
    episodes: the identities of its episodes that ended this week.
    follow_up: what was decided about it; None where that is not looked at.
    """

    unit: Unit
    how: str
    episodes: tuple[str, ...] = ()
    follow_up: FollowUp | None = None


@dataclass(frozen=True)
class RankedHotspot:
    """A hotspot with what it is ranked by. late: too hot and too late; rank: smallest first."""

    spot: Hotspot
    late: bool
    rank: tuple[float, ...]


def rank_hotspots(
    hotspots: Rows, units: Units, red_line: float, outlook: Outlook
) -> tuple[list[RankedHotspot], set[Key]]:
    """The live hotspots of units that may be shown, ranked, one entry per unit; and every unit that is one.

    Those of a unit inside another hotspot are counted there, at whatever depth, and listed only where they are too hot
    and too late.
    """
    rows: dict[Key, list[Mapping[str, Any]]] = {}
    apart: set[Key] = set()
    inside: dict[Key, set[Key]] = {}
    known = {(row["level"], row["code"]) for row in hotspots if row["status"] != "new" and row["rule"] in _RULES}
    for row in hotspots:
        if row["status"] == "cleared" or row["rule"] in _IN_OTHER_SECTIONS:
            continue
        key = (row["level"], row["code"])
        rows.setdefault(key, []).append(row)
        for above in units.above(key):
            # The parts of the reader's own unit are listed one by one.
            if above not in units.own:
                inside.setdefault(above, set()).add(key)
        if _explaining_unit(row, units) is None:
            apart.add(key)
    ahead = _coming_rows(hotspots)
    ranked = [
        _rank_unit(
            units.by_key[key],
            rows[key],
            inside.get(key, set()),
            ahead.get(key, []),
            red_line,
            outlook,
            # One life: a unit that was a hotspot last week for any of the rules is not new for another of them.
            status="continuing" if key in known else "new",
        )
        for key in apart
    ]
    return sorted(ranked, key=lambda hotspot: (not hotspot.late, *hotspot.rank, hotspot.spot.unit.code)), set(rows)


def coming_units(rows: Rows, units: Units, hotspots: Collection[Key], outlook: Outlook) -> tuple[Coming, ...]:
    """The units that rise, or are forecast to pass the line, and are not hotspots; the soonest to pass it first."""
    ranked = []
    for key, unit_rows in _coming_rows(rows).items():
        own = [row for row in unit_rows if _explaining_unit(row, units) is None]
        if key in hotspots or not own:
            continue
        soonest = min((row["weeks_ahead"] for row in own if row["weeks_ahead"] > 0), default=math.inf)
        steepest = max((row["value"] for row in own if row["rule"] == "rising" and row["value"] > 0), default=0.0)
        status = "new" if any(row["status"] == "new" for row in own) else "continuing"
        coming = Coming(units.by_key[key], status, "; ".join(signs(own, outlook)))
        ranked.append(((soonest, -steepest, key), coming))
    return tuple(coming for _, coming in sorted(ranked, key=lambda entry: entry[0]))


def stretched_offices(rows: Rows, offices: Sequence[Unit]) -> tuple[Stretched, ...]:
    """The offices over their span, without an SPO, or with plans that wait for a countersignature; worst first."""
    over = {row["code"]: row for row in rows if row["rule"] == "spo_load" and row["status"] != "cleared"}
    stretched = [
        Stretched(unit, over[unit.code]["status"] if unit.code in over else "", supervision(unit, over.get(unit.code)))
        for unit in offices
        if unit.code in over or unit.awaiting
    ]
    return tuple(sorted(stretched, key=lambda office: _stretch_order(office.unit, office.unit.code in over)))


def watched_units(rows: Rows, units: Units, hotspots: Collection[Key]) -> tuple[Unit, ...]:
    """Units over the threshold this week and not yet hotspots, those of a watched or hot parent left out."""
    watched = [row for row in rows if row["rule"] == "watch" and row["status"] != "cleared"]
    own = [units.by_key[row["level"], row["code"]] for row in watched if _explaining_unit(row, units) is None]
    return tuple(sorted((unit for unit in own if key_of(unit) not in hotspots), key=hottest_first))


def cleared_hotspots(rows: Rows, units: Units, outlook: Outlook) -> tuple[Cleared, ...]:
    """The units whose hotspots cleared this week, one entry per unit, without those folded under a cleared parent."""
    still = {(row["level"], row["code"]) for row in rows if row["status"] != "cleared" and row["rule"] in _RULES}
    gone: dict[Key, Cleared] = {}
    over = [row for row in rows if row["status"] == "cleared" and row["rule"] in _HOW_CLEARED]
    ended: dict[Key, list[str]] = {}
    for row in over:
        ended.setdefault((row["level"], row["code"]), []).append(identity_of(row, outlook.as_at))
    for row in sorted(over, key=lambda row: row["rule"] != "over_threshold"):
        key = (row["level"], row["code"])
        if key not in still and _explaining_unit(row, units) is None:
            weights = weights_change(row, outlook)
            how = _HOW_CLEARED[row["rule"]] + clearing(row, outlook) + (f" ({weights})" if weights else "")
            gone.setdefault(key, Cleared(units.by_key[key], how, episodes=tuple(ended[key])))
    return tuple(sorted(gone.values(), key=lambda cleared: (cleared.unit.change, cleared.unit.code)))


def cleared_signs(rows: Rows, units: Units, known: Collection[Key], outlook: Outlook) -> tuple[Cleared, ...]:
    """The units that no longer look like becoming a hotspot, and offices whose SPOs are relieved.

    known: units listed in another section; of these only the relief of SPOs is news.
    """
    gone: dict[Key, Cleared] = {}
    for rule, how in _HOW_SIGNS_CLEARED.items():
        for row in rows:
            key = (row["level"], row["code"])
            has_cleared = row["rule"] == rule and row["status"] == "cleared"
            is_news = rule == "spo_load" or key not in known
            if has_cleared and is_news and _explaining_unit(row, units) is None:
                gone.setdefault(key, Cleared(units.by_key[key], how + clearing(row, outlook)))
    return tuple(sorted(gone.values(), key=lambda cleared: (cleared.unit.change, cleared.unit.code)))


def _explaining_unit(row: Mapping[str, Any], units: Units) -> Key | None:
    """The unit under which a hotspot is counted and not listed; None when it stands for itself.

    Nothing folds under the reader's own unit: the reader of one cluster wants to know which of its offices.
    """
    if row["rule"] == "hot_and_late" or pd.isna(row["explained_by"]) or not row["explained_by"]:
        return None
    parent = (row["explained_by_level"], row["explained_by"])
    return parent if parent not in units.own and units.find_visible(*parent) is not None else None


def _coming_rows(hotspots: Rows) -> dict[Key, list[Mapping[str, Any]]]:
    """The live rows of the rules that look ahead, by unit, the forecast first.

    A rise that has turned is left out: it is not cleared yet, but it no longer points to a hotspot.
    """
    rows: dict[Key, list[Mapping[str, Any]]] = {}
    for rule in _COMING:
        for row in hotspots:
            turned = rule == "rising" and row["value"] <= 0
            if row["rule"] == rule and row["status"] != "cleared" and not turned:
                rows.setdefault((row["level"], row["code"]), []).append(row)
    return rows


def _stretch_order(unit: Unit, over: bool) -> tuple[bool, bool, float, int, str]:
    """Sort offices without an SPO first, then those over their span, then those where most plans wait."""
    span = 0.0 if math.isnan(unit.span) or not over else unit.span
    return not (over and unit.has_no_spo), not over, -span, -unit.awaiting, unit.code


def _rank_unit(
    unit: Unit, rows: Rows, inside: set[Key], ahead: Rows, red_line: float, outlook: Outlook, *, status: str
) -> RankedHotspot:
    by_rule = {row["rule"]: row for row in rows}
    late = by_rule.get("hot_and_late")
    order = sorted(by_rule, key=lambda rule: _RULES.index(rule) if rule in _RULES else len(_RULES))
    lasting = by_rule.get("over_threshold")
    reasons = [rule_reason(by_rule[rule], unit, red_line, lasting is not None, outlook) for rule in order]
    notes = [*signs(ahead, outlook), *(weights_change(by_rule[rule], outlook) for rule in order)]
    spot = Hotspot(
        unit=unit,
        status=status,
        why="; ".join(dict.fromkeys(reason for reason in (*reasons, *notes) if reason)),
        details="; ".join([*drivers(unit, red_line), *hotspots_inside(inside)]),
        escalated=lasting is not None and not pd.isna(lasting["escalated"]),
        weeks=0 if lasting is None else int(lasting["weeks"]),
        at_least=lasting is not None and is_open(lasting["since"], outlook.history_from),
        episodes=tuple(
            identity_of(by_rule[rule], outlook.as_at)
            for rule in sorted(by_rule, key=lambda rule: (rule != "over_threshold", rule not in _RULES, rule))
        ),
    )
    over = unit.total_points - unit.available_points
    if late is not None:
        return RankedHotspot(spot, True, (-_late_high(unit), -over, -unit.overdue - unit.oversight_overdue))
    return RankedHotspot(spot, False, (-over,))


def _late_high(unit: Unit) -> int:
    """What is overdue for cases of high RoSH, assessments and all else."""
    return unit.high_risk_overdue + unit.oversight_high_risk_overdue
