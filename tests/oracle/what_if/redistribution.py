"""Who may hold which case, and what a plan costs."""

import math
from collections import Counter
from collections.abc import Mapping
from copy import copy
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from ..assessments import due_soon, months_after, overdue
from ..card import HIGH, Tables, cases_of, has_left, is_highest, post_of, posts_of
from ..points import case_points
from ..workload import Post, available_points, duty_points

RISK = {None: 0, "low": 1, "medium": 2, "high": 3, "very_high": 4}
RECEIVING_GRADES = ("PO", "PSO", "TPO")
NOT_TO_TRAINEES = ("2", "3", "unrecorded")
TAKES = {
    "omu": ("omu", "court"),
    "ppu": ("ppu",),
    "substance_misuse": ("substance_misuse",),
    "custody": ("custody",),
    "court": (),
}
NEWLY_QUALIFIED_YEARS = 1
MOVE, OTHER_OFFICE, OTHER_CLUSTER, UNPLACED = 10, 8, 30, 3000
ROSH_COST = {None: 25, "low": 0, "medium": 3, "high": 25, "very_high": 60}
MAPPA_COST, RECENT_COST, RELEASE_COST, REVIEW_COST = 15, 20, 25, 8
RECENT_DAYS, RELEASE_DAYS = 90, 60
CONTINUITY_COST, CONTINUITY_CHANGES = 20, 2
MOST_WEEKS = 13
LINE = Fraction(110)  # no one is taken above it by choice; per cent of capacity
OVER_LINE, KEEP = 100, 40
# The strain of one person: (utilisation above each line) squared x its weight, in straight pieces between the edges.
LINES = {70: 4000, 100: 10000, 110: 10000}
EDGES = (
    *(Fraction(tenths, 10) for tenths in range(700, 1300, 25)),
    *(Fraction(whole) for whole in (130, 140, 150, 175, 200, 250, 300)),
)


class Ask(NamedTuple):
    """What is asked: the caseload, the teams in scope, the limits, and what has to stay as it is.

    - elective_moves: None where the ask leaves it open.
    - threshold: the line, per cent of capacity; margin: by how much the line of those who receive is lower.
    - absent: people without hours on the day; leavers: people who leave every post on the day.
    - based_on: the moves (crn, om_code, team_code) of an earlier answer.
    """

    tables: Tables
    as_at: date
    policy: str
    teams: frozenset[str]
    elective_moves: int | Literal["no limit"] | None = None
    intake: int = 6
    weeks: int = 1
    between_clusters: bool = False
    peak_first: bool = False
    crns: frozenset[str] = frozenset()
    om_codes: frozenset[str] = frozenset()
    barred: frozenset[tuple[str, str]] = frozenset()
    fixed: tuple[tuple[str, str, str], ...] = ()
    threshold: Fraction = LINE
    margin: Fraction = Fraction(0)
    absent: frozenset[str] = frozenset()
    leavers: frozenset[str] = frozenset()
    based_on: tuple[tuple[str, str, str], ...] | None = None
    # The offender manager of a case in each week of the year before, oldest first, None when no one had it.
    year: tuple[tuple[str, tuple[str | None, ...]], ...] = ()


Holders = Mapping[str, Post | None]


def changed_tables(ask: Ask) -> Tables:
    """The caseload on the day on which the absent are away and the leavers gone."""
    posts, reductions = [], list(ask.tables.get("reductions", []))
    for post in ask.tables["offender_managers"]:
        goes = post["om_code"] in ask.leavers and not has_left(post, ask.as_at)
        posts.append(post | {"left_on": ask.as_at} if goes else post)
        if post["om_code"] in ask.absent:
            away = {"om_code": post["om_code"], "team_code": post["team_code"], "hours": post["contracted_hours"]}
            reductions.append(away | {"reason": "other", "starts_on": ask.as_at, "ends_on": None})
    return ask.tables | {"offender_managers": posts, "reductions": reductions}


def most_elective_moves(ask: Ask) -> int | None:
    """How many moves by choice there may be; None for no limit. An absence by itself asks for none."""
    if ask.elective_moves is None:
        return 0 if ask.absent or ask.leavers else None
    return None if ask.elective_moves == "no limit" else ask.elective_moves


