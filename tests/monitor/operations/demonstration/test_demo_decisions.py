"""The decisions of the demonstration: recorded by whom the people file names, and by no one else."""

from datetime import timedelta

import pytest

from alerts.follow_through.decisions import DecisionKind
from alerts.people import Person, Role, load_people
from monitor.follow_through.record import live_episodes
from monitor.operations.demonstration import demo_decisions
from monitor.operations.demonstration.demo_decisions import DECIDED_AFTER, DECISIONS, SampleDecision, decide_in_sample
from monitor.snapshots.follow_through.decisions import decision_table
from tiering.terms import Level

from ...conftest import Home


@pytest.fixture
def planned(home: Home, monkeypatch: pytest.MonkeyPatch) -> SampleDecision:
    """A decision about an office of the home that is over the threshold, two weeks before the end."""
    episodes = live_episodes(home.store.hotspots(home.newest.id or 0), home.newest.as_at)
    hot = next(one for one in episodes if one.rule == "over_threshold" and one.level in ("office", "team"))
    made = SampleDecision(2, Level(hot.level), hot.code, DecisionKind.RECRUIT, "ACO Hackney", "Two posts.")
    monkeypatch.setattr(demo_decisions, "DECISIONS", (made,))
    return made


def test_a_decision_is_recorded_in_its_week_by_who_answers_for_the_unit(home: Home, planned: SampleDecision) -> None:
    people = load_people(home.settings.people_file, ())
    assert decide_in_sample(home.store, home.newest, people, 3) == 0
    assert decide_in_sample(home.store, home.newest, people, 2) == 1
    (row,) = decision_table(home.store.engine).to_dict("records")
    assert (row["code"], row["kind"], row["decided_by"]) == (planned.code, "recruit", "north@example.org")
    assert decide_in_sample(home.store, home.newest, people, 2) == 0
    assert row["decided_on"].date() == home.newest.as_at + DECIDED_AFTER
    assert row["review_on"].date() == home.newest.as_at + DECIDED_AFTER + timedelta(weeks=4)


def test_without_anyone_who_answers_for_the_unit_nothing_is_decided(home: Home, planned: SampleDecision) -> None:
    planner = Person("planner@example.org", "A Planner", Role.PLANNER, area="all")
    assert decide_in_sample(home.store, home.newest, [planner], planned.weeks_before_last) == 0


def test_the_sample_has_three_decisions_of_which_the_first_is_due_for_review_at_its_end() -> None:
    assert len(DECISIONS) == 3
    assert [DECIDED_AFTER + timedelta(weeks=4) < timedelta(weeks=one.weeks_before_last) for one in DECISIONS] == [
        True,
        False,
        False,
    ]
