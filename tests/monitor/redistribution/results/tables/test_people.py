"""What every person carries before and after a plan."""

import pytest

from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.results.tables.people import tabulate_loads, tabulate_people
from monitor.redistribution.results.tables.unit_figures import units_at_start, units_before
from monitor.redistribution.scenario.model import PolicyNumbers
from monitor.redistribution.scenario.policy_overrides import with_numbers
from monitor.redistribution.solver.solve import solve
from tests.oracle.strategies import to_frames
from tests.oracle.what_if.redistribution import Ask
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy_files import load_policy
from tiering.workload import weigh_units

from ....conftest import Home
from ...clusters import cluster, whole_service
from ...offices import ask, case, cases, duty, person
from ...posing import CONFIG, posed
from ...service import plan_for


def test_the_figures_before_are_those_with_the_changes_and_of_nothing_moved(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - hours: {om_code: P01, team_code: T1, contracted_hours: 18.5}\n")
    person = tabulate_people(plan).set_index("om_code").loc["P01"]
    assert person["before_available_points"] == 1088
    assert person["before_cases"] == 38
    assert (person["given"] > 0, person["after_cases"]) == (True, 38 - person["given"] + person["taken"])
    units = units_before(plan).set_index(["level", "code"])
    assert units.loc[("offender_manager", "P01"), "capacity_percentage"] == person["before_capacity_percentage"]
    at_start = units_at_start(plan).set_index(["level", "code"])
    assert at_start.loc[("offender_manager", "P01"), "available_points"] == 2176


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
    asked = whole_service(cluster(9, 400, 10, 2))._replace(policy=policy)
    for row in asked.tables["cases"] if policy == "wmt" else []:
        row["tier"] = row["tier"] and f"C{int(row['tier']) - 1}"
    caseload = to_frames(asked.tables)
    problem = posed(asked, caseload)
    solution = solve(problem)
    after = carried_out(problem, solution.holder.tolist(), caseload)
    for holder, table in ((problem.start, caseload), (solution.holder, after)):
        promised = tabulate_loads(problem, holder)
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
    costs = load_costs(CONFIG, asked.as_at)
    problem = pose(caseload, weighed, policy, costs, asked.teams, Limits(), Locks(), asked.as_at)
    units = weigh_units(caseload, weighed, policy, asked.as_at)
    promised = tabulate_loads(problem, problem.start)["points"].tolist()
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
