"""The pages of planners: no script, no markup from names, and no form without the secret of the session."""

import re
from typing import Any

import pytest

from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState

from .planner import Planner, asked_elsewhere

ACTIONS = ["add/pin", "remove", "limits", "plan-for", "copy", "solve"]


@pytest.mark.parametrize("token", [None, "guessed"])
def test_no_form_does_anything_without_the_secret_of_the_session(token: str | None, planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    form: dict[str, Any] = {"name": "B", "unit": "all/", "crn": "X000103", "intake": "1"}
    form |= {} if token is None else {"csrf": token}
    of_plans = [f"{plan}/{action}" for action in ("cancel", "edit", "receiver", "solve")]
    for address in ("/what-if/new", *(f"{path}/{action}" for action in ACTIONS), *of_plans):
        assert planner.browser.post(address, data=form).status_code == 403, address
    assert [row.version for row in repository.scenarios(planner.home.store.engine)] == [1]
    assert planner.plan(plan).state == PlanState.WAITING
    assert planner.browser.post("/what-if/new", headers={"content-length": "9999999"}, content=b"").status_code == 413


def test_a_page_of_a_what_if_has_no_script_or_style_of_its_own(planner: Planner) -> None:
    path = planner.new()
    plan = planner.solved(path)
    receiver = f"{plan}/receiver?crn={planner.rows(plan, 'moves')[0]['crn']}"
    for address in ("/what-if", "/what-if/new", path, f"{path}/add/absent", plan, f"{plan}/print", receiver):
        page = planner.browser.get(address).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|http-equiv", page), address
