"""Cases, points and hours added up: post, offender manager, team, office, cluster, area, all."""

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .card import (
    DEFAULT_HOURS,
    HOURLY_DUTIES,
    NOMINAL_TARGET,
    REPORT_DAYS,
    REPORT_POINTS,
    Row,
    Tables,
    band,
    cases_of,
    exact,
    has_left,
    in_force,
    post_of,
    posts_of,
    team_factor,
)
from .points import case_points

Post = tuple[str, str]  # (team_code, om_code)
Unit = tuple[str, str]  # (level, code)


def reduction_hours(tables: Tables, as_at: date) -> dict[Post, Fraction]:
    """Hours a week that the reductions in force take from each post, not capped at its contracted hours."""
    taken = {post: Fraction(0) for post in posts_of(tables)}
    for reduction in tables.get("reductions", []):
        if not in_force(reduction, as_at):
            continue
        hours = exact(reduction["hours"])
        if reduction.get("team_code"):
            taken[reduction["team_code"], reduction["om_code"]] += hours
            continue
        held = [
            post
            for post in tables["offender_managers"]
            if post["om_code"] == reduction["om_code"] and not has_left(post, as_at)
        ]
        contracted = sum((exact(post["contracted_hours"]) for post in held), Fraction(0))
        for post in held:
            if contracted:
                taken[post["team_code"], post["om_code"]] += hours * exact(post["contracted_hours"]) / contracted
    return taken


def available_points(tables: Tables, as_at: date, policy: str) -> dict[Post, Fraction]:
    """Points each post can carry on that date."""
    team_types = {team["team_code"]: team["team_type"] for team in tables["organisation"]}
    taken = reduction_hours(tables, as_at)
    available: dict[Post, Fraction] = {}
    for key, post in posts_of(tables).items():
        hours = max(Fraction(0), exact(post["contracted_hours"]) - taken[key])
        target = NOMINAL_TARGET[post["grade"]] * team_factor(policy, team_types[post["team_code"]])
        points = Fraction(0) if has_left(post, as_at) else target * hours / DEFAULT_HOURS
        available[key] = Fraction(math.floor(points)) if policy == "wmt" else points
    return available


def duty_points(tables: Tables, as_at: date) -> dict[Post, Fraction]:
    """Points of each post's reports of the last 30 days and of its hours of duty in force."""
    posts = posts_of(tables)
    points = {post: Fraction(0) for post in posts}
    for duty in tables.get("duties", []):
        key = duty["team_code"], duty["om_code"]
        quantity = exact(duty["quantity"])
        if duty["kind"] in HOURLY_DUTIES:
            if in_force(duty, as_at):
                points[key] += quantity * NOMINAL_TARGET[posts[key]["grade"]] / DEFAULT_HOURS
        elif as_at - timedelta(days=REPORT_DAYS) < duty["starts_on"] <= as_at:
            points[key] += quantity * REPORT_POINTS[duty["kind"]]
    return points


def main_post(posts: list[Row], as_at: date) -> Row:
    """The held post of a person with the most contracted hours; of equals, the one in the team of the lowest code.

    For a person who holds none, it is one of those left last.
    """
    held = [post for post in posts if not has_left(post, as_at)]
    if not held:
        last = max(post["left_on"] for post in posts)
        held = [post for post in posts if post["left_on"] == last]
    best = held[0]
    for post in held[1:]:
        more = exact(post["contracted_hours"]) - exact(best["contracted_hours"])
        if more > 0 or (more == 0 and post["team_code"] < best["team_code"]):
            best = post
    return best


def units_above(team: Row) -> list[Unit]:
    """The team and every unit it is a part of."""
    return [
        ("team", team["team_code"]),
        ("office", team["office_code"]),
        ("cluster", team["cluster_code"]),
        ("area", team["area_code"]),
        ("all", "all"),
    ]


def units_of(team: Row, om_code: str | None) -> list[Unit]:
    """Every unit that something of this post belongs to; only the team and above for what is unallocated."""
    if om_code is None:
        return units_above(team)
    post = ("post", f"{team['team_code']}/{om_code}")
    return [post, ("offender_manager", om_code), *units_above(team)]


def empty_units(tables: Tables, as_at: date) -> dict[Unit, dict[str, Any]]:
    """Every unit with its name, its parent and sums of nothing."""
    names: dict[Unit, tuple[str, str | None]] = {("all", "all"): ("all", None)}
    for team in tables["organisation"]:
        names["area", team["area_code"]] = (team["area_name"], "all")
        names["cluster", team["cluster_code"]] = (team["cluster_name"], team["area_code"])
        names["office", team["office_code"]] = (team["office_name"], team["cluster_code"])
        names["team", team["team_code"]] = (team["team_name"], team["office_code"])
    persons: dict[str, list[Row]] = {}
    for post in tables["offender_managers"]:
        persons.setdefault(post["om_code"], []).append(post)
        names["post", f"{post['team_code']}/{post['om_code']}"] = (post["om_name"], post["team_code"])
    for om_code, posts in persons.items():
        main = main_post(posts, as_at)
        names["offender_manager", om_code] = (main["om_name"], main["team_code"])
    return {
        unit: {
            "name": name,
            "parent_code": parent,
            "cases": 0,
            "case_points": Fraction(0),
            "duty_points": Fraction(0),
            "unallocated_cases": 0,
            "unallocated_points": Fraction(0),
            "total_points": Fraction(0),
            "available_points": Fraction(0),
        }
        for unit, (name, parent) in names.items()
    }


def workload(tables: Tables, as_at: date, policy: str) -> dict[Unit, dict[str, Any]]:
    """Every unit by (level, code).

    Keys of a unit: name, parent_code, cases, case_points, duty_points, unallocated_cases, unallocated_points,
    total_points, available_points, capacity_percentage (None without available points), band. A post's code is
    team_code/om_code. Under ``wmt`` only total and available points are rounded, for each post before adding up.
    """
    teams = {team["team_code"]: team for team in tables["organisation"]}
    posts = posts_of(tables)
    points = case_points(tables, as_at, policy)
    available = available_points(tables, as_at, policy)
    duties = duty_points(tables, as_at)
    units = empty_units(tables, as_at)

    held = {post: Fraction(0) for post in posts}
    for case in tables["cases"]:
        worth = points[case["crn"]][3]
        team = teams[case["team_code"]]
        post = post_of(case, posts)
        for unit in units_of(team, post["om_code"] if post else None):
            units[unit]["cases"] += cases_of(case)
            if post:
                units[unit]["case_points"] += worth
            else:
                units[unit]["unallocated_cases"] += cases_of(case)
                units[unit]["unallocated_points"] += worth
                units[unit]["total_points"] += worth
        if post:
            held[case["team_code"], case["om_code"]] += worth

    for key in posts:
        total = held[key] + duties[key]
        if policy == "wmt":
            total = Fraction(math.floor(total + Fraction(1, 2)))
        for unit in units_of(teams[key[0]], key[1]):
            units[unit]["duty_points"] += duties[key]
            units[unit]["total_points"] += total
            units[unit]["available_points"] += available[key]

    for figures in units.values():
        total, room = figures["total_points"], figures["available_points"]
        figures["capacity_percentage"] = 100 * total / room if room else None
        figures["band"] = band(total, room)
    return units
