"""What a run proposes about a hotspot: on the pages of units, the start page and the form of a decision."""

import html
from dataclasses import replace

import pytest

from monitor.web.pages.follow_through.decide import decide_page
from monitor.web.pages.follow_through.decisions import scope_story
from monitor.web.pages.units.unit import unit_page
from monitor.web.pages.view_models.proposals import NO_PROPOSAL, no_proposal, proposal_shown

from ...conftest import ReaderAs, SignIn

LINE = "within the cluster would"
PLAN = "/what-if/proposal?cluster=C1&as_at=2026-11-20"


@pytest.mark.parametrize(
    ("name", "path", "plan"),
    [
        ("north", "/office/O1", PLAN),
        ("aco1", "/cluster/C1", PLAN),
        ("planner", "/office/O1", PLAN),
        ("north", "/", PLAN),
        ("spo1", "/office/O1", ""),
        ("spo1", "/", ""),
    ],
)
def test_a_hotspot_has_the_sentence_and_those_who_read_plans_the_link(
    name: str, path: str, plan: str, signed_in: SignIn
) -> None:
    page = html.unescape(signed_in(name).get(path).text)
    assert page.count(LINE) == 1
    assert page.count("/what-if/proposal") == page.count(PLAN) == bool(plan)


def test_a_unit_without_a_proposal_says_nothing(signed_in: SignIn, reader_as: ReaderAs) -> None:
    assert LINE not in signed_in("south").get("/").text
    reader = reader_as("north")
    spot = scope_story(reader).live[0]
    assert proposal_shown(reader, replace(spot, proposal=None)) == no_proposal(spot) == NO_PROPOSAL
    page = unit_page(reader, "office", "O1")
    assert PLAN in {page.propose(spot).plan for spot in page.story.live}


@pytest.mark.parametrize(("name", "may"), [("north", True), ("spo1", False)])
def test_the_form_of_a_decision_has_it_too_and_offers_its_plan_to_those_who_may_agree_it(
    name: str, may: bool, reader_as: ReaderAs
) -> None:
    reader = reader_as(name)
    (spot,) = [spot for spot in scope_story(reader).live if (spot.unit.level, spot.unit.code) == ("office", "O1")]
    asked = replace(reader, query={"unit": "office/O1", "episode": spot.episodes[0]})
    page = decide_page(asked, [], wants_plan=True)
    assert (page.may_agree, page.proposal.plan, page.wants_plan) == (may, PLAN if may else "", True)
    assert LINE in page.proposal.line
