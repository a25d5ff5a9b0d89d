"""One finished plan against every rule: what is wrong with it, in words."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from ..card import Row, cases_of
from ..workload import Post
from .redistribution import KEEP, MOST_WEEKS, RISK, UNPLACED, Ask, Holders, World, figures

FROM, TO = ["from_om_code", "from_team_code"], ["to_om_code", "to_team_code"]
COLUMNS = ["crn", *FROM, *TO, "tier", "rosh", "setting", "points", "forced", "cost", "week", "reason"]
NEARLY = 1e-9
PROVEN = 1e-6
POINTS_APART = Fraction(1, 10**6)


class Plan(NamedTuple):
    """A plan as it is handed out: rows as dicts (missing is None), figures as they were reported.

    - over_line: the forced cases that had to be placed over the line.
    """

    moves: list[Row]
    untouched: list[Row]
    objective: float
    bound: float
    gap: float
    status: str
    weeks: int
    before: dict[str, float]
    after: dict[str, float]
    over_line: frozenset[str] = frozenset()


def refusals(ask: Ask, plan: Plan, asked_gap: float = 0.005) -> list[str]:
    """Everything that is wrong with a plan; empty when nothing is."""
    world = World(ask)
    unreadable = list(_unreadable(world, plan.moves))
    if unreadable:
        return unreadable
    return [
        *_wrong_rows(world, plan.moves),
        *_ineligible(world, plan.moves),
        *_untouchable(world, plan.moves),
        *_too_many(world, plan),
        *_over_the_line(world, plan),
        *_unplaced_for_nothing(world, plan),
        *_order(world, plan.moves),
        *_left_out(world, plan),
        *_wrong_figures(world, plan, asked_gap),
    ]


def after_moves(world: World, moves: list[Row]) -> dict[str, Post | None]:
    """Who holds each case once the moves are carried out."""
    return world.start | {move["crn"]: (move["to_team_code"], move["to_om_code"]) for move in moves}


def under_the_line(world: World, plan: Plan) -> dict[str, Post | None]:
    """Who would hold each case if none had been placed over the line."""
    return after_moves(world, [move for move in plan.moves if move["crn"] not in plan.over_line])


def without_over_line(world: World, plan: Plan) -> dict[str, Post | None]:
    """Who would hold what by choice: the cases placed over the line have left their givers and have come to no one."""
    return after_moves(world, plan.moves) | dict.fromkeys(plan.over_line)


def _unreadable(world: World, moves: list[Row]) -> Iterator[str]:
    """Rows that name nothing: no later check could be made of them."""
    for move in moves:
        if list(move) != COLUMNS:
            yield f"columns {list(move)}"
            return
        if move["crn"] not in world.scope:
            yield f"{move['crn']}: is not in scope"
        elif (move["to_team_code"], move["to_om_code"]) not in world.every_post:
            yield f"{move['crn']}: goes to a post that there is not"
    for crn, times in Counter(move["crn"] for move in moves).items():
        if times > 1:
            yield f"{crn}: has {times} holders"


def _wrong_rows(world: World, moves: list[Row]) -> Iterator[str]:
    """Columns that do not say what the caseload says."""
    if [(move["week"], move["crn"]) for move in moves] != sorted((move["week"], move["crn"]) for move in moves):
        yield "moves are not in the order of week and CRN"
    for move in moves:
        crn, case = move["crn"], world.cases[move["crn"]]
        start, post = world.start[crn], (move["to_team_code"], move["to_om_code"])
        true = {
            "from_team_code": case["team_code"],
            "from_om_code": start[1] if start else None,
            "tier": case.get("tier"),
            "rosh": case.get("rosh"),
            "setting": case["setting"],
            "forced": world.is_forced(crn),
        }
        for name, value in true.items():
            if move[name] != value:
                yield f"{crn}: {name} is {move[name]!r}, not {value!r}"
        if Fraction(move["points"]) != world.points[crn]:
            yield f"{crn}: weighs {move['points']}, not {float(world.points[crn])}"
        if move["cost"] != world.move_cost(crn, post):
            yield f"{crn}: costs {move['cost']}, not {world.move_cost(crn, post)}"
        if not str(move["reason"] or "").strip():
            yield f"{crn}: moves for no reason"
        if start == post:
            yield f"{crn}: moves to where it is"


def _ineligible(world: World, moves: list[Row]) -> Iterator[str]:
    for move in moves:
        if world.is_named(move["crn"]):
            continue
        for objection in world.objections(move["crn"], (move["to_team_code"], move["to_om_code"])):
            yield f"{move['crn']} to {move['to_om_code']}: {objection}"


def _untouchable(world: World, moves: list[Row]) -> Iterator[str]:
    going = {move["crn"]: (move["to_om_code"], move["to_team_code"]) for move in moves}
    for crn in going:
        if world.is_locked(crn) and not world.is_named(crn):
            yield f"{crn}: is locked and moves"
        elif world.is_elective(crn) and world.is_still(crn):
            yield f"{crn}: need not move and may not"
    for crn, om_code, team_code in world.ask.fixed:
        if going.get(crn) != (om_code, team_code):
            yield f"{crn}: does not go where it was to go"


def _too_many(world: World, plan: Plan) -> Iterator[str]:
    """More moves than asked, or more in a week than a person takes."""
    budget, intake = world.budget, world.ask.intake
    elective = sum(world.is_elective(move["crn"]) for move in plan.moves)
    if budget is not None and elective > budget:
        yield f"{elective} elective moves, {budget} were asked for"
    for move in plan.moves:
        if not 1 <= move["week"] <= plan.weeks:
            yield f"{move['crn']}: week {move['week']} of {plan.weeks}"
    free = {move["to_om_code"] for move in plan.moves if not world.is_named(move["crn"])}
    for om_code in sorted(free):
        # A row of several cases is received by the end of its week; one case in its week.
        sizes = [
            (move["week"], cases_of(world.cases[move["crn"]])) for move in plan.moves if move["to_om_code"] == om_code
        ]
        for week in sorted({week for week, _ in sizes}):
            so_far = sum(size for one, size in sizes if one <= week)
            single = sum(size for one, size in sizes if one == week and size == 1)
            if so_far > intake * week or single > intake:
                yield f"{om_code}: {so_far} new cases by week {week}, {single} in it"


def _over_the_line(world: World, plan: Plan) -> Iterator[str]:
    """People taken over the line by choice, and cases placed over it that had a place under it."""
    loads = world.loads(without_over_line(world, plan))
    for person in world.people:
        if loads[person] > world.most(person) + POINTS_APART:
            yield f"{person}: {float(loads[person])} points by choice, the line allows {float(world.most(person))}"
    going = {move["crn"]: move["to_om_code"] for move in plan.moves}
    for crn, person in going.items():
        chosen = not world.is_named(crn) and crn not in plan.over_line and world.points[crn] > 0
        if chosen and person in world.room and world.takes_nothing(person) and loads[person] > world.limit(person):
            yield f"{crn}: goes by choice to {person}, who is over the line with several rounded posts"
    after = after_moves(world, plan.moves)
    for crn, person in going.items():
        if not world.is_named(crn) and not world.points[crn] and world.is_over(person):
            without = after | {crn: world.start[crn]}
            for other in sorted(with_a_place(world, crn, without, plan.weeks)):
                if world.is_well_under(other):
                    yield f"{crn}: weighs nothing and goes to {person}, who is over the line, and {other} is not"
    for crn in sorted(plan.over_line):
        if crn not in going or not world.is_forced(crn) or not world.points[crn]:
            yield f"{crn}: is no forced move over the line"
        else:
            without = after | {crn: world.start[crn]}
            for person in sorted(with_a_place(world, crn, without, plan.weeks)):
                yield f"{crn}: goes over the line, and {person} has a place under it"


def with_a_place(world: World, crn: str, holders: Holders, weeks: int) -> set[str]:
    """The people who may take the case within the weeks, would keep the line, and are not dearer than no one.

    - holders: who holds what, this case left where it is.
    """
    loads, before = world.loads(holders, exact=True), world.loads(named_moves(world), exact=True)
    people = set()
    for post in sorted(_open_posts(world, crn, holders, weeks)):
        person = post[1]
        # Points with decimals are rounded for each post; half a point for each of a person's posts is kept back.
        posts = sum(other[1] == person for other in world.posts)
        most = world.limit(person) - (Fraction(posts, 2) if world.ask.policy == "wmt" else 0)
        if not world.takes_nothing(person):
            most = max(most, before[person])
        if world.points[crn] <= most - loads[person]:
            people.add(person)
    return people


def named_moves(world: World) -> dict[str, Post | None]:
    """Who holds each case once the moves are made that the ask names."""
    return world.start | {crn: (team_code, om_code) for crn, om_code, team_code in world.ask.fixed}


def _open_posts(world: World, crn: str, holders: Holders, weeks: int) -> Iterator[Post]:
    """The posts that may take one more case within the weeks and are not dearer than no one; no line is kept."""
    loads, received, free = world.loads(holders), world.received(holders), world.without_line_price()
    for post in world.posts:
        person, points = post[1], world.points[crn]
        lets_in = received[person] + cases_of(world.cases[crn]) <= world.ask.intake * weeks
        if lets_in and post != world.start[crn] and not world.objections(crn, post):
            price = free.strain(person, loads[person] + points) - free.strain(person, loads[person])
            if price + world.move_cost(crn, post) + KEEP < UNPLACED:
                yield post


def _unplaced_for_nothing(world: World, plan: Plan) -> Iterator[str]:
    """Forced cases left where they are although someone's intake lets them in, and no place is dearer than none."""
    holders = after_moves(world, plan.moves)
    for crn in world.scope:
        if world.is_forced(crn) and holders[crn] == world.start[crn]:
            for post in _open_posts(world, crn, holders, MOST_WEEKS):
                yield f"{crn}: is left unplaced, and {post[1]} could take it"


