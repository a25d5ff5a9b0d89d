"""What a planner does in the list of moves: settles, undoes, chooses someone else, and finds the plan again."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.redistribution.scenario.yaml_file import read_scenario
from tests.monitor.conftest import AS_AT, Home, HomeLike, Template, little_london
from tests.monitor.extracts.small import a_case, write_csv

from .planner import Planner, another, asked_elsewhere, let_it_say, planner_of

SAFE = [
    a_case(f"X00005{number}", om_code=None, team_code="T3", rosh="low", setting="community", mappa_level=None)
    for number in range(4)
]
"""Cases to place that may stay without anyone: all others to place in the little service are dangerous."""

DANGEROUS = "X000108"
CHANGED = "This what-if was changed in another window, so nothing was stored"


def take_a_week(home: Home) -> None:
    home.take(write_csv(Path(home.extract), little_london(cases=SAFE)), AS_AT)


@pytest.fixture(scope="module")
def _one_week(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("one_week"), take_a_week)


@pytest.fixture
def planner(_one_week: Template, home_like: HomeLike) -> Iterator[Planner]:
    made = planner_of(home_like(_one_week))
    yield made
    made.app.state.planning.close()


def moves_in(planner: Planner, plan: str) -> list[dict[str, str]]:
    return planner.rows(plan, "moves")


def changes_in(planner: Planner, path: str) -> list[dict[str, Any]]:
    changes = read_scenario(planner.row(path).text, "stored").changes
    return [change.model_dump(mode="json", exclude_unset=True) for change in changes]


def edit(planner: Planner, path: str, plan: str, status: int = 303, query: str = "", **form: Any) -> str:
    """Send a form of the plan's page as it is now."""
    return planner.send(f"{plan}/edit{query}", status, version=planner.row(path).version, **form)


