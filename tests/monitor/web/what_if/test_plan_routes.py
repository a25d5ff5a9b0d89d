"""What each address of a plan does."""

from monitor.redistribution import repository

from ..conftest import NOW
from .planner import Planner, asked_elsewhere, number_in


def test_one_that_stays_is_settled_from_the_list_of_moves(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    moves = planner.rows(plan, "moves")
    waiting = next(move["crn"] for move in moves if not move["from_om_code"])
    assert f"leaves {waiting} with no one" in planner.send(f"{plan}/stays", 400, crn=waiting)
    assert planner.send(f"{plan}/stays", crn="X000103") == f"{path}?said=stays"
    assert "Case X000103 stays where it is" in planner.get(path, said="stays")
    assert "changed since" in planner.get(plan)
    assert planner.send(f"{plan}/stays", crn="X000103") == f"{path}?said=there"
    assert planner.send(f"{plan}/stays", om_code="M2") == f"{path}?said=stays"
    assert "M2" not in {move["to_om_code"] for move in planner.rows(planner.solved(path), "moves")}
    assert "is no case of the snapshot" in planner.send(f"{plan}/stays", 400, crn="NONE")


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
