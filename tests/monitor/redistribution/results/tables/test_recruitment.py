"""What moving cases cannot give: the smallest recruitment, checked by trying it; and which team has room for what."""

from dataclasses import replace

import pytest

from monitor.redistribution.plan import pose_scenario
from monitor.redistribution.results.tables.recruitment import ANYWHERE, OPTIONS, POSTS, Recruitment, find_recruitment
from monitor.redistribution.results.text import describe_recruitment
from monitor.redistribution.scenario.baseline import load_baseline

from ....conftest import AS_AT, Home
from ...service import after, asked, costs_for, plan_for, shortfall_of, start_for

TWO_GONE = "changes:\n  - absent: {om_code: P01}\n  - absent: {om_code: P02}\n"


def found_for(home: Home, text: str, scope: str, line: float) -> Recruitment:
    scenario = asked(text, scope)
    costs = costs_for(home.settings.config, AS_AT)
    changed, problem = pose_scenario(scenario, start_for(home, scenario), costs, "tried.yaml")
    return find_recruitment(changed, problem.limits, AS_AT, line)


def test_the_hours_are_those_that_the_points_over_the_line_take(service: Home) -> None:
    """Everyone in the office can take everything but for the grade: what is over is a matter of points alone."""
    found = found_for(service, TWO_GONE, "{office: O1}", 100)
    lacks = shortfall_of(plan_for(service, TWO_GONE, "{office: O1}"))
    short = lacks.total_points - lacks.available_points
    best = found.options.iloc[0]
    assert (list(found.options.columns), list(found.posts.columns)) == (OPTIONS, POSTS)
    assert short > 1000
    assert best["hours"] == pytest.approx(short * 37 / 2176, abs=0.11)
    assert best["full_time"] == pytest.approx(best["hours"] / 37)
    assert found.posts["hours"].sum() == pytest.approx(best["hours"], abs=0.2)
    assert set(found.posts["team_code"]) <= {"T1", "T2"}
    assert found.still_over == ()


def test_recruiting_so_many_hours_brings_everybody_under_the_line_and_without_them_nothing_does(service: Home) -> None:
    limits = "limits: {intake: 100, peak_first: true}\n"
    assert after(plan_for(service, TWO_GONE + limits, "{office: O1}")).peak > 100
    found = found_for(service, TWO_GONE, "{office: O1}", 100)
    joins = "".join(f"  {said.strip()}\n" for said in describe_recruitment(found) if said.startswith("  - joins:"))
    assert after(plan_for(service, TWO_GONE + joins + limits, "{office: O1}")).peak == pytest.approx(100, abs=2.5)


def test_where_a_grade_cannot_do_it_the_option_says_what_stays(service: Home) -> None:
    found = found_for(service, "changes:\n  - absent: {om_code: P07}\n", "{team: T4}", 100)
    options = found.options.set_index(["office_code", "grade"])
    assert options.loc[(ANYWHERE, "PO"), "hours"] > 0
    assert options.loc[(ANYWHERE, "PSO"), "hours"] != options.loc[(ANYWHERE, "PSO"), "hours"]
    assert options.loc[(ANYWHERE, "PSO"), "unplaced"] > 0
    words = "\n".join(describe_recruitment(found))
    assert "with fewer hours it cannot be done" in words
    assert "cannot do it: 0 stay over," in words


def test_where_moving_is_enough_nobody_need_be_recruited(service: Home) -> None:
    found = found_for(service, "", "{cluster: C1}", 110)
    assert found.options.iloc[0]["hours"] == 0
    assert found.posts.empty
    words = list(describe_recruitment(found))
    assert words[0].startswith("cluster C1: no recruitment is needed: about ")
    assert "moves, necessary ones included, can bring everyone to 110% or below" in words[0]


@pytest.mark.parametrize(
    ("limits", "moves", "says"),
    [
        (
            "limits: {elective_moves: 5, intake: 2}\n",
            5,
            "no limit on moves by choice (the plan: 5) and on new cases per person and week (the plan: 2), so the plan "
            "may leave people over 110% whom these moves would bring to it",
        ),
        ("", None, "no limit on new cases per person and week (the plan: 6), so"),
    ],
)
def test_the_limits_of_the_plan_that_count_for_nothing_are_named(
    service: Home, limits: str, moves: int | None, says: str
) -> None:
    found = found_for(service, limits, "{cluster: C1}", 110)
    assert says in list(describe_recruitment(found))[-1]
    assert found.options["line"].eq(110).all()
    assert found.options["ignored_intake"].eq(2 if moves else 6).all()
    assert (
        found.options["ignored_elective_moves"].isna().all()
        if moves is None
        else (found.options["ignored_elective_moves"].eq(moves).all())
    )


def test_who_keeps_too_much_whatever_is_recruited_is_named(service: Home) -> None:
    found = found_for(service, "changes:\n  - pin: {om_code: P01}\n", "{cluster: C1}", 60)
    assert "P01" in found.still_over
    words = list(describe_recruitment(found))
    assert "no recruitment brings everyone to 60% or below" in words[0]
    assert "P01" in words[-3]
    for count, says in ((0, "0 stay over it, "), (1, "1 stays over it, "), (2, "2 stay over it, ")):
        counted = replace(found, options=found.options.assign(still_over=count))
        assert says in next(describe_recruitment(counted))


def test_one_move_is_no_moves(service: Home) -> None:
    found = found_for(service, "", "{cluster: C1}", 110)
    for count, says in ((0, "about 0 moves,"), (1, "about 1 move,"), (2, "about 2 moves,")):
        counted = replace(found, options=found.options.assign(moves=float(count)))
        assert says in next(describe_recruitment(counted))


def test_every_cluster_is_asked_by_itself_unless_cases_may_go_between_them(service: Home) -> None:
    apart = found_for(service, "", "all", 110)
    joint = found_for(service, "limits: {between_clusters: true}\n", "all", 110)
    assert list(dict.fromkeys(apart.options["cluster_code"])) == ["C1", "C2"]
    assert set(joint.options["cluster_code"]) == {""}


def test_a_recruitment_never_stays_in_the_snapshot(service: Home) -> None:
    found_for(service, TWO_GONE, "{office: O1}", 100)
    managers = load_baseline(service.store, asked(), "tried.yaml").caseload.offender_managers
    assert not managers["om_code"].str.startswith("recruit").any()
