"""Phrases that the reason of a hotspot and a digest share: each fact is worded once."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from alerts.wording import PLURALS, count_of, hours, limit, number, ordinal


def lasting(weeks: int, *, at_least: bool = False) -> str:
    """A number of weeks in words. at_least: the history begins inside them, so there may have been more before it."""
    return f"{'at least ' if at_least else ''}{count_of(weeks, 'week')}"


def watch(threshold: float, weeks: int, *, at_least: bool = False) -> str:
    """How long a unit has been over a line that it is not yet a hotspot for; arguments as of ``duration``."""
    line = f"over {limit(threshold)}"
    if weeks <= 1:
        return f"{line} this week"
    return f"{line} for {lasting(weeks, at_least=True) if at_least else f'the {ordinal(weeks)} week running'}"


def duration(side: str, threshold: float, weeks: int, running: int, *, at_least: bool = False) -> str:
    """How long a unit has been over or under a line.

    running: how many weeks up to this one without a break.
    at_least: as for ``lasting``.
    """
    line = f"{side} {limit(threshold)}"
    if running == weeks:
        return f"{line} for {lasting(weeks, at_least=at_least)}"
    began = f"{lasting(weeks, at_least=at_least)} since it went {line}"
    if not running:
        return f"{began}, not {side} it this week"
    return f"{began}, {side} it " + ("again this week" if running == 1 else f"for the last {count_of(running, 'week')}")


def rise(row: Mapping[str, Any], weeks_apart: float, mean_of: float, points: str) -> str:
    """How far a unit rose, and how far units of its size usually move. points: how percentage points are written."""
    if pd.isna(row["value"]):
        return "no figures to compare with this week"
    units = PLURALS[str(row["level"]).replace("_", " ")]
    usual = "" if pd.isna(row["usual"]) else f"; {units} of its size usually move {row['usual']:.1f}"
    means = f" (means of {count_of(mean_of, 'week')})" if mean_of > 1 else ""
    way = "up" if row["value"] >= 0 else "down"
    return f"{way} {abs(row['value']):.1f} {points} in {count_of(weeks_apart, 'week')}{means}{usual}"


def forecast_rise(row: Mapping[str, Any], when: str, percentage: Callable[[float], str]) -> str:
    """When a unit is expected to pass the line, and how far. percentage: how a forecast is written."""
    known = not pd.isna(row["low"]) and not pd.isna(row["high"])
    likely = f", likely {percentage(row['low'])} to {percentage(row['high'])}" if known else ""
    return f"expected to pass {limit(row['threshold'])} {when} ({percentage(row['value'])}{likely})"


def span(offender_managers: int, per_spo: float, most: float | None = None) -> str:
    """How many offender managers each full-time SPO has.

    per_spo: NaN without SPO hours.
    most: the limit, if it is passed.
    """
    if math.isnan(per_spo):
        return f"{count_of(offender_managers, 'offender manager')} and no SPO at work"
    at_most = "" if most is None else f" (at most {hours(most)})"
    return f"{hours(per_spo)} offender managers for each full-time SPO{at_most}"


def experience(inexperienced: int, unknown: int, offender_managers: int) -> str:
    """How many offender managers are new to the work; empty if none is."""
    if not inexperienced and not unknown:
        return ""
    more = f", {number(unknown)} not known" if unknown else ""
    return f"{number(inexperienced)} of {number(offender_managers)} inexperienced{more}"


def countersignatures(plans: int, longest_wait: float = math.nan) -> str:
    """Plans that wait for a countersignature; empty if none does. longest_wait: days, NaN if not known."""
    if not plans:
        return ""
    days = "" if math.isnan(longest_wait) else f" for {count_of(longest_wait, 'day')}"
    if plans == 1:
        return f"1 plan of a high RoSH case waits for a countersignature{days}"
    longest = f", the longest{days}" if days else ""
    return f"{number(plans)} plans of high RoSH cases wait for a countersignature{longest}"


def people_over(over: int, offender_managers: int, line: str) -> str:
    """How many offender managers are over the red line. line: its name in words."""
    return f"{number(over)} of {count_of(offender_managers, 'offender manager')} over {line}"


def people_without_hours(people: int) -> str:
    """How many people hold work and have no hours for it."""
    return f"{count_of(people, 'person')} with work and no hours (absent or left)"


def reductions(lost: float, contracted: float) -> str:
    """How many hours a week are lost to reductions."""
    return f"{hours(lost)} of {hours(contracted)} contracted hours lost to reductions"


def overdue(assessments: int, high_risk: int) -> str:
    """How many assessments are overdue, and how many of them of cases of high or very high RoSH."""
    if not assessments:
        return "No assessment overdue"
    if assessments == 1:
        return f"1 assessment overdue, {'' if high_risk else 'not '}high RoSH"
    return f"{count_of(assessments, 'assessment')} overdue, {number(high_risk)} of them high RoSH"


def oversight_overdue(items: int, high_risk: int) -> str:
    """How much enforcement, contact and oversight is overdue, and how much of it for cases of high RoSH."""
    late = f"{count_of(items, 'other item')} overdue (enforcement, contacts, oversight)"
    if items == 1:
        return f"{late}, {'' if high_risk else 'not '}high RoSH"
    return f"{late}, {number(high_risk)} of them high RoSH"
