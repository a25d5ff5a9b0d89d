"""The condition of each rule in every unit and week."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from alerts.detection.rules import Rule
from alerts.detection.trends.trend import Rising, detect_rises
from alerts.detection.trends.unit_weeks import Flags, Floats, UnitWeeks


@dataclass(frozen=True)
class Condition:
    """What a rule sees of every unit in every week; matrices of shape (units, weeks).

    on, off: when it counts towards an episode, and towards the end of one; between the two it counts towards neither.
    value: what the rule looks at, in its own unit (per cent of capacity, points, cases, assessments).
    threshold: what the value is compared with.
    known: whether the figures that the rule needs are there.
    details: more figures as evidence, by column.
    """

    on: Flags
    off: Flags
    value: Floats
    threshold: Floats | float
    known: Flags
    details: Mapping[str, Floats] = field(default_factory=dict)


def _over_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    threshold, capacity = rule.number("threshold"), weeks["capacity_percentage"]
    return _condition_by_value(weeks, capacity > threshold, capacity < rule.number("clear_below"), capacity, threshold)


def _watch_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    threshold, capacity = rule.number("threshold"), weeks["capacity_percentage"]
    return _condition_by_value(weeks, capacity > threshold, ~(capacity > threshold), capacity, threshold)


def _spare_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    threshold, capacity = rule.number("threshold"), weeks["capacity_percentage"]
    return _condition_by_value(weeks, capacity < threshold, capacity > rule.number("clear_above"), capacity, threshold)


def _no_capacity_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    """Points held by an offender manager without hours, or by no one; an SPO at work has hours and a target of 0."""
    threshold = rule.number("threshold")
    without_hours = (weeks["offender_managers_without_hours"] > 0) | (weeks["unallocated_cases"] > 0)
    held = np.where((weeks["available_points"] > 0) | ~without_hours, 0.0, weeks["total_points"])
    return _condition_by_value(weeks, held > threshold, ~(held > threshold), held, threshold)


def _unallocated_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    threshold, cases = rule.number("threshold"), weeks["unallocated_cases"]
    return _condition_by_value(weeks, cases > threshold, ~(cases > threshold), cases, threshold)


def _hot_and_late_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    # Weeks that record nothing beyond assessments have nothing late there.
    least = rule.number("high_risk_overdue_from")
    late = weeks["high_risk_overdue"] + np.nan_to_num(weeks["oversight_high_risk_overdue"])
    # Without available points there is no percentage, yet work that no one has hours for is the hottest of all.
    stranded = (weeks["available_points"] == 0) & (weeks["total_points"] > 0)
    both = ((weeks["capacity_percentage"] > rule.number("threshold")) | stranded) & (late >= least)
    return _condition_by_value(weeks, both, ~both, late, least)


def _forecast_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    """The middle of the forecast passes the threshold; this ignores units that are over it or have no capacity."""
    threshold, expected = rule.number("threshold"), weeks["forecast_percentage"]
    under = weeks["capacity_percentage"] <= threshold
    passes = (expected > threshold) & under
    # A missing forecast decides nothing for a unit under the line; one over the line needs none to end the episode.
    known = weeks.present & ~(under & np.isnan(expected))
    shape = passes.shape
    now = {
        name: np.broadcast_to(weeks.units[f"forecast_{name}"].to_numpy(dtype=float)[:, None], shape)
        for name in ("low", "high", "weeks_ahead")
    }
    return Condition(passes, ~passes, expected, threshold, known, now)


def detect_unit_rises(rule: Rule, weeks: UnitWeeks) -> Rising:
    """Rises by the numbers of the rule ``rising``; of shape (units, weeks), in percentage points.

    Weeks under other weights count as weeks without figures: new weights move every unit at once, which is no rise.
    """
    return detect_rises(
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


def _rising_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    """Up by far more than is usual for its size; a unit of too few people says nothing about a trend."""
    rises = detect_unit_rises(rule, weeks)
    limit = np.where(np.isnan(rises.limit), rule.number("least_rise"), rises.limit)
    known = weeks.present & ~np.isnan(rises.rise)
    return Condition(rises.on, rises.off, rises.rise, limit, known, {"usual": rises.usual})


def _spo_load_condition(rule: Rule, weeks: UnitWeeks) -> Condition:
    """Too many offender managers for the hours of their SPOs, or none at all; without SPO hours there is no span."""
    most, span = rule.number("span"), weeks["span"]
    unsupervised = (weeks["spo_hours"] == 0) & (weeks["offender_managers"] > 0)
    stretched = (span > most) | unsupervised
    known = weeks.present & ~np.isnan(weeks["spo_hours"])
    return Condition(stretched, ~stretched, span, most, known)


def _condition_by_value(weeks: UnitWeeks, on: Flags, off: Flags, value: Floats, threshold: float) -> Condition:
    """A condition that is known if its value is known."""
    return Condition(on, off, value, threshold, weeks.present & ~np.isnan(value))


_WEEKS_JUDGED = 52
"""Weeks back in which rises are looked for: they are short, so an episode that began longer ago has ended."""

CONDITIONS: dict[str, Callable[[Rule, UnitWeeks], Condition]] = {
    "watch": _watch_condition,
    "over_threshold": _over_condition,
    "no_capacity": _no_capacity_condition,
    "unallocated": _unallocated_condition,
    "spare_capacity": _spare_condition,
    "hot_and_late": _hot_and_late_condition,
    "rising": _rising_condition,
    "forecast_over": _forecast_condition,
    "spo_load": _spo_load_condition,
}
