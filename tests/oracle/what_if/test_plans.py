"""The checker of plans refuses every kind of broken plan, and the trying of every plan finds what a hand finds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ..card import Row
from .cheapest_plan import cheapest, cheapest_rest
from .plans import Plan, after_moves, refusals
from .redistribution import KEEP, OVER_LINE, UNPLACED, Ask, World, figures, strain

FRIDAY = date(2026, 11, 20)
LONG_AGO = date(2015, 1, 1)
TEAMS = {"T1": ("omu", "F1", "C1"), "T2": ("omu", "F2", "C1"), "T3": ("ppu", "F1", "C1"), "T4": ("omu", "F4", "C2")}
POSTS = {
    "busy": ("T1", "PO", LONG_AGO),
    "free": ("T2", "PO", LONG_AGO),
    "service": ("T1", "PSO", None),
    "trainee": ("T2", "TPO", None),
    "new": ("T1", "PO", FRIDAY - timedelta(days=364)),
    "public": ("T3", "PO", LONG_AGO),
    "far": ("T4", "PO", LONG_AGO),
    "senior": ("T1", "SPO", LONG_AGO),
    "away": ("T1", "PO", LONG_AGO),
    "settled": ("T2", "PO", LONG_AGO),
}


def team(code: str) -> Row:
    kind, office, cluster = TEAMS[code]
    names = {"team_name": code, "office_name": office, "cluster_name": cluster, "area_name": "A"}
    place = {"team_code": code, "office_code": office, "cluster_code": cluster, "area_code": "A"}
    return {"team_type": kind} | names | place


def post(om_code: str) -> Row:
    team_code, grade, qualified = POSTS[om_code]
    row = {"om_code": om_code, "team_code": team_code, "om_name": om_code, "grade": grade}
    return row | {"contracted_hours": Decimal("3.7"), "qualified_on": qualified, "left_on": None}


def case(crn: str, om_code: str | None = "busy", **given: Any) -> Row:
    team_code = POSTS[om_code][0] if om_code else "T1"
    row = {"crn": crn, "om_code": om_code, "team_code": team_code, "tier": "2", "rosh": "medium", "rosh_delius": None}
    row |= {"setting": "community", "activity": "active", "sentence_start": FRIDAY, "release_on": None}
    row |= {"allocated_on": None, "transferred_in_on": None, "mappa_level": None, "number_of_cases": 1}
    return row | given


CASES = [
    case("X1", "away"),
    case("X2", None),
    case("X3", tier="3"),
    case("X4", tier="4", rosh="high"),
    case("X5", tier="3", rosh="very_high", mappa_level="1", sentence_start=LONG_AGO),
    case("X6", number_of_cases=2, tier="1", rosh="low"),
    case("X7", mappa_level="2"),
    case("X8"),
    case("X9", "settled"),
]
TABLES = {
    "organisation": [team(code) for code in TEAMS],
    "offender_managers": [post(om_code) for om_code in POSTS],
    "cases": CASES,
    "assessments": [],
    "events": [],
    "duties": [],
    "reductions": [
        {"om_code": "away", "team_code": None, "reason": "sickness", "hours": Decimal(37), "starts_on": LONG_AGO}
    ],
}
ASK = Ask(
    TABLES,
    FRIDAY,
    "london-2009",
    frozenset(TEAMS),
    elective_moves=2,
    intake=2,
    crns=frozenset({"X8"}),
    om_codes=frozenset({"settled"}),
    barred=frozenset({("X3", "new")}),
)
LOW = ASK._replace(threshold=Fraction(60))
# X2 may go to two people: one is over the line and may give X10 away, the other has room for one case.
SWAP = ASK._replace(
    tables=TABLES | {"cases": [*CASES, case("X10", "settled")]},
    om_codes=frozenset(),
    barred=frozenset(("X2", om_code) for om_code in POSTS if om_code not in ("free", "settled")),
    threshold=Fraction(25),
)
# Points with decimals, and a person of two posts who is over the line.
SPLIT = ASK._replace(
    policy="wmt",
    tables=TABLES
    | {"cases": [row | {"tier": "C2"} for row in CASES]}
    | {"offender_managers": [*TABLES["offender_managers"], post("busy") | {"team_code": "T2"}]},
    threshold=Fraction(20),
)
# Someone under the line but for a heavy row that they may not keep.
HEAVY = ASK._replace(
    tables=TABLES | {"cases": [*CASES, case("X11", "free", tier="4", rosh="very_high", number_of_cases=2)]},
    barred=ASK.barred | {("X11", "free")},
)
WEIGHTLESS = ASK._replace(tables=TABLES | {"cases": [*CASES, case("X0", None, activity="warrant")]})
TEN, X2 = Fraction(10), frozenset({"X2"})
GOOD = {"X1": "service", "X2": "free", "X3": "free"}


def move(ask: Ask, crn: str, om_code: str, week: int = 1) -> Row:
    world = World(ask)
    found, start, to = world.cases[crn], world.start[crn], (POSTS[om_code][0], om_code)
    return {
        "crn": crn,
        "from_om_code": start[1] if start else None,
        "from_team_code": found["team_code"],
        "to_om_code": to[1],
        "to_team_code": to[0],
        "tier": found["tier"],
        "rosh": found["rosh"],
        "setting": found["setting"],
        "points": float(world.points[crn]),
        "forced": world.is_forced(crn),
        "cost": world.move_cost(crn, to),
        "week": week,
        "reason": "Because.",
    }


def untouched(ask: Ask, *crns: str) -> list[Row]:
    world = World(ask)
    return [
        {
            "crn": crn,
            "om_code": world.cases[crn]["om_code"],
            "team_code": world.cases[crn]["team_code"],
            "points": float(world.points[crn]),
            "why": "It is locked.",
        }
        for crn in crns
    ]


def plan(ask: Ask = ASK, **to: str) -> Plan:
    """A plan with its true figures: the good one, or one of other moves."""
    world = World(ask)
    moves = [move(ask, crn, om_code) for crn, om_code in (to or GOOD).items()]
    holders = after_moves(world, moves)
    objective = float(world.objective(holders))
    before, after = (
        {name: float(value) for name, value in figures(world, held).items()} for held in (world.start, holders)
    )
    return Plan(moves, untouched(ask, "X8", "X9"), objective, objective * 0.999, 0.001, "within gap", 1, before, after)


def with_rows(made: Plan, which: str, **change: Any) -> Plan:
    moves = [row | change if row["crn"] == which else row for row in made.moves]
    return made._replace(moves=moves)


def test_a_plan_that_keeps_every_rule_is_accepted() -> None:
    assert refusals(ASK, plan()) == []


@dataclass(frozen=True)
class Broken:
    """A broken plan and what has to be said of it."""

    said: str
    made: Callable[[], Plan]
    ask: Ask = ASK


BROKEN = {
    "twice": Broken("X3: has 2 holders", lambda: plan()._replace(moves=[*plan().moves, move(ASK, "X3", "free")])),
    "nowhere": Broken("X3: goes to a post that there is not", lambda: with_rows(plan(), "X3", to_om_code="nobody")),
    "nothing": Broken("X0: is not in scope", lambda: with_rows(plan(), "X3", crn="X0")),
    "column gone": Broken("columns", lambda: plan()._replace(moves=[{"crn": "X3"}])),
    "no-one there": Broken("X2 to away: no available hours", lambda: plan(**GOOD | {"X2": "away"})),
    "a senior": Broken("X2 to senior: this grade receives no cases", lambda: plan(**GOOD | {"X2": "senior"})),
    "high to PSO": Broken("X4 to service: high RoSH needs a PO", lambda: plan(**GOOD | {"X4": "service"})),
    "tier 4 to PSO": Broken("X4 to service: the highest tier", lambda: plan(**GOOD | {"X4": "service"})),
    "high to new": Broken("X4 to new: high RoSH not to the newly", lambda: plan(**GOOD | {"X4": "new"})),
    "MAPPA to TPO": Broken("X7 to trainee: this MAPPA level", lambda: plan(**GOOD | {"X7": "trainee"})),
    "to the PPU": Broken("X3 to public: another type of team", lambda: plan(**GOOD | {"X3": "public"})),
    "far away": Broken("X3 to far: another cluster", lambda: plan(**GOOD | {"X3": "far"})),
    "outside": Broken(
        "X3 to far: the post is not in scope",
        lambda: plan(**GOOD | {"X3": "far"}),
        ASK._replace(teams=frozenset({"T1", "T2", "T3"})),
    ),
    "barred": Broken("X3 to new: never these two together", lambda: plan(**GOOD | {"X3": "new"})),
    "to the settled": Broken("X3 to settled: the person is left", lambda: plan(**GOOD | {"X3": "settled"})),
    "from the settled": Broken("X9: is locked and moves", lambda: plan(**GOOD | {"X9": "free"})),
    "locked": Broken("X8: is locked and moves", lambda: plan(**GOOD | {"X8": "new"})),
    "frozen": Broken("X5: need not move and may not", lambda: plan(**GOOD | {"X5": "free"})),
    "several": Broken("X6: need not move and may not", lambda: plan(**GOOD | {"X6": "new"})),
    "budget": Broken("3 elective moves, 2 were asked", lambda: plan(**GOOD | {"X4": "free", "X7": "new"})),
    "intake": Broken("free: 3 new cases by week 1, 3 in it", lambda: plan(**GOOD | {"X1": "free"})),
    "over the line": Broken("free: 141.0 points by choice, the line allows 130.56", plan, LOW),
    "over the margin": Broken("free: 141.0 points by choice", plan, LOW._replace(threshold=Fraction(70), margin=TEN)),
    "higher than before": Broken("busy: 587.0 points by choice", lambda: plan(X1="service", X2="busy")),
    "to rounded posts": Broken("X2: goes by choice to busy, who is over", lambda: plan(SPLIT, X2="busy"), SPLIT),
    "a place under it": Broken("X2: goes over the line, and free has", lambda: plan()._replace(over_line=X2)),
    "a place made by a row over it": Broken(
        "X2: goes over the line, and free has",
        lambda: plan(HEAVY, X1="service", X11="busy", X2="free")._replace(over_line=X2 | {"X11"}),
        HEAVY,
    ),
    "a place given up": Broken(
        "X2: goes over the line, and settled has",
        lambda: plan(SWAP, X1="service", X10="free", X2="free")._replace(over_line=X2),
        SWAP,
    ),
    "over and weightless": Broken(
        "X0: is no forced move over",
        lambda: plan(WEIGHTLESS, X0="free")._replace(over_line=frozenset({"X0"})),
        WEIGHTLESS,
    ),
    "weightless to one over the line": Broken(
        "X0: weighs nothing and goes to busy, who is over the line, and new is not",
        lambda: plan(WEIGHTLESS, **GOOD | {"X0": "busy"}),
        WEIGHTLESS,
    ),
    "over by choice": Broken("X3: is no forced move over", lambda: plan()._replace(over_line=frozenset({"X3"}))),
    "over and unmoved": Broken("X2: is no forced move over", lambda: plan(X1="service")._replace(over_line=X2)),
    "could go": Broken("X2: is left unplaced, and free could", lambda: plan(X1="service", X3="free")),
    "week 0": Broken("X3: week 0 of 1", lambda: with_rows(plan(), "X3", week=0)),
    "week 2": Broken("X3: week 2 of 1", lambda: with_rows(plan(), "X3", week=2)),
    "order": Broken("moves are not in the order", lambda: plan()._replace(moves=plan().moves[::-1])),
    "pressing": Broken("X2: waits for X3", lambda: with_rows(plan(), "X2", week=2)),
    "left out": Broken("X2: is neither placed nor listed", lambda: plan(X1="service", X3="free")),
    "lock untold": Broken("X8: is neither placed nor listed", lambda: plan()._replace(untouched=untouched(ASK, "X9"))),
    "no reason": Broken("X3: moves for no reason", lambda: with_rows(plan(), "X3", reason=" ")),
    "moved and not": Broken("X3: is listed as untouched", lambda: plan()._replace(untouched=untouched(ASK, "X3"))),
    "origin": Broken("X3: from_om_code is 'free'", lambda: with_rows(plan(), "X3", from_om_code="free")),
    "no origin": Broken("X1: from_om_code is None", lambda: with_rows(plan(), "X1", from_om_code=None)),
    "origin made up": Broken("X2: from_om_code is 'busy'", lambda: with_rows(plan(), "X2", from_om_code="busy")),
    "tier": Broken("X3: tier is '1'", lambda: with_rows(plan(), "X3", tier="1")),
    "rosh": Broken("X3: rosh is 'low'", lambda: with_rows(plan(), "X3", rosh="low")),
    "setting": Broken("X3: setting is 'custody'", lambda: with_rows(plan(), "X3", setting="custody")),
    "points": Broken("X3: weighs 1.0", lambda: with_rows(plan(), "X3", points=1.0)),
    "forced": Broken("X3: forced is True", lambda: with_rows(plan(), "X3", forced=True)),
    "cost": Broken("X3: costs 1", lambda: with_rows(plan(), "X3", cost=1.0)),
    "to itself": Broken("X3: moves to where it is", lambda: plan(**GOOD | {"X3": "busy"})),
    "peak": Broken("after peak", lambda: plan()._replace(after=plan().after | {"peak": 99.0})),
    "gini": Broken("before gini", lambda: plan()._replace(before=plan().before | {"gini": 0.5})),
    "over": Broken("after over_110", lambda: plan()._replace(after=plan().after | {"over_110": 0.0})),
    "figure gone": Broken("before points_over is None", lambda: plan()._replace(before={})),
    "objective": Broken("the objective is 1", lambda: plan()._replace(objective=1.0)),
    "bound": Broken("the bound", lambda: plan()._replace(bound=plan().objective + 1)),
    "gap": Broken("the gap is", lambda: plan()._replace(gap=0.0005)),
    "status": Broken("status 'optimal' at a gap", lambda: plan()._replace(status="optimal")),
    "not within": Broken("status 'within gap'", lambda: plan()._replace(bound=plan().objective * 0.9, gap=0.1)),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_plan_is_refused(kind: str) -> None:
    broken = BROKEN[kind]
    said = refusals(broken.ask, broken.made())
    assert any(one.startswith(broken.said) for one in said), said


def test_a_case_that_may_go_to_no_one_is_accepted_where_it_is_listed_with_its_reason() -> None:
    ask = ASK._replace(barred=ASK.barred | {("X2", om_code) for om_code in POSTS})
    made = plan(ask, X1="service", X3="free")
    assert refusals(ask, made._replace(untouched=untouched(ask, "X2", "X8", "X9"))) == []


def test_a_person_over_the_line_may_take_a_case_and_give_more() -> None:
    assert refusals(ASK, plan(**GOOD | {"X2": "busy"})) == []
    assert refusals(SWAP, plan(SWAP, X1="service", X10="free", X2="settled")) == []


def test_a_case_with_no_place_under_the_line_may_go_over_it() -> None:
    ask = ASK._replace(threshold=Fraction(20))
    made = plan(ask, X1="service", X2="free")
    assert any(refusal.startswith("free: 53.0 points by choice") for refusal in refusals(ask, made))
    assert refusals(ask, made._replace(over_line=frozenset({"X1", "X2"}))) == []


def test_a_person_whose_heavy_row_goes_over_the_line_may_take_other_cases_by_choice() -> None:
    made = plan(HEAVY, X1="service", X11="busy", X2="free")
    assert refusals(HEAVY, made._replace(over_line=frozenset({"X11"}))) == []


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (140, 0),
        # Half-way along the first piece: half of 4000 x 0.025 squared.
        ("142.5", Fraction(5, 4)),
        (200, 4000 * Fraction(9, 100)),
        (220, 4000 * Fraction(16, 100) + 10000 * Fraction(1, 100)),
        (600, 4000 * Fraction(529, 100) + 10000 * 4 + 10000 * Fraction(361, 100)),
        # On beyond the last edge: 2 x (4000 x 2.3 + 10000 x 2 + 10000 x 1.9) more for a hundred points of percentage.
        (800, 97260 + 96400),
    ],
)
def test_the_strain_of_a_load_on_a_person_of_two_hundred_points(load: str, expected: Fraction) -> None:
    assert strain(Fraction(load), Fraction(200)) == expected


TWO = ASK._replace(
    tables=TABLES | {"cases": [case("X1", tier="4", rosh="low"), case("X2", tier="4", rosh="low")]},
    elective_moves=None,
    crns=frozenset(),
    om_codes=frozenset(),
)
OVER = Fraction(24000) / Fraction(2176, 10) - 110
MOVED = 10 + 8  # a move, and a review that is near
BOTH, SINGLE = strain(Fraction(240), Fraction(2176, 10)), strain(Fraction(120), Fraction(2176, 10))


def test_one_case_goes_from_the_busy_to_a_colleague_when_that_is_worth_its_price() -> None:
    assert (BOTH > 500, SINGLE) == (True, 0)
    assert cheapest(TWO).objective == MOVED


def test_no_case_goes_to_a_colleague_whom_it_would_take_over_the_line() -> None:
    ask = TWO._replace(threshold=Fraction(55))
    over = Fraction(24000) / Fraction(2176, 10) - 55
    assert cheapest(ask).objective == BOTH + OVER_LINE * over
    assert cheapest(ask._replace(threshold=Fraction(56))).objective == MOVED
    assert cheapest(ask._replace(threshold=Fraction(60), margin=Fraction(5))).objective > 500


def test_an_absence_by_itself_asks_for_no_move_by_choice() -> None:
    assert cheapest(TWO._replace(absent=frozenset({"settled"}))).objective == BOTH + OVER_LINE * OVER
    assert cheapest(TWO._replace(absent=frozenset({"settled"}), elective_moves="no limit")).objective == MOVED
    assert cheapest(TWO._replace(leavers=frozenset({"new"}), elective_moves=1)).objective == MOVED + 8


def test_a_forced_case_goes_over_the_line_to_whom_it_costs_least() -> None:
    ask = TWO._replace(absent=frozenset({"busy"}), threshold=Fraction(50), intake=1)
    world, best = World(ask), cheapest(ask)
    assert (best.objective, best.unplaced, best.weeks) == (2 * UNPLACED, 2, 1)
    rest = cheapest_rest(world, world.start, 1)
    over = Fraction(12000) / Fraction(2176, 10) - 50
    # One to the colleague in the same office, one to another, and the points over the line have no price.
    assert (rest.objective, rest.unplaced) == (2 * MOVED + 8, 0)
    assert best.objective > rest.objective + 2 * OVER_LINE * over


def test_each_change_of_an_earlier_answer_has_its_price() -> None:
    assert cheapest(TWO._replace(based_on=())).objective == MOVED + KEEP
    assert cheapest(TWO._replace(based_on=(("X1", "new", "T1"),))).objective == MOVED
    assert cheapest(TWO._replace(based_on=(("X1", "new", "T1"), ("X2", "new", "T1")))).objective == MOVED + KEEP
