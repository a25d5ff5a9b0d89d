"""A plan in a few figures: what was found, how good it is, and what it does."""

from dataclasses import asdict
from datetime import date

import pandas as pd
from pydantic import BaseModel, ConfigDict

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.kept import changes_since, count_kept, count_other_changes
from monitor.redistribution.results.tables.metrics import measure
from monitor.redistribution.results.tables.moves import count_moves
from monitor.redistribution.results.tables.people import taken_over
from monitor.redistribution.robust.judgement import judge
from monitor.redistribution.robust.model import Robustness
from monitor.redistribution.scenario.model import PlainScope

METRICS = (
    "peak",
    "over_100",
    "over_110",
    "points_over",
    "max_over_mean",
    "gini",
    "without_hours",
    "over_line",
    "points_over_line",
)
"""What is reported of the situation before and after, in this order; see docs/what_if.md."""


class Situation(BaseModel):
    """How the load lies on one side of a plan: ``METRICS``; points_over_line: None in a plan stored without it."""

    model_config = ConfigDict(frozen=True)

    peak: float
    over_100: int
    over_110: int
    points_over: float
    max_over_mean: float
    gini: float
    without_hours: int
    over_line: int
    points_over_line: float | None = None


class PlanFigures(BaseModel):
    """What ``hotspots what-if solve --json`` prints about a plan, without its messages, in this order.

    - objective: what the plan costs; bound: no plan costs less; gap: the difference as a share of the objective.
    - seconds: spent; status: see monitor.redistribution.solver.solve; weeks: over which moves are spread.
    - moves_*: rows of cases; unplaced: cases that must be placed and are not.
    - moves_over_line: cases that had to be placed and found a place only above the line.
    - moves_kept, moves_changed: of the plan that this one is based on, if any; without what the scenario itself asks.
    - people, cases: in scope; over_line: the plan's line, in per cent of capacity.
    - moves_changed_often: moves of people whose offender manager changed often in the last 52 weeks; holder_weeks:
      stored weeks in which that was counted. Both are missing for plans stored before they were counted.
    - robust: how well it holds in the weeks ahead, if the scenario asks for that.
    - peak_first: whether the lowest peak came first, so that bound and gap are those of plans with such a peak.
    - taken_over: people who are over the line after the plan and were not before; None in a plan stored without it.
    - local_assumptions: numbers of policy and costs without a published source.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    as_at: date
    policy_fingerprint: str
    objective: float
    bound: float
    gap: float
    seconds: float
    status: str
    moves_elective: int
    moves_forced: int
    unplaced: int
    before: Situation
    after: Situation
    moves_named: int
    moves_high_rosh: int
    moves_to_other_office: int
    author: str | None
    revision: int
    scope: PlainScope
    prices_fingerprint: str
    local_assumptions: int
    people: int
    cases: int
    weeks: int
    over_line: float
    moves_over_line: int = 0
    moves_kept: int | None = None
    moves_changed: int | None = None
    moves_changed_often: int | None = None
    holder_weeks: int | None = None
    robust: Robustness | None = None
    peak_first: bool = False
    taken_over: int | None = None

    @property
    def moves(self) -> int:
        """All moves of the plan."""
        return self.moves_elective + self.moves_forced + self.moves_named


def summarise(plan: Plan, people: pd.DataFrame) -> PlanFigures:
    """The figures of a plan; people: as ``tabulate_people`` gives them."""
    solution, counts = plan.solution, count_moves(plan.problem, plan.solution)
    sides = {
        side: Situation(**asdict(measure(plan.problem, holder)))
        for side, holder in (("before", plan.problem.start), ("after", solution.holder))
    }
    return PlanFigures(
        name=plan.scenario.name,
        as_at=plan.baseline.as_at,
        policy_fingerprint=plan.applied.policy.fingerprint,
        objective=solution.objective,
        bound=solution.bound,
        gap=solution.gap,
        seconds=solution.seconds,
        status=solution.status,
        moves_elective=counts.elective,
        moves_forced=counts.forced,
        unplaced=counts.unplaced,
        before=sides["before"],
        after=sides["after"],
        moves_named=counts.named,
        moves_high_rosh=counts.high_rosh,
        moves_to_other_office=counts.other_office,
        author=plan.scenario.author,
        revision=plan.baseline.revision,
        scope=plan.scenario.scope.as_plain(),
        prices_fingerprint=plan.applied.costs.fingerprint,
        local_assumptions=plan.applied.policy.local_assumptions + plan.applied.costs.local_assumptions,
        people=len(plan.problem.people),
        cases=len(plan.problem.cases),
        weeks=solution.weeks,
        over_line=plan.applied.over_line,
        moves_over_line=int(solution.over_line.sum()),
        moves_kept=None if plan.scenario.based_on is None else count_kept(plan),
        moves_changed=None if plan.scenario.based_on is None else count_other_changes(changes_since(plan)),
        moves_changed_often=counts.changed_often,
        holder_weeks=plan.baseline.holders.weeks,
        robust=judge(plan),
        peak_first=plan.problem.limits.peak_first,
        taken_over=int(taken_over(people).sum()),
    )
