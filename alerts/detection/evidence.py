"""The evidence of a hotspot in words: the figures that prove it and what drives it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from alerts.detection.rules import Rule
from alerts.wording import missing_capacity
from tiering.terms import Level

OF_THE_WEIGHTS = ("over_threshold", "watch", "spare_capacity", "hot_and_late")
"""Rules with a line that other weights alone can take a unit over, and that go on where the weights change."""


def hotspot_evidence(
    rule: Rule, row: Mapping[str, Any], gaps: Sequence[date], weights_since: date | None = None
) -> str:
    """One sentence with the proof of a hotspot: value, how long, what drives it, what is late, which weeks are missing.

    row: a hotspot with its unit's figures. gaps: Mondays of the weeks without figures. weights_since: the first week
    weighed as this one, where earlier ones were weighed otherwise.
    """
    if pd.isna(row["total_points"]):
        return "no longer in the extract"
    parts = [_measure(rule, row), *_drivers(row), *_lateness(row), *_missing(row, gaps)]
    if rule.name in OF_THE_WEIGHTS:
        parts.append(weights_note(row["since"], weights_since))
    return "; ".join(part for part in parts if part)


def _measure(rule: Rule, row: Mapping[str, Any]) -> str:
    if rule.name in ("over_threshold", "watch"):
        return f"{_load(row)}, {_how_long(row, 'over', row['threshold'])}"
    if rule.name == "spare_capacity":
        room = row["available_points"] - row["total_points"]
        words = f"{_load(row)}, {_how_long(row, 'under', row['threshold'])}"
        return f"{words}: room for {room:,.0f} points" if room > 0 else words
    if rule.name == "no_capacity" and row["status"] == "cleared":
        if row["total_points"] <= 0 and row["available_points"] <= 0:
            return "holds nothing any more"
        return f"{_load(row)}: available hours again" if row["available_points"] > 0 else _load(row)
    if rule.name == "unallocated":
        return f"{counted(row['value'], 'case')} held by nobody"
    if rule.name == "rising":
        return f"{_load(row)}, {_rise(rule, row)}"
    if rule.name == "forecast_over":
        return f"{_load(row)}, {_expected(row)}"
    if rule.name == "spo_load":
        return _supervision(row)
    return _load(row)


def _rise(rule: Rule, row: Mapping[str, Any]) -> str:
    if row["status"] == "cleared":
        return f"no longer rising, after {counted(row['weeks'], 'week')}"
    if pd.isna(row["value"]):
        return "no figures to compare with this week"
    weeks = counted(rule.number("weeks_apart"), "week")
    way = "up" if row["value"] >= 0 else "down"
    averaged = rule.number("weeks_averaged")
    means = f" (means of {counted(averaged, 'week')})" if averaged > 1 else ""
    moved = f"{way} {abs(row['value']):.1f} percentage points in {weeks}{means}"
    level = str(row["level"]).replace("_", " ")
    usual = "" if pd.isna(row["usual"]) else f"; {level}s of its size usually move {row['usual']:.1f}"
    return f"{moved}{usual}"


def _expected(row: Mapping[str, Any]) -> str:
    if row["status"] == "cleared":
        return f"no longer expected over {row['threshold']:g}%, after {counted(row['weeks'], 'week')}"
    if pd.isna(row["weeks_ahead"]):
        return "no forecast this week"
    ahead = counted(row["weeks_ahead"], "week")
    likely = f"likely {row['low']:.1f}% to {row['high']:.1f}%"
    return f"expected to pass {row['threshold']:g}% in {ahead}: {row['value']:.1f}% ({likely})"


def _supervision(row: Mapping[str, Any]) -> str:
    people = counted(row["offender_managers"], "offender manager")
    if pd.isna(row["value"]):
        return f"{people} and no SPO hours"
    span = f"{row['value']:.1f} offender managers for each full-time SPO"
    if row["status"] == "cleared":
        return f"{span}: within {row['threshold']:g} again, after {counted(row['weeks'], 'week')}"
    parts = [f"{span}, most {row['threshold']:g}"]
    if row["inexperienced"] > 0:
        parts.append(f"{row['inexperienced']:.0f} of {people} with little experience")
    if row["awaiting_countersignature"] > 0:
        plans = counted(row["awaiting_countersignature"], "risk management plan")
        parts.append(f"{plans} of high RoSH cases waiting for a countersignature")
    return "; ".join(parts)


def _load(row: Mapping[str, Any]) -> str:
    if row["available_points"] > 0:
        percentage = 100 * row["total_points"] / row["available_points"]
        return f"{percentage:,.1f}% of capacity ({row['total_points']:,.0f} of {row['available_points']:,.0f} points)"
    lack = missing_capacity(row["contracted_hours"], row["reduction_hours"])
    return f"no capacity: {row['total_points']:,.0f} points held and {lack}"


def _how_long(row: Mapping[str, Any], side: str, threshold: float) -> str:
    if row["status"] == "cleared":
        return f"cleared after {counted(row['weeks'], 'week')}"
    if row["running"] == row["weeks"]:
        return f"{side} {threshold:g}% for {counted(row['weeks'], 'week')}"
    lately = f"the last {row['running']} running" if row["running"] else "not this week"
    return f"{counted(row['weeks'], 'week')} since it went {side} {threshold:g}% ({lately})"


def _drivers(row: Mapping[str, Any]) -> list[str]:
    parts = []
    if row["level"] != Level.OFFENDER_MANAGER and row["offender_managers"] > 0:
        people = counted(row["offender_managers"], "offender manager")
        parts.append(f"{row['offender_managers_over']:.0f} of {people} over the red line")
        if row["offender_managers_without_hours"] > 0:
            stranded = row["offender_managers_without_hours"]
            people = "1 person" if stranded == 1 else f"{stranded:,.0f} people"
            parts.append(f"{people} with work and no hours at all (absent or left)")
    if row["reduction_hours"] > 0:
        parts.append(f"{row['reduction_hours']:,.1f} of {row['contracted_hours']:,.1f} hours lost to reductions")
    if row["rule"] != "unallocated" and row["unallocated_cases"] > 0:
        parts.append(f"{counted(row['unallocated_cases'], 'case')} held by nobody")
    return parts


def _lateness(row: Mapping[str, Any]) -> list[str]:
    if row["overdue"] == 0:
        return []
    return [f"{counted(row['overdue'], 'assessment')} overdue, {row['high_risk_overdue']} of high or very high RoSH"]


def _missing(row: Mapping[str, Any], gaps: Sequence[date]) -> list[str]:
    since = row["since"]
    inside = [gap for gap in gaps if not pd.isna(since) and gap > since.date()]
    if not inside:
        return []
    weeks = ", ".join(gap.isoformat() for gap in inside)
    return [f"no figures for the week of {weeks}, which counts neither way"]


def weights_note(since: Any, weights_since: date | None) -> str:
    """Where weeks of an episode that began on ``since`` were weighed otherwise, or it began with the weights."""
    if weights_since is None or pd.isna(since) or since.date() > weights_since:
        return ""
    if since.date() == weights_since:
        return f"began on {weights_since.isoformat()}, when the weights changed"
    return f"the weights changed on {weights_since.isoformat()}, and each week counts by its own"


def counted(number: float, noun: str) -> str:
    """The number with its noun: 1 week, 2 weeks, 1,200 cases."""
    return f"{number:,.0f} {noun}" if number == 1 else f"{number:,.0f} {noun}s"
