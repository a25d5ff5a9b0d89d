"""The figures of a plan: the same as the ordinary run gives, whatever the rounding and however posts are split."""

import pytest

from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.results.metrics import by_person, held_without_hours, measure, shortfall
from monitor.redistribution.scenario.model import PolicyNumbers
from monitor.redistribution.scenario.policy_overrides import with_numbers
from monitor.redistribution.solver.solve import solve
from tests.oracle.redistribution import Ask
from tests.oracle.strategies import to_frames
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policy_files import load_policy
from tiering.workload import weigh_units

from ..clusters import cluster, whole_service
from ..offices import ask, away, case, cases, duty, person
from ..posing import CONFIG, posed


def ordinary(asked: Ask, caseload: Caseload) -> "dict[str, tuple[float, float, int]]":
    """Points, available points and cases of each person as ``hotspots run`` has them."""
    policy = load_policy(CONFIG, asked.policy, asked.as_at)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, weighed, policy, asked.as_at)
    people = units[units["level"].eq("offender_manager")]
    figures = zip(people["total_points"], people["available_points"], people["cases"], strict=True)
    return dict(zip(people["code"], figures, strict=True))


@pytest.mark.parametrize("policy", ["london-2009", "wmt"])
def test_everybody_carries_what_the_ordinary_run_says_before_and_after(policy: str) -> None:
    asked = whole_service(cluster(8, 400, 10, 2))._replace(policy=policy)
    for row in asked.tables["cases"] if policy == "wmt" else []:
        row["tier"] = row["tier"] and f"C{int(row['tier']) - 1}"
    caseload = to_frames(asked.tables)
    problem = posed(asked, caseload)
    solution = solve(problem)
    after = carried_out(problem, solution.holder.tolist(), caseload)
    for holder, table in ((problem.start, caseload), (solution.holder, after)):
        promised = by_person(problem, holder)
        figures = zip(promised["points"], promised["available_points"], promised["cases"], strict=True)
        assert dict(zip(promised["om_code"], figures, strict=True)) == ordinary(asked, table)


def test_what_a_policy_rounds_is_rounded_post_by_post_in_the_promise_too() -> None:
    people = [person("A"), person("A", "T2"), person("B")]
    held = [*cases(5, tier="C3"), case("X1", None, tier="C3")]
    held += [case(f"Y{place}", "A", "T2", tier="C3") for place in range(3)]
    asked = ask(people, held, duty("A", "0.3"), policy="wmt")
    policy = with_numbers(
        load_policy(CONFIG, "wmt", asked.as_at), PolicyNumbers(tier_points={"C3": {"community": 79.3}})
    )
    caseload = to_frames(asked.tables)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    prices = load_costs(CONFIG, asked.as_at)
    problem = pose(caseload, weighed, policy, prices, asked.teams, Limits(), Locks(), asked.as_at)
    units = weigh_units(caseload, weighed, policy, asked.as_at)
    promised = by_person(problem, problem.start)["points"].tolist()
    assert promised == units.loc[units["level"].eq("offender_manager"), "total_points"].tolist()
    assert all(points == round(points) for points in promised)


def carried_out(problem: Problem, holder: list[int], caseload: Caseload) -> Caseload:
    """The caseload with every case where the plan has it."""
    posts = problem.posts.iloc[holder].reset_index(drop=True)
    held = [row >= 0 for row in holder]
    to = posts[["om_code", "team_code"]].set_axis(problem.cases["crn"])[held]
    cases = caseload.cases.copy()
    for column in ("om_code", "team_code"):
        cases[column] = cases["crn"].map(to[column]).fillna(cases[column])
    return Caseload(**(caseload.tables() | {"cases": cases}))


def office() -> Problem:
    """A over the line, B in two posts, C away with cases and a duty, D away with a duty only, E with nothing."""
    people = [person("A"), person("B"), person("B", "T2", hours="9.25"), person("C"), person("D"), person("E")]
    held = [*cases(24), *cases(10, "B"), *cases(2, "C"), case("X1", None), case("X2", "A", rosh="high")]
    return posed(ask(people, held, away("C"), away("D"), duty("C", "1"), duty("D", "1")))


def test_the_figures_of_a_small_office_by_hand() -> None:
    problem = office()
    found = measure(problem, problem.start)
    load = 24 * 53 + 75
    assert found["peak"] == pytest.approx(100 * load / 1088)
    people = by_person(problem, problem.start).set_index("om_code")
    duties = float(people.loc["D", "points"])
    assert duties > 0
    assert (found["over_110"], found["over_100"], found["without_hours"]) == (3, 3, 2)
    assert found["points_over"] == pytest.approx(load - 1088 + 2 * 53 + 2 * duties)
    shares = [load / 1088, 530 / 1632, 0.0]
    mean = sum(shares) / 3
    assert found["max_over_mean"] == pytest.approx(shares[0] / mean)
    spread = sum(abs(one - other) for one in shares for other in shares)
    assert found["gini"] == pytest.approx(spread / (2 * 9 * mean))
    assert people.loc["A", ["cases", "high_rosh_cases", "high_rosh_points"]].tolist() == [25, 1, 75]
    assert people.loc["C", "band"] == "no capacity"


def test_who_holds_points_without_hours_is_told_with_what_they_hold() -> None:
    problem = office()
    before, after = (held_without_hours(problem, holder) for holder in (problem.start, solve(problem).holder))
    duties = f"{by_person(problem, problem.start).set_index('om_code').loc['D', 'points']:.0f} points of duties"
    assert before == [f"C: 2 cases with 106 points and {duties}", f"D: {duties}"]
    assert after == [f"C: {duties}", f"D: {duties}"]


def test_what_no_plan_can_give_is_told_in_points_and_people() -> None:
    short = shortfall(posed(ask([person("A")], [*cases(30), case("X1", None)])))
    assert short["total_points"] == 31 * 53
    assert short["points_short"] == pytest.approx(31 * 53 / 1.1 - 1088)
    assert short["full_time_short"] == pytest.approx(short["points_short"] / 2176, rel=0.01)
    enough = shortfall(posed(ask([person("A")], cases(5))))
    assert (enough["points_short"], enough["full_time_short"]) == (0, 0)


def test_nobody_and_nothing_have_figures_too() -> None:
    for people, held in (([], []), ([person("A", hours="0")], cases(1)), ([person("A")], [])):
        problem = posed(ask(people, held))
        found = measure(problem, problem.start)
        assert found["peak"] == found["gini"] == found["max_over_mean"] == 0
        assert len(by_person(problem, problem.start)) == len(people)
