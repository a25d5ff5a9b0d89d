"""Why the points of every unit changed between two weeks: parts with loops, case by case and post by post."""

import math
from datetime import date
from fractions import Fraction

from ..card import (
    DEFAULT_HOURS,
    NOMINAL_TARGET,
    WMT_TIER_POINTS,
    Row,
    Tables,
    cases_of,
    exact,
    has_left,
    in_force,
    post_of,
    posts_of,
    team_factor,
)
from ..points import case_points
from ..workload import available_points, duty_points
from .organisation import LEVELS, Change

Sums = tuple[Fraction, Fraction, int, int]  # points, available points, cases, posts
Place = dict[str, str | None]  # code of each level
NOTHING: Sums = (Fraction(0), Fraction(0), 0, 0)
COLUMNS = ("tier", "rosh", "setting", "activity", "number_of_cases")
LONDON_TIERS = ("1", "2", "3", "4")


class Week:
    """The rows of one week and the policy they are weighed by."""

    def __init__(self, tables: Tables, as_at: date, policy: str) -> None:
        self.tables, self.as_at, self.policy = tables, as_at, policy
        self.posts = posts_of(tables)
        self.teams = {team["team_code"]: team for team in tables["organisation"]}
        self.cases = {case["crn"]: case for case in tables["cases"]}
        self.points = {crn: parts[3] for crn, parts in case_points(tables, as_at, policy).items()}
        self.available = available_points(tables, as_at, policy)
        self.duties = duty_points(tables, as_at)
        self.rounding = {key: self._rounding(key) for key in self.posts}

    def _rounding(self, key: tuple[str, str]) -> Fraction:
        if self.policy != "wmt":
            return Fraction(0)
        held = [self.points[crn] for crn, case in self.cases.items() if post_of(case, self.posts) == self.posts[key]]
        total = sum(held, Fraction(0)) + self.duties[key]
        return math.floor(total + Fraction(1, 2)) - total

    def of_team(self, code: str) -> Sums:
        cases = [crn for crn, case in self.cases.items() if case["team_code"] == code]
        posts = [key for key in self.posts if key[0] == code]
        points = sum((self.points[crn] for crn in cases), Fraction(0))
        points += sum((self.duties[key] + self.rounding[key] for key in posts), Fraction(0))
        room = [self.available[key] for key in posts]
        return points, sum(room, Fraction(0)), sum(cases_of(self.cases[crn]) for crn in cases), sum(map(bool, room))


def weighed_again(before: Week, now: Week) -> Week:
    """The earlier week under the policy of now; a case of a tier it does not know counts as it is now, or as it was."""
    known = LONDON_TIERS if now.policy == "london-2009" else (*WMT_TIER_POINTS, *(f"{t}S" for t in WMT_TIER_POINTS))
    cases, as_before = [], {}
    for case in before.tables["cases"]:
        tier = case.get("tier")
        if tier is None or tier in known:
            cases.append(case)
        elif case["crn"] in now.cases:
            cases.append(case | {name: now.cases[case["crn"]].get(name) for name in COLUMNS[:-1]})
        else:
            cases.append(case | {"tier": None})
            as_before[case["crn"]] = before.points[case["crn"]]
    again = Week(before.tables | {"cases": cases}, before.as_at, now.policy)
    again.points |= as_before
    return again


