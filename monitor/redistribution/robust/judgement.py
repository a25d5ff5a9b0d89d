"""Judge how well a plan holds: in how many draws of the weeks ahead no one is over the line, before and after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.problem.loads import rounded_loads
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.robust.chances import WEEKS, estimate_chances
from monitor.redistribution.robust.draws import Draws, draw_weeks, make_seed
from monitor.redistribution.robust.model import HoldingUnit, Robustness
from monitor.redistribution.robust.outcome import Outcome, Staff, combine, margin_for, outcome_of, share_under
from tiering.capacity import available_points, reduction_hours
from tiering.caseload import Caseload
from tiering.policies.policy import Policy
from tiering.terms import Level
from tiering.workload import ALL

HOLDS: Final = 0.9
"""The share of draws that a margin is to make hold."""

COLUMNS: Final = list(HoldingUnit.model_fields)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Office:
    """An office in scope: its people (rows of people), and which of the teams drawn are in it."""

    code: str
    name: str
    people: Integers
    teams: Integers


def judge(plan: Plan) -> Robustness | None:
    """Judge a plan against as many draws as its scenario asks for; None if it asks for none.

    The seed is derived from the snapshot, the scope and the number of draws, so that two plans for one scope meet the
    same weeks and differ only by what they do.
    """
    baseline, number, ahead = plan.baseline, plan.scenario.robust, plan.baseline.weeks_ahead
    if number is None or ahead is None:
        return None
    problem, applied = plan.problem, plan.applied
    teams = tuple(sorted(applied.teams))
    chances = estimate_chances(ahead, teams)
    scope = plan.scenario.scope.as_plain()
    seed = make_seed(baseline.as_at, baseline.revision, baseline.content_hash, scope, number)
    draws = draw_weeks(chances, len(problem.people), number, seed)
    able = _available_ahead(applied.caseload, applied.policy, problem, baseline.as_at)
    offices = list(_list_offices(problem, applied.caseload, teams))
    before, after = (
        _judge_side(problem, holder, offices, draws, able) for holder in (problem.start, plan.solution.holder)
    )
    line, count = applied.over_line, len(problem.people)
    units = [
        _holding_unit(Level.OFFICE, office.code, office.name, len(office.people), start, end, line)
        for office, start, end in zip(offices, before, after, strict=True)
    ]
    sickness = chances.sickness
    return Robustness(
        draws=number,
        weeks=WEEKS,
        line=line,
        sick_share=sickness.share,
        sick_weeks=sickness.length,
        sick_weeks_read=sickness.weeks,
        whole=_holding_unit(Level.ALL, ALL, "", count, combine(before), combine(after), line),
        offices=tuple(units),
    )


def tabulate_units(robustness: Robustness) -> pd.DataFrame:
    """The units judged, one row per unit, the whole scope first; columns ``COLUMNS``."""
    return pd.DataFrame([unit.model_dump(mode="json") for unit in robustness.units], columns=COLUMNS)


def _list_offices(problem: Problem, caseload: Caseload, teams: tuple[str, ...]) -> Iterator[_Office]:
    """The offices with people in scope, by code; a person belongs to the one with most of their available points."""
    posts = problem.posts
    able = np.array([float(points) for points in posts["available"]])
    ranked = posts.assign(able=able).sort_values(["person", "able"], ascending=[True, False], kind="stable")
    main = ranked.drop_duplicates("person").sort_values("person")
    office_of = caseload.organisation.set_index("team_code")["office_code"].reindex(pd.Index(teams)).to_numpy()
    for (code, name), own in main.groupby(["office_code", "office_name"]):
        yield _Office(str(code), str(name), own["person"].to_numpy(dtype=np.int64), np.flatnonzero(office_of == code))


def _available_ahead(caseload: Caseload, policy: Policy, problem: Problem, as_at: date) -> Floats:
    """Available points of each person in each week ahead, by what is known today; of shape (weeks, people)."""
    codes = pd.Index(problem.people["om_code"])
    managers = caseload.offender_managers
    managers = managers[managers["om_code"].isin(codes)]
    reductions = caseload.reductions[caseload.reductions["om_code"].isin(codes)]
    types = dict(zip(caseload.organisation["team_code"], caseload.organisation["team_type"], strict=True))
    person = codes.get_indexer(pd.Index(managers["om_code"]))
    able = np.zeros((WEEKS, len(codes)))
    for week in range(WEEKS):
        day = as_at + timedelta(weeks=week + 1)
        points = available_points(managers, reduction_hours(reductions, managers, day), types, policy, day)
        np.add.at(able[week], person, [float(own) for own in points])
    return able


def _judge_side(
    problem: Problem, holder: Integers, offices: Sequence[_Office], draws: Draws, able: Floats
) -> list[Outcome]:
    """What becomes of each office under ``holder`` in every draw."""
    load = np.array([float(points) for points in rounded_loads(problem, holder)])
    able_now = np.array([float(points) for points in problem.people["available"]])
    waits = problem.cases["exact"].to_numpy(dtype=np.int64) * (holder < 0)
    waiting = pd.Series(waits).groupby(problem.cases["office_code"].to_numpy()).sum()
    outcomes = []
    for office in offices:
        own = office.people
        unheld = float(int(waiting.get(office.code, 0)) * problem.unit)
        staff = Staff(load[own], unheld, able_now[own], able[:, own])
        outcomes.append(outcome_of(staff, draws.change[:, :, office.teams].sum(axis=2), draws.sick[:, :, own]))
    return outcomes


def _holding_unit(
    level: Level, code: str, name: str, people: int, before: Outcome, after: Outcome, line: float
) -> HoldingUnit:
    """The figures of one unit."""
    shares = {
        f"{side}{what}": share_under(values, line)
        for side, outcome in (("before", before), ("after", after))
        for what, values in (("", outcome.highest), ("_at_end", outcome.highest[:, -1:]), ("_whole", outcome.whole))
    }
    margin = margin_for(after.rise, HOLDS)
    # Not everyone can be further below the line than all are together.
    is_enough = margin is not None and after.now <= line - margin
    return HoldingUnit(
        level=level,
        code=code,
        name=name,
        people=people,
        capacity_percentage=after.now if np.isfinite(after.now) else None,
        margin=margin if is_enough else None,
        **shares,
    )
