"""In how many draws each office is over the line: each case, duty and post weighed once for every draw, in loops."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from ..card import (
    HOURLY_DUTIES,
    REPORT_DAYS,
    REPORT_POINTS,
    Tables,
    activity_of,
    cases_of,
    exact,
    has_left,
    in_force,
    posts_of,
)
from ..workload import reduction_hours

Weights = Mapping[str, Fraction]
"""The weights of one draw by their place in the policy, such as ``tier_points.4.licence``."""

SUPPORT = {"support_given": 1, "support_received": -1}


def draws_over(tables: Tables, as_at: date, draws: Sequence[Weights], line: Fraction) -> dict[str, int]:
    """In how many of the draws each office with available points is over the line in per cent, by its code."""
    counts: dict[str, int] = {}
    for weights in draws:
        total, available = office_points(tables, as_at, weights)
        for office, room in available.items():
            if room > 0:
                counts[office] = counts.get(office, 0) + (100 * total[office] > line * room)
    return counts


def office_points(tables: Tables, as_at: date, weights: Weights) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Total and available points of each office under one draw."""
    offices = {team["team_code"]: team["office_code"] for team in tables["organisation"]}
    types = {team["team_code"]: team["team_type"] for team in tables["organisation"]}
    total = {office: Fraction(0) for office in offices.values()}
    available = dict(total)
    for case in tables["cases"]:
        tier, rosh, setting = case.get("tier") or "untiered", case.get("rosh") or "unclassified", case["setting"]
        points = weights[f"tier_points.{tier}.{setting}"] + weights[f"rosh_points.{rosh}.{setting}"]
        points *= weights[f"activity_share.{activity_of(case)}"] * cases_of(case)
        total[offices[case["team_code"]]] += points
    posts = posts_of(tables)
    for duty in tables.get("duties", []):
        kind, quantity = duty["kind"], exact(duty["quantity"])
        points = Fraction(0)
        if kind in REPORT_POINTS:
            if as_at - timedelta(days=REPORT_DAYS) < duty["starts_on"] <= as_at:
                points = quantity * weights[f"report_points.{kind}"]
        elif in_force(duty, as_at):
            hour = weights[f"nominal_target.{posts[duty['team_code'], duty['om_code']]['grade']}"]
            hourly = quantity * hour / weights["default_hours"]
            points = hourly if kind in HOURLY_DUTIES else quantity * SUPPORT[kind]
        total[offices[duty["team_code"]]] += points
    lost = reduction_hours(tables, as_at)
    for key, post in posts.items():
        if has_left(post, as_at):
            continue
        hours = max(Fraction(0), exact(post["contracted_hours"]) - lost[key])
        factor = weights[f"team_type_factor.{types[key[0]]}"]
        hour = weights[f"nominal_target.{post['grade']}"] / weights["default_hours"]
        available[offices[key[0]]] += hours * factor * hour
    return total, available