class World:
    """Everything that a rule needs to know about one ask, worked out once."""

    def __init__(self, ask: Ask) -> None:
        tables, as_at = changed_tables(ask), ask.as_at
        self.ask = ask
        self.line_price = OVER_LINE
        self.budget = most_elective_moves(ask)
        self.teams = {team["team_code"]: team for team in tables["organisation"]}
        self.every_post = posts_of(tables)
        self.posts = {post: row for post, row in self.every_post.items() if post[0] in ask.teams}
        self.available = available_points(tables, as_at, ask.policy)
        self.duties = duty_points(tables, as_at)
        self.cases = {case["crn"]: case for case in tables["cases"]}
        self.points = {crn: worth[3] for crn, worth in case_points(tables, as_at, ask.policy).items()}
        self.scope = [crn for crn, case in self.cases.items() if case["team_code"] in ask.teams]
        self.start: dict[str, Post | None] = {}
        for crn, case in self.cases.items():
            post = post_of(case, self.every_post)
            self.start[crn] = (post["team_code"], post["om_code"]) if post else None
        self.people = sorted({om_code for _, om_code in self.posts})
        self.room = {
            person: sum((points for post, points in self.available.items() if post[1] == person), Fraction(0))
            for person in self.people
        }
        self.start_loads = self.loads(self.start)
        named = {crn: (team_code, om_code) for crn, om_code, team_code in ask.fixed}
        self.named_loads = self.loads(self.start | named)
        self.earlier = {crn: (team_code, om_code) for crn, om_code, team_code in ask.based_on or ()}
        near = [*overdue(tables, as_at, ask.policy), *due_soon(tables, as_at, ask.policy)]
        self.review_near = {crn for _, crn in near}

    def rosh(self, crn: str) -> str | None:
        """The higher of the two classifications on the record."""
        case = self.cases[crn]
        return max((case.get("rosh"), case.get("rosh_delius")), key=lambda one: RISK[one])

    def needs_placing(self, crn: str) -> bool:
        """Whether the case has no holder with available hours, or one who must not hold it."""
        post = self.start[crn]
        return post is None or self.available[post] == 0 or (crn, post[1]) in self.ask.barred

    def is_named(self, crn: str) -> bool:
        """Whether the ask itself says where the case goes."""
        return any(crn == named for named, _, _ in self.ask.fixed)

    def is_locked(self, crn: str) -> bool:
        """Whether the case is to stay, itself or because its holder is left alone."""
        post = self.start[crn]
        return crn in self.ask.crns or (post is not None and post[1] in self.ask.om_codes)

    def is_forced(self, crn: str) -> bool:
        """Whether the plan has to place the case."""
        return self.needs_placing(crn) and not self.is_locked(crn) and not self.is_named(crn)

    def is_elective(self, crn: str) -> bool:
        """Whether a move of the case counts towards the budget."""
        return not self.needs_placing(crn) and not self.is_named(crn)

    def is_still(self, crn: str) -> bool:
        """Whether a case that need not move may not: it counts for many, or it is at its most dangerous."""
        case = self.cases[crn]
        dangerous = self.rosh(crn) == "very_high" and case.get("mappa_level") is not None
        return cases_of(case) > 1 or (dangerous and crn in self.review_near)

    def objections(self, crn: str, post: Post) -> list[str]:
        """Why the case may not go to that post; empty when it may."""
        case, holder = self.cases[crn], self.posts.get(post)
        if holder is None:
            return ["the post is not in scope"]
        rosh, grade, mappa = self.rosh(crn), holder["grade"], case.get("mappa_level")
        high = rosh in HIGH or rosh is None
        home, there = self.teams[case["team_code"]], self.teams[post[0]]
        known = {
            "no available hours": self.available[post] == 0,
            "the person is left alone": post[1] in self.ask.om_codes,
            "never these two together": (crn, post[1]) in self.ask.barred,
            "this grade receives no cases": grade not in RECEIVING_GRADES,
            "the highest tier needs a PO": is_highest(self.ask.policy, case.get("tier")) and grade != "PO",
            "high RoSH needs a PO": high and grade != "PO",
            "high RoSH not to the newly qualified": high and self.is_new(post[1]),
            "this MAPPA level not to a trainee": mappa in NOT_TO_TRAINEES and grade == "TPO",
            "another type of team": home["team_type"] not in TAKES[there["team_type"]],
            "another cluster": home["cluster_code"] != there["cluster_code"] and not self.ask.between_clusters,
        }
        return [reason for reason, true in known.items() if true]

    def is_new(self, person: str) -> bool:
        """Whether a person first qualified less than a year ago; an unknown date is long ago."""
        posts = [row for row in self.every_post.values() if row["om_code"] == person]
        known = [row["qualified_on"] for row in posts if row.get("qualified_on") is not None]
        return bool(known) and months_after(min(known), 12 * NEWLY_QUALIFIED_YEARS) > self.ask.as_at

    def case_cost(self, crn: str) -> int:
        """What moving the case costs wherever it goes."""
        case, as_at = self.cases[crn], self.ask.as_at
        cost = MOVE + ROSH_COST[self.rosh(crn)]
        cost += MAPPA_COST * (case.get("mappa_level") is not None)
        changes = [case[name] for name in ("allocated_on", "transferred_in_on") if case.get(name) is not None]
        cost += RECENT_COST * any(day >= as_at - timedelta(days=RECENT_DAYS) for day in changes)
        holders = [holder for holder in dict(self.ask.year).get(crn, ()) if holder is not None]
        swaps = sum(later != earlier for earlier, later in pairwise(holders))
        cost += CONTINUITY_COST * (swaps >= CONTINUITY_CHANGES and cases_of(case) == 1)
        release = case.get("release_on") if case["setting"] == "custody" else None
        near = release is not None and release <= as_at + timedelta(days=RELEASE_DAYS)
        return cost + RELEASE_COST * near + REVIEW_COST * (crn in self.review_near)

    def move_cost(self, crn: str, post: Post) -> int:
        """What this very move costs, another office included."""
        home, there = self.teams[self.cases[crn]["team_code"]], self.teams[post[0]]
        cost = self.case_cost(crn)
        if home["cluster_code"] != there["cluster_code"]:
            return cost + OTHER_CLUSTER
        return cost + OTHER_OFFICE * (home["office_code"] != there["office_code"])

    def limit(self, person: str) -> Fraction:
        """The points up to which a person may be given cases by choice."""
        return (self.ask.threshold - self.ask.margin) / 100 * self.room[person]

    def most(self, person: str) -> Fraction:
        """The points that a person may end with by choice: up to the line, or no more than before."""
        return max(self.limit(person), self.named_loads[person])

    def is_over(self, person: str) -> bool:
        """Whether the person has hours and is over the line once the named moves are made."""
        return self.room[person] > 0 and self.named_loads[person] > self.limit(person)

    def is_well_under(self, person: str) -> bool:
        """Whether the person is under the line, however the points of their posts are rounded."""
        posts = sum(post[1] == person for post in self.posts)
        return self.named_loads[person] <= self.limit(person) - posts * (self.ask.policy == "wmt")

    def takes_nothing(self, person: str) -> bool:
        """Whether the person is over the line and has several posts whose points are rounded one by one.

        Such a person could be given less than they give away and still be reported higher than before.
        """
        posts = sum(post[1] == person for post in self.posts)
        return self.ask.policy == "wmt" and posts > 1 and self.named_loads[person] > self.limit(person)

    def keep_cost(self, crn: str, post: Post | None) -> int:
        """What it costs that the case is not where the earlier answer had it; nothing if that is no longer allowed."""
        before = self.earlier.get(crn, self.start[crn])
        return KEEP * (self.ask.based_on is not None and post != before and self.may_be_kept(crn, before))

    def may_be_kept(self, crn: str, before: Post | None) -> bool:
        """Whether the rules still allow the place that the earlier answer gave the case."""
        named = [(team_code, om_code) for named, om_code, team_code in self.ask.fixed if named == crn]
        if before is None or before == self.start[crn] or before in named:
            return True
        # A case that need not move and weighs nothing is never moved: that would relieve no one.
        movable = self.points[crn] > 0 and not self.is_still(crn)
        may_move = not self.is_locked(crn) and not self.is_named(crn) and (self.is_forced(crn) or movable)
        return may_move and not self.objections(crn, before)

    def received(self, holders: Holders) -> Counter[str]:
        """How many cases the moves bring to each person."""
        cases: Counter[str] = Counter()
        for crn in self.scope:
            post = holders[crn]
            if post is not None and post != self.start[crn]:
                cases[post[1]] += cases_of(self.cases[crn])
        return cases

    def loads(self, holders: Holders, exact: bool = False) -> dict[str, Fraction]:
        """Points of each person in scope over all their posts, duties included; rounded as the policy rounds.

        - exact: whether the posts in scope are left as they are; a search can only add these up.
        """
        by_post = {post: points for post, points in self.duties.items() if post[1] in self.room}
        for crn, post in holders.items():
            if post in by_post:
                by_post[post] += self.points[crn]
        loads = {person: Fraction(0) for person in self.people}
        for post, points in by_post.items():
            as_it_is = self.ask.policy != "wmt" or (exact and post in self.posts)
            loads[post[1]] += points if as_it_is else Fraction(math.floor(points + Fraction(1, 2)))
        return loads

    def strain(self, person: str, load: Fraction) -> Fraction:
        """The strain of this load on this person, and the price of what is over the line; none without any hours."""
        if not self.room[person]:
            return Fraction(0)
        over = max(Fraction(0), 100 * load / self.room[person] - self.ask.threshold)
        return strain(load, self.room[person]) + self.line_price * over

    def without_line_price(self) -> "World":
        """The same ask where points over the line have no price: so are cases placed that must go over it."""
        world = copy(self)
        world.line_price = 0
        return world

    def objective(self, holders: Holders) -> Fraction:
        """What the plan costs in all: loads, moves, and what is left without a holder."""
        cost = sum((self.strain(person, load) for person, load in self.loads(holders).items()), Fraction(0))
        for crn in self.scope:
            post = holders[crn]
            if post is not None and post != self.start[crn]:
                cost += self.move_cost(crn, post)
            elif self.is_forced(crn):
                cost += UNPLACED
            cost += self.keep_cost(crn, post)
        return cost


