"""Who may take one case, on the pages: for planners and SPOs, and the choice becomes a proposed move."""

import re

from sqlmodel import Session, select

from monitor.redistribution import repository
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.snapshots.tables import LookedAt
from monitor.web.what_if.pages.who import WHO

from .planner import Planner, another, number_in


def takers(page: str) -> list[tuple[str, str]]:
    """The posts that a page offers, in its order."""
    return re.findall(r'name="om_code" value="([^"]*)"><input type="hidden" name="team_code" value="([^"]*)"', page)


def looks(planner: Planner) -> list[LookedAt]:
    with Session(planner.home.store.engine, expire_on_commit=False) as session:
        return [look for look in session.exec(select(LookedAt)) if look.page == WHO]


def test_without_a_crn_the_page_lists_the_cases_that_no_one_holds(planner: Planner) -> None:
    page = planner.get(WHO)
    assert "Unallocated cases of your teams" in page
    assert 'href="/what-if/who?crn=X000108"' in page
    assert "X000102" not in page
    assert [(look.level, look.crn) for look in looks(planner)] == [("all", None)]


def test_a_planner_finds_the_people_of_the_cluster_best_first_and_the_look_is_on_record(planner: Planner) -> None:
    page = planner.get(WHO, crn="X000102")
    assert takers(page)
    assert re.search(r"[0-9.]+% to [0-9.]+%", page)
    (look,) = looks(planner)
    assert (look.level, look.code, look.crn, look.allowed) == ("team", "T2", "X000102", True)


def test_the_rules_that_keep_the_others_from_it_are_listed_with_the_number_of_people(planner: Planner) -> None:
    rest = planner.get(WHO, crn="X000105").partition("Who may not take it, and why")[2]
    assert re.findall(r"<li>(.*?)</li>", rest) == ["1 person: no one without available hours takes a case"]


def test_a_proposed_move_is_a_what_if_with_that_one_change(planner: Planner) -> None:
    om_code, team_code = takers(planner.get(WHO, crn="X000102"))[0]
    path = planner.send(WHO, crn="X000102", om_code=om_code, team_code=team_code)
    assert "The move is proposed" in planner.get(path)
    row = planner.row(path)
    scenario = read_scenario(row.text, "stored")
    assert (row.scope_level, scenario.limits.elective_moves) == ("cluster", 0)
    assert "X000102" not in row.name
    (change,) = scenario.changes
    move = change.what
    assert (change.kind, move.crn, move.to_om_code, move.to_team_code) == ("move", "X000102", om_code, team_code)
    assert number_in(path) == row.id


def test_an_spo_finds_people_of_their_own_teams_and_leaves_the_move_to_the_planners(planner: Planner) -> None:
    spo = another(planner, "spo1")
    page = spo.get(WHO, crn="X000102")
    posts = takers(page)
    assert posts
    assert {team for _, team in posts} <= {"T1", "T2"}
    path = spo.send(WHO, crn="X000102", om_code=posts[0][0], team_code=posts[0][1])
    assert path == "/what-if/who?crn=X000102&said=proposed"
    assert "The planners of your area find it under What-if." in spo.get(path)
    (row,) = repository.scenarios(planner.home.store.engine)
    assert row.author == "spo1@example.org"
    assert row.name in planner.get("/what-if")


def test_a_case_of_others_is_answered_as_one_that_is_not_there(planner: Planner) -> None:
    spo = another(planner, "spo1")
    pages = [spo.get(WHO, 404, crn=crn).replace(crn, "") for crn in ("X000105", "X999999")]
    assert pages[0] == pages[1]
    assert "You can see no case" in pages[0]
    assert [(look.level, look.crn) for look in looks(planner)] == [("", "X000105"), ("", "X999999")]


def test_a_person_who_may_not_take_it_cannot_be_proposed(planner: Planner) -> None:
    for sent in ({"om_code": "M5", "team_code": "T4"}, {"om_code": "NONE", "team_code": "T1"}, {}):
        said = planner.send(WHO, 400, crn="X000102", **sent)
        assert "may not take this case" in said
    assert repository.scenarios(planner.home.store.engine) == []


def test_cases_link_to_the_people_who_may_take_them_for_those_who_may_ask(planner: Planner) -> None:
    link = 'href="/what-if/who?crn=X000102"'
    assert link in planner.get("/search", q="X000102")
    assert link in another(planner, "spo1").get("/search", q="X000102")
    assert link not in another(planner, "aco1").get("/search", q="X000102")
    assert "/what-if/who?crn=" in planner.get("/offender-manager/M1")
    assert "/what-if/who?crn=" not in another(planner, "officer").get("/offender-manager/M1")


def test_the_page_of_a_unit_with_unallocated_cases_links_to_their_list(planner: Planner) -> None:
    link = '<a class="govuk-link" href="/what-if/who">Who may take one</a>'
    assert link in planner.get("/team/T4")
    assert link not in planner.get("/team/T2")
    assert link not in planner.get("/team/T4", as_at="2026-11-13")
    assert link not in another(planner, "aco2").get("/team/T4")
