"""Explain why each case moves, in words for the managers who sign the plan and the people who take the case.

The codes of offender managers appear, but nothing about the people supervised. Every reason is one line that begins
with a word, so that no spreadsheet reads it as a formula.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.wording import clean, long_date, ordinal, rough_percent
from monitor.redistribution.problem.loads import percentages
from monitor.redistribution.problem.problem import Problem
from tiering.terms import Grade

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ROSH_NAMES = ("low RoSH", "medium RoSH", "high RoSH", "very high RoSH")
"""RoSH in words, by the rank of monitor.redistribution.problem.cases."""


def explain_moves(problem: Problem, holder: Integers, moved: Integers, over_line: Flags) -> list[str]:
    """Give the reason for each move of ``moved`` (rows of cases) in the plan ``holder``.

    - over_line: of each move, whether it goes above the line because it has no other place.
    """
    before, after = percentages(problem, problem.start), percentages(problem, holder)
    person = problem.posts["person"].to_numpy(dtype=np.int64)
    codes = [clean(code) for code in problem.people["om_code"]]
    line = float(problem.receivers_line)
    reasons = []
    rows: Iterator[Any] = problem.cases.iloc[moved].itertuples()
    no_room = f"above {line:g}%, because no one who may take it has room below"
    for case, to, above in zip(rows, holder[moved].tolist(), over_line.tolist(), strict=True):
        giver = int(person[case.post]) if case.post >= 0 else -1
        taker = int(person[to])
        post = problem.posts.iloc[to]
        received = f"{_from_to(before[taker], after[taker], line)} of capacity"
        forced = case.needs_placing or case.fixed_to >= 0
        parts = [
            _occasion(case, codes, _lack(problem, case), giver, taker, before, after, line),
            f"to {codes[taker]} {received}" if forced else f"{codes[taker]} goes {received}",
            *([no_room] if above else []),
            _distance(case, post),
            *_case(problem, case),
        ]
        reasons.append("; ".join(parts))
    return reasons


def _lack(problem: Problem, case: Any) -> str:
    """Why the post that holds a case has no available points: its grade has a target of 0, or it has no hours."""
    if case.post >= 0 and not problem.policy.nominal_target[Grade(problem.posts["grade"].iloc[case.post])]:
        return "has a target of 0 points, so no cases are expected there"
    return f"has no available hours in {clean(case.from_team_code)}"


def _occasion(
    case: Any, codes: list[str], lack: str, giver: int, taker: int, before: Floats, after: Floats, line: float
) -> str:
    """What the move achieves."""
    if case.fixed_to >= 0:
        return "moved by name in the scenario"
    if giver < 0:
        return "must move: it is unallocated"
    code = codes[giver]
    if case.barred:
        return f"must move: {code} and this case are kept apart"
    if case.needs_placing:
        own = ", to another post of the same person" if giver == taker else ""
        return f"must move: {code} {lack}{own}"
    first, last = (rough_percent(load[giver], line) for load in (before, after))
    held = f"{first} of capacity before, {last} after all moves"
    if after[giver] < before[giver]:
        return f"relieves {code} ({held})"
    return f"frees capacity at {code} for what is moved there ({held})"


def _from_to(before: float, after: float, line: float) -> str:
    """From one percentage to another; finer if whole numbers would look the same, or like the line."""
    first, last = rough_percent(before, line), rough_percent(after, line)
    return f"from {first} to {last}" if first != last else f"from {before:.1f}% to {after:.1f}%"


def _distance(case: Any, post: Any) -> str:
    """How far the case goes."""
    if case.from_team_code == post["team_code"]:
        return "same team"
    if case.office_code == post["office_code"]:
        return "same office"
    return "other office of the same cluster" if case.cluster_code == post["cluster_code"] else "another cluster"


def _case(problem: Problem, case: Any) -> Iterator[str]:
    """What makes the move lighter or harder: risk, tier and whatever is due soon."""
    known = isinstance(case.rosh, str) or isinstance(case.rosh_delius, str)
    rosh = ROSH_NAMES[case.rank] if known else "RoSH not classified, counted as high"
    yield f"{rosh}, tier {clean(case.tier)}" if isinstance(case.tier, str) else f"{rosh}, no tier"
    if case.number_of_cases > 1:
        yield f"the row counts {case.number_of_cases} cases"
    if isinstance(case.mappa_level, str):
        yield f"MAPPA level {'not recorded' if case.mappa_level == 'unrecorded' else clean(case.mappa_level)}"
    if case.recent:
        yield f"offender manager changed on {long_date(case.last_change)}"
    if case.changed_often:
        yield f"already on the {ordinal(case.holders_changed + 1)} offender manager in a year"
    if case.release_soon:
        yield f"release {'was ' if case.release_on.date() < problem.as_at else ''}due on {long_date(case.release_on)}"
    if pd.isna(case.next_due):
        yield "no assessment due"
    elif case.next_due.date() < problem.as_at:
        yield f"assessment overdue since {long_date(case.next_due)}"
    else:
        yield f"{'assessment due on' if case.review_soon else 'no assessment due before'} {long_date(case.next_due)}"
