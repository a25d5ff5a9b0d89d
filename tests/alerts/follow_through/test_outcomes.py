"""What happened to the moves of a plan: done, still with the giver, gone elsewhere, or ended."""

from datetime import date
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.follow_through.outcomes import COUNTS, MoveState, count_moves, is_due, match_moves, moves_in_words

Post = tuple[str | None, str]


class Case(NamedTuple):
    """One move, and the post that holds the case later; None if the case has ended."""

    giver: Post
    taker: Post
    later: Post | None


def match(cases: list[Case]) -> list[str]:
    moves = pd.DataFrame(
        [(f"X{place}", *case.giver, *case.taker) for place, case in enumerate(cases)],
        columns=["crn", "from_om_code", "from_team_code", "to_om_code", "to_team_code"],
    ).astype("str")
    there = [(f"X{place}", *case.later) for place, case in enumerate(cases) if case.later is not None]
    # Other cases, and another order than that of the moves.
    rows = pd.DataFrame([("OTHER", "M1", "T1"), *reversed(there)], columns=["crn", "om_code", "team_code"])
    return match_moves(moves, rows.astype("str")).tolist()


@pytest.mark.parametrize(
    ("giver", "taker", "later", "state"),
    [
        (("M1", "T1"), ("M2", "T1"), ("M2", "T1"), "done"),
        (("M1", "T1"), ("M2", "T1"), ("M2", "T9"), "done"),
        (("M1", "T1"), ("M2", "T1"), ("M1", "T1"), "still_with_giver"),
        (("M1", "T1"), ("M2", "T1"), ("M1", "T2"), "still_with_giver"),
        (("M1", "T1"), ("M2", "T1"), ("M3", "T1"), "gone_elsewhere"),
        (("M1", "T1"), ("M2", "T1"), (None, "T1"), "gone_elsewhere"),
        (("M1", "T1"), ("M2", "T1"), None, "ended"),
        ((None, "T1"), ("M2", "T1"), (None, "T1"), "still_with_giver"),
        ((None, "T1"), ("M2", "T1"), ("M2", "T1"), "done"),
        ((None, "T1"), ("M2", "T1"), ("M1", "T1"), "gone_elsewhere"),
        (("M1", "T1"), ("M1", "T2"), ("M1", "T2"), "done"),
        (("M1", "T1"), ("M1", "T2"), ("M1", "T1"), "still_with_giver"),
        (("M1", "T1"), ("M1", "T2"), ("M1", "T3"), "gone_elsewhere"),
    ],
)
def test_what_happened_to_a_move(giver: Post, taker: Post, later: Post | None, state: str) -> None:
    assert match([Case(giver, taker, later)]) == [state]


def test_in_a_week_without_cases_every_move_has_ended() -> None:
    moves = pd.DataFrame(
        [("X1", "M1", "T1", "M2", "T1")],
        columns=["crn", "from_om_code", "from_team_code", "to_om_code", "to_team_code"],
    ).astype("str")
    nothing = pd.DataFrame(columns=["crn", "om_code", "team_code"], dtype="str")
    assert match_moves(moves, nothing).tolist() == ["ended"]
    assert match_moves(moves.iloc[:0], nothing).tolist() == []


_people = st.sampled_from(["M1", "M2", "M3"])
_teams = st.sampled_from(["T1", "T2"])
_held = st.tuples(st.none() | _people, _teams)
_cases = st.builds(Case, _held, st.tuples(_people, _teams), st.none() | _held)


def expected(case: Case) -> str:
    """The same, one move at a time."""
    if case.later is None:
        return "ended"
    (giver, giving_team), (taker, taking_team), (holder, team) = case.giver, case.taker, case.later
    if giver == taker:
        # Between two posts of one person: by the team, and the taking one first.
        by_team = {giving_team: "still_with_giver"} | {taking_team: "done"}
        return by_team.get(team, "gone_elsewhere") if holder == giver else "gone_elsewhere"
    return {taker: "done", giver: "still_with_giver"}.get(holder, "gone_elsewhere")


@given(st.lists(_cases, max_size=8))
def test_every_move_has_the_state_that_a_second_reading_gives(cases: list[Case]) -> None:
    assert match(cases) == [expected(case) for case in cases]


@given(st.lists(_cases, max_size=8))
def test_carried_out_to_the_letter_every_move_is_done_and_left_alone_none_is(cases: list[Case]) -> None:
    moves = [case for case in cases if case.giver != case.taker]
    assert set(match([case._replace(later=case.taker) for case in moves])) <= {"done"}
    assert set(match([case._replace(later=case.giver) for case in moves])) <= {"still_with_giver"}


def test_a_move_is_due_when_its_week_is_over() -> None:
    moves, start = pd.DataFrame({"week": [1, 2]}), date(2026, 11, 6)
    assert is_due(moves, start, date(2026, 11, 12)).tolist() == [False, False]
    assert is_due(moves, start, date(2026, 11, 13)).tolist() == [True, False]
    assert is_due(moves, start, date(2026, 11, 20)).tolist() == [True, True]


@pytest.mark.parametrize(("count", "words"), [(0, "0 moves"), (1, "1 move"), (2, "2 moves")])
def test_counts_in_words(count: int, words: str) -> None:
    counts = {"moves": count, "due": count} | dict.fromkeys(MoveState, 0) | {"done": count}
    assert moves_in_words(counts) == (
        f"{words}, {count} due by now: {count} done, 0 still with the giver, 0 gone elsewhere, 0 ended"
    )


def test_moves_are_counted_at_the_office_that_gives_the_case() -> None:
    made = [
        ("X1", "M1", "T1", "M2", "T2", 1, "O1"), ("X2", "M1", "T1", "M2", "T2", 9, "O1"),
        ("X3", "M3", "T3", "M2", "T2", 1, "O3"),
    ]  # fmt: skip
    columns = ["crn", "from_om_code", "from_team_code", "to_om_code", "to_team_code", "week", "code"]
    cases = pd.DataFrame([("X1", "M2", "T2"), ("X2", "M1", "T1")], columns=["crn", "om_code", "team_code"])
    counts = count_moves(pd.DataFrame(made, columns=columns), cases, date(2026, 11, 1), date(2026, 11, 20))
    assert list(counts.columns) == COUNTS
    assert counts.loc["O1"].tolist() == [2, 1, 1, 1, 0, 0]
    assert counts.loc["O3"].tolist() == [1, 1, 0, 0, 0, 1]