def smooth(percentage: Fraction) -> Fraction:
    """The strain before it is cut into straight pieces."""
    above = {line: max(Fraction(0), percentage - line) / 100 for line in LINES}
    return sum((weight * above[line] ** 2 for line, weight in LINES.items()), Fraction(0))


@cache
def strain(load: Fraction, room: Fraction) -> Fraction:
    """The strain of a load, straight between the edges; on beyond the last as steep as the smooth one is there."""
    percentage = 100 * load / room
    cost = Fraction(0)
    for low, high in pairwise(EDGES):
        slope = (smooth(high) - smooth(low)) / (high - low)
        cost += slope * max(Fraction(0), min(percentage, high) - low)
    steepest = sum(2 * weight * (EDGES[-1] - line) / 100**2 for line, weight in LINES.items())
    return cost + steepest * max(Fraction(0), percentage - EDGES[-1])


def figures(world: World, holders: Holders) -> dict[str, Fraction]:
    """The figures of a plan by their names, of the persons in scope who have available points."""
    loads = world.loads(holders)
    full = sorted(100 * load / world.room[person] for person, load in loads.items() if world.room[person])
    stranded = [load for person, load in loads.items() if not world.room[person] and load]
    over = [load - world.room[person] for person, load in loads.items() if world.room[person] < load]
    mean = sum(full, Fraction(0)) / len(full) if full else Fraction(0)
    spread = sum((abs(one - other) for one in full for other in full), Fraction(0))
    return {
        "peak": max(full, default=Fraction(0)),
        "over_100": Fraction(sum(one > 100 for one in full) + len(stranded)),
        "over_110": Fraction(sum(one > 110 for one in full) + len(stranded)),
        "points_over": sum(over, Fraction(0)),
        "max_over_mean": max(full) / mean if mean else Fraction(0),
        "gini": spread / (2 * len(full) ** 2 * mean) if mean else Fraction(0),
        "without_hours": Fraction(len(stranded)),
    }
