"""A what-if from beginning to end; read this first.

    stored snapshot -> changes -> problem -> solution -> moves, and what is carried before and after them

Each step takes values and gives values; nothing here changes a snapshot or a source system.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from monitor.redistribution.problem.costs import Costs, load_costs
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.problem.loads import unplaced
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.results.carry_out import carry_out
from monitor.redistribution.results.metrics import by_person, measure, shortfall
from monitor.redistribution.results.moves import moves, untouched
from monitor.redistribution.results.unit_figures import figures_of, in_scope
from monitor.redistribution.scenario.apply import Changed, change
from monitor.redistribution.scenario.baseline import Start, start_of
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.solver.solve import Solution, never, solve
from tiering.caseload import Caseload
from tiering.faults import ConfigFault
from tiering.points import weigh_cases

PERSON = ["om_code", "name", "team_code"]


@dataclass(frozen=True)
class Plan:
    """An answer, with everything a planner, a page or a download needs.

    start: the snapshot as it is stored. changed: its rows and numbers with the scenario's changes, before any move.
    """

    scenario: Scenario
    start: Start
    changed: Changed
    problem: Problem
    solution: Solution

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Who takes what, in which week, and why; the columns of ``hotspots what-if moves``."""
        return moves(self.problem, self.solution)

    @cached_property
    def untouched(self) -> pd.DataFrame:
        """What stays where it is, and why."""
        return untouched(self.problem, self.solution)

    @cached_property
    def before(self) -> dict[str, float]:
        """Peak, persons over the lines and the rest with the changes, before any move."""
        return measure(self.problem, self.problem.start)

    @cached_property
    def after(self) -> dict[str, float]:
        """The same with every move done."""
        return measure(self.problem, self.solution.holder)

    @cached_property
    def shortfall(self) -> dict[str, float]:
        """What the scope lacks however its cases are held; see monitor.redistribution.measure."""
        return shortfall(self.problem)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Everybody with a post in scope, before and after: one row a person.

        om_code, name, team_code, and each figure of monitor.redistribution.measure.by_person, with overdue, as before_*
        and after_*; given and taken: cases.
        """
        sides = {"before": self.problem.start, "after": self.solution.holder}
        tables = {side: self._carried(holder).set_index("om_code") for side, holder in sides.items()}
        shown = tables["before"][PERSON[1:]]
        figures = [table.drop(columns=PERSON[1:]).add_prefix(f"{side}_") for side, table in tables.items()]
        both = pd.concat([shown, *figures], axis=1).reset_index()
        for column, side in (("given", "from_om_code"), ("taken", "to_om_code")):
            both[column] = both["om_code"].map(self.moves[side].value_counts()).fillna(0).astype(int)
        return both

    @cached_property
    def caseload_after(self) -> Caseload:
        """The rows with changes and moves carried out."""
        return carry_out(self.changed.caseload, self.moves, self.start.as_at)

    @cached_property
    def units_at_start(self) -> pd.DataFrame:
        """Figures of every unit as the snapshot has them; columns as monitor.redistribution.figures."""
        return figures_of(self.start.caseload, self.start.policy, self.start.overdue, self.start.as_at)

    @cached_property
    def units_before(self) -> pd.DataFrame:
        """Figures of every unit with the changes, before any move."""
        return figures_of(self.changed.caseload, self.changed.policy, self.start.overdue, self.start.as_at)

    @cached_property
    def units_after(self) -> pd.DataFrame:
        """Figures of every unit with every move done."""
        return figures_of(self.caseload_after, self.changed.policy, self.start.overdue, self.start.as_at)

    def units_in_scope(self, units: pd.DataFrame) -> pd.DataFrame:
        """Of such figures those in scope."""
        return in_scope(units, self.changed.caseload, self.changed.teams)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many moves of each sort there are, and how many cases that must be placed are not.

        elective: what the budget is for; forced; named: by the scenario; high_rosh, other_office: of all moves.
        """
        cases, posts, holder = self.problem.cases, self.problem.posts, self.solution.holder
        moved = (holder != self.problem.start) & (holder >= 0)
        forced = cases["forced"].to_numpy(dtype=bool)
        named = cases["fixed_to"].ge(0).to_numpy(dtype=bool)
        away = posts["office_code"].to_numpy()[holder] != cases["office_code"].to_numpy()
        found = {
            "elective": moved & ~forced & ~named,
            "forced": moved & forced,
            "named": moved & named,
            "high_rosh": moved & cases["high"].to_numpy(dtype=bool),
            "other_office": moved & away,
            "unplaced": unplaced(self.problem, holder),
        }
        return {name: int(flags.sum()) for name, flags in found.items()}

    def _carried(self, holder: "np.ndarray[Any, np.dtype[np.int64]]") -> pd.DataFrame:
        """Each person's load with that holder of each case, and the overdue assessments of their cases."""
        carried = by_person(self.problem, holder)
        late = self.problem.cases["crn"].map(self.start.overdue["crn"].value_counts()).fillna(0).astype(int)
        held = holder >= 0
        person = self.problem.posts["person"].to_numpy()[holder[held]]
        overdue = np.bincount(person, weights=late.to_numpy()[held], minlength=len(self.problem.people))
        codes = pd.Series(overdue.astype(int), index=self.problem.people["om_code"])
        return carried.assign(overdue=carried["om_code"].map(codes))


