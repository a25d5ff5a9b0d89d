"""Two windows of one planner: the second sees both texts, and saves its own or drops it."""

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitor.redistribution.scenario.yaml_file import read_scenario

from ...conftest import token_in
from ..planner import Planner, another, let_it_say, number_in

CHANGED = "This what-if was changed since you opened the page"


@pytest.fixture
def windows(planner: Planner) -> tuple[Planner, Planner]:
    """Two browsers in which the same planner has signed in."""
    return planner, another(planner, "planner")


def fields_of(page: str) -> dict[str, str]:
    """What the first form of a page about a what-if would send, untouched."""
    form = page.partition('class="hotspots-form"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    ticked = re.findall(r'name="([^"]+)" type="checkbox" value="yes" checked', form)
    unticked = re.findall(r'name="([^"]+)" type="checkbox" value="yes">', form)
    fields = {name: value for name, value in fields.items() if name not in unticked or name in ticked}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        fields[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    return fields


def post(browser: TestClient, path: str, form: dict[str, Any]) -> tuple[int, str]:
    answer = browser.post(path, data=form, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def kinds(planner: Planner, path: str) -> list[str]:
    return [change.kind for change in read_scenario(planner.row(path).text, "kept").changes]


def test_a_change_that_was_typed_meanwhile_is_shown_next_to_what_is_stored_and_can_be_added(
    windows: tuple[Planner, Planner],
) -> None:
    first, second = windows
    path = first.new()
    form = fields_of(second.browser.get(f"{path}/add/absent").text)
    assert form["version"] == "1"
    first.send(f"{path}/add/pin", crn="X000103")
    typed = {"om_code": "M1", "reason": "sickness", "until-day": "24", "until-month": "12", "until-year": "2026"}
    status, page = post(second.browser, f"{path}/add/absent", form | typed)
    assert status == 409
    assert CHANGED in page
    assert "Case X000103 stays where it is" in page
    assert "Saved by planner@example.org, changed on 22 November 2026, 09:00." in page
    assert kinds(first, path) == ["pin"]
    again = fields_of(page)
    assert again.items() >= typed.items()
    assert again["version"] == "2"
    assert post(second.browser, f"{path}/add/absent", again) == (303, f"{path}?said=added")
    assert kinds(first, path) == ["pin", "absent"]


def test_what_was_typed_can_be_dropped(windows: tuple[Planner, Planner]) -> None:
    first, second = windows
    path = first.new()
    form = fields_of(second.browser.get(f"{path}/add/pin").text)
    first.send(f"{path}/add/pin", crn="X000103")
    _, page = post(second.browser, f"{path}/add/pin", form | {"crn": "X000104"})
    assert f'<a class="govuk-link" href="{path}">Drop it and go back to the what-if</a>' in page
    second.get(path)
    assert kinds(first, path) == ["pin"]


def test_a_form_opened_from_a_row_of_a_plan_leads_back_to_it_although_another_window_was_faster(
    windows: tuple[Planner, Planner],
) -> None:
    first, second = windows
    path = first.new()
    origin = f"{path}/add/pin?page=2&row=X000104&plan=3"
    form = fields_of(second.browser.get(f"{origin}&crn=X000104").text)
    first.send(f"{path}/add/pin", crn="X000103")
    reason = "They are close.\nBoth agree."
    _, page = post(second.browser, origin, form | {"crn": "X000104", "accept_risk": reason})
    row = "/what-if/plan/3?page=2&row=X000104"
    assert f'href="{row}#case-X000104">Drop it and go back to the row in the plan</a>' in html.unescape(page)
    assert f">\n{reason}</textarea>" in page
    assert f'action="{origin}"' in html.unescape(page)
    again = fields_of(page) | {"accept_risk": reason}
    assert post(second.browser, origin, again) == (303, f"{row}&said=added#case-X000104")
    assert "accept_risk: They are close. Both agree." in first.row(path).text


def test_limits_of_two_windows_stand_next_to_each_other_and_the_second_may_save_theirs(
    windows: tuple[Planner, Planner],
) -> None:
    first, second = windows
    path = first.new()
    form = fields_of(second.browser.get(f"{path}/limits").text)
    first.send(f"{path}/limits", elective_moves="60")
    status, page = post(second.browser, f"{path}/limits", form | {"elective_moves": "20", "intake": "4"})
    assert (status, "At most 60" in page) == (409, True)
    again = fields_of(page)
    assert (again["elective_moves"], again["intake"]) == ("20", "4")
    assert post(second.browser, f"{path}/limits", again) == (303, f"{path}?said=limits")
    limits = read_scenario(first.row(path).text, "kept").limits
    assert (limits.elective_moves, limits.intake) == (20, 4)


def test_what_is_wrong_in_a_stale_form_is_said_with_what_was_typed(planner: Planner) -> None:
    path = planner.new()
    page = planner.send(f"{path}/add/move", 409, version=7, crn="X000103", post='["M99", "T2"]')
    assert "Who takes it: choose one that is there" in page
    assert '<option value="["M99", "T2"]" selected>["M99", "T2"] (not in the list)</option>' in page


def test_a_change_is_removed_wherever_it_stands_now(windows: tuple[Planner, Planner]) -> None:
    first, second = windows
    path = first.new()
    for crn in ("X000103", "X000104"):
        first.send(f"{path}/add/pin", crn=crn)
    page = second.browser.get(path).text
    form = {"csrf": token_in(page), "place": "2", "version": "3", "change": '{"pin":{"crn":"X000104"}}'}
    assert '<input type="hidden" name="change" value="{&#34;pin&#34;:{&#34;crn&#34;:&#34;X000104&#34;}}">' in page
    first.send(f"{path}/remove", place=1)
    status, page = post(second.browser, f"{path}/remove", form)
    assert (status, "You removed this change: Case X000104 stays where it is" in page) == (409, True)
    again = fields_of(page.replace("&#34;", '"').replace('value="{"pin":{"crn":"X000104"}}"', 'value="the change"'))
    assert (again["place"], again["version"]) == ("1", "4")
    assert post(second.browser, f"{path}/remove", again) == (303, f"{path}?said=removed")
    status, page = post(second.browser, f"{path}/remove", form)
    assert (status, "It is no longer in the list" in page, "hotspots-form" in page) == (409, True, False)


def test_a_place_that_no_change_has_removes_nothing(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/pin", crn="X000103")
    assert CHANGED in planner.send(f"{path}/remove", 409, place=3)
    assert kinds(planner, path) == ["pin"]


def test_a_plan_is_asked_for_what_the_planner_has_read(windows: tuple[Planner, Planner]) -> None:
    first, second = windows
    path = first.new()
    form = {"csrf": token_in(second.browser.get(path).text), "version": "1"}
    first.send(f"{path}/add/pin", crn="X000103")
    status, page = post(second.browser, f"{path}/solve", form)
    assert (status, "You asked for the best plan." in page) == (409, True)
    status, plan = post(second.browser, f"{path}/solve", fields_of(page))
    assert status == 303
    first.app.state.planning.finish()
    assert first.plan(plan).scenario_version == 2


def test_a_stale_form_of_a_what_if_with_faults_shows_codes_without_names(planner: Planner) -> None:
    path = planner.new()
    let_it_say(planner, path, "name: Gone\nscope: {cluster: C1}\nchanges:\n  - absent: {om_code: NOBODY}\n")
    page = planner.send(f"{path}/limits", 409, version=9, intake="4")
    assert "NOBODY" in page
    assert 'value="4"' in page
    change = '{"absent":{"om_code":"NOBODY"}}'
    page = planner.send(f"{path}/remove", 409, version=9, place=1, change=change)
    assert "You removed this change: NOBODY" in page
    assert number_in(path) == planner.row(path).id


def test_every_form_that_changes_a_what_if_carries_its_version(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/pin", crn="X000103")
    forms = [form for form in re.findall(r"<form.*?</form>", planner.get(path), re.DOTALL) if "/what-if/" in form]
    assert {form for form in forms if 'name="version" value="2"' not in form} == {
        form for form in forms if f'action="{path}/copy"' in form
    }
    for end in ("/limits", "/add/bar"):
        assert 'name="version" value="2"' in planner.get(f"{path}{end}")