def test_one_that_stays_is_settled_in_its_row_and_undone_there(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    crn = moves_in(planner, plan)[0]["crn"]
    assert edit(planner, path, plan, query="?risk=&page=1", pin=crn) == f"{plan}?page=1&row={crn}&said=pin#case-{crn}"
    page = planner.get(plan, said="pin")
    assert f"Next plan: Case {crn} stays where it is." in page
    assert "Settled: stays where it is." in page
    assert "You changed the what-if since" in page
    assert changes_in(planner, path) == [{"pin": {"crn": crn}}]
    assert edit(planner, path, plan, pin=crn) == f"{plan}?row={crn}&said=pin#case-{crn}"
    assert planner.row(path).version == 2
    assert edit(planner, path, plan, query=f"?row={crn}", undo="1") == f"{plan}?row={crn}&said=undone#case-{crn}"
    assert changes_in(planner, path) == []
    assert "Next plan" not in planner.get(plan)
    again = planner.send(f"{plan}/solve", version=planner.row(path).version)
    planner.app.state.planning.finish()
    assert crn in {move["crn"] for move in moves_in(planner, again.partition("?")[0])}


def test_what_was_settled_in_the_plan_is_said_to_be_so_and_what_is_undone_too(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    move = moves_in(planner, plan)[0]
    edit(planner, path, plan, do="fix", crn=[move["crn"]])
    second = planner.solved(path)
    goes = f"Case {move['crn']} goes to "
    assert f"Settled: {goes}" in planner.get(second)
    edit(planner, path, second, undo="1")
    assert f"No longer settled from the next plan: {goes}" in planner.get(second)
    assert 'name="undo"' not in planner.get(second)


def test_several_are_settled_at_once(planner: Planner) -> None:
    path = planner.new("all/")
    plan = planner.solved(path)
    moves = moves_in(planner, plan)[:2]
    assert len(moves) == 2
    crns = [move["crn"] for move in moves]
    edit(planner, path, plan, do="bar", crn=crns)
    assert changes_in(planner, path) == [
        {"bar": {"crn": move["crn"], "om_code": move["to_om_code"]}} for move in moves
    ]  # fmt: skip
    edit(planner, path, plan, do="fix", crn=crns)
    named = [
        {"crn": move["crn"], "to_om_code": move["to_om_code"], "to_team_code": move["to_team_code"]} for move in moves
    ]
    assert changes_in(planner, path) == [{"move": move} for move in named]
    assert "What is settled about cases and people (2)" in planner.get(plan)


def test_a_person_is_left_out_from_the_list_of_people(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    assert edit(planner, path, plan, query="?people=1", leave_out="M2") == f"{plan}?people=1&said=left_out#moves"
    assert changes_in(planner, path) == [{"pin": {"om_code": "M2"}}]
    assert "M2" not in {move["to_om_code"] for move in moves_in(planner, planner.solved(path))}


def test_what_cannot_be_settled_is_said_on_the_page_and_the_ticks_stay(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    crn = moves_in(planner, plan)[0]["crn"]
    page = edit(planner, path, plan, 400, query="?risk=low", do="pin")
    assert "There is a problem" in page
    assert "Tick at least one move" in page
    assert '<option value="low" selected>' in page
    text = planner.row(path).text
    let_it_say(planner, path, text + "changes:\n- absent: {om_code: NONE}\n")
    page = edit(planner, path, plan, 400, do="pin", crn=crn)
    assert "Change 1: 'NONE' is no offender manager" in page
    assert re.search(rf'value="{crn}" checked', page)
    assert f'href="{plan}?' in page
    assert "/edit?table" not in page
    assert "Not all of these cases move" in edit(planner, path, plan, 400, do="pin", crn=[crn, "NONE"])
    assert "Tick at least one move" in edit(planner, path, plan, 400, do="nonsense", crn=crn)


def test_a_page_of_an_earlier_version_changes_nothing(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    move = moves_in(planner, plan)[0]
    planner.send(f"{path}/limits", intake="5")
    crn = move["crn"]
    form = {"version": 1, "crn": crn, "to": json.dumps([move["to_om_code"], move["to_team_code"]])}
    for address, more in (("edit", {"pin": crn}), ("edit", {"leave_out": "M2"}), ("receiver", {}), ("solve", {})):
        page = planner.send(f"{plan}/{address}", 409, **form, **more)
        assert CHANGED in page
        assert 'name="version" value="2"' in page
    assert CHANGED in edit(planner, path, plan, 409, undo="1")
    assert changes_in(planner, path) == []


def test_a_row_of_an_earlier_version_is_shown_again_with_what_was_ticked_or_chosen(planner: Planner) -> None:
    path = planner.new("all/")
    plan = planner.solved(path)
    crns = [move["crn"] for move in moves_in(planner, plan)]
    planner.send(f"{path}/limits", intake="5")
    page = planner.send(f"{plan}/edit?page=1", 409, version=1, pin=crns[0])
    assert f'<a href="#case-{crns[0]}">{CHANGED}' in page
    row = page.partition(f'id="case-{crns[0]}"')[2].partition("</tbody>")[0]
    assert CHANGED in row
    assert f'value="{crns[0]}" checked' in row
    assert "Accept the risk" not in row
    page = planner.send(f"{plan}/edit", 409, version=1, do="bar", crn=crns[:2])
    assert page.count(CHANGED) == 1
    assert [crn for crn in crns if f'value="{crn}" checked' in page] == crns[:2]
    takers = re.findall(r'name="to" value="(.*?\])"', planner.get(f"{plan}/receiver", crn=crns[0]))
    page = planner.send(f"{plan}/receiver?page=1", 409, version=1, crn=crns[0], to=takers[-1])
    assert re.findall(r'name="to" value="(.*?\])" checked', page) == takers[-1:]
    assert f'href="{plan}?page=1#case-{crns[0]}">Back to the plan' in page


def test_someone_else_is_chosen_from_those_who_may_take_the_case(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    move = moves_in(planner, plan)[0]
    crn = move["crn"]
    page = planner.get(f"{plan}/receiver", crn=crn, page="1")
    assert f"Who takes {crn}" in page
    assert re.search(r"[\d.]+% to [\d.]+%", page)
    assert "In this plan" in page
    takers = [json.loads(value) for value in re.findall(r'name="to" value="(.*?\])"', page)]
    other = next(taker for taker in takers if taker != [move["to_om_code"], move["to_team_code"]])
    version = planner.row(path).version
    assert "Choose who takes the case" in planner.send(f"{plan}/receiver", 400, crn=crn, version=version)
    sent = planner.send(f"{plan}/receiver?page=1", crn=crn, version=version, to=json.dumps(other))
    assert sent == f"{plan}?page=1&row={crn}&said=receiver#case-{crn}"
    assert f"Next plan: Case {crn} goes to " in planner.get(plan)
    again = planner.solved(path)
    assert [
        (row["to_om_code"], row["to_team_code"]) for row in moves_in(planner, again) if row["crn"] == crn
    ] == [tuple(other)]  # fmt: skip
    assert planner.browser.get(f"{plan}/receiver", follow_redirects=False).headers["location"] == f"{plan}#moves"
    planner.get(f"{plan}/receiver", 404, crn="NONE")


def test_a_choice_that_the_scenario_does_not_bear_is_refused(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    crn = moves_in(planner, plan)[0]["crn"]
    let_it_say(planner, path, planner.row(path).text + "changes:\n- absent: {om_code: NONE}\n")
    assert "'NONE' is no offender manager" in planner.get(f"{plan}/receiver", 409, crn=crn)


def test_finding_it_again_comes_back_to_the_same_filters_and_row(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    move = moves_in(planner, plan)[-1]
    crn, taker = move["crn"], move["to_om_code"]
    edit(planner, path, plan, do="fix", crn=crn)
    version = planner.row(path).version
    sent = planner.send(f"{plan}/solve?receiver={taker}&row={crn}", version=version)
    new = sent.partition("?")[0]
    assert sent == f"{new}?receiver={taker}&at={crn}"
    assert new != plan
    planner.app.state.planning.finish()
    answer = planner.browser.get(sent, follow_redirects=False)
    assert answer.headers["location"] == f"{new}?receiver={taker}&page=1&row={crn}#case-{crn}"
    assert f'id="case-{crn}"' in planner.get(answer.headers["location"].partition("#")[0])
    elsewhere = planner.browser.get(f"{new}?receiver=NONE&at={crn}", follow_redirects=False)
    assert elsewhere.headers["location"] == f"{new}?receiver=NONE#moves"
    assert planner.send(f"{plan}/solve", version=version).endswith("?at=moves")


def test_a_plan_that_is_on_its_way_is_not_asked_for_twice(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    waiting = asked_elsewhere(planner, path)
    assert planner.send(f"{plan}/solve", version=1) == f"{waiting}?at=moves"
    edit(planner, path, waiting, 404, pin="X000103")


def test_only_its_creator_edits(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    crn = moves_in(planner, plan)[0]["crn"]
    second = another(planner, "second")
    assert "Find the best plan again" not in second.get(plan)
    second.get(f"{plan}/receiver", 403, crn=crn)
    for address in ("edit", "receiver", "solve"):
        second.send(f"{plan}/{address}", 403, version=1, crn=crn, pin=crn)
    assert changes_in(planner, path) == []


def test_a_choice_that_keeps_the_plan_from_being_found_is_said_on_its_page(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    crn = moves_in(planner, plan)[0]["crn"]
    let_it_say(planner, path, planner.row(path).text + "limits: {seconds: 500}\n")
    value = re.findall(r'name="to" value="(.*?\])"', planner.get(f"{plan}/receiver", crn=crn))[0]
    page = planner.send(f"{plan}/receiver", 400, crn=crn, version=1, to=value)
    assert "limits.seconds: 500: must be 120 or less" in page
    assert f"Who takes {crn}" in page


def test_a_plan_is_shown_although_its_what_if_cannot_be_read_any_more(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    crn = moves_in(planner, plan)[0]["crn"]
    let_it_say(planner, path, "name: Odd\nscope: all\nnonsense: 1\n")
    assert crn in planner.get(plan)
    assert "nonsense" in edit(planner, path, plan, 409, pin=crn)


def test_finding_it_again_keeps_the_moves_and_says_what_changed(planner: Planner) -> None:
    path = planner.new("all/")
    plan = planner.solved(path)
    moves = moves_in(planner, plan)
    edit(planner, path, plan, pin=moves[0]["crn"])
    stored = planner.row(path).text
    again = planner.send(f"{plan}/solve", version=planner.row(path).version).partition("?")[0]
    planner.app.state.planning.finish()
    assert planner.row(path).text == stored
    based_on = read_scenario(planner.plan(again).text, "plan").based_on or ()
    assert [move.crn for move in based_on] == [move["crn"] for move in moves]
    page = planner.get(again)
    assert "other move" in page.partition('id="changed"')[2].partition("</p>")[0].lower()
    assert "based_on" not in planner.get(planner.solved(path))


def way_out_in(page: str) -> str:
    found = re.search(r'<a class="govuk-link" href="([^"]+)">Accept the risk and write why', page)
    assert found
    return found[1]


def test_a_pin_that_would_be_dangerous_is_refused_at_its_row_with_the_way_to_accept_it(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    page = edit(planner, path, plan, 400, query="?risk=high&page=1", pin=DANGEROUS)
    row = page.partition(f'<tbody id="case-{DANGEROUS}">')[2].partition("</tbody>")[0]
    assert f"Not settled, because it leaves {DANGEROUS} with no one: a dangerous case" in row
    assert f'<a href="#case-{DANGEROUS}">' in page
    assert f'formaction="{plan}/edit?risk=high&page=1#case-{DANGEROUS}"' in row
    assert changes_in(planner, path) == []
    way_out = way_out_in(row)
    assert way_out == f"{path}/add/pin?risk=high&page=1&row={DANGEROUS}&plan={plan.rpartition('/')[2]}&crn={DANGEROUS}"
    form = planner.get(way_out)
    assert f'name="crn" type="text" autocomplete="off" spellcheck="false" value="{DANGEROUS}"' in form
    back = f"{plan}?risk=high&page=1&row={DANGEROUS}"
    assert f'href="{back}#case-{DANGEROUS}">Back without a change' in form
    action = re.search(r'<form method="post" action="([^"]+/add/pin[^"]+)"', form)
    assert action
    sent = planner.send(action[1], crn=DANGEROUS, accept_risk="Seen daily by the police")
    assert sent == f"{back}&said=added#case-{DANGEROUS}"
    assert "Next plan: Case X000108 stays where it is. Risk accepted: Seen daily by the police." in planner.get(plan)


def test_a_bar_that_would_be_dangerous_leads_to_a_form_that_knows_the_person(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    taker = next(move["to_om_code"] for move in moves_in(planner, plan) if move["crn"] == DANGEROUS)
    values = re.findall(r'name="to" value="(.*?\])"', planner.get(f"{plan}/receiver", crn=DANGEROUS))
    for person in {json.loads(value)[0] for value in values} - {taker}:
        planner.send(f"{path}/add/bar", crn=DANGEROUS, om_code=person)
    page = edit(planner, path, plan, 400, bar=DANGEROUS)
    form = planner.get(way_out_in(page))
    assert f'value="{DANGEROUS}"' in form
    assert re.search(rf'<option value="{taker}" selected>', form)


def test_a_person_who_may_not_be_left_out_is_refused_at_their_row(planner: Planner) -> None:
    path = planner.new("all/")
    plan = planner.solved(path)
    page = edit(planner, path, plan, 400, leave_out="M5")
    row = page.partition('<tr id="person-M5">')[2].partition("</tr>")[0]
    assert "dangerous cases (high RoSH, highest tier or MAPPA)" in row
    assert '<a href="#person-M5">' in page
    assert re.search(r'<h2[^>]*id="people">People</h2>\s*<details class="govuk-details" open>', page)
    assert changes_in(planner, path) == []
    form = planner.get(way_out_in(row))
    assert "Who neither gives nor takes a case?" in form
    assert re.search(r'<option value="M5" selected>', form)


def test_what_changed_since_the_plan_before_is_said_once(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    kept = len(moves_in(planner, plan)) - 1
    edit(planner, path, plan, pin="X000050")
    again = planner.send(f"{plan}/solve", version=planner.row(path).version).partition("?")[0]
    planner.app.state.planning.finish()
    page = planner.get(again)
    box = page.partition('id="changed"')[2].partition("</div>")[0]
    assert f"{kept} moves stay as before. No other move changed since the plan before." in box
    assert "of the earlier plan" not in page


def test_a_plan_without_moves_by_choice_says_how_to_have_some(planner: Planner) -> None:
    path = planner.new("all/")
    says = "Only cases that must be placed move. To relieve others,"
    assert says not in planner.get(planner.solved(path))
    planner.send(f"{path}/add/absent", om_code="M2", reason="sickness")
    plan = planner.solved(path)
    page = planner.get(plan)
    assert says in page
    limits = f"{path}/limits?plan={plan.rpartition('/')[2]}"
    assert f'href="{limits}">set a number of moves by choice' in page
    assert f'href="{plan}#moves">Back without a change' in planner.get(limits)
    assert planner.send(limits, elective_moves="No limit") == f"{plan}?said=limits#moves"
    assert says not in planner.get(planner.solved(path))
    assert "a number of moves by choice can be set" in another(planner, "second").get(plan)
