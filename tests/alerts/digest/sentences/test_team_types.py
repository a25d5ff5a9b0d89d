"""The sentence about a type of team; what it is about is tested with the story."""

from dataclasses import replace

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.team_types import HeavyType
from alerts.digest.sentences.team_types import heavy_type_line
from alerts.digest.story import build_story
from alerts.wording import TEAM_TYPES
from tests.alerts.pictures import Team, picture
from tiering.terms import TeamType

STORY = build_story(
    picture([Team("T1", "F1", "C1", load=100)]), ReaderScope("cluster", "C1", "Hackney"), red_line=110, small_team=5
)


def test_every_type_of_team_has_words() -> None:
    assert set(TEAM_TYPES) == set(TeamType)


def test_without_a_heavy_type_there_is_no_sentence() -> None:
    assert heavy_type_line(STORY) == ""


def test_the_sentence_has_the_figures_of_the_type() -> None:
    heavy = replace(STORY, heavy_type=HeavyType("ppu", 2, 121.25, 10.04))
    assert heavy_type_line(heavy) == (
        "Public protection teams are at 121.2% of their capacity, 10.0 percentage points above Hackney as a whole (2 "
        "teams)."
    )
