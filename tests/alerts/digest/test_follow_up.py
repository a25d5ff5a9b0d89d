"""What was decided about each hotspot, and which of them wait for a decision."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from alerts.detection.episodes import iso_week
from alerts.digest.digest import write_digest
from alerts.digest.follow_up import decision_facts, with_decisions
from alerts.digest.leak_check import find_leaks_to_reader
from alerts.digest.settings import DigestSettings
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.decisions import Decision, DecisionKind
from tests.alerts.digest.digests import NORTH, ONE_COLD_CLUSTER
from tests.alerts.digest.messages import bytes_of
from tests.alerts.pictures import AS_AT, Team, hotspot, picture
from tests.alerts.reading import words_of

TEAMS = [Team("T11", "F11", "C1", load=113), Team("T12", "F12", "C1", load=115), ONE_COLD_CLUSTER]
SINCE = AS_AT - timedelta(weeks=5)
SPOTS = [hotspot("over_threshold", "office", code, weeks=weeks) for code, weeks in (("F11", 9), ("F12", 12))]


def a_decision(code: str = "F11", kind: DecisionKind = DecisionKind.REDISTRIBUTE, number: int = 1) -> Decision:
    return Decision(
        episode=f"over_threshold:office:{code}:{iso_week(SINCE)}",
        number=number,
        rule="over_threshold",
        level="office",
        code=code,
        as_at=AS_AT - timedelta(weeks=2),
        decided_on=AS_AT - timedelta(days=13),
        decided_by="north@example.org",
        kind=kind,
        owner="ACO Hackney",
        review_on=None if kind is DecisionKind.WITHDRAWN else AS_AT + timedelta(days=15),
    )


def weeks_of(percentage: float = 119.5, people: int = 12, alike: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "as_at": [pd.Timestamp(AS_AT - timedelta(weeks=2))],
            "level": ["office"],
            "code": ["F11"],
            "offender_managers": [people],
            "total_points": [1.0],
            "available_points": [1.0],
            "capacity_percentage": [percentage],
            "is_comparable": [alike],
            "high_risk_overdue": [0],
        }
    )


def story_with(*decisions: Decision, on: date = AS_AT, weeks: pd.DataFrame | None = None) -> Story:
    facts = picture(TEAMS, SPOTS)
    frame = weeks_of() if weeks is None else weeks
    decided = decision_facts(decisions, frame, on, facts.decision_after, small_team=5)
    return with_decisions(build_story(facts, NORTH, red_line=110, small_team=5), decided)


def line_of(facts: WeekFacts, base_url: str = "") -> str:
    digest = write_digest(facts, NORTH, "Director North", DigestSettings(base_url=base_url), charts=False)
    assert " ".join(digest.text.split()) != ""
    return " ".join(digest.text.split()) + " | " + words_of(digest.html)


def test_a_decision_in_force_ends_the_asking_and_says_what_happened_since() -> None:
    story = story_with(a_decision())
    follow = {spot.unit.code: spot.follow_up for spot in story.hotspots}
    assert (story.asking, story.reviews_overdue) == (1, 0)
    assert follow["F11"] is not None
    assert round(follow["F11"].change, 1) == -6.5
    assert follow["F12"] is not None
    assert follow["F12"].is_asked


def test_a_withdrawn_decision_lets_the_rules_ask_again() -> None:
    assert story_with(a_decision(), a_decision(kind=DecisionKind.WITHDRAWN, number=2)).asking == 2


def test_a_review_is_overdue_after_its_day() -> None:
    assert story_with(a_decision(), on=AS_AT + timedelta(days=16)).reviews_overdue == 1


@pytest.mark.parametrize("weeks", [weeks_of(people=4), weeks_of(alike=False), weeks_of().iloc[:0]])
def test_nothing_is_said_of_what_happened_since_where_the_week_does_not_compare(weeks: pd.DataFrame) -> None:
    spot = story_with(a_decision(), weeks=weeks).live[-1]
    assert spot.follow_up is not None
    assert spot.follow_up.decision is not None
    assert spot.follow_up.then != spot.follow_up.then


def test_a_decision_of_this_week_has_no_since() -> None:
    spot = story_with(replace(a_decision(), as_at=AS_AT)).live[-1]
    assert spot.follow_up is not None
    assert spot.follow_up.change != spot.follow_up.change


def test_the_digest_says_what_was_decided_and_asks_for_what_was_not() -> None:
    facts = replace(picture(TEAMS, SPOTS), decisions=(a_decision(),), weeks=weeks_of())
    said = line_of(facts, "https://hotspots.example.org")
    assert said.count("Decided 7 November, ACO Hackney: redistribute, review 5 December. Since then down 6.5 pp.") == 2
    assert said.count("No decision recorded for 12 weeks.") == 2
    assert "Record one: https://hotspots.example.org/office/F12 " in said
    assert "1 of them is due a decision." in said
    assert "Record one" not in line_of(facts)


def test_the_digest_counts_overdue_reviews() -> None:
    late = replace(a_decision(), review_on=AS_AT - timedelta(days=1))
    said = line_of(replace(picture(TEAMS, SPOTS), decisions=(late,)))
    assert "ACO Hackney: redistribute, review overdue since 19 November." in said
    assert "1 review of decisions is overdue." in said


def test_an_owner_may_have_the_surname_of_an_offender_manager_and_the_digest_still_goes() -> None:
    facts = replace(
        picture(TEAMS, SPOTS),
        decisions=(replace(a_decision(), owner="Zoe Quillfeather"),),
        surnames=frozenset({"Quillfeather"}),
    )
    digest = write_digest(facts, NORTH, "Director North", DigestSettings(), charts=False)
    assert "Zoe Quillfeather" in digest.text
    assert find_leaks_to_reader(bytes_of(digest), facts, NORTH, "Director North", "OFFICIAL-SENSITIVE") == []
    unknown = replace(facts, decisions=())
    assert find_leaks_to_reader(bytes_of(digest), unknown, NORTH, "Director North", "OFFICIAL-SENSITIVE") != []
