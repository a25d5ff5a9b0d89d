"""Which changes of the organisation a reader reads about, from which side, and with which points."""

from dataclasses import replace

import pytest

from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.model import OrganisationWeek
from alerts.digest.organisation import Side, changes_within, names_in
from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.organisation import MOST_LISTED, organisation_lines, organisation_note
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.detection.organisation.weeks import team, week
from tests.alerts.pictures import Team, picture

STAYS = (team("T2", "O1"), team("T3", "O3"), team("T4", "O5"))
MOVED = week(team("T1", "O1"), *STAYS), week(team("T1", "O3"), *STAYS)


def facts(before: OrganisationWeek, now: OrganisationWeek, people: int = 9) -> WeekFacts:
    """A week with these changes, in which every team is of so many offender managers."""
    teams = [
        Team(row["team_code"], row["office_code"], row["cluster_code"], area=row["area_code"], offender_managers=people)
        for row in now.teams.to_dict("records")
    ]
    return replace(picture(teams), changes=find_changes(before, now))


@pytest.mark.parametrize(
    ("level", "code", "side"),
    [
        ("cluster", "C1", Side.LEFT),
        ("cluster", "C2", Side.CAME),
        ("office", "O1", Side.LEFT),
        ("area", "A1", Side.WITHIN),
        ("team", "T1", Side.WITHIN),
        ("all", "all", Side.WITHIN),
        ("cluster", "C3", None),
        ("team", "T3", None),
    ],
)
def test_a_move_concerns_the_giver_the_receiver_and_what_holds_both(level: str, code: str, side: Side | None) -> None:
    told = changes_within(facts(*MOVED), ReaderScope(level, code, code), small_team=5)
    assert [scoped.side for scoped in told] == ([side] if side else [])
    assert all(scoped.has_points for scoped in told)


def test_a_small_team_moves_without_its_points() -> None:
    (told,) = changes_within(facts(*MOVED, people=3), ReaderScope("cluster", "C2", "C2"), small_team=5)
    assert not told.has_points


def test_a_team_reads_that_its_office_or_cluster_has_another_name() -> None:
    now = week(team("T1", "O1", cluster_name="Quince"), team("T2", "O1", cluster_name="Quince"), *STAYS[1:])
    (told,) = changes_within(facts(MOVED[0], now), ReaderScope("team", "T1", "T1"), small_team=1)
    assert (told.change.level, told.side) == ("cluster", Side.WITHIN)
    assert changes_within(facts(MOVED[0], now), ReaderScope("team", "T3", "T3"), small_team=1) == ()


def test_a_unit_under_another_code_reads_about_itself() -> None:
    own = {"people": "abcd", "cases": "efgh"}
    both = week(team("T1", "O1", **own), *STAYS), week(team("X1", "O1", **own), *STAYS)
    (told,) = changes_within(facts(*both), ReaderScope("team", "X1", "X1"), small_team=1)
    assert told.side is Side.WITHIN


def test_the_names_a_sentence_may_hold_are_those_of_both_places() -> None:
    told = changes_within(facts(*MOVED), ReaderScope("cluster", "C2", "C2"), small_team=1)
    assert {"T1", "Team T1", "Office O1", "Cluster C1", "Office O3"} <= names_in(told)


def test_of_very_many_changes_the_first_are_listed() -> None:
    before = [team(f"T{number:02d}", "O1", name="Elm") for number in range(14)]
    now = [team(f"T{number:02d}", "O1", name="Fir") for number in range(14)]
    lines = organisation_lines(build(facts(week(*before, *STAYS), week(*now, *STAYS))))
    assert (len(lines), lines[-1]) == (MOST_LISTED + 1, "4 more changes")


def test_a_note_says_how_figures_are_compared_over_a_split() -> None:
    both = (
        week(team("T1", "O1", people="abcdef", cases="ghijkl"), *STAYS),
        week(team("T1", "O1", people="abcd", cases="ghij"), team("X1", "O1", people="ef", cases="kl"), *STAYS),
    )
    assert "No change is shown for a team" in organisation_note(build(facts(*both)))
    assert organisation_note(build(replace(facts(*both), previous=None, previous_as_at=None))) == ""
    assert organisation_note(build(replace(facts(*both), changes=()))) == ""


def build(drawn: WeekFacts) -> Story:
    return build_story(drawn, ReaderScope("all", "all", "the whole service"), red_line=110, small_team=1)
