"""Match the moves of an agreed plan with the cases of a later week: were they carried out?"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.wording import count_of

Codes = npt.NDArray[np.object_]


class MoveState(StrEnum):
    """What happened to one move by a later week."""

    DONE = "done"
    STILL_WITH_GIVER = "still_with_giver"
    GONE_ELSEWHERE = "gone_elsewhere"
    ENDED = "ended"

    @property
    def words(self) -> str:
        return "still with the giver" if self is MoveState.STILL_WITH_GIVER else self.value.replace("_", " ")


COUNTS: Final = ["moves", "due", *(state.value for state in MoveState)]
"""What is counted of the moves that an office gives."""

MOVE_COLUMNS: Final = ["plan_id", "code", *COUNTS]


def no_moves() -> pd.DataFrame:
    """No agreed move: a frame without rows; columns ``MOVE_COLUMNS``."""
    return pd.DataFrame(columns=MOVE_COLUMNS)


def count_moves(moves: pd.DataFrame, cases: pd.DataFrame, starts_on: date, as_at: date) -> pd.DataFrame:
    """How many moves each office gives, how many are due on a day, and what happened to them; columns ``COUNTS``.

    * moves: as for ``match_moves``, with their week and the code of the office that gives each case.
    * cases: of the week of ``as_at``.
    """
    states = match_moves(moves, cases)
    flags = {state.value: states.eq(state.value) for state in MoveState}
    flags |= {"moves": pd.Series(True, index=moves.index), "due": is_due(moves, starts_on, as_at)}
    return pd.DataFrame(flags).groupby(moves["code"])[COUNTS].sum()


def match_moves(moves: pd.DataFrame, cases: pd.DataFrame) -> "pd.Series[str]":
    """What happened to each move by a later week, as values of ``MoveState``.

    * moves: crn, from_om_code (missing for a case that no one held), from_team_code, to_om_code, to_team_code.
    * cases: of the later week: crn (each once), om_code (missing if no one holds it), team_code.

    A case is with someone if that person holds it, in whichever team, because a team may get another code. Only a move
    between two posts of one person is judged by the team.
    """
    row = pd.Index(cases["crn"]).get_indexer(pd.Index(moves["crn"]))
    holder, team = _values_at(cases["om_code"], row), _values_at(cases["team_code"], row)
    giver, taker = _codes(moves["from_om_code"]), _codes(moves["to_om_code"])
    with_giver, with_taker = holder == giver, holder == taker
    between_posts = giver == taker
    with_giver &= ~between_posts | (team == _codes(moves["from_team_code"]))
    with_taker &= ~between_posts | (team == _codes(moves["to_team_code"]))
    states = np.select(
        [row < 0, with_taker, with_giver],
        [MoveState.ENDED, MoveState.DONE, MoveState.STILL_WITH_GIVER],
        MoveState.GONE_ELSEWHERE,
    )
    return pd.Series(states, index=moves.index, dtype="str")


def is_due(moves: pd.DataFrame, starts_on: date, as_at: date) -> "pd.Series[bool]":
    """Whether the week of each move is over on a day; week 1 begins on ``starts_on``."""
    return moves["week"].mul(7).le((as_at - starts_on).days)


def moves_in_words(counts: Mapping[str, int]) -> str:
    """How many moves were made, without the full stop; counts: moves, due, and each value of ``MoveState``."""
    words = (f"{counts[state]} {state.words}" for state in MoveState)
    return f"{count_of(counts['moves'], 'move')}, {counts['due']} due by now: {', '.join(words)}"


def _values_at(values: "pd.Series[str]", row: npt.NDArray[np.intp]) -> Codes:
    """The value of each row; empty where there is no such row."""
    return np.append(_codes(values), "")[row]


def _codes(values: "pd.Series[str]") -> Codes:
    """Codes as plain text, empty where there is none: no one is the same as no one."""
    return values.astype(object).where(values.notna(), "").to_numpy(dtype=object)