def make_plan(
    scenario: Scenario, start: Start, prices: Costs, named: str, cancelled: Callable[[], bool] = never
) -> Plan:
    """The plan of a scenario; raises ConfigFault with every fault of what it asks.

    start: as ``start_of`` gives it for this scenario. named: what stands for the scenario in faults, such as its file.
    """
    changed, problem = ask(scenario, start, prices, named)
    return Plan(scenario, start, changed, problem, solve(problem, cancelled))


def ask(scenario: Scenario, start: Start, prices: Costs, named: str) -> tuple[Changed, Problem]:
    """What a scenario changes, and the question it then puts."""
    changed = change(start.caseload, start.policy, prices, scenario, start.as_at, named)
    weighed = weigh_cases(changed.caseload.cases, changed.caseload.offender_managers, changed.policy)
    problem = pose(
        changed.caseload,
        weighed,
        changed.policy,
        changed.prices,
        changed.teams,
        limits_of(scenario, changed.prices),
        changed.locks,
        start.as_at,
    )
    faults = _against_the_rules(scenario, problem)
    if faults:
        raise ConfigFault([f"{named}: {fault}" for fault in faults])
    return changed, problem


def limits_of(scenario: Scenario, prices: Costs) -> Limits:
    """The limits of a scenario; intake from the prices, and the others usual, where it names none."""
    asked = {name: value for name, value in scenario.limits.model_dump().items() if value is not None}
    return Limits(**({"intake": prices.intake} | asked))


def _against_the_rules(scenario: Scenario, problem: Problem) -> list[str]:
    """Named moves that no rule allows, with the rule in words."""
    moves = enumerate(scenario.changes, start=1)
    place = {change.what.crn: number for number, change in moves if change.kind == "move"}
    named = problem.cases[problem.cases["fixed_to"].ge(0)]
    kinds, targets = (named[column].to_numpy(dtype=np.int64) for column in ("kind", "fixed_to"))
    faults = []
    for case, allowed, target in zip(named.itertuples(), problem.eligible[kinds, targets], targets, strict=True):
        if not allowed:
            post = problem.posts.iloc[target]
            to = f"{post['om_code']} in {post['team_code']}"
            said = f"{case.crn} may not go to {to}: {_rule(problem, case, post)}"
            faults.append((place[case.crn], f"changes.{place[case.crn]}.move.to_om_code: {said}"))
    return [fault for _, fault in sorted(faults)]


def _rule(problem: Problem, case: Any, post: "pd.Series[Any]") -> str:
    """The first rule that keeps a case from a post."""
    person = problem.people.iloc[int(post["person"])]
    if post["available"] <= 0:
        return "nobody without available hours takes a case"
    if person["locked"]:
        return "a person pinned neither gives nor takes"
    if not post["open"]:
        return f"a {post['grade']} holds no cases"
    if case.only_po and post["grade"] != "PO":
        return "the highest tier, and high or very high RoSH, go to a PO only"
    if case.high and person["newly_qualified"]:
        return f"high RoSH does not go to somebody qualified less than {problem.prices.newly_qualified_years} year(s)"
    if case.not_trainee and post["grade"] == "TPO":
        return "MAPPA level 2, 3 or unrecorded does not go to a trainee"
    if case.team_type not in problem.prices.takes[post["team_type"]]:
        return f"a {post['team_type']} team does not take the cases of a {case.team_type} team; widen it if it should"
    if case.cluster_code != post["cluster_code"]:
        return "it is another cluster; set limits.between_clusters: true if it should go there"
    return "the two are barred from each other"


def plan_of(scenario: Scenario, store: Any, config: Path, named: str, cancelled: Callable[[], bool] = never) -> Plan:
    """The plan of a scenario from the store, with the prices of a configuration folder."""
    start = start_of(store, scenario, named)
    return make_plan(scenario, start, load_costs(config, start.as_at), named, cancelled)
