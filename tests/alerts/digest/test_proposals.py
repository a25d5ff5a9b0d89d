"""What a reader learns of the proposals of their scope, and what stays unsaid."""

import html
import math
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from alerts.digest.digest import write_digest
from alerts.digest.privacy import ReaderScope
from alerts.digest.proposals import plan_path, with_proposals
from alerts.digest.ranking import Proposal
from alerts.digest.settings import DigestSettings
from alerts.digest.story import build_story
from tests.alerts.digest.digests import NORTH
from tests.alerts.pictures import Team, hotspot, picture

TEAMS = [Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=80), Team("T13", "F13", "C1", load=85)]
SPOTS = [hotspot("over_threshold", "office", "F11", weeks=9)]
CLUSTERS = pd.DataFrame(
    [
        {"cluster_code": "C1", "elective_moves": 28, "necessary_moves": 2, "newly_over": 0, "full_time_short": 1.5}
        | {"over_before": 14, "over_after": 9}
    ]
)


def units_with(**change: Any) -> pd.DataFrame:
    row = {"level": "office", "code": "F11", "cluster_code": "C1", "capacity_after": 109.8, "to_code": "F12"}
    row |= {"capacity_before": 120.0}
    return pd.DataFrame([row | {"moves_to": 12} | change])


def proposal_for(scope: ReaderScope = NORTH, teams: list[Team] = TEAMS, **change: Any) -> Proposal | None:
    story = build_story(picture(teams, SPOTS), scope, red_line=110, small_team=5)
    (spot,) = with_proposals(story, CLUSTERS, units_with(**change)).live
    return spot.proposal


def test_a_hotspot_has_the_moves_of_its_cluster_and_the_figures_of_its_own() -> None:
    found = proposal_for()
    assert found is not None
    assert (found.before, found.over_before, found.over_after) == (120.0, 14, 9)
    assert (found.moves, found.after, found.newly_over, found.moves_to) == (30, 109.8, 0, 12)
    assert (found.to.split()[-1], found.full_time_short) == ("F12", 1.5)


def test_another_unit_or_no_plan_at_all_gives_nothing() -> None:
    assert proposal_for(code="F12") is None
    story = build_story(picture(TEAMS, SPOTS), NORTH, red_line=110, small_team=5)
    assert with_proposals(story, pd.DataFrame(), pd.DataFrame()) == story


def test_an_office_that_no_email_may_show_is_not_named() -> None:
    small = [TEAMS[0], replace(TEAMS[1], offender_managers=3), replace(TEAMS[2], offender_managers=6)]
    found = proposal_for(teams=small)
    assert found is not None
    assert found.to == ""
    none = proposal_for(to_code=None)
    assert none is not None
    assert none.to == ""


def test_a_reader_of_an_office_learns_nothing_of_the_rest_of_its_cluster() -> None:
    found = proposal_for(ReaderScope("office", "F11", "Office F11"))
    assert found is not None
    assert (found.after, found.to, math.isnan(found.full_time_short)) == (109.8, "", True)


def links_in(scope: ReaderScope, base_url: str = "https://hotspots.example.org") -> list[int]:
    """How often each part of an email links to the plan."""
    facts = replace(picture(TEAMS, SPOTS), proposals=CLUSTERS, proposed_units=units_with())
    content = write_digest(facts, scope, "A reader", DigestSettings(base_url=base_url), charts=False)
    path = "/what-if/proposal?cluster=C1&as_at=2026-11-20"
    return [html.unescape(part).count(f"{base_url}{path}") for part in (content.html, content.text)]


def test_those_who_answer_for_the_cluster_get_a_link_to_the_plan() -> None:
    assert links_in(NORTH) == [1, 1]
    assert links_in(ReaderScope("cluster", "C1", "Cluster C1")) == [1, 1]


def test_the_reader_of_an_office_and_a_service_without_pages_get_no_link() -> None:
    assert links_in(ReaderScope("office", "F11", "Office F11")) == [0, 0]
    assert links_in(NORTH, base_url="") == [0, 0]


def test_a_plan_in_which_nothing_moves_has_no_address() -> None:
    proposal = proposal_for()
    assert proposal is not None
    assert plan_path(proposal, date(2026, 11, 20)) == "/what-if/proposal?cluster=C1&as_at=2026-11-20"
    assert plan_path(replace(proposal, moves=0), date(2026, 11, 20)) == ""
    assert plan_path(None, date(2026, 11, 20)) == ""


def test_both_parts_of_the_email_have_the_sentence() -> None:
    facts = replace(picture(TEAMS, SPOTS), proposals=CLUSTERS, proposed_units=units_with())
    content = write_digest(facts, NORTH, "A reader", DigestSettings(), charts=False)
    for part in (content.html, content.text):
        assert " ".join(part.split()).count("30 moves within the cluster would bring ") == 1
