"""The evidence of a hotspot in words: the figures that prove it and what drives it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from alerts.detection import phrases
from alerts.detection.rules import Rule
from alerts.wording import choose, count_of, hours, join_list, limit, missing_capacity, number, percent, percent_at
from tiering.terms import Level

OF_THE_WEIGHTS = ("over_threshold", "watch", "spare_capacity", "hot_and_late")
"""Rules with a line that other weights alone can take a unit over, and that go on when the weights change."""


def hotspot_evidence(
    rule: Rule,
    row: Mapping[str, Any],
    gaps: Sequence[date],
    weights_since: date | None = None,
    history_from: date | None = None,
) -> str:
    """One sentence with the proof of a hotspot: value, how long, what drives it, what is late, which weeks are missing.

    row: a hotspot with its unit's figures.
    gaps: Mondays of the weeks without figures.
    weights_since: the first week with this week's weights, if earlier weeks had other weights.
    history_from: the first week that is known; what began then may have begun earlier.
    """
    if pd.isna(row["total_points"]):
        return "no longer in the extract"
    parts = [
        _measure(rule, row, at_least=is_open(row["since"], history_from)),
        *_drivers(row),
        *_lateness(row),
        *_missing_weeks(row, gaps),
    ]
    if rule.name in OF_THE_WEIGHTS:
        parts.append(weights_note(row["since"], weights_since))
    return "; ".join(part for part in parts if part)


def is_open(since: Any, history_from: date | None) -> bool:
    """Whether the history begins inside an episode, so that the episode may be longer. since: its first day, or NaT."""
    return history_from is not None and not pd.isna(since) and since.date() <= history_from


def _measure(rule: Rule, row: Mapping[str, Any], *, at_least: bool) -> str:
    if rule.name == "watch":
        return f"{_load(rule, row)}, {phrases.watch(row['threshold'], row['weeks'], at_least=at_least)}"
    if rule.name == "over_threshold":
        return f"{_load(rule, row)}, {_duration(row, 'over', at_least=at_least)}"
    if rule.name == "spare_capacity":
        room = row["available_points"] - row["total_points"]
        words = f"{_load(rule, row)}, {_duration(row, 'under', at_least=at_least)}"
        return f"{words}: room for {number(room)} points" if room > 0 else words
    if rule.name == "no_capacity" and row["status"] == "cleared":
        if row["total_points"] <= 0 and row["available_points"] <= 0:
            return "no longer holds any points"
        return f"{_load(rule, row)}: available hours again" if row["available_points"] > 0 else _load(rule, row)
    if rule.name == "unallocated":
        return count_of(row["value"], "unallocated case")
    if rule.name == "rising":
        return f"{_load(rule, row)}, {_rise(rule, row)}"
    if rule.name == "forecast_over":
        return f"{_load(rule, row)}, {_forecast(row)}"
    if rule.name == "spo_load":
        return _supervision(row)
    return _load(rule, row)


def _rise(rule: Rule, row: Mapping[str, Any]) -> str:
    if row["status"] == "cleared":
        return f"no longer rising, after {count_of(row['weeks'], 'week')}"
    return phrases.rise(row, rule.number("weeks_apart"), rule.number("weeks_averaged"), "percentage points")


def _forecast(row: Mapping[str, Any]) -> str:
    if row["status"] == "cleared":
        return f"no longer expected over {limit(row['threshold'])}, after {count_of(row['weeks'], 'week')}"
    if pd.isna(row["weeks_ahead"]):
        return "no forecast this week"
    line = row["threshold"]
    return phrases.forecast_rise(
        row, f"in {count_of(row['weeks_ahead'], 'week')}", lambda value: percent_at(value, line)
    )


def _supervision(row: Mapping[str, Any]) -> str:
    if pd.isna(row["value"]):
        return phrases.span(row["offender_managers"], row["value"])
    if row["status"] == "cleared":
        span = phrases.span(row["offender_managers"], row["value"])
        return f"{span}: within {hours(row['threshold'])} again, after {count_of(row['weeks'], 'week')}"
    parts = (
        phrases.span(row["offender_managers"], row["value"], row["threshold"]),
        phrases.experience(row["inexperienced"], 0, row["offender_managers"]),
        phrases.countersignatures(row["awaiting_countersignature"]),
    )
    return "; ".join(part for part in parts if part)


def _load(rule: Rule, row: Mapping[str, Any]) -> str:
    if row["available_points"] > 0:
        share = 100 * row["total_points"] / row["available_points"]
        is_judged = rule.name in OF_THE_WEIGHTS and row["status"] != "cleared"
        capacity = percent_at(share, row["threshold"]) if is_judged else percent(share)
        return f"{capacity} of capacity ({number(row['total_points'])} of {number(row['available_points'])} points)"
    lack = missing_capacity(row["contracted_hours"], row["reduction_hours"])
    return f"no capacity: {count_of(row['total_points'], 'point')} held and {lack}"


def _duration(row: Mapping[str, Any], side: str, *, at_least: bool) -> str:
    if row["status"] == "cleared":
        return f"cleared after {phrases.lasting(row['weeks'], at_least=at_least)}"
    return phrases.duration(side, row["threshold"], row["weeks"], row["running"], at_least=at_least)


def _drivers(row: Mapping[str, Any]) -> list[str]:
    parts = []
    people = row["offender_managers"]
    if row["level"] != Level.OFFENDER_MANAGER and people > 0:
        parts.append(phrases.people_over(row["offender_managers_over"], people, "the red line"))
        if row["offender_managers_without_hours"] > 0:
            parts.append(phrases.people_without_hours(row["offender_managers_without_hours"]))
    if row["reduction_hours"] > 0:
        parts.append(phrases.reductions(row["reduction_hours"], row["contracted_hours"]))
    # The reason of the rule ``unallocated`` already contains it.
    if row["rule"] != "unallocated" and row["unallocated_cases"] > 0:
        parts.append(count_of(row["unallocated_cases"], "unallocated case"))
    return parts


def _lateness(row: Mapping[str, Any]) -> list[str]:
    assessments, beyond = row["overdue"], row["oversight_overdue"]
    late = [phrases.overdue(assessments, row["high_risk_overdue"])] if assessments else []
    return late + ([phrases.oversight_overdue(beyond, row["oversight_high_risk_overdue"])] if beyond else [])


def _missing_weeks(row: Mapping[str, Any], gaps: Sequence[date]) -> list[str]:
    since = row["since"]
    inside = [gap.isoformat() for gap in gaps if not pd.isna(since) and gap > since.date()]
    if not inside:
        return []
    week, counts = choose(len(inside), "week", "weeks"), choose(len(inside), "counts", "count")
    return [f"no figures for the {week} of {join_list(inside)}, which {counts} neither way"]


def weights_note(since: Any, weights_since: date | None) -> str:
    """Say that earlier weeks of an episode had other weights, or that it began with these; empty if neither.

    since: the day the episode began on, or NaT.
    weights_since: as for ``hotspot_evidence``.
    """
    if weights_since is None or pd.isna(since) or since.date() > weights_since:
        return ""
    if since.date() == weights_since:
        return f"began on {weights_since.isoformat()}, when the weights changed"
    return f"the weights changed on {weights_since.isoformat()}, and each week counts by its own"
