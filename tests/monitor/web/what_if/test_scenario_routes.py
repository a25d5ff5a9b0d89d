"""What each address of a what-if does."""

import json

from monitor.operations.retention import apply_retention
from monitor.redistribution.repository import PlanState
from monitor.redistribution.scenario.yaml_file import read_scenario
from tests.monitor.conftest import AS_AT, WEEK

from ..conftest import NOW
from .planner import Planner, let_it_say, number_in


def test_a_named_move_that_no_rule_allows_is_refused_with_the_rule(planner: Planner) -> None:
    path = planner.new("area/N")
    planner.send(f"{path}/add/joins", team_code="T1", grade="PSO", contracted_hours="37")
    page = planner.send(f"{path}/add/move", 400, crn="X000001", post='["joins-1", "T1"]')
    assert "X000001 may not go to joins-1 in T1: the highest tier, and high or very high RoSH, go to a PO only" in page
    assert 'id="post-error"' in page


def test_a_change_on_which_another_rests_is_not_taken_out(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/joins", team_code="T1", grade="PO", contracted_hours="37")
    planner.send(f"{path}/add/move", crn="X000001", post='["joins-1", "T1"]')
    page = planner.send(f"{path}/remove", 409, place=1, version=planner.row(path).version)
    assert "Another change rests on this one, remove that first: 'joins-1' is no offender manager" in page


def test_a_what_if_can_be_downloaded_as_a_file_and_not_sent_as_one(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/pin", crn="X000103")
    file = planner.browser.get(f"{path}/text")
    assert file.headers["content-disposition"] == f'attachment; filename="what-if-{number_in(path)}.yaml"'
    assert read_scenario(file.text, "file").changes[0].kind == "pin"
    planner.send(f"{path}/text", 405, text="name: Pasted\nscope: all\n")
    assert f'href="{path}/text"' in planner.get(path)


def test_what_cannot_be_solved_says_why(planner: Planner) -> None:
    path = planner.new()
    let_it_say(planner, path, "name: Gone\nscope: {cluster: C1}\nchanges:\n  - absent: {om_code: NOBODY}\n")
    page = planner.get(path)
    assert "Change 1: 'NOBODY' is no offender manager" in page
    assert "Add a change" not in page
    assert "'NOBODY' is no offender manager" in planner.get(f"{path}/add/absent", 409)
    plan = planner.send(f"{path}/solve")
    planner.app.state.planning.finish()
    page = planner.get(plan)
    assert "Not possible" in page
    assert "changes.1.absent.om_code: 'NOBODY' is no offender manager of the snapshot of 2026-11-20" in page
    assert "the scenario:" not in page


def test_a_what_if_with_several_faults_is_corrected_change_by_change(planner: Planner) -> None:
    path = planner.new()
    gone = "".join(f"  - absent: {{om_code: {code}}}\n" for code in ("NOBODY", "M1", "NO-ONE"))
    let_it_say(planner, path, f"name: Gone\nscope: {{cluster: C1}}\nchanges:\n{gone}")
    planner.send(f"{path}/remove", place=3, version=1)
    planner.send(f"{path}/remove", place=1, version=2)
    assert "M1" in planner.get(path)
    assert "There is a problem" not in planner.get(f"{path}/add/absent")


def test_the_words_of_what_ifs_go_with_the_rows_of_their_snapshot(planner: Planner) -> None:
    path, young = planner.new(), planner.new(name="Young")
    planner.start_from(path, AS_AT - 2 * WEEK)
    plan = planner.solved(path)
    home = planner.home
    settings = home.with_settings(keep_cases_weeks=1)
    assert apply_retention(home.store, settings, NOW, dry_run=True).what_ifs == 2
    assert planner.row(path).text
    assert apply_retention(home.store, settings, NOW).what_ifs == 2
    assert apply_retention(home.store, settings, NOW).what_ifs == 0
    row = planner.plan(plan)
    assert (row.text, row.answer, row.removal_id) == ("", b"", 1)
    assert (planner.row(path).text, json.loads(row.figures or "")["name"]) == ("", "Two away")
    assert planner.row(young).text
    page = planner.get(path)
    assert "was removed with the rows of its snapshot" in page
    for address in (plan, f"{plan}/print", f"{path}/text"):
        planner.get(address, 404)
    planner.send(f"{path}/copy", 404)
    planner.send(f"{path}/solve", 404)
    assert "Two away" in planner.get("/what-if")


def test_a_dangerous_case_stays_with_the_absent_only_with_a_reason_which_stands_at_the_top(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/absent", om_code="M1", reason="sickness")
    refused = planner.send(f"{path}/add/pin", 400, crn="X000001")
    assert "leaves X000001 with M1, who has no available hours" in refused
    long = planner.send(f"{path}/add/pin", 400, crn="X000001", accept_risk=f"Seen\r\n{'x' * 600}")
    assert f">\nSeen\n{'x' * 600}</textarea>" in long
    assert "Why the risk is accepted must be 500 characters or less" in long
    planner.send(f"{path}/add/pin", crn="X000001", accept_risk="Seen daily by the police")
    assert "stays where it is. Risk accepted: Seen daily by the police" in planner.get(path)
    plan = planner.solved(path)
    risk = "Accepted risk: X000001 stays with Ann Arbuthnot (M1), who has no available hours; accepted by "
    for page in (planner.get(plan), planner.get(f"{plan}/print")):
        top = page.partition("<h1")[0].partition("govuk-error-summary")[2]
        assert risk in top
        assert ": Seen daily by the police" in top
        assert page.count(risk) == 1
    rows = {row["crn"]: row["accepted_risk"] for row in planner.rows(plan, "unmoved")}
    assert rows.pop("X000001").startswith("Seen daily by the police (accepted by ")
    assert set(rows.values()) == {""}
    assert "accept_risk" not in planner.row(planner.send(f"{path}/copy")).text


def test_limits_that_would_leave_a_dangerous_case_unplaced_make_no_plan_without_a_reason(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/absent", om_code="M1", reason="sickness")
    planner.send(f"{path}/limits", intake="0")
    asked = planner.send(f"{path}/solve")
    planner.app.state.planning.finish()
    assert planner.plan(asked).state == PlanState.FAILED
    assert "limits.intake: leaves X000001" in planner.get(asked)
    planner.send(f"{path}/limits", intake="0", accept_risk="For one week")
    assert "accepted by" in planner.get(planner.solved(path)).partition("<h1")[0]