def _order(world: World, moves: list[Row]) -> Iterator[str]:
    """What waits although something less pressing goes to the same person in an earlier week."""

    def pressing(move: Row) -> tuple[bool, int]:
        return world.is_forced(move["crn"]), RISK[world.rosh(move["crn"]) or "high"]

    single = [move for move in moves if cases_of(world.cases[move["crn"]]) == 1 and not world.is_named(move["crn"])]
    for move in single:
        for other in single:
            earlier = other["to_om_code"] == move["to_om_code"] and other["week"] < move["week"]
            if earlier and pressing(other) < pressing(move):
                yield f"{move['crn']}: waits for {other['crn']}"


def _left_out(world: World, plan: Plan) -> Iterator[str]:
    """Forced cases that are neither placed nor listed with a reason, and lists that are not true."""
    moved = {move["crn"] for move in plan.moves}
    listed = {row["crn"]: row for row in plan.untouched}
    if len(listed) < len(plan.untouched):
        yield "a case is listed twice as untouched"
    for crn in world.scope:
        must_be_explained = world.is_forced(crn) or world.is_locked(crn)
        if crn not in moved and must_be_explained and not str(listed.get(crn, {}).get("why") or "").strip():
            yield f"{crn}: is neither placed nor listed with a reason"
    for crn, row in listed.items():
        if crn in moved or crn not in world.scope:
            yield f"{crn}: is listed as untouched"
            continue
        case = world.cases[crn]
        start = world.start[crn]
        if (row["om_code"], row["team_code"]) != (start[1] if start else None, case["team_code"]):
            yield f"{crn}: is listed with another holder"
        if Fraction(row["points"]) != world.points[crn]:
            yield f"{crn}: is listed with other points"


