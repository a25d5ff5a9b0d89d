"""The words of the page of one case; test_who_routes has it in a browser."""

from dataclasses import replace
from datetime import date
from typing import Any

from alerts.people import Role
from monitor.redistribution.results.tables.receivers import Receiver
from monitor.redistribution.results.who import Who
from monitor.web.what_if.pages.who import who_page

TAKER = Receiver("M1", "T1", "Ann", "PO", "Office", 60.0, 62.5, 3.0, False, ("newly qualified",), 110.0)
ANSWER = Who("X1", date(2026, 11, 20), None, "T1", (TAKER, replace(TAKER, over_line=True)), ())


class Asked:
    """A reader of a role."""

    def __init__(self, role: Role) -> None:
        self.sight = self
        self.person = self
        self.role = role


def words(role: Role, *given: Any) -> Any:
    asked: Any = Asked(role)
    return who_page(asked, *given)


def test_each_person_is_shown_with_the_load_without_and_with_the_case() -> None:
    first, second = words(Role.PLANNER, "X1", ANSWER).words["receivers"]
    assert (first.capacity, first.over_line, first.against) == ("60% to 62%", False, ("newly qualified",))
    assert second.over_line


def test_only_a_planner_is_led_back_to_the_what_ifs() -> None:
    assert words(Role.PLANNER).trail == (("What-if", "/what-if"),)
    assert words(Role.SPO).trail == ()


def test_a_case_that_is_not_there_shows_no_one() -> None:
    page = words(Role.SPO, "X9", None)
    assert (page.words["found"], page.words["receivers"], page.words["held_by"]) == (False, (), "")
