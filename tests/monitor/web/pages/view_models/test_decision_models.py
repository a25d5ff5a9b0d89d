"""A page that is the same for all readers lets no one decide."""

from alerts.digest.ranking import Hotspot
from alerts.digest.story import build_story
from monitor.web.pages.view_models.decision_models import NOTHING_TO_DECIDE, DecisionFilters, DecisionsPage, no_decision
from tests.alerts.digest.digests import NORTH
from tests.alerts.pictures import Team, hotspot, picture


def a_spot() -> Hotspot:
    facts = picture([Team("T11", "F11", "C1", load=120)], [hotspot("over_threshold", "office", "F11", weeks=9)])
    return build_story(facts, NORTH, red_line=110, small_team=5).live[0]


def test_a_page_without_a_reader_leads_to_no_form() -> None:
    assert no_decision(a_spot()) == ""


def test_an_empty_list_is_one_page_of_nothing() -> None:
    page = DecisionsPage(title="Decisions", counts=NOTHING_TO_DECIDE, by_kind={}, chosen=DecisionFilters())
    assert (page.part.number, page.part.pages, page.ended) == (1, 1, ())
