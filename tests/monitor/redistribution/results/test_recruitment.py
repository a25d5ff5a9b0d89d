"""What moving cases cannot give: the smallest recruitment, checked by trying it; and which team has room for what."""

import pytest

from monitor.redistribution.plan import ask
from monitor.redistribution.results.recruitment import ANYWHERE, OPTIONS, POSTS, Recruitment, recruitment
from monitor.redistribution.results.spare_capacity import COLUMNS, room
from monitor.redistribution.results.text import in_words
from monitor.redistribution.scenario.baseline import start_of

from ...conftest import AS_AT, Home
from ..service import asked, plan_for, prices_for, start_for

TWO_GONE = "changes:\n  - absent: {om_code: P01}\n  - absent: {om_code: P02}\n"


def found_for(home: Home, text: str, scope: str, line: float) -> Recruitment:
    scenario = asked(text, scope)
    prices = prices_for(home.settings.config, AS_AT)
    changed, problem = ask(scenario, start_for(home, scenario), prices, "tried.yaml")
    return recruitment(changed, problem.limits, AS_AT, line)


def test_the_hours_are_those_that_the_points_over_the_line_take(service: Home) -> None:
    """Everybody of the office can take everything but for the grade: what is over is a matter of points alone."""
    found = found_for(service, TWO_GONE, "{office: O1}", 100)
    lacks = plan_for(service, TWO_GONE, "{office: O1}").shortfall
    short = lacks["total_points"] - lacks["available_points"]
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
    assert plan_for(service, TWO_GONE + limits, "{office: O1}").after["peak"] > 100
    found = found_for(service, TWO_GONE, "{office: O1}", 100)
    joins = "".join(f"  {said.strip()}\n" for said in in_words(found) if said.startswith("  - joins:"))
    assert plan_for(service, TWO_GONE + joins + limits, "{office: O1}").after["peak"] == pytest.approx(100, abs=2.5)


def test_where_a_grade_cannot_do_it_the_option_says_what_stays(service: Home) -> None:
    found = found_for(service, "changes:\n  - absent: {om_code: P07}\n", "{team: T4}", 100)
    options = found.options.set_index(["office_code", "grade"])
    assert options.loc[(ANYWHERE, "PO"), "hours"] > 0
    assert options.loc[(ANYWHERE, "PSO"), "hours"] != options.loc[(ANYWHERE, "PSO"), "hours"]
    assert options.loc[(ANYWHERE, "PSO"), "unplaced"] > 0
    words = "\n".join(in_words(found))
    assert "with fewer hours it cannot be done" in words
    assert "cannot do it: 0 stay over," in words


def test_where_moving_is_enough_nobody_need_be_recruited(service: Home) -> None:
    found = found_for(service, "", "{cluster: C1}", 110)
    assert found.options.iloc[0]["hours"] == 0
    assert found.posts.empty
    assert next(in_words(found)).startswith("cluster C1: nobody need be recruited: about ")


def test_who_keeps_too_much_whatever_is_recruited_is_named(service: Home) -> None:
    found = found_for(service, "changes:\n  - pin: {om_code: P01}\n", "{cluster: C1}", 60)
    assert "P01" in found.still_over
    words = list(in_words(found))
    assert "no recruitment brings everybody to 60% or below" in words[0]
    assert "P01" in words[-1]


def test_every_cluster_is_asked_by_itself_unless_cases_may_go_between_them(service: Home) -> None:
    apart = found_for(service, "", "all", 110)
    joint = found_for(service, "limits: {between_clusters: true}\n", "all", 110)
    assert list(dict.fromkeys(apart.options["cluster_code"])) == ["C1", "C2"]
    assert set(joint.options["cluster_code"]) == {""}


def test_a_recruitment_never_stays_in_the_snapshot(service: Home) -> None:
    found_for(service, TWO_GONE, "{office: O1}", 100)
    managers = start_of(service.store, asked(), "tried.yaml").caseload.offender_managers
    assert not managers["om_code"].str.startswith("recruit").any()


def test_room_is_what_people_may_still_take_below_the_line(service: Home) -> None:
    plan = plan_for(service)
    table = room(plan.problem)
    assert list(table.columns) == COLUMNS
    people = plan.people.set_index("om_code")
    mine = table[table["team_code"].eq("T4") & table["case_team_type"].eq("ppu")]
    free = people.loc["P07", "before_available_points"] - people.loc["P07", "before_points"]
    assert mine["points_free"].to_list() == pytest.approx([free] * len(mine))
    assert (mine["cases"] == (free // mine["average_points"]).astype(int)).all()
    assert set(mine["people"]) == {1}


def test_only_who_may_take_a_case_has_room_for_it(service: Home) -> None:
    table = room(plan_for(service).problem, 150).set_index(["team_code", "case_team_type", "tier", "rosh"])
    assert table.loc[("T3", "omu", "4", "high or very high"), "people"] == 1
    assert table.loc[("T3", "omu", "1", "low or medium"), "people"] == 2
    assert "omu" not in table.loc["T4"].index.get_level_values("case_team_type")
    wider = plan_for(service, "changes:\n  - widen: {team_type: ppu, takes: [omu]}\n")
    assert "omu" in room(wider.problem).query("team_code == 'T4'")["case_team_type"].to_list()


def test_nobody_at_the_line_has_room(service: Home) -> None:
    assert room(plan_for(service).problem, 1)["cases"].sum() == 0
    assert room(plan_for(service).problem, 300)["cases"].sum() > room(plan_for(service).problem)["cases"].sum()
