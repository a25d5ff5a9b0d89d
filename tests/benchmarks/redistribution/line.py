"""Who is over the line after a plan, beside the first version's plan and the greedy baseline's.

The figures are the second opinion's. The first version is asked the same question under a line that no one reaches: it
knew no line.
"""

import statistics
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.extracts import read_extract
from monitor.sample import write_sample
from tests.benchmarks.redistribution.greedy import greedy
from tests.benchmarks.redistribution.tables import AT_ONCE, Size, made, show, spread
from tests.monitor.redistribution.clusters import cluster, whole_service
from tests.monitor.redistribution.posing import plan_of, posed, rows
from tests.oracle.card import Tables
from tests.oracle.what_if.plans import Plan, after_moves, refusals, with_a_place, without_over_line
from tests.oracle.what_if.redistribution import Ask, Holders, World

NO_LINE = Fraction(1000)
DEMO_DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Judged:
    """One plan by the line.

    - objective: by the new prices, whatever the plan was made for.
    - over: people over the line; points: points over it.
    - taken: people the plan takes over the line, or further over it.
    - by_choice: of them, those who are so even without the cases that had to go over it. The first version knew none.
    """

    objective: float
    over: int
    points: float
    taken: int
    by_choice: int


def line(size: Size) -> None:
    """Clusters one by one at one budget, and what changes when the first case of the plan is pinned."""
    show(f"\n{len(size.clusters)} clusters at {size.line_moves} elective moves; each: first version, greedy, plan")
    show(
        "seed   share of the full gain %, at most  points over the line  people taken over, by choice s again s changed"
    )
    table = [_one_cluster(seed, size) for seed in size.clusters]
    for place, name in enumerate(("first version", "greedy", "plan")):
        shares = [shares[place] for shares, *_ in table]
        points = [judged[place].points for _, judged, _, _ in table]
        taken = [judged[place].taken for _, judged, _, _ in table]
        show(
            f"{name:>13}: share of the full gain {spread(shares)}; points over {sum(points):,.0f}; "
            f"taken over {sum(taken)}, by choice {sum(judged[place].by_choice for _, judged, _, _ in table)}"
        )
    above = sum(judged[2].points > judged[0].points + 1e-6 for _, judged, *_ in table)
    below, never = (sum(shares[place] < 75 for shares, *_ in table) for place in (2, 3))
    show(f"points over the line above the first version's in {above}")
    show(f"under 75% of the full gain in {below}; no plan of so many moves could have that much in {never}")
    for name, seconds in (("plan", [row[2][0] for row in table]), ("again", [row[2][1] for row in table])):
        show(f"{name:>6}: seconds median {statistics.median(seconds):.2f}, most {max(seconds):.2f}")
    show(f"a case pinned: other moves changed at most {max(changed for *_, changed in table)}")


Row = tuple[list[float], list[Judged], tuple[float, float], int]


def _one_cluster(seed: int, size: Size) -> Row:
    """Print one cluster's line; what is needed of it for the summary."""
    ask = whole_service(cluster(seed, size.cases, size.people, size.offices), elective_moves=size.line_moves)
    world = World(ask)
    plan, seconds = _planned(ask)
    first, _ = _planned(ask._replace(threshold=NO_LINE))
    none, full = (_judge(world, _planned(ask._replace(elective_moves=moves))[0]) for moves in (0, None))
    baseline = greedy(world, plan.weeks)
    chosen = baseline.holders | {crn: world.start[crn] for crn in baseline.over_line}
    judged = [_judge(world, first), _judge_holders(world, baseline.holders, chosen), _judge(world, plan)]
    gain = none.objective - full.objective
    # The last share is the most that any plan of so many moves could have: that of the proven bound.
    reached = [each.objective for each in judged] + [plan.bound]
    shares = [100 * (none.objective - objective) / gain if gain else 100.0 for objective in reached]
    again, changed = _pinned(ask, plan)
    show(
        f"{seed:>4} {_three(shares[:3], 8, 1)} {shares[3]:>8.1f}  {_three([each.points for each in judged], 8, 0)}"
        f"  {_three([each.taken for each in judged], 5, 0)}  {_three([each.by_choice for each in judged], 3, 0)}"
        f" {seconds:>5.2f} {again:>5.2f} {changed:>4}"
    )
    for refusal in refusals(ask, plan)[:3]:
        show(f"       refused: {refusal}")
    return shares, judged, (seconds, again), changed


def _three(values: list[Any], width: int, decimals: int) -> str:
    return " ".join(f"{value:>{width}.{decimals}f}" for value in values)


