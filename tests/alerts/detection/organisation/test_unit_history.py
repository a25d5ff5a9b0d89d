"""The history of one unit: its codes, and when its teams became others."""

from datetime import date

import pytest

from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.unit_history import CodeSpan, code_before, code_spans, dates_of_other_teams

from .weeks import team, week

FIRST, SECOND, THIRD = date(2026, 11, 6), date(2026, 11, 13), date(2026, 11, 20)
STAYS = (team("T2", "O1"), team("T3", "O3"), team("T4", "O5"))
OWN = {"people": "abcd", "cases": "efgh"}
RECODED = find_changes(week(team("T1", "O1", **OWN), *STAYS), week(team("X1", "O1", **OWN), *STAYS))
REUSED = find_changes(week(team("T1", "O1"), *STAYS), week(team("T1", "O1", people="qrst", cases="uvwx"), *STAYS))
MOVED = find_changes(week(team("X1", "O1", **OWN), *STAYS), week(team("X1", "O3", **OWN), *STAYS))


def test_a_unit_that_never_changed_has_one_code() -> None:
    assert code_spans("team", "T9", {FIRST: RECODED}) == (CodeSpan("T9", None, None),)


def test_a_unit_is_followed_under_its_code_before() -> None:
    now, before = code_spans("team", "X1", {SECOND: RECODED, THIRD: MOVED})
    assert (now, before) == (CodeSpan("X1", SECOND, None), CodeSpan("T1", None, SECOND))
    assert [now.has(day) for day in (FIRST, SECOND, THIRD)] == [False, True, True]
    assert [before.has(day) for day in (FIRST, SECOND, THIRD)] == [True, False, False]
    assert code_before("team", "X1", RECODED) == "T1"


def test_a_code_used_again_has_no_history_before() -> None:
    assert code_spans("team", "T1", {SECOND: REUSED}) == (CodeSpan("T1", SECOND, None),)
    assert code_before("team", "T1", REUSED) is None


@pytest.mark.parametrize(
    ("level", "code", "dates"),
    [
        ("office", "O1", {THIRD}),
        ("cluster", "C2", {THIRD}),
        ("area", "A1", set()),
        ("team", "X1", set()),
        ("cluster", "C3", set()),
    ],
)
def test_a_move_changes_the_teams_of_the_units_it_left_and_joined(level: str, code: str, dates: set[date]) -> None:
    assert dates_of_other_teams(level, code, {SECOND: RECODED, THIRD: MOVED}) == dates
