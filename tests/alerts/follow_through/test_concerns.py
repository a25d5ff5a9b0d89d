"""Offender managers with a concern are counted once each, and for as long as it is unanswered or young."""

from datetime import date, timedelta

import pytest

from alerts.follow_through.concerns import Concern, ConcernCount, CountedConcern, concerns_in_words, count_concerns

ON = date(2026, 11, 20)
TEAM, OTHER = ("team", "T1"), ("team", "T2")


def a_concern(raised_on: date, answered_on: date | None = None) -> Concern:
    return Concern(1, "M1", 1, raised_on, "too much", answered_on)


@pytest.mark.parametrize(
    ("days", "answered", "counts"), [(28, True, True), (29, True, False), (29, False, True), (900, False, True)]
)
def test_a_concern_counts_until_it_is_answered_and_four_weeks_old(days: int, answered: bool, counts: bool) -> None:
    raised = ON - timedelta(days=days)
    assert a_concern(raised, ON if answered else None).counts(ON) == counts


def test_an_offender_manager_counts_once_in_every_unit_with_a_post() -> None:
    concerns = [
        CountedConcern(frozenset({TEAM, OTHER}), ON - timedelta(days=9)),
        CountedConcern(frozenset({OTHER}), ON - timedelta(days=2)),
        CountedConcern(frozenset({TEAM}), None),
    ]
    assert count_concerns(concerns, [TEAM], ON) == ConcernCount(2, 1, 9)
    assert count_concerns(concerns, [TEAM, OTHER], ON) == ConcernCount(3, 2, 9)
    assert count_concerns(concerns, [("team", "T3")], ON) == ConcernCount()


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (ConcernCount(), ""),
        (ConcernCount(1), "1 offender manager says that they cannot carry their caseload safely; it is answered."),
        (ConcernCount(2), "2 offender managers say that they cannot carry their caseload safely; all are answered."),
        (
            ConcernCount(2, 1, 9),
            "2 offender managers say that they cannot carry their caseload safely; 1 unanswered for 9 days.",
        ),
        (
            ConcernCount(2, 2, 1),
            "2 offender managers say that they cannot carry their caseload safely; "
            "2 unanswered, the longest for 1 day.",
        ),
        (
            ConcernCount(1, 1, -2),
            "1 offender manager says that they cannot carry their caseload safely; 1 unanswered.",
        ),
    ],
)
def test_the_sentence_says_how_many_and_for_how_long(count: ConcernCount, words: str) -> None:
    assert concerns_in_words(count) == words