def sick(size: Size) -> None:
    """Two officers of one office of the demonstration fall sick; the whole cluster may take their cases."""
    ask = _two_sick(size)
    world = World(ask)
    show(f"\n{', '.join(sorted(ask.absent))} fall sick; {len(world.scope):,} cases, {len(world.people)} people")
    show("                    moves  forced  over before  over after  could be helped  taken over  by choice      s")
    asked = {
        "first version": ask._replace(threshold=NO_LINE, elective_moves="no limit"),
        "forced moves alone": ask,
        "50 by choice": ask._replace(elective_moves=50),
        "no limit": ask._replace(elective_moves="no limit"),
    }
    plans = {}
    for name, each in asked.items():
        plans[name], seconds = _planned(each)
        judged = _judge(world, plans[name])
        forced = sum(move["forced"] for move in plans[name].moves)
        helpable = 0 if each.elective_moves is None else len(_helpable(world, plans[name]))
        before = _over(world, world.loads(world.start))
        show(
            f"{name:<18} {len(plans[name].moves):>6} {forced:>7} {len(before):>12} {judged.over:>11} {helpable:>16}"
            f" {judged.taken:>11} {judged.by_choice:>10} {seconds:>6.2f}"
        )
    for name in ("forced moves alone", "no limit"):
        again, changed = _pinned(asked[name], plans[name])
        afresh, _ = _planned(_with_pin(asked[name], plans[name]))
        show(
            f"{name}: a case pinned, {again:.2f} s: other moves changed {changed}; "
            f"without the earlier answer {_changes(plans[name], afresh, _pin(plans[name]))}"
        )


def _two_sick(size: Size) -> Ask:
    """The question: the first two probation officers of the first office of a cluster of the demonstration."""
    weeks, cases = size.demo
    with TemporaryDirectory() as folder:
        write_sample(Path(folder), weeks=weeks, cases=cases, last_as_at=DEMO_DAY)
        caseload = read_extract(str(Path(folder) / DEMO_DAY.isoformat()), DEMO_DAY, ("1", "2", "3", "4")).caseload
    tables: Tables = {
        name: [{key: _exact(value) for key, value in row.items()} for row in rows(frame)]
        for name, frame in caseload.tables().items()
    }
    teams = {team["team_code"]: team for team in tables["organisation"] if team["cluster_code"] == "C02"}
    office = min(team["office_code"] for team in teams.values() if team["team_type"] == "omu")
    officers = [
        post["om_code"]
        for post in tables["offender_managers"]
        if post["grade"] == "PO"
        and post["left_on"] is None
        and teams.get(post["team_code"], {}).get("office_code") == office
    ]
    cases_there = {case["crn"]: case for case in tables["cases"] if case["team_code"] in teams}
    tables["cases"] = list(cases_there.values())
    for name in ("assessments", "events"):
        tables[name] = [row for row in tables[name] if row["crn"] in cases_there]
    return Ask(tables, DEMO_DAY, "london-2009", frozenset(teams), absent=frozenset(sorted(set(officers))[:2]))


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else getattr(value, "date", lambda: value)()


def _planned(ask: Ask) -> tuple[Plan, float]:
    """The plan to half a per cent, and its processor seconds."""
    problem = posed(ask)
    solution = made(problem, AT_ONCE)
    return plan_of(problem, solution.plan), solution.seconds


def _pin(plan: Plan) -> str:
    """The case that a planner pins: the first that moves by choice, or else the first."""
    return min(plan.moves, key=lambda move: (move["forced"], move["crn"]))["crn"]


def _with_pin(ask: Ask, plan: Plan) -> Ask:
    return ask._replace(crns=ask.crns | {_pin(plan)})


def _pinned(ask: Ask, plan: Plan) -> tuple[float, int]:
    """Processor seconds of the same question with a case pinned, based on its plan, and how many other moves change."""
    earlier = tuple((move["crn"], move["to_om_code"], move["to_team_code"]) for move in plan.moves)
    again, seconds = _planned(_with_pin(ask, plan)._replace(based_on=earlier))
    return seconds, _changes(plan, again, _pin(plan))


def _changes(plan: Plan, other: Plan, but: str) -> int:
    """How many cases but one are moved by one of two plans alone, or elsewhere."""
    places = [
        {move["crn"]: (move["to_om_code"], move["to_team_code"]) for move in each.moves} for each in (plan, other)
    ]
    return sum(places[0].get(crn) != places[1].get(crn) for crn in (places[0].keys() | places[1].keys()) - {but})


def _judge(world: World, plan: Plan) -> Judged:
    return _judge_holders(world, after_moves(world, plan.moves), without_over_line(world, plan))


def _judge_holders(world: World, holders: Holders, by_choice: Holders) -> Judged:
    """A plan by who holds what; by_choice: but for the cases that had to go over the line."""
    loads, before, chosen = world.loads(holders), world.loads(world.start), world.loads(by_choice)
    over = _over(world, loads)
    return Judged(
        float(world.objective(holders)),
        len(over),
        float(sum(over.values(), Fraction(0))),
        sum(loads[person] > before[person] for person in over),
        sum(chosen[person] > before[person] for person in _over(world, chosen)),
    )


def _over(world: World, loads: dict[str, Fraction]) -> dict[str, Fraction]:
    """The points over the line of each person with hours who is over it."""
    lines = {person: world.ask.threshold / 100 * room for person, room in world.room.items() if room}
    return {person: loads[person] - most for person, most in lines.items() if loads[person] > most}


def _helpable(world: World, plan: Plan) -> set[str]:
    """The people over the line of whom someone could still take a case and stay under it."""
    holders = after_moves(world, plan.moves)
    over = _over(world, world.loads(holders))
    moved = {move["crn"] for move in plan.moves}
    return {
        post[1]
        for crn, post in holders.items()
        if post is not None
        and post[1] in over
        and crn in world.scope
        and crn not in moved
        and world.points[crn]
        and not world.is_locked(crn)
        and not world.is_still(crn)
        and with_a_place(world, crn, holders, plan.weeks) - {post[1]}
    }
