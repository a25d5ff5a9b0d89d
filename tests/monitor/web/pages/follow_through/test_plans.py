"""The page of plans: a director reads how many moves were made, an SPO the moves of their people."""

import pytest
from fastapi import FastAPI

from monitor.web.pages.follow_through.plans import count_touching, plans_page
from tests.monitor.snapshots.follow_through.test_outcomes import agree_early

from ....conftest import Home
from ...conftest import SignIn, reader_of_newest


@pytest.fixture(scope="module")
def planned(service: Home) -> Home:
    """A plan of cluster C1 that is agreed, with moves from T1 and T3 to T1 and T2."""
    agree_early(service)
    return service


def test_a_director_reads_the_plans_of_their_scope(planned: Home) -> None:
    (plan,) = plans_page(reader_of_newest(planned, "north")).plans
    assert plan.path == "/what-if/plan/1"
    assert plan.says.startswith("Agreed on 22 November 2026 by north@example.org:")
    assert plan.since == "5 moves, 4 due by now: 1 done, 2 still with the giver, 1 gone elsewhere, 1 ended."
    assert plan.moves == ()
    assert plans_page(reader_of_newest(planned, "south")).plans == ()


def test_an_spo_reads_the_moves_of_their_people_and_nothing_of_the_other_side(planned: Home) -> None:
    page = plans_page(reader_of_newest(planned, "spo2"))
    (plan,) = page.plans
    assert page.of_people
    assert plan.path == ""
    assert [(move.crn, move.receiver, move.state) for move in plan.moves] == [
        ("X000001", "Ann Arbuthnot", "done"),
        ("X000002", "another team", "still with the giver"),
        ("X000003", "another team", "still with the giver"),
    ]
    coming = plans_page(reader_of_newest(planned, "spo1")).plans[0].moves[3]
    assert (coming.crn, coming.giver, coming.receiver) == ("", "another team", "+Bo Plussington")
    assert page.subjects == reader_of_newest(planned, "spo2").own_scope


def test_the_page_of_a_team_counts_the_plans_that_touch_it(planned: Home) -> None:
    assert count_touching(reader_of_newest(planned, "spo1"), ["T1"]) == 1
    assert count_touching(reader_of_newest(planned, "spo3"), ["T4"]) == 0
    assert count_touching(reader_of_newest(planned, "north"), ["T1"]) == 0


def test_the_pages_show_it(planned: Home, pages: FastAPI, signed_in: SignIn) -> None:
    assert "Agreed plans with moves of your people: 1" in signed_in("spo2").get("/team/T1").text
    shown = signed_in("spo2").get("/plans").text
    assert "Moves of your people" in shown
    assert "Still with the giver" in shown
    assert 'href="/what-if/plan/1"' in signed_in("north").get("/plans").text
    assert "No plan has been found for your scope." in signed_in("south").get("/plans").text
    assert signed_in("planner").get("/plans").status_code == 403
