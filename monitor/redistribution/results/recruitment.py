"""What moving cases cannot give: the smallest recruitment that brings everybody under the line.

What a recruit is given, over what a full-time one may hold at the line, is the hours to recruit. So the question is the
model of a plan, with recruits in it and at another price: their hours first, then the moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import product
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.problem.loads import holder_after_named_moves, loads
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.scenario.apply import AppliedChanges
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
]
ANYWHERE = "anywhere"
ANY_GRADE = "PO or PSO"

_RECRUIT = "recruit"
# Hours: a recruit of the model is as many people as it takes.
_BOUNDLESS = 1e6
_ALL_IN_ONE_WEEK = 10**6
# What an hour costs beside the moves: a plain move is worth a hundredth of an hour, so that hours come first.
_HOUR = 1000.0
# A point over the line costs so many times the hours that would carry it: recruiting is always the better way.
_OVER = 20.0
# More than any hours, so that no case is left without a place to save some.
_UNPLACED = 1e6
_TINY = 1e-6
_DIGITS = 6


class TimedOut(UserFault):
    """The solver found nothing in the time that the scenario allows."""


@dataclass(frozen=True)
class Recruitment:
    """The smallest recruitment of a scope, cluster by cluster.

    Hours a week are proven: with fewer it cannot be done, even if cases could be shared out in parts. Cases are whole,
    so that a little more may be needed; try it with ``joins`` in a scenario.

    - line: capacity percentage nobody is to be above.
    - posts: where the hours ask for the least disturbing moves; columns ``POSTS``, one row per team and grade.
    - options: columns ``OPTIONS``; the smallest recruitment of a cluster first, then of one grade only, in one office
      only. Hours are missing where that cannot do it; moves: of cases that it takes; still_over: people who then stay
      above the line; unplaced: cases that then find no place.
    - still_over: who stays above the line whatever is recruited.
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
    """The smallest recruitment after a scenario's changes that brings every person to ``line`` per cent or below.

    Moves and new cases a week have no limit here: it is what remains when all have been moved that can be. Each cluster
    is asked by itself unless cases may go between clusters. Raises TimedOut.
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
    columns = [name for name in OPTIONS if name != "full_time"]
    table = pd.DataFrame(options, columns=columns).astype({"hours": float})
    where = pd.concat(posts, ignore_index=True)
    return Recruitment(
        line,
        where.assign(full_time=where["hours"] / full_time)[POSTS],
        table.assign(full_time=table["hours"] / full_time)[OPTIONS],
        tuple(over),
    )


def _question(changed: AppliedChanges, teams: frozenset[str], limits: Limits, as_at: date, line: float) -> _Question:
    """The model of some teams with a boundless recruit of each grade in every team that takes cases."""
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
    problem = pose(caseload, weighed, changed.policy, costs, teams, free, changed.locks, as_at)
    flow = build(problem, weeks=1)
    new = problem.posts["om_code"].str.startswith(f"{_RECRUIT} ").to_numpy(dtype=bool)
    post = flow.receipts["post"].to_numpy(dtype=np.int64)
    mine = np.flatnonzero(new[post])
    points = flow.receipts["exact"].to_numpy(dtype=float)[mine] * float(problem.unit)
    full_time = np.array([float(able) for able in problem.posts["available"]])[post[mine]] / _BOUNDLESS
    hours = points / (full_time * line / 100)
    return _Question(problem, flow, len(flow.groups) + mine, post[mine], hours, _stuck(problem, flow, line))


def _stuck(problem: Problem, flow: Flow, line: float) -> tuple[str, ...]:
    """Who is above the line and no part of the model: nothing of theirs may move."""
    people = problem.people
    carried = loads(problem, holder_after_named_moves(problem))
    pairs = zip(carried, people["available"], strict=True)
    above = np.array([0 < able * Fraction(repr(line)) < 100 * load for load, able in pairs], dtype=bool)
    return tuple(people.loc[above & ~np.isin(np.arange(len(people)), flow.stretches["person"]), "om_code"])


def _may_be(asked: _Question, office: str, grade: str) -> Flags:
    """Which receipts of recruits there may be when they all have to be in one office, of one grade."""
    posts = asked.problem.posts
    fits = np.ones(len(posts), dtype=bool)
    if office != ANYWHERE:
        fits &= posts["office_code"].eq(office).to_numpy()
    if grade != ANY_GRADE:
        fits &= posts["grade"].eq(grade).to_numpy()
    return fits[asked.recruit]


@dataclass(frozen=True)
class _Answer:
    """hours of each receipt of a recruit, moves of cases, who stays over the line, cases that find no place."""

    hours: Floats
    moves: int
    over: list[str]
    unplaced: int

    def row(self) -> tuple[float | None, int | None, int, int]:
        """What the table of options says of it."""
        if self.over or self.unplaced:
            return None, None, len(self.over), self.unplaced
        return _round_up(self.hours.sum()), self.moves, 0, 0


def _answer(asked: _Question, may_be: Flags, seconds: float, cancelled: Callable[[], bool]) -> _Answer:
    """The fewest hours with such recruits, and of all ways to spend them the one with the least disturbing moves."""
    model, groups = asked.flow.model, asked.flow.groups
    upper, lower = model.upper.copy(), model.lower.copy()
    upper[asked.into[~may_be]] = 0
    forced = np.flatnonzero(groups["forced"])
    placing = _cost(asked, moves=False)
    placing[forced] -= _UNPLACED
    least = _relax(replace(model, cost=placing, upper=upper), seconds, cancelled)
    # Placed once and for all: their great price would drown the hours.
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
    """The columns of a model's relaxation; raises TimedOut where the time is up before there is one."""
    values = run(model, seconds, cancelled).values
    if values is None:
        raise TimedOut(["no recruitment was found in the time allowed; give it more with limits.seconds"])
    return values


def _cost(asked: _Question, *, moves: bool) -> Floats:
    """The price of each column: hours, and points over the line; and the moves where wanted."""
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
    """The columns that say by how much each person is above the line: the last of each."""
    stretches = asked.flow.stretches
    return stretches.groupby("person")["column"].max().to_numpy(dtype=np.int64)


def _hours_of_a_point(problem: Problem) -> float:
    return float(problem.policy.default_hours) / float(problem.policy.nominal_target[Grade.PO])


def _over(asked: _Question, values: Floats) -> list[str]:
    """Who is above the line."""
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
    """To the tenth of an hour that is enough."""
    return ceil(round(hours * 10, _DIGITS)) / 10
