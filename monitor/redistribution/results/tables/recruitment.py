"""Find the smallest recruitment that brings everyone under the line, which moving cases alone cannot do.

The hours to recruit follow from the points that a recruit receives, compared with what a full-time recruit may hold at
the line. So this solves the model of a plan with recruits and with other costs: first their hours, then the moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import product
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.problem.loads import holder_after_named_moves, loads
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.scenario.apply import AppliedChanges
from monitor.redistribution.scenario.policy_overrides import with_line
from monitor.redistribution.solver.highs import Model, run
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.solve import never
from tiering.caseload import OFFENDER_MANAGERS
from tiering.faults import UserFault
from tiering.points import weigh_cases
from tiering.terms import Grade, TeamType

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

GRADES = (Grade.PO, Grade.PSO)
"""The grades that are recruited for."""
POSTS = [
    "cluster_code",
    "office_code",
    "office_name",
    "team_code",
    "team_name",
    "team_type",
    "grade",
    "hours",
    "full_time",
]
OPTIONS = [
    "cluster_code",
    "office_code",
    "office_name",
    "grade",
    "hours",
    "full_time",
    "moves",
    "still_over",
    "unplaced",
    "line",
    "ignored_elective_moves",
    "ignored_intake",
]
ANYWHERE = "anywhere"
ANY_GRADE = "PO or PSO"

_RECRUIT = "recruit"
# Hours of a recruit in the model, who stands for as many people as necessary.
_BOUNDLESS = 1e6
_ALL_IN_ONE_WEEK = 10**6
# The cost of an hour relative to the moves: a plain move costs a hundredth of an hour, so that hours come first.
_HOUR = 1000.0
# A point over the line costs this many times the hours that would carry it, so that recruiting is always cheaper.
_OVER = 20.0
# More than any hours, so that leaving a case unplaced never saves hours.
_UNPLACED = 1e6
_TINY = 1e-6
_DIGITS = 6


class TimedOut(UserFault):
    """The solver found nothing in the time that the scenario allows."""


@dataclass(frozen=True)
class Recruitment:
    """The smallest recruitment of a scope, cluster by cluster.

    The hours per week are proven: fewer are not enough, even if cases could be divided. Cases are whole, so a little
    more may be necessary; try it with ``joins`` in a scenario.

    - line: the capacity percentage that no one may be above.
    - posts: the recruitment with the least disturbing moves; columns ``POSTS``, one row per team and grade.
    - options: columns ``OPTIONS``; for each cluster first the smallest recruitment, then with one grade only and in one
      office only. hours: missing if this option is not enough. moves: of cases. still_over: people who then stay above
      the line. unplaced: cases that then find no place. line: as above. ignored_elective_moves, ignored_intake: limits
      of the plan that have no effect here, the first missing if the plan has none either.
    - still_over: people who stay above the line whatever is recruited.
    """

    line: float
    posts: pd.DataFrame
    options: pd.DataFrame
    still_over: tuple[str, ...]


@dataclass(frozen=True)
class _Question:
    """One cluster with its recruits: the model, its columns, and what an hour of each recruit carries at the line."""

    problem: Problem
    flow: Flow
    into: npt.NDArray[np.int64]  # columns of the model in which recruits receive
    recruit: npt.NDArray[np.int64]  # post of each of them
    hours: Floats  # hours that one case in them takes
    stuck: tuple[str, ...]  # who is above the line by what cannot move


def find_recruitment(
    changed: AppliedChanges, limits: Limits, as_at: date, line: float, cancelled: Callable[[], bool] = never
) -> Recruitment:
    """Find the smallest recruitment after a scenario's changes that brings every person to ``line`` per cent or below.

    - Moves and new cases per week have no limit here, because recruitment is for what no moves can achieve.
    - Each cluster is solved separately, unless cases may go between clusters.
    - Raises TimedOut.
    """
    organisation = changed.caseload.organisation
    own = organisation[organisation["team_code"].isin(changed.teams)]
    groups = {"": own} if limits.between_clusters else dict(tuple(own.groupby("cluster_code")))
    posts, options, over = [], [], []
    for cluster, teams in groups.items():
        asked = _question(changed, frozenset(teams["team_code"]), limits, as_at, line)
        offices = teams.drop_duplicates("office_code").sort_values("office_code")
        places = [(ANYWHERE, ""), *zip(offices["office_code"], offices["office_name"], strict=True)]
        for (office, name), grade in [(places[0], ANY_GRADE), *product(places, GRADES)]:
            answer = _answer(asked, _may_be(asked, office, grade), limits.seconds, cancelled)
            options.append((cluster, office, name, str(grade), *answer.row()))
            if len(options) == 1 or options[-2][0] != cluster:
                posts.append(_posts(asked, answer.hours))
                over += answer.over
    full_time = float(changed.policy.default_hours)
    columns = OPTIONS[: OPTIONS.index("line")]
    columns.remove("full_time")
    table = pd.DataFrame(options, columns=columns).astype({"hours": float})
    where = pd.concat(posts, ignore_index=True)
    return Recruitment(
        line,
        where.assign(full_time=where["hours"] / full_time)[POSTS],
        table.assign(full_time=table["hours"] / full_time, line=line, **_ignored(limits, table))[OPTIONS],
        tuple(over),
    )


def _ignored(limits: Limits, table: pd.DataFrame) -> dict[str, "pd.Series[Any]"]:
    """The limits of the plan that recruitment ignores, for each row of the table of options."""
    ignored = {"ignored_elective_moves": limits.elective_moves, "ignored_intake": limits.intake}
    return {name: pd.Series(value, index=table.index, dtype="Int64") for name, value in ignored.items()}


def _question(changed: AppliedChanges, teams: frozenset[str], limits: Limits, as_at: date, line: float) -> _Question:
    """The model of some teams with an unlimited recruit of each grade in every team that takes cases."""
    organisation = changed.caseload.organisation
    types = dict(zip(organisation["team_code"], organisation["team_type"], strict=True))
    taking = [team for team in sorted(teams) if changed.costs.takes[TeamType(types[team])]]
    recruits = [
        {
            "om_code": f"{_RECRUIT} {grade} {team}",
            "team_code": team,
            "om_name": _RECRUIT,
            "grade": grade.value,
            "contracted_hours": _BOUNDLESS,
        }
        for team, grade in product(taking, GRADES)
    ]
    dtypes = {column.name: column.kind.dtype for column in OFFENDER_MANAGERS.columns}
    added = pd.DataFrame(recruits, columns=OFFENDER_MANAGERS.column_names).astype(dtypes)
    managers = pd.concat([changed.caseload.offender_managers, added], ignore_index=True)
    caseload = replace(changed.caseload, offender_managers=managers)
    weighed = weigh_cases(caseload.cases, managers, changed.policy)
    costs = changed.costs.model_copy(update={"strain": {line: 1.0}, "strain_edges": (line,)})
    free = replace(limits, elective_moves=None, intake=_ALL_IN_ONE_WEEK, weeks=1)
    # The line of the recruitment is the only one here, so that the last column of a person is what is above it.
    policy = with_line(changed.policy, line)
    problem = pose(caseload, weighed, policy, costs, teams, free, changed.locks, as_at, None, changed.holders_changed)
    flow = build(problem, weeks=1)
    new = problem.posts["om_code"].str.startswith(f"{_RECRUIT} ").to_numpy(dtype=bool)
    post = flow.receipts["post"].to_numpy(dtype=np.int64)
    mine = np.flatnonzero(new[post])
    points = flow.receipts["exact"].to_numpy(dtype=float)[mine] * float(problem.unit)
    full_time = np.array([float(able) for able in problem.posts["available"]])[post[mine]] / _BOUNDLESS
    hours = points / (full_time * line / 100)
    return _Question(problem, flow, len(flow.groups) + mine, post[mine], hours, _stuck(problem, flow, line))


def _stuck(problem: Problem, flow: Flow, line: float) -> tuple[str, ...]:
    """The people above the line who are not in the model, because none of their cases may move."""
    people = problem.people
    carried = loads(problem, holder_after_named_moves(problem))
    pairs = zip(carried, people["available"], strict=True)
    above = np.array([0 < able * Fraction(repr(line)) < 100 * load for load, able in pairs], dtype=bool)
    return tuple(people.loc[above & ~np.isin(np.arange(len(people)), flow.stretches["person"]), "om_code"])


def _may_be(asked: _Question, office: str, grade: str) -> Flags:
    """Which receipts of recruits are possible if all recruits are in one office or of one grade."""
    posts = asked.problem.posts
    fits = np.ones(len(posts), dtype=bool)
    if office != ANYWHERE:
        fits &= posts["office_code"].eq(office).to_numpy()
    if grade != ANY_GRADE:
        fits &= posts["grade"].eq(grade).to_numpy()
    return fits[asked.recruit]


@dataclass(frozen=True)
class _Answer:
    """Hours of each receipt of a recruit, moves of cases, people who stay over the line, cases without a place."""

    hours: Floats
    moves: int
    over: list[str]
    unplaced: int

    def row(self) -> tuple[float | None, int | None, int, int]:
        """The row of this answer in the table of options."""
        if self.over or self.unplaced:
            return None, None, len(self.over), self.unplaced
        return _round_up(self.hours.sum()), self.moves, 0, 0


def _answer(asked: _Question, may_be: Flags, seconds: float, cancelled: Callable[[], bool]) -> _Answer:
    """Find the fewest hours with such recruits and, of all ways to use them, the one that disturbs least."""
    model, groups = asked.flow.model, asked.flow.groups
    upper, lower = model.upper.copy(), model.lower.copy()
    upper[asked.into[~may_be]] = 0
    forced = np.flatnonzero(groups["forced"])
    placing = _cost(asked, moves=False)
    placing[forced] -= _UNPLACED
    least = _relax(replace(model, cost=placing, upper=upper), seconds, cancelled)
    # Fix how many cases are placed before the hours are minimised: the high cost of an unplaced case would make the
    # hours vanish within the tolerance.
    lower[forced] = np.floor(least[forced] + _TINY)
    values = _relax(replace(model, cost=_cost(asked, moves=True), lower=lower, upper=upper), seconds, cancelled)
    out = values[: len(groups)]
    waiting = groups["count"].to_numpy(dtype=float)[forced] - out[forced]
    return _Answer(
        values[asked.into] * asked.hours,
        ceil(round(float(out.sum()), _DIGITS)),
        _over(asked, values),
        ceil(round(float(waiting.sum()), _DIGITS)),
    )


def _relax(model: Model, seconds: float, cancelled: Callable[[], bool]) -> Floats:
    """Solve the relaxation of a model and return its columns; raises TimedOut if there is none in time."""
    values = run(model, seconds, cancelled).values
    if values is None:
        raise TimedOut(["no recruitment was found in the time allowed; give it more with limits.seconds"])
    return values


def _cost(asked: _Question, *, moves: bool) -> Floats:
    """The cost of each column: hours, points over the line and, if wanted, the moves."""
    flow, problem = asked.flow, asked.problem
    cost: Floats = flow.model.cost.copy() if moves else np.zeros(len(flow.model.cost))
    if moves:
        cost[: len(flow.groups)] = flow.groups["cost"]
    cost[asked.into] = asked.hours * _HOUR
    columns = flow.stretches["column"].to_numpy(dtype=np.int64)
    cost[columns] = 0
    cost[_above(asked)] = _OVER * _HOUR * float(problem.unit) * _hours_of_a_point(problem)
    return cost


def _above(asked: _Question) -> npt.NDArray[np.int64]:
    """The columns that hold how far each person is above the line: the last column of each person."""
    stretches = asked.flow.stretches
    return stretches.groupby("person")["column"].max().to_numpy(dtype=np.int64)


def _hours_of_a_point(problem: Problem) -> float:
    return float(problem.policy.default_hours) / float(problem.policy.nominal_target[Grade.PO])


def _over(asked: _Question, values: Floats) -> list[str]:
    """The people above the line."""
    stretches = asked.flow.stretches
    person = stretches.groupby("person")["column"].max()
    over = person.index.to_numpy()[values[person.to_numpy(dtype=np.int64)] * float(asked.problem.unit) > _TINY]
    return sorted([*asked.problem.people["om_code"].iloc[over], *asked.stuck])


def _posts(asked: _Question, hours: Floats) -> pd.DataFrame:
    """The hours of each team and grade that gets any."""
    posts = asked.problem.posts
    total = np.bincount(asked.recruit, weights=hours, minlength=len(posts))
    rows = np.flatnonzero(total > _TINY)
    with_hours = posts.iloc[rows].assign(hours=[_round_up(hours) for hours in total[rows]])
    return with_hours.sort_values(["cluster_code", "office_code", "team_code", "grade"])


def _round_up(hours: float) -> float:
    """Round up to the next tenth of an hour that is enough."""
    return ceil(round(hours * 10, _DIGITS)) / 10