def _wrong_figures(world: World, plan: Plan, asked_gap: float) -> Iterator[str]:
    """Figures that cannot be worked out from the caseload and the moves."""
    holders = after_moves(world, plan.moves)
    if sum(world.points.values()) != sum(world.points[crn] for crn in holders):
        yield "points were lost or made"
    for name, reported, known in (
        ("before", plan.before, figures(world, world.start)),
        ("after", plan.after, figures(world, holders)),
    ):
        for figure, value in known.items():
            if figure not in reported or not nearly(reported[figure], value):
                yield f"{name} {figure} is {reported.get(figure)}, not {float(value)}"
    objective = world.objective(holders)
    if not nearly(plan.objective, objective):
        yield f"the objective is {plan.objective}, not {float(objective)}"
    if plan.bound > float(objective) * (1 + NEARLY) + NEARLY:
        yield f"the bound {plan.bound} is above the objective {float(objective)}"
    gap = (plan.objective - plan.bound) / plan.objective if plan.objective else 0.0
    if abs(gap - plan.gap) > NEARLY:
        yield f"the gap is {plan.gap}, not {gap}"
    yield from _wrong_status(plan, asked_gap)


def _wrong_status(plan: Plan, asked_gap: float) -> Iterator[str]:
    proven = {"optimal": plan.gap <= PROVEN, "within gap": PROVEN < plan.gap <= asked_gap, "time limit": True}
    if not proven.get(plan.status):
        yield f"status {plan.status!r} at a gap of {plan.gap}"


def nearly(reported: Any, value: Fraction) -> bool:
    """Whether a reported float is the exact value but for rounding."""
    return abs(float(reported) - float(value)) <= NEARLY * max(1.0, abs(float(value)))
