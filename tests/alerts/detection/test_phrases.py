"""Phrases that reasons and digests share, with 0, 1 and 2 of everything they count."""

import math

import pytest

from alerts.detection import phrases
from alerts.wording import limit


@pytest.mark.parametrize(
    ("weeks", "running", "words"),
    [
        (1, 1, "over 110% for 1 week"),
        (2, 2, "over 110% for 2 weeks"),
        (2, 0, "2 weeks since it went over 110%, not over it this week"),
        (3, 1, "3 weeks since it went over 110%, over it again this week"),
        (4, 2, "4 weeks since it went over 110%, over it for the last 2 weeks"),
    ],
)
def test_how_long_a_unit_is_over_a_line(weeks: int, running: int, words: str) -> None:
    assert phrases.duration("over", 110.0, weeks, running) == words


@pytest.mark.parametrize(
    ("weeks", "running", "words"),
    [
        (1, 1, "over 110% for at least 1 week"),
        (25, 25, "over 110% for at least 25 weeks"),
        (25, 0, "at least 25 weeks since it went over 110%, not over it this week"),
    ],
)
def test_where_the_history_begins_inside_an_episode_it_lasted_at_least_so_long(
    weeks: int, running: int, words: str
) -> None:
    assert phrases.duration("over", 110.0, weeks, running, at_least=True) == words


@pytest.mark.parametrize(
    ("weeks", "at_least", "words"),
    [
        (1, False, "over 110% this week"),
        (1, True, "over 110% this week"),
        (2, False, "over 110% for the 2nd week running"),
        (2, True, "over 110% for at least 2 weeks"),
    ],
)
def test_a_unit_that_is_only_watched_is_over_the_line_for_the_second_week_running(
    weeks: int, at_least: bool, words: str
) -> None:
    assert phrases.watch(110.0, weeks, at_least=at_least) == words


@pytest.mark.parametrize(
    ("value", "usual", "apart", "mean_of", "words"),
    [
        (9.04, 2.96, 8, 2, "up 9.0 pp in 8 weeks (means of 2 weeks); offices of its size usually move 3.0"),
        (-1.0, math.nan, 1, 1, "down 1.0 pp in 1 week"),
        (math.nan, 3.0, 8, 2, "no figures to compare with this week"),
    ],
)
def test_how_far_a_unit_rose(value: float, usual: float, apart: int, mean_of: int, words: str) -> None:
    assert phrases.rise({"value": value, "usual": usual, "level": "office"}, apart, mean_of, "pp") == words


def test_units_that_rise_are_named_by_their_level() -> None:
    row = {"value": 5.0, "usual": 2.0, "level": "offender_manager"}
    assert "; offender managers of its size" in phrases.rise(row, 8, 2, "pp")


def test_a_forecast_without_an_interval_says_only_where_it_lies() -> None:
    row = {"threshold": 110.0, "value": 113.0, "low": 108.0, "high": 118.0}
    assert phrases.forecast_rise(row, "in 3 weeks", limit) == (
        "expected to pass 110% in 3 weeks (113%, likely 108% to 118%)"
    )
    bare = row | {"low": math.nan}
    assert phrases.forecast_rise(bare, "by 4 December", limit) == "expected to pass 110% by 4 December (113%)"


@pytest.mark.parametrize(
    ("people", "per_spo", "most", "words"),
    [
        (0, math.nan, None, "0 offender managers and no SPO at work"),
        (1, math.nan, 10.0, "1 offender manager and no SPO at work"),
        (9, 9.0, None, "9 offender managers for each full-time SPO"),
        (12, 14.25, 10.0, "14.2 offender managers for each full-time SPO (at most 10)"),
    ],
)
def test_how_many_offender_managers_an_spo_has(people: int, per_spo: float, most: float | None, words: str) -> None:
    assert phrases.span(people, per_spo, most) == words


@pytest.mark.parametrize(
    ("inexperienced", "unknown", "words"),
    [(0, 0, ""), (0, 1, "0 of 8 inexperienced, 1 not known"), (2, 0, "2 of 8 inexperienced")],
)
def test_how_many_are_inexperienced(inexperienced: int, unknown: int, words: str) -> None:
    assert phrases.experience(inexperienced, unknown, 8) == words


@pytest.mark.parametrize(
    ("plans", "days", "words"),
    [
        (0, math.nan, ""),
        (1, math.nan, "1 plan of a high RoSH case waits for a countersignature"),
        (1, 1.0, "1 plan of a high RoSH case waits for a countersignature for 1 day"),
        (2, math.nan, "2 plans of high RoSH cases wait for a countersignature"),
        (2, 0.0, "2 plans of high RoSH cases wait for a countersignature, the longest for 0 days"),
    ],
)
def test_how_many_plans_wait(plans: int, days: float, words: str) -> None:
    assert phrases.countersignatures(plans, days) == words


def test_people_hours_and_assessments_are_counted_in_words() -> None:
    assert [phrases.people_over(count, count, "110%") for count in (0, 1, 2)] == [
        "0 of 0 offender managers over 110%",
        "1 of 1 offender manager over 110%",
        "2 of 2 offender managers over 110%",
    ]
    assert [phrases.people_without_hours(count) for count in (0, 1, 2)] == [
        "0 people with work and no hours (absent or left)",
        "1 person with work and no hours (absent or left)",
        "2 people with work and no hours (absent or left)",
    ]
    assert phrases.reductions(29.6, 1407.0) == "29.6 of 1,407 contracted hours lost to reductions"
    assert [phrases.overdue(count, high) for count, high in ((0, 0), (1, 0), (1, 1), (2, 1))] == [
        "No assessment overdue",
        "1 assessment overdue, not high RoSH",
        "1 assessment overdue, high RoSH",
        "2 assessments overdue, 1 of them high RoSH",
    ]
