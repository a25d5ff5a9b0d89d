"""Asks for Hypothesis: caseloads as they come, of people with so few hours that something has to be moved."""

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.oracle.card import Tables, has_left
from tests.oracle.strategies import Drawn, caseloads
from tests.oracle.what_if.redistribution import Ask

Named = tuple[str, str, str]

_locks = st.tuples(*(st.integers(0, 9) for _ in range(5)))
_limits = st.tuples(
    st.sampled_from((None, None, 0, 1, 2, 5)), st.sampled_from((1, 2, 6)), st.sampled_from((1, 2)), st.booleans()
)
_year = st.lists(st.sampled_from(("A", "B", "C", None)), min_size=4, max_size=4)
_lines = st.tuples(st.sampled_from((90, 100, 105, 110, 110, 110, 130)), st.sampled_from((0, 0, 0, 2, 15)))
_people = st.sets(st.integers(0, 4), max_size=2)


@st.composite
def asks(draw: DrawFn, policy: str) -> Ask:
    """Asks with pins, bars and named moves, whether or not the rules allow these."""
    ask = draw(_asks(policy))
    crns = [case["crn"] for case in ask.tables["cases"]]
    people = sorted({post["om_code"] for post in ask.tables["offender_managers"]})
    teams = [team["team_code"] for team in ask.tables["organisation"]]
    pinned, settled, barred, left_out, named = draw(_locks)
    scope = ask.teams - {teams[left_out]} if 0 < left_out < len(teams) else ask.teams
    return ask._replace(
        teams=scope,
        crns=frozenset(crns[pinned : pinned + 1]),
        om_codes=frozenset(people[settled + 2 : settled + 3]),
        barred=frozenset((crn, person) for crn in crns[barred::7] for person in people[:1]),
        fixed=tuple(_next_posts(ask.tables, scope)[named : named + 1]),
    )


@st.composite
def asks_with_changes(draw: DrawFn, policy: str) -> Ask:
    """Asks that a planner may put as a scenario: people fall sick or leave."""
    ask = draw(_asks(policy))
    held = [post for post in ask.tables["offender_managers"] if not has_left(post, ask.as_at)]
    people = sorted({post["om_code"] for post in held})
    absent, leavers = (frozenset(people[place] for place in draw(_people) if place < len(people)) for _ in range(2))
    limit = "no limit" if ask.elective_moves is None and draw(st.booleans()) else ask.elective_moves
    return ask._replace(elective_moves=limit, absent=absent, leavers=leavers - absent)


@st.composite
def _asks(draw: DrawFn, policy: str) -> Ask:
    drawn: Drawn = draw(caseloads(policy))
    scarcity = draw(st.sampled_from((8, 20, 40)))
    few = [
        post | {"contracted_hours": post["contracted_hours"] / scarcity} for post in drawn.tables["offender_managers"]
    ]
    tables = drawn.tables | {"offender_managers": few}
    teams = frozenset(team["team_code"] for team in tables["organisation"])
    elective_moves, intake, weeks, between_clusters = draw(_limits)
    threshold, margin = draw(_lines)
    return Ask(
        tables,
        drawn.as_at,
        policy,
        teams,
        elective_moves,
        intake,
        weeks,
        between_clusters,
        threshold=Fraction(threshold),
        margin=Fraction(margin),
        based_on=draw(_earlier_moves(tables, teams)),
        year=tuple((case["crn"], tuple(draw(_year))) for case in tables["cases"][::3]),
    )


@st.composite
def _earlier_moves(draw: DrawFn, tables: Tables, teams: frozenset[str]) -> tuple[Named, ...] | None:
    """Moves of an earlier answer; the rules no longer allow some of them."""
    moves = _next_posts(tables, teams, draw(st.integers(0, 3)))
    first, step = draw(st.integers(0, 3)), draw(st.integers(1, 4))
    return draw(st.sampled_from((None, tuple(moves[first::step]))))


def _next_posts(tables: Tables, teams: frozenset[str], further: int = 0) -> list[Named]:
    """Moves that a planner may have settled on: each case in scope to the next post that does not hold it."""
    posts = [(post["om_code"], post["team_code"]) for post in tables["offender_managers"] if post["team_code"] in teams]
    cases = [case for case in tables["cases"] if case["team_code"] in teams]
    moves = [(case["crn"], *posts[(place + further) % len(posts)]) for place, case in enumerate(cases) if posts]
    held = {(case["crn"], case["om_code"], case["team_code"]) for case in cases}
    return [move for move in moves if move not in held]
