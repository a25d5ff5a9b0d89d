"""List the cases that the plan leaves where they are, and why: a rule, a lock, a limit or the cost keeps each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.wording import clean, number
from monitor.redistribution.problem.line import room_under_line
from monitor.redistribution.problem.loads import find_unplaced
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.marginal import Marginal
from monitor.redistribution.solver.over_line import without_line_price
from monitor.redistribution.solver.peak import peak_of
from monitor.redistribution.solver.solve import Solution
from tiering.terms import Grade

Integers = npt.NDArray[np.int64]

COLUMNS = ["crn", "om_code", "team_code", "points", "why", "unplaced", "could_move"]
NO_ONE_ELSE = "no one else in reach may take it"
NO_GAIN = "moving it would relieve no one by as much as the move would cost"
OVER_LINE = "those who could take it with gain would end over the line, or higher above it"
FULL = "those who could take it with gain take no more new cases in the weeks of the plan"
UNDER_THE_PEAK = "it would lift a person above the highest capacity percentage of the plan, which was kept low first"
NO_CHOICE = "only what has to be placed moves in this plan"
SPENT = "all moves by choice are spent on others"
OPEN = "the plan is within the gap asked for without it"
_NO_PLACE = "no place was found for it in the time given and within the gap asked for"
_LEAST = 1e-6
_ROUNDED_TO = 10


def list_unmoved(problem: Problem, solution: Solution) -> pd.DataFrame:
    """List every case in scope that stays, and why: one row per case, by CRN.

    Columns:

    - crn, om_code (missing: unallocated), team_code, points, why
    - unplaced: it had to be placed and was not
    - could_move: the cost or a limit keeps it, not a lock or a rule
    """
    cases, holder = problem.cases, solution.holder
    waiting = find_unplaced(problem, holder)
    locked = cases["locked"].to_numpy(dtype=bool)
    stays = holder == problem.start
    why = cases["why_locked"].fillna("").to_numpy(dtype=object)
    free = np.flatnonzero(stays & ~waiting & ~locked)
    more = Marginal(problem, holder, solution.weeks)
    why[free] = _why_left(problem, solution, more, free)
    # A case that had to be placed was tried above the line too, without the line's price.
    anywhere = Marginal(without_line_price(problem), holder, solution.weeks)
    for case in np.flatnonzero(waiting).tolist():
        why[case] = _why_unplaced(problem, anywhere, solution.weeks, case)
    rows = np.flatnonzero(stays)
    table = cases.iloc[rows].rename(columns={"from_om_code": "om_code", "from_team_code": "team_code"})
    table["why"] = pd.Series(why[rows], dtype="str", index=table.index)
    table["unplaced"] = waiting[rows]
    table["could_move"] = ~locked[rows] & ~waiting[rows] & (why[rows] != NO_ONE_ELSE)
    return table[COLUMNS].reset_index(drop=True)


@dataclass(frozen=True)
class Shortage:
    """What is short in one office for cases that had to be placed and were not.

    - only_po: whether the cases need a PO.
    - points, cases: their points and their number.
    """

    office_name: str
    only_po: bool
    points: float
    cases: int


def find_shortages(problem: Problem, holder: Integers) -> list[Shortage]:
    """Find what is short for cases that had to be placed and were not, by office and grade."""
    left = problem.cases[find_unplaced(problem, holder)]
    return [
        Shortage(
            str(office_name),
            bool(only_po),
            float(int(rows["exact"].sum()) * problem.unit),
            int(rows["number_of_cases"].sum()),
        )
        for (_, office_name, only_po), rows in left.groupby(["office_code", "office_name", "only_po"], sort=True)
    ]


def _why_left(
    problem: Problem, solution: Solution, more: Marginal, rows: Integers
) -> "npt.NDArray[np.object_] | list[str]":
    """Why each of the cases stays; none of them needs to move."""
    cases = problem.cases.iloc[rows]
    relief = more.relief(cases)
    limits = problem.limits
    highest = peak_of(problem, solution.holder) if limits.peak_first else np.inf
    anybody = np.ones(len(problem.people), dtype=bool)
    line = more.percentages_at(room_under_line(problem).most) + _LEAST
    costs = (
        more.costs(cases, anybody),
        more.costs(cases, anybody, most=line),
        more.costs(cases, most=line),
        more.costs(cases, most=np.minimum(line, highest + _LEAST)),
    )
    moved = (solution.holder != problem.start) & (solution.holder >= 0)
    must = (problem.cases["needs_placing"] | problem.cases["fixed_to"].ge(0)).to_numpy(dtype=bool)
    spent = limits.elective_moves is not None and int((moved & ~must).sum()) >= limits.elective_moves
    flags = [~more.others(cases), *(relief - cost <= _LEAST for cost in costs)]
    rest = NO_CHOICE if limits.elective_moves == 0 else SPENT if spent else OPEN
    return np.select(flags, [NO_ONE_ELSE, NO_GAIN, OVER_LINE, FULL, UNDER_THE_PEAK], default=rest)


def _why_unplaced(problem: Problem, more: Marginal, weeks: int, case: int) -> str:
    """Why a case stays although it had to be placed."""
    row = problem.cases.iloc[[case]]
    facts = row.iloc[0]
    posts = np.flatnonzero(problem.eligible[facts["kind"]])
    if not len(posts):
        return f"no one in reach may take it: it needs {_eligible_people(problem, facts)}"
    grade = Grade.PO if facts["only_po"] else ""
    taking = np.zeros(len(problem.people), dtype=bool)
    taking[more.person[posts]] = True
    taking &= more.left >= facts["number_of_cases"]
    if not taking.any():
        when = "this week" if weeks == 1 else f"in these {weeks} weeks"
        may = f"only a {grade} may take it, and no {grade} in reach" if grade else "no one in reach who may take it"
        return f"{may} has room for {'it' if facts['number_of_cases'] > 1 else 'another new case'} {when}"
    if more.costs(row, taking)[0] - more.relief(row)[0] < problem.costs.unplaced:
        return _NO_PLACE
    least = float(more.percentages(row["exact"].to_numpy(dtype=np.int64))[0, taking].min())
    shown = int(least // _ROUNDED_TO) * _ROUNDED_TO
    who = f"every {grade} in reach with room" if grade else "everyone in reach with room"
    return (
        f"{who} would carry more than {shown}% of capacity with it (a place would cost more than "
        f"{number(problem.costs.unplaced)})"
    )


def _eligible_people(problem: Problem, case: "pd.Series[str]") -> str:
    """The people whom a case needs, by the rules that apply to it, in words."""
    who = f"a {Grade.PO}" if case["only_po"] else "anyone but a trainee" if case["not_trainee"] else "a person"
    parts = [f"{who} with available hours"]
    if case["high"]:
        parts.append("not newly qualified")
    kinds = sorted(taker for taker, taken in problem.costs.takes.items() if case["team_type"] in taken)
    parts.append(f"in a team of type {' or '.join(kinds)}" if kinds else "and no type of team may receive it")
    if not problem.limits.between_clusters:
        parts.append(f"in cluster {clean(case['cluster_code'])}")
    return ", ".join([*parts, "not pinned and not barred from it"])
