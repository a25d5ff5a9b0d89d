"""What is new for a reader since their last digest, kind by kind, and what is not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.detection.organisation.model import ChangeKind, OrganisationChange
from alerts.digest.news import LastDigest, News, find_news
from alerts.digest.privacy import ReaderScope
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.concerns import CountedConcern
from alerts.intake_gaps import IntakeGaps
from tests.alerts.pictures import AS_AT, Team, hotspot, picture
from tiering.terms import Level

NORTH = ReaderScope("area", "N", "North")
OFFICE = ReaderScope("office", "F1", "Office F1")
HOME = [
    Team("T1", "F1", "C1", load=100, high_risk_overdue=0),
    Team("T2", "F2", "C1", load=100, high_risk_overdue=0),
    Team("T9", "F9", "C9", area="S", load=100, high_risk_overdue=0),
]
HOT = hotspot("over_threshold", "office", "F1")


def week(teams: Sequence[Team] = HOME, spots: Sequence[Mapping[str, Any]] = (HOT,), **given: Any) -> WeekFacts:
    return picture(teams, spots, **given)


def last_of(facts: WeekFacts, days: int = 7) -> LastDigest:
    """A digest about these figures, some days before."""
    return LastDigest(
        as_at=AS_AT - timedelta(days=days),
        policy_fingerprint=facts.policy_fingerprint,
        units=facts.workload,
        hotspots=facts.hotspots,
        organisation=facts.organisation,
        changes=facts.changes,
        gaps=facts.gaps,
        teams_without_data=facts.teams_without_data,
    )


def news(now: WeekFacts, before: WeekFacts | None = None, scope: ReaderScope = NORTH, days: int = 7) -> frozenset[News]:
    last = None if before is None else last_of(before, days)
    return find_news(now, scope, last, red_line=110, small_team=5)


def with_team(number: int, **change: Any) -> list[Team]:
    return [replace(team, **change) if place == number else team for place, team in enumerate(HOME)]


def test_the_same_figures_are_nothing_new_and_the_first_are() -> None:
    assert news(week(), week()) == frozenset()
    assert news(week()) == {News.FIRST}


def test_a_correction_another_policy_and_a_week_without_snapshot_are_news() -> None:
    assert news(week(revision=2), week()) == {News.CORRECTION}
    assert news(week(policy_fingerprint="other"), week()) == {News.POLICY}
    monday = AS_AT - timedelta(days=AS_AT.weekday())
    assert news(week(missing_weeks=(monday - timedelta(weeks=1),)), week(), days=14) == {News.DATA}
    assert news(week(missing_weeks=(monday - timedelta(weeks=9),)), week(), days=14) == frozenset()


@pytest.mark.parametrize(
    "gaps",
    [
        IntakeGaps(missing=("cases.rosh",)),
        IntakeGaps(unmatched=300, with_officer=900, unmatched_accepted=True),
        IntakeGaps(rejected=500, rejected_share=0.2, rejected_share_before=0.01),
    ],
)
def test_what_an_extract_begins_or_ceases_to_lack_is_news(gaps: IntakeGaps) -> None:
    assert news(week(gaps=gaps), week()) == news(week(), week(gaps=gaps)) == {News.DATA}
    assert news(week(gaps=gaps), week(gaps=replace(gaps, unmatched=301, with_officer=901))) == frozenset()


def test_a_team_without_data_is_news_to_those_who_read_it() -> None:
    empty = week(teams_without_data=("T2",))
    assert news(empty, week()) == news(week(), empty) == {News.DATA}
    assert news(empty, week(), OFFICE) == frozenset()


@pytest.mark.parametrize("spot", [hotspot("over_threshold", "office", "F2"), hotspot("rising", "cluster", "C1")])
def test_a_hotspot_or_a_sign_that_begins_or_ends_is_news(spot: dict[str, Any]) -> None:
    ended = spot | {"status": "cleared"}
    assert news(week(spots=[HOT, spot]), week()) == {News.HOTSPOTS}
    assert news(week(spots=[HOT]), week(spots=[HOT, spot])) == {News.HOTSPOTS}
    assert news(week(spots=[HOT, ended]), week(spots=[HOT, spot])) == {News.HOTSPOTS}
    assert news(week(spots=[HOT, spot]), week(), OFFICE) == frozenset()


def test_a_hotspot_that_is_still_called_new_or_cleared_is_nothing_new() -> None:
    new = hotspot("over_threshold", "office", "F2", status="new")
    ended = hotspot("rising", "office", "F1", status="cleared")
    continuing = new | {"status": "continuing", "weeks": 6}
    assert news(week(spots=[HOT, new, ended]), week(spots=[HOT, new, ended]), days=1) == frozenset()
    assert news(week(spots=[HOT, continuing]), week(spots=[HOT, new, ended])) == frozenset()


def test_an_escalation_is_news_and_its_end_is_not() -> None:
    escalated, later = HOT | {"escalated": 4.0}, HOT | {"escalated": 8.0}
    assert news(week(spots=[escalated]), week()) == {News.HOTSPOTS}
    assert news(week(spots=[later]), week(spots=[escalated])) == {News.HOTSPOTS}
    assert news(week(spots=[escalated]), week(spots=[escalated])) == frozenset()
    assert news(week(), week(spots=[escalated])) == frozenset()


@pytest.mark.parametrize("change", [{"load": 111}, {"has_hours": False}])
def test_a_unit_that_crosses_the_red_line_is_news(change: dict[str, Any]) -> None:
    over = week(with_team(1, **change))
    assert news(over, week()) == news(week(), over) == {News.HOTSPOTS}
    assert news(over, week(), OFFICE) == frozenset()
    assert news(week(with_team(1, load=109)), week()) == frozenset()


def test_a_small_unit_is_no_news_whatever_happens_in_it() -> None:
    small = with_team(1, offender_managers=2)
    hot = with_team(1, offender_managers=2, load=130)
    spot = hotspot("over_threshold", "office", "F2")
    # The office that gives the small one away is withheld too, so only the cluster is left to see.
    assert news(week(hot, [HOT, spot]), week(small)) == frozenset()


def test_the_first_and_the_last_late_assessment_of_high_rosh_is_news() -> None:
    late = week(with_team(0, high_risk_overdue=1))
    assert news(late, week()) == news(week(), late) == news(late, week(), OFFICE) == {News.LATENESS}
    assert news(week(with_team(0, high_risk_overdue=7)), late) == frozenset()
    assert news(week(with_team(2, high_risk_overdue=7)), week()) == frozenset()


def test_a_concern_without_an_answer_is_news_until_it_has_one() -> None:
    office = frozenset({("office", "F1")})
    waits = replace(week(), concerns=(CountedConcern(office, AS_AT - timedelta(days=30)),))
    assert news(waits, week(), OFFICE) == {News.CONCERNS}
    answered = replace(week(), concerns=(CountedConcern(office, None),))
    assert news(answered, week(), OFFICE) == frozenset()


@pytest.mark.parametrize(
    "teams",
    [
        with_team(1, name="Renamed"),
        with_team(1, office="F1"),
        with_team(1, cluster="C2"),
        with_team(1, area="S"),
        HOME[:1] + HOME[2:],
        [*HOME, Team("T3", "F2", "C1", high_risk_overdue=0)],
    ],
    ids=["renamed", "moved to an office", "moved to a cluster", "left", "gone", "new"],
)
def test_another_organisation_is_news_to_those_who_read_it(teams: list[Team]) -> None:
    assert News.ORGANISATION in news(week(teams), week())
    assert News.ORGANISATION in news(week(), week(teams))
    south = ReaderScope("area", "S", "South")
    assert (News.ORGANISATION in news(week(teams), week(), south)) is (teams[1].area == "S" and teams[1].code == "T2")


def test_a_code_that_stands_for_another_team_is_news_once() -> None:
    reused = OrganisationChange(
        kind=ChangeKind.REUSED,
        level=Level.TEAM,
        code="T1",
        name="Team T1",
        previous_code="T1",
        previous_name="Team T1",
        above=({"level": "office", "code": "F1", "name": "F1"}, {"level": "area", "code": "N", "name": "N"}),
        previous_above=({"level": "office", "code": "F1", "name": "F1"}, {"level": "area", "code": "N", "name": "N"}),
    )
    now = week(changes=(reused,))
    assert news(now, week()) == {News.ORGANISATION}
    # Friday against Thursday: both are compared with the week before.
    assert news(now, now, days=1) == frozenset()
    assert news(now, week(), days=1) == {News.ORGANISATION}
    # What changed the week before is another change.
    assert news(now, now, days=7) == {News.ORGANISATION}
    assert news(now, week(), ReaderScope("office", "F2", "Office F2")) == frozenset()


def test_the_whole_service_and_several_teams_have_news_too() -> None:
    everything, teams = ReaderScope("all", "all", "the whole service"), ReaderScope("team", "T1", "teams", ("T2",))
    over = week(with_team(1, load=math.nextafter(110, 111)))
    for scope in (everything, teams):
        assert news(week(), week(), scope) == frozenset()
        assert news(over, week(), scope) == {News.HOTSPOTS}
