"""The form of a decision: about one hotspot of the latest figures, with everything decided before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.follow_through.decisions import DecisionKind
from alerts.people import load_people
from monitor.follow_through.terms import SentTerms
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.follow_through.decide import decide_page, episode_asked

from ....conftest import Home
from ...conftest import reader_of_newest
from .test_decisions import TODAY, decide


def reader(home: Home, name: str = "north", decided: int = 1) -> Reader:
    for number in range(decided):
        episode = decide(home, seen=number)
    words = {"unit": f"{episode.level}/{episode.code}", "episode": episode.identity}
    return replace(reader_of_newest(home, name, **words), today=TODAY)


def test_the_form_shows_what_was_decided_and_offers_to_withdraw_it(home: Home) -> None:
    asked, people = reader(home, decided=2), load_people(home.settings.people_file, ())
    page = decide_page(asked, people)
    assert [shown.decision.number for shown in page.made] == [2, 1]
    assert [shown.is_new for shown in page.made] == [False, False]
    assert page.seen == 2
    assert DecisionKind.WITHDRAWN in page.kinds
    assert page.usual_review == TODAY + timedelta(weeks=4)
    assert page.latest_review == TODAY + timedelta(weeks=13)
    assert "Director North" in page.owners
    assert "An Officer" not in page.owners


def test_what_was_decided_meanwhile_is_marked_and_what_was_typed_is_kept(home: Home) -> None:
    sent = SentTerms("recruit", "Someone", "why", "2026-12-01")
    page = decide_page(reader(home, decided=2), (), sent, {"": "read it"}, 1)
    assert [(shown.decision.number, shown.is_new) for shown in page.made] == [(2, True), (1, False)]
    assert (page.sent, page.faults) == (sent, {"": "read it"})


def test_a_withdrawal_needs_something_in_force(home: Home) -> None:
    asked = reader(home)
    decide(home, "withdrawn", seen=1)
    page = decide_page(asked, ())
    assert DecisionKind.WITHDRAWN not in page.kinds
    assert page.made[0].line == "Withdrawn 22 November, ACO Hackney."


def test_the_form_is_about_a_hotspot_of_the_latest_figures(home: Home) -> None:
    asked = reader(home)
    with pytest.raises(NotFound):
        episode_asked(replace(asked, query={**asked.query, "episode": "nothing"}))
    assert asked.previous is not None
    with pytest.raises(NotFound):
        episode_asked(replace(asked, week=asked.previous))
    with pytest.raises(Forbidden):
        episode_asked(reader_of_newest(home, "planner", **asked.query))
