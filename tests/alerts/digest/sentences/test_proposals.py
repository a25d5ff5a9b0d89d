"""What moves within its cluster would bring a hotspot, in one sentence."""

import math
from dataclasses import replace

import pytest

from alerts.digest.ranking import Hotspot, Proposal
from alerts.digest.sentences.proposals import proposal_line
from alerts.digest.story import build_story
from tests.alerts.digest.digests import NORTH
from tests.alerts.pictures import Team, hotspot, picture

PROPOSAL = Proposal(
    moves=30,
    before=120.0,
    after=109.8,
    over_before=14,
    over_after=9,
    newly_over=0,
    to="Romford",
    moves_to=12,
    full_time_short=0.0,
    cluster="C1",
)


def spot_with(proposal: Proposal | None, level: str = "office") -> Hotspot:
    facts = picture([Team("T11", "F11", "C1", load=120)], [hotspot("over_threshold", "office", "F11", weeks=9)])
    spot = build_story(facts, NORTH, red_line=110, small_team=5).live[0]
    return replace(spot, unit=replace(spot.unit, level=level, name="Stratford"), proposal=proposal)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {},
            "30 moves within the cluster would bring Stratford to 109.8% and no offender manager over 110% who is not "
            "now; 12 of them to Romford.",
        ),
        (
            {"moves": 1, "newly_over": 1, "to": ""},
            "1 move within the cluster would bring Stratford to 109.8% and 1 offender manager over 110% who is not "
            "now.",
        ),
        (
            {"newly_over": 2, "to": ""},
            "30 moves within the cluster would bring Stratford to 109.8% and 2 offender managers over 110% who are not "
            "now.",
        ),
        (
            {"after": 118.1, "full_time_short": 4.44},
            "30 moves within the cluster would leave Stratford at 118.1%, still over 110%: the cluster is short of 4.4 "
            "full-time offender managers.",
        ),
        ({"after": 110.04}, "30 moves within the cluster would leave Stratford just over 110%."),
        ({"after": 118.1}, "30 moves within the cluster would leave Stratford at 118.1%, still over 110%."),
        (
            {"after": 118.1, "full_time_short": math.nan},
            "30 moves within the cluster would leave Stratford at 118.1%, still over 110%.",
        ),
        (
            {"before": 115.3, "after": 115.5, "full_time_short": 4.44},
            "30 moves within the cluster would raise Stratford from 115.3% to 115.5%: they relieve people, not "
            "offices. In the cluster 9 offender managers would be over 110%, not 14. The cluster is short of 4.4 "
            "full-time offender managers.",
        ),
        (
            {"before": 109.84, "over_after": 1},
            "30 moves within the cluster would leave Stratford at 109.8%, as it is now: they relieve people, not "
            "offices. In the cluster 1 offender manager would be over 110%, not 14.",
        ),
        (
            {"before": 108.0, "over_after": 0},
            "30 moves within the cluster would raise Stratford from 108.0% to 109.8%: they relieve people, not "
            "offices. In the cluster no offender manager would be over 110%, not 14.",
        ),
        (
            {"before": 108.0, "over_after": 14},
            "30 moves within the cluster would raise Stratford from 108.0% to 109.8%: they relieve people, not "
            "offices.",
        ),
        (
            {"before": 108.0, "over_before": math.nan, "over_after": math.nan},
            "30 moves within the cluster would raise Stratford from 108.0% to 109.8%: they relieve people, not "
            "offices.",
        ),
        (
            {"before": math.nan, "after": 118.1},
            "30 moves within the cluster would leave Stratford at 118.1%, still over 110%.",
        ),
        ({"moves": 0}, ""),
    ],
)
def test_the_sentence_of_an_office(change: dict[str, float], said: str) -> None:
    assert proposal_line(spot_with(replace(PROPOSAL, **change)), 110) == said


@pytest.mark.parametrize(
    ("short", "said"),
    [
        (4.44, "Moves within the cluster cannot bring it under 110%: it is short of 4.4 full-time offender managers."),
        (0.04, ""),
        (0.0, ""),
    ],
)
def test_a_cluster_cannot_be_relieved_from_within(short: float, said: str) -> None:
    assert proposal_line(spot_with(replace(PROPOSAL, full_time_short=short), level="cluster"), 110) == said


def test_without_a_plan_nothing_is_said() -> None:
    assert proposal_line(spot_with(None), 110) == ""
