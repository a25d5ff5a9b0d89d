"""What was decided about each hotspot, and which of them wait for a decision."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from alerts.detection.episodes import identity_of, iso_week, places_of
from alerts.digest.digest import write_digest
from alerts.digest.disclosure.leak_check import find_leaks_to_reader
from alerts.digest.follow_up import decision_facts, with_decisions, with_moves
from alerts.digest.settings import DigestSettings
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.decisions import Decision, DecisionKind
from alerts.follow_through.like_units import DTYPES, empty_outcomes
from alerts.follow_through.outcomes import COUNTS, MOVE_COLUMNS
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


def outcomes_of(decision: Decision, then: float = 119.5, like_units: int = 0, low: float = math.nan) -> pd.DataFrame:
    """What came of one decision, as found before any digest is written."""
    row = {
        **dict.fromkeys(DTYPES, 0),
        "episode": decision.episode,
        "number": decision.number,
        "level": decision.level,
        "code": decision.code,
        "capacity_then": then,
        "capacity_now": 113.0,
        "like_units": like_units,
        "like_low": low,
        "like_middle": low,
        "like_high": low,
        "judgement": "no_comparison" if math.isnan(low) else "worked",
    }
    return pd.DataFrame([row]).astype(DTYPES)


def story_with(*decisions: Decision, on: date = AS_AT, outcomes: pd.DataFrame | None = None) -> Story:
    facts = picture(TEAMS, SPOTS)
    frame = outcomes_of(decisions[0]) if outcomes is None else outcomes
    decided = decision_facts(decisions, places_of(facts.hotspots, AS_AT), frame, on, facts.decision_after)
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


def test_nothing_is_said_of_what_happened_since_where_the_week_does_not_compare() -> None:
    spot = story_with(a_decision(), outcomes=empty_outcomes()).live[-1]
    assert spot.follow_up is not None
    assert spot.follow_up.decision is not None
    assert spot.follow_up.then != spot.follow_up.then


def test_the_digest_says_what_was_decided_and_asks_for_what_was_not() -> None:
    facts = replace(picture(TEAMS, SPOTS), decisions=(a_decision(),), decision_outcomes=outcomes_of(a_decision()))
    said = line_of(facts, "https://hotspots.example.org")
    decided = "Decided 7 November, ACO Hackney: redistribute, review 5 December. Since then down 6.5 pp; fewer than "
    assert said.count(decided) == 2
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


def test_the_digest_says_what_like_units_did_meanwhile() -> None:
    outcomes = outcomes_of(a_decision(), like_units=7, low=-1.94)
    said = line_of(replace(picture(TEAMS, SPOTS), decisions=(a_decision(),), decision_outcomes=outcomes))
    like = "7 like offices without a decision moved between \u22121.9 and \u22121.9 (middle \u22121.9)."
    assert said.count(f"Since then down 6.5 pp; {like} It fell clearly more than they did.") == 2


def test_a_hotspot_that_has_ended_says_once_what_was_decided_and_what_came_of_it() -> None:
    ended = hotspot("over_threshold", "office", "F11", status="cleared", weeks=9)
    facts = picture([Team("T11", "F11", "C1", load=101), ONE_COLD_CLUSTER], [ended])
    decision = replace(a_decision(), episode=identity_of(ended, AS_AT))
    said = line_of(replace(facts, decisions=(decision,), decision_outcomes=outcomes_of(decision)))
    line = "Decided 7 November, ACO Hackney: redistribute. Since then down 18.5 pp; fewer than five like offices"
    assert said.count(line) == 2
    withdrawn = replace(decision, number=2, kind=DecisionKind.WITHDRAWN)
    assert "Withdrawn" not in line_of(replace(facts, decisions=(decision, withdrawn)))


def test_the_digest_counts_the_units_that_were_reviewed_and_are_below_the_line() -> None:
    reviewed = replace(a_decision(number=2), decided_on=AS_AT)
    gone = replace(a_decision("F12"), episode="over_threshold:office:F12:2026-W20")
    again = replace(gone, number=2, decided_on=AS_AT)
    elsewhere = [replace(decision, episode="x:office:S1:2026-W20", code="S1") for decision in (gone, again)]
    facts = replace(picture(TEAMS, SPOTS), decisions=(a_decision(), reviewed, gone, again, *elsewhere))
    assert "Of 2 reviewed, 0 are at or below 110%." in line_of(facts)
    cool = [Team("T11", "F11", "C1", load=110), *TEAMS[1:]]
    assert "Of 2 reviewed, 1 is at or below 110%." in line_of(replace(facts, workload=picture(cool).workload))
    assert "reviewed" not in line_of(replace(facts, decisions=(a_decision(), gone)))


def test_the_digest_counts_the_moves_of_agreed_plans_that_its_own_offices_give() -> None:
    rows = [[1, "F11", 20, 12, 9, 2, 1, 0], [2, "F12", 10, 8, 3, 4, 1, 0], [2, "S1", 99, 99, 99, 0, 0, 0]]
    facts = replace(picture(TEAMS, SPOTS), agreed_moves=pd.DataFrame(rows, columns=MOVE_COLUMNS))
    counts = "30 moves, 20 due by now: 12 done, 6 still with the giver, 2 gone elsewhere, 0 ended"
    assert line_of(facts).count(f"Agreed plans: {counts}.") == 2
    story = build_story(facts, NORTH, red_line=110, small_team=5)
    assert with_moves(story, facts.agreed_moves.iloc[2:]).agreed_moves == {}
    assert list(with_moves(story, facts.agreed_moves).agreed_moves) == COUNTS
