"""Verdict, subject line and preheader."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.detection.direction import Course, Direction, Measure, MeasuredWeek
from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.headline import further_counts, possessive, preheader, subject, verdict
from alerts.digest.settings import DigestSettings
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts
from alerts.intake_gaps import IntakeGaps
from tests.alerts.digest.digests import NORTH, ONE_COLD_CLUSTER, digest_of, three_clusters
from tests.alerts.pictures import AS_AT, Team, london, picture

BLIND = DigestSettings()
CALM = Team("T11", "F11", "C1", load=80, over=0, high_risk_overdue=0)


def story_of(drawn: WeekFacts, scope: ReaderScope = NORTH) -> Story:
    return build_story(drawn, scope, red_line=110, small_team=5)


def week(weeks_back: int, over: float, late: float, points: float = 0.0, units: int = 24) -> MeasuredWeek:
    return MeasuredWeek(
        as_at=AS_AT - timedelta(weeks=weeks_back),
        units=units,
        units_over=over,
        units_without_capacity=0,
        points_over=points,
        available_points=700_000,
        capacity=104.0,
        high_risk_overdue=late,
    )


def told(direction: Direction, *weeks: MeasuredWeek) -> Story:
    """The story of London, 11 of its 24 offices over and 42 assessments overdue, after these weeks."""
    return replace(story_of(london()), direction=direction, measured=(*weeks, week(0, 11, 42, 9000)))


QUARTER = (week(13, 4, 30, 2000), week(4, 7, 44, 4000), week(1, 9, 42, 7000))


def test_the_first_sentence_says_worse_than_when_by_which_count_and_what_it_was() -> None:
    story = told(Direction(Course.WORSE, 1, (Measure.UNITS_OVER,)), *QUARTER)
    before = "last week 9, 4 weeks ago 7, 13 weeks ago 4"
    assert verdict(story) == f"Worse than last week: 11 of 24 offices over 110% ({before})."
    late = "42 high RoSH assessments overdue (last week 42, 4 weeks ago 44, 13 weeks ago 30)."
    whole = "North London at 106.5% of capacity (last week 104.0%, 4 weeks ago 104.0%, 13 weeks ago 104.0%)."
    assert further_counts(story) == [late, whole]
    assert subject(story, 1, BLIND) == (
        "OFFICIAL-SENSITIVE: Worse: 11 of 24 offices over 110%, last week 9, North London"
    )


def test_a_slow_change_names_the_week_it_is_compared_with() -> None:
    story = told(Direction(Course.WORSE, 13, (Measure.UNITS_OVER, Measure.POINTS_OVER)), *QUARTER)
    assert verdict(story).startswith("Worse than 13 weeks ago: 11 of 24 offices over 110% (")
    points = "The offices over 110% are 9,000 points over it (last week 7,000, 4 weeks ago 4,000, 13 weeks ago 2,000)."
    assert further_counts(story)[1] == points
    assert subject(story, 1, BLIND) == "OFFICIAL-SENSITIVE: Worse than 13 weeks ago: 11 of 24 offices over 110%, then 4"


def test_where_assessments_alone_decide_they_come_first() -> None:
    story = told(Direction(Course.BETTER, 4, (), (Measure.HIGH_RISK_OVERDUE,)), *QUARTER)
    assert verdict(story).startswith("Better than 4 weeks ago: 42 high RoSH assessments overdue (last week 42, ")
    assert further_counts(story)[0].startswith("11 of 24 offices over 110% (")
    assert subject(story, 1, BLIND).startswith(
        "OFFICIAL-SENSITIVE: Better than 4 weeks ago: 42 high RoSH overdue, then 44"
    )


def test_where_points_alone_decide_they_come_first() -> None:
    same = (week(13, 11, 42, 2000), week(1, 11, 42, 8900))
    story = told(Direction(Course.WORSE, 13, (Measure.POINTS_OVER,)), *same)
    points = "the offices over 110% are 9,000 points over it (last week 8,900, 13 weeks ago 2,000)"
    assert verdict(story) == f"Worse than 13 weeks ago: {points}."
    assert further_counts(story)[0] == "11 of 24 offices over 110% (last week 11, 13 weeks ago 11)."
    line = "OFFICIAL-SENSITIVE: Worse than 13 weeks ago: offices 9,000 points over 110%, then 2,000"
    assert subject(story, 1, BLIND) == line


def test_better_in_one_thing_and_worse_in_another_is_mixed() -> None:
    story = told(Direction(Course.MIXED, 1, (Measure.UNITS_OVER,), (Measure.HIGH_RISK_OVERDUE,)), *QUARTER)
    assert verdict(story).startswith("Mixed against last week: 11 of 24 offices over 110% (")
    assert subject(story, 1, BLIND).startswith("OFFICIAL-SENSITIVE: Mixed: 11 of 24")


def test_a_last_snapshot_that_is_older_than_a_week_is_named_by_its_date() -> None:
    gap = week(2, 9, 42)
    assert (
        verdict(told(Direction(Course.WORSE, 1, (Measure.UNITS_OVER,)), gap))
        == "Worse than on 6 November: 11 of 24 offices over 110% (on 6 November 9)."
    )
    mixed = Direction(Course.MIXED, 1, (Measure.UNITS_OVER,), (Measure.HIGH_RISK_OVERDUE,))
    assert verdict(told(mixed, gap)).startswith("Mixed against 6 November: ")


def test_a_count_of_other_units_says_of_how_many_and_one_that_does_not_compare_is_left_out() -> None:
    fewer, other_weights = week(1, 9, 42, units=20), week(4, math.nan, 44)
    story = told(Direction(Course.SAME), other_weights, fewer)
    assert verdict(story) == "About the same: 11 of 24 offices over 110% (last week 9 of 20)."
    assert further_counts(story)[0] == "42 high RoSH assessments overdue (last week 42, 4 weeks ago 44)."


def test_a_unit_without_capacity_counts_as_over_and_the_sentence_says_so() -> None:
    teams = [Team("T11", "F11", "C1", has_hours=False), ONE_COLD_CLUSTER]
    assert "1 of 2 offices over 110% or without capacity" in digest_of(picture(teams)).text
    stranded_then = replace(week(1, 9, 42), units_without_capacity=1)
    assert "over 110% or without capacity (last week 9)" in verdict(told(Direction(Course.SAME), stranded_then))


@pytest.mark.parametrize(
    ("loads", "sentence"),
    [
        (((118, 100), (95, 95)), "1 of 2 offices over 110% (last week none)."),
        (((95, 118), (95, 118)), "none of 2 offices over 110% (last week 2)."),
        (((118, 100),), "North London at 118.0%, over 110% (last week 100.0%)."),
        (((110.0, 110.0), (95, 95)), "none of 2 offices over 110% (last week none)."),
    ],
)
def test_the_verdict_reads_as_a_sentence(loads: tuple[tuple[float, float]], sentence: str) -> None:
    assert f"Too early to judge: {sentence}" in digest_of(picture(three_clusters(*loads))).text


def test_a_snapshot_that_knows_no_earlier_weeks_gives_its_count_alone() -> None:
    drawn = london()
    story = story_of(replace(drawn, weeks=drawn.weeks.iloc[:0], direction=None))
    assert verdict(story) == "11 of 24 offices over 110%."


def test_all_clear_takes_a_scope_without_anyone_over_the_line_or_late_and_whole_data() -> None:
    assert verdict(story_of(picture([CALM, replace(CALM, code="T12", office="F12")]))).startswith(
        "All clear: none of 2"
    )
    for flaw in (
        {"over": 1},
        {"high_risk_overdue": 1},
        {"without_hours": 1},
        {"load": 110.1},
    ):
        assert not verdict(story_of(picture([replace(CALM, **flaw)]))).startswith("All clear"), flaw
    hidden = replace(CALM, code="T12", office="F12", offender_managers=3, load=118, unallocated_cases=9)
    assert not verdict(story_of(picture([CALM, hidden, replace(CALM, code="T13", office="F13")]))).startswith("All")
    gaps = IntakeGaps(missing=("cases.rosh",))
    for hole in ({"gaps": gaps}, {"teams_without_data": ("T11",)}):
        assert not verdict(story_of(picture([CALM], **hole))).startswith("All clear"), hole


def test_figures_that_are_out_of_date_are_never_all_clear() -> None:
    story = story_of(picture([CALM]))
    assert verdict(story).startswith("All clear: ")
    assert verdict(story, is_stale=True).startswith("Out of date, as at 20 November 2026: North London at 80.0%")


def test_an_area_without_hours_has_no_capacity_from_the_preheader_on() -> None:
    digest = digest_of(picture([Team("T11", "F11", "C1", has_hours=False)]))
    assert "no capacity" in digest.preheader
    assert digest.subject == "OFFICIAL-SENSITIVE: Too early to judge: North London has no capacity"
    assert "All clear" not in digest.text


def test_a_scope_that_is_a_small_team_gets_no_figures_at_all() -> None:
    drawn = picture([Team("T11", "F11", "C1", offender_managers=3, load=131.4), Team("T12", "F11", "C1")])
    digest = digest_of(drawn, ReaderScope("team", "T11", "Team T11"), charts=True)
    assert "Your team is too small for its figures to be sent by email." in digest.text
    assert "131" not in digest.text + digest.html + digest.subject + digest.preheader
    assert not digest.images


def test_what_does_not_fit_the_subject_is_left_out_whole() -> None:
    story = told(Direction(Course.WORSE, 1, (Measure.UNITS_OVER,)), *QUARTER)
    marking = "OFFICIAL-SENSITIVE - PERSONAL"
    line = subject(story, 1, DigestSettings(marking=marking))
    assert line == f"{marking}: Worse: 11 of 24 offices over 110%, last week 9"


def test_a_correction_says_so_however_long_its_subject_is() -> None:
    story = told(Direction(Course.WORSE, 13, (Measure.UNITS_OVER,)), *QUARTER)
    line = subject(story, 2, DigestSettings(marking="OFFICIAL-SENSITIVE - PERSONAL"))
    assert line.endswith("11 of 24 offices… (corrected)")
    assert len(line) <= 90


@pytest.mark.parametrize("drawn", [london(), picture(three_clusters((95, 95), (92, 92)))], ids=["busy", "quiet"])
def test_the_preheader_is_of_the_length_that_lists_of_mail_show(drawn: WeekFacts) -> None:
    assert 40 <= len(preheader(story_of(drawn))) <= 110


def test_the_whole_service_is_not_yours() -> None:
    assert possessive(story_of(london())) == "your"
    assert possessive(story_of(london(), ReaderScope("all", "all", "the whole service"))) == "the"