def part_sums(before: Week, now: Week, changes: set[Change]) -> dict[tuple[str, str, str], Sums]:
    """The sums of every part of every unit of now, by level, code and part."""
    then = {code: place_then(team, changes) for code, team in before.teams.items()}
    places = {code: place_now(code, then[code], now, changes) for code in before.teams}
    here = {code: place_of(team) for code, team in now.teams.items()}
    rows: list[tuple[str, Place, Sums]] = []
    again = before if before.policy == now.policy else weighed_again(before, now)
    for code in before.teams:
        sums = before.of_team(code)
        if then[code] != places[code]:
            rows.append(("organisation", then[code], (-sums[0], -sums[1], -sums[2], -sums[3])))
            rows.append(("organisation", places[code], sums))
        gain = [new - old for new, old in zip(again.of_team(code)[:2], sums[:2], strict=True)]
        rows.append(("weights", places[code], (gain[0], gain[1], 0, 0)))
    rows += case_rows(again, now, places, here)
    rows += duty_rows(again, now, places, here)
    rows += post_rows(again, now, places, here)
    answer: dict[tuple[str, str, str], Sums] = {}
    for part, place, sums in rows:
        for level in (*LEVELS, "all"):
            code = "all" if level == "all" else place[level]
            if code is not None and (level == "all" or any(where[level] == code for where in here.values())):
                old = answer.get((level, code, part), NOTHING)
                answer[level, code, part] = (
                    old[0] + sums[0],
                    old[1] + sums[1],
                    old[2] + sums[2],
                    old[3] + sums[3],
                )
    return {key: sums for key, sums in answer.items() if any(sums)}


def place_of(team: Row) -> Place:
    return {level: team[f"{level}_code"] for level in LEVELS}


def place_then(team: Row, changes: set[Change]) -> Place:
    """Where a team was, in the codes of now; None for a unit whose code another one has now."""
    place = place_of(team)
    for level in LEVELS:
        code = place[level]
        goes_on = [now for kind, of, previous, now in changes if kind == "recoded" and (of, previous) == (level, code)]
        lost = [now for kind, of, _, now in changes if kind in ("recoded", "reused") and (of, now) == (level, code)]
        place[level] = goes_on[0] if goes_on else None if lost else code
    return place


def place_now(code: str, then: Place, now: Week, changes: set[Change]) -> Place:
    """Where a team is; where it was if it has ended."""
    received = [now for kind, of, old, now in changes if (kind, of, old) == ("merged", "team", code)]
    goes_on = received[0] if received else then["team"]
    return place_of(now.teams[goes_on]) if goes_on in now.teams else then


def case_rows(
    before: Week, now: Week, places: dict[str, Place], here: dict[str, Place]
) -> list[tuple[str, Place, Sums]]:
    rows: list[tuple[str, Place, Sums]] = []
    for crn, case in before.cases.items():
        if crn not in now.cases:
            rows.append(("ends", places[case["team_code"]], (-before.points[crn], Fraction(0), -cases_of(case), 0)))
    for crn, case in now.cases.items():
        place = here[case["team_code"]]
        if crn not in before.cases:
            rows.append(("arrivals", place, (now.points[crn], Fraction(0), cases_of(case), 0)))
            continue
        old = before.cases[crn]
        was = places[old["team_code"]]
        if was != place:
            rows.append(("transfers", was, (-before.points[crn], Fraction(0), -cases_of(old), 0)))
            rows.append(("transfers", place, (before.points[crn], Fraction(0), cases_of(old), 0)))
        step, points = dict(old), before.points[crn]
        for name in COLUMNS:
            was_counted = cases_of(step)
            step[name] = case.get(name)
            becomes = case_points({"cases": [step]}, now.as_at, now.policy)[crn][3]
            counted = cases_of(step) - was_counted if name == "number_of_cases" else cases_of(case)
            if becomes != points or (name == "number_of_cases" and counted):
                rows.append((name, place, (becomes - points, Fraction(0), counted, 0)))
            points = becomes
    return rows


def duty_rows(
    before: Week, now: Week, places: dict[str, Place], here: dict[str, Place]
) -> list[tuple[str, Place, Sums]]:
    """Duties, what other grades make of them, and rounding; each person in each place counts as one post."""
    grades: dict[str, str] = {}
    for team_code, om_code in sorted(before.posts, key=lambda key: (key[1], key[0])):
        grades.setdefault(om_code, before.posts[team_code, om_code]["grade"])
    posts = [post | {"grade": grades.get(post["om_code"], post["grade"])} for post in now.tables["offender_managers"]]
    at_then = duty_points(now.tables | {"offender_managers": posts}, now.as_at)
    rows: list[tuple[str, Place, Sums]] = []
    for part, old, new, old_places in (
        ("duties", before.duties, at_then, places),
        ("grade", at_then, now.duties, here),
        ("rounding", before.rounding, now.rounding, places),
    ):
        of_person: dict[tuple[str, tuple[str | None, ...]], tuple[Place, Fraction]] = {}
        for figures, where, sign in ((old, old_places, -1), (new, here, 1)):
            for (team_code, om_code), points in figures.items():
                place = where[team_code]
                key = (om_code, tuple(place.values()))
                known = of_person.get(key, (place, Fraction(0)))[1]
                of_person[key] = (place, known + sign * points)
        rows += [
            (part, place, (points, Fraction(0), 0, int(part != "grade")))
            for place, points in of_person.values()
            if points
        ]
    return rows


