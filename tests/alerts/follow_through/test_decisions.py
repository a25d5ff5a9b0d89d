"""A decision is in force until it is withdrawn, and due from the day of its review."""

from datetime import date

import pytest

from alerts.follow_through.decisions import (
    Decision,
    DecisionKind,
    choose_decision,
    latest_by_episode,
    reviewed_episodes,
)

REVIEW = date(2026, 12, 1)
HOT = "over_threshold:office:O1:2026-W44"
LATE = "hot_and_late:office:O1:2026-W46"


def a_decision(
    episode: str = HOT,
    number: int = 1,
    kind: DecisionKind = DecisionKind.REDISTRIBUTE,
    decided_on: date = date(2026, 11, 3),
    review_on: date | None = REVIEW,
) -> Decision:
    return Decision(
        episode=episode,
        number=number,
        rule=episode.split(":")[0],
        level="office",
        code="O1",
        as_at=date(2026, 10, 30),
        decided_on=decided_on,
        decided_by="north@example.org",
        kind=kind,
        owner="ACO Hackney",
        review_on=None if kind is DecisionKind.WITHDRAWN else review_on,
    )


@pytest.mark.parametrize(
    ("on", "due", "overdue"),
    [(date(2026, 11, 30), False, False), (REVIEW, True, False), (date(2026, 12, 2), True, True)],
)
def test_a_review_is_due_on_its_day_and_overdue_after_it(on: date, due: bool, overdue: bool) -> None:
    assert (a_decision().is_due(on), a_decision().is_overdue(on)) == (due, overdue)


def test_a_withdrawal_is_not_in_force_and_has_no_review() -> None:
    withdrawn = a_decision(kind=DecisionKind.WITHDRAWN)
    assert not withdrawn.is_in_force
    assert not withdrawn.is_due(date(2027, 1, 1))
    assert not withdrawn.is_overdue(date(2027, 1, 1))


def test_the_last_decision_about_an_episode_counts() -> None:
    first, second = a_decision(), a_decision(number=2, kind=DecisionKind.RECRUIT)
    assert latest_by_episode([second, first]) == {HOT: second}


def test_of_several_episodes_of_a_unit_the_last_decision_in_force_counts() -> None:
    older, newer = a_decision(), a_decision(LATE, decided_on=date(2026, 11, 10))
    gone = a_decision(LATE, kind=DecisionKind.WITHDRAWN, decided_on=date(2026, 11, 10))
    assert choose_decision([HOT, LATE], latest_by_episode([older, newer])) is newer
    assert choose_decision([HOT, LATE], latest_by_episode([older, gone])) is older
    assert choose_decision([LATE], latest_by_episode([older, gone])) is gone
    assert choose_decision([HOT], {}) is None


def test_a_decision_is_reviewed_when_another_in_force_follows_on_a_later_day() -> None:
    first, later = a_decision(), date(2026, 11, 4)
    assert reviewed_episodes([first, a_decision(number=2, decided_on=later)]) == {HOT}
    assert reviewed_episodes([first, a_decision(number=2)]) == set()
    assert reviewed_episodes([first, a_decision(number=2, kind=DecisionKind.WITHDRAWN, decided_on=later)]) == set()
    assert reviewed_episodes([first, a_decision(LATE, decided_on=later)]) == set()


def test_a_kind_reads_as_words() -> None:
    assert DecisionKind.BORROW.words == "borrow or backfill"
