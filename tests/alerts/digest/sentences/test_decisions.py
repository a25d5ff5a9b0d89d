"""What was decided about a hotspot, in one line."""

import math
from dataclasses import replace
from datetime import date

import pytest

from alerts.digest.ranking import Cleared, FollowUp, Hotspot
from alerts.digest.sentences.decisions import asks_for_link, decision_line, outcome_line, since_then
from alerts.digest.story import build_story
from alerts.follow_through.decisions import Decision, DecisionKind
from alerts.follow_through.like_units import Judgement, LikeUnits
from tests.alerts.digest.digests import NORTH
from tests.alerts.pictures import Team, hotspot, picture

DECIDED = Decision(
    episode="over_threshold:office:F11:2026-W40",
    number=1,
    rule="over_threshold",
    level="office",
    code="F11",
    as_at=date(2026, 10, 30),
    decided_on=date(2026, 11, 3),
    decided_by="north@example.org",
    kind=DecisionKind.ACCEPT,
    owner="ACO Hackney",
    review_on=date(2026, 12, 1),
)
WITHDRAWN = replace(DECIDED, kind=DecisionKind.WITHDRAWN, review_on=None)


def answer(
    decision: Decision | None, then: float = math.nan, *, is_overdue: bool = False, is_asked: bool = False
) -> FollowUp:
    return FollowUp(decision, then, 113.2, is_overdue=is_overdue, is_asked=is_asked)


def spot_with(follow_up: FollowUp | None, weeks: int = 12, at_least: bool = False) -> Hotspot:
    facts = picture([Team("T11", "F11", "C1", load=120)], [hotspot("over_threshold", "office", "F11", weeks=9)])
    spot = build_story(facts, NORTH, red_line=110, small_team=5).live[0]
    return replace(spot, follow_up=follow_up, weeks=weeks, at_least=at_least)


def test_a_hotspot_without_a_decision_says_so_only_if_one_is_due() -> None:
    assert decision_line(spot_with(None)) == ""
    assert decision_line(spot_with(answer(None))) == ""
    asked = answer(None, is_asked=True)
    assert decision_line(spot_with(asked)) == "No decision recorded for 12 weeks."
    assert decision_line(spot_with(asked, 1)) == "No decision recorded for 1 week."
    assert decision_line(spot_with(asked, 25, at_least=True)) == "No decision recorded for at least 25 weeks."
    assert asks_for_link(spot_with(asked))
    assert not asks_for_link(spot_with(None))


def test_a_decision_says_when_whose_what_and_when_it_is_reviewed() -> None:
    decided = "Decided 3 November, ACO Hackney: accept until review, review"
    assert decision_line(spot_with(answer(DECIDED))) == f"{decided} 1 December."
    assert decision_line(spot_with(answer(DECIDED, 119.7))) == f"{decided} 1 December. Since then down 6.5 pp."
    assert decision_line(spot_with(answer(DECIDED, 113.2))) == f"{decided} 1 December. Since then no change."
    assert decision_line(spot_with(answer(DECIDED, is_overdue=True))) == f"{decided} overdue since 1 December."


def test_a_withdrawn_decision_is_named_and_asks_again() -> None:
    assert decision_line(spot_with(answer(WITHDRAWN))) == "Withdrawn 3 November, ACO Hackney."
    asked = decision_line(spot_with(answer(WITHDRAWN, is_asked=True)))
    assert asked == "Withdrawn 3 November, ACO Hackney. No decision is in force."


LIKE = LikeUnits(7, -1.94, -0.25, 2.4, Judgement.NOT_SHOWN)


@pytest.mark.parametrize(
    ("like", "words"),
    [
        (LIKE, "; 7 like offices without a decision moved between \u22121.9 and +2.4 (middle \u22120.2)."),
        (replace(LIKE, count=4), "; fewer than five like offices to compare with."),
        (None, "."),
    ],
)
def test_beside_the_change_stands_what_like_units_did(like: LikeUnits | None, words: str) -> None:
    line = decision_line(spot_with(replace(answer(DECIDED, 119.7), like=like)))
    assert line.endswith(f"Since then down 6.5 pp{words}")
    assert since_then(replace(answer(DECIDED, 119.7), like=like)).endswith(f"113.2%, down 6.5 pp{words}")


def test_a_fall_beyond_theirs_is_said() -> None:
    worked = replace(answer(DECIDED, 119.7), like=replace(LIKE, judgement=Judgement.WORKED))
    assert decision_line(spot_with(worked)).endswith("(middle \u22120.2). It fell clearly more than they did.")


def test_a_hotspot_that_has_ended_says_what_came_of_its_decision_without_a_review() -> None:
    unit = spot_with(None).unit
    assert outcome_line(Cleared(unit, "no longer over")) == ""
    assert outcome_line(Cleared(unit, "no longer over", follow_up=answer(WITHDRAWN))) == ""
    line = outcome_line(Cleared(unit, "no longer over", follow_up=answer(DECIDED, 119.7)))
    assert line == "Decided 3 November, ACO Hackney: accept until review. Since then down 6.5 pp."


def test_pages_say_what_the_capacity_was_and_is() -> None:
    assert since_then(answer(DECIDED, 119.7)) == "Since then 119.7% \N{RIGHTWARDS ARROW} 113.2%, down 6.5 pp."
    assert since_then(answer(DECIDED)) == ""
