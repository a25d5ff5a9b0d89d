"""What each address of a plan does."""

from monitor.redistribution import repository

from ..conftest import NOW
from .planner import Planner, asked_elsewhere, number_in


def test_a_plan_in_the_making_asks_again_can_be_watched_and_cancelled(planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    answer = planner.browser.get(plan)
    assert answer.headers["refresh"] == "3"
    assert "Waiting for its turn" in answer.text
    assert "refresh" not in planner.browser.get(plan, params={"refresh": "off"}).headers
    assert planner.send(f"{path}/solve") == plan
    assert planner.send(f"{plan}/cancel") == plan
    answer = planner.browser.get(plan)
    assert "refresh" not in answer.headers
    assert "Cancelled" in answer.text
    engine = planner.home.store.engine
    assert not repository.begin(engine, number_in(plan), "elsewhere:1", NOW)
    assert not repository.renew_lease(engine, number_in(plan), "elsewhere:1", NOW)
    assert planner.plan(planner.solved(path)).id != number_in(plan)