def post_rows(
    before: Week, now: Week, places: dict[str, Place], here: dict[str, Place]
) -> list[tuple[str, Place, Sums]]:
    rows: list[tuple[str, Place, Sums]] = []
    first: dict[tuple[str, tuple[str | None, ...]], tuple[str, str]] = {}
    for key in sorted(before.posts, key=lambda post: (post[1], post[0])):
        first.setdefault((key[1], tuple(places[key[0]].values())), key)
    serving = {
        week: {om for (team, om), post in week.posts.items() if not has_left(post, week.as_at)}
        for week in (before, now)
    }
    gone_on = set()
    for key, post in now.posts.items():
        place = here[key[0]]
        earlier = first.get((key[1], tuple(place.values())))
        if has_left(post, now.as_at):
            continue
        if earlier is None or has_left(before.posts[earlier], before.as_at):
            part = "moved_posts" if key[1] in serving[before] else "joiners"
            if now.available[key]:
                rows.append((part, place, (Fraction(0), now.available[key], 0, 1)))
            continue
        gone_on.add(earlier)
        rows += [(part, place, (Fraction(0), gain, 0, 1)) for part, gain in _steps(before, earlier, now, key) if gain]
    for key, post in before.posts.items():
        if key not in gone_on and not has_left(post, before.as_at) and before.available[key]:
            part = "moved_posts" if key[1] in serving[now] else "leavers"
            rows.append((part, places[key[0]], (Fraction(0), -before.available[key], 0, -1)))
    return rows


def _steps(before: Week, earlier: tuple[str, str], now: Week, key: tuple[str, str]) -> list[tuple[str, Fraction]]:
    was, becomes = _inputs(before, earlier), _inputs(now, key)
    names = ("contracted_hours", "sickness", "other_reductions", "grade", "team_type")
    steps, points = [], _points(was, now.policy)
    for name in names:
        was = was | {name: becomes[name]}
        steps.append((name, _points(was, now.policy) - points))
        points = _points(was, now.policy)
    return steps


def _inputs(week: Week, key: tuple[str, str]) -> Row:
    post = week.posts[key]
    taken = {"sickness": Fraction(0), "other_reductions": Fraction(0)}
    held = [
        other for other in week.tables["offender_managers"]
        if other["om_code"] == key[1] and not has_left(other, week.as_at)
    ]  # fmt: skip
    hours = sum((exact(other["contracted_hours"]) for other in held), Fraction(0))
    for reduction in week.tables["reductions"]:
        if reduction["om_code"] != key[1] or not in_force(reduction, week.as_at):
            continue
        name = "sickness" if reduction["reason"] == "sickness" else "other_reductions"
        if reduction.get("team_code") == key[0]:
            taken[name] += exact(reduction["hours"])
        elif not reduction.get("team_code") and hours:
            taken[name] += exact(reduction["hours"]) * exact(post["contracted_hours"]) / hours
    team = week.teams[key[0]]
    return {"contracted_hours": exact(post["contracted_hours"]), "grade": post["grade"], **taken} | {
        "team_type": team["team_type"]
    }


def _points(post: Row, policy: str) -> Fraction:
    hours = max(Fraction(0), post["contracted_hours"] - post["sickness"] - post["other_reductions"])
    points = Fraction(NOMINAL_TARGET[post["grade"]] * team_factor(policy, post["team_type"]) * hours / DEFAULT_HOURS)
    return Fraction(math.floor(points)) if policy == "wmt" else points
