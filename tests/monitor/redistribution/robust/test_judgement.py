"""How often a plan holds: a whole plan of the small service, judged against draws made of stated chances."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.redistribution.plan import Plan
from monitor.redistribution.robust.chances import WEEKS
from monitor.redistribution.robust.judgement import COLUMNS, judge, tabulate_units
from monitor.redistribution.robust.model import HoldingUnit, Robustness
from monitor.snapshots.weeks.weeks_ahead import WeeksAhead
from tiering.terms import Level

from ...conftest import AS_AT, WEEK, Home
from ..service import plan_for

TEAMS = ("T1", "T2", "T3", "T4", "T5")


def ahead(rise: float = 0.0, width: float = 0.0, sick_hours: float = 0.0) -> WeeksAhead:
    """Every team changes by ``rise`` points, give or take ``width``; spells begin if any hours are lost."""
    forecast = pd.DataFrame(
        [(code, week, 100 + rise, 100 + rise + width) for code in TEAMS for week in range(1, WEEKS + 1)],
        columns=["code", "weeks_ahead", "points", "points_high_80"],
    )
    days = [pd.Timestamp(AS_AT - WEEK), pd.Timestamp(AS_AT)]
    staffing = pd.DataFrame({"as_at": days, "people": 10, "sick_hours": sick_hours, "contracted_hours": 370.0})
    spells = pd.DataFrame({"om_code": ["P01"], "starts_on": [pd.Timestamp(AS_AT)]})
    return WeeksAhead(forecast, pd.Series(dict.fromkeys(TEAMS, 100.0)), staffing, spells.head(int(sick_hours > 0)))


def judged(plan: Plan, weeks_ahead: WeeksAhead | None = None, **changed: Any) -> Robustness:
    baseline = replace(plan.baseline, weeks_ahead=weeks_ahead or ahead())
    scenario = plan.scenario.model_copy(update={"robust": 40} | changed)
    robustness = judge(replace(plan, baseline=baseline, scenario=scenario))
    assert robustness is not None
    return robustness


@pytest.fixture
def plan(service: Home) -> Plan:
    return plan_for(service, "robust: 40\n")


def shares(unit: HoldingUnit) -> list[float]:
    return [
        unit.before, unit.after, unit.before_at_end, unit.after_at_end, unit.before_whole, unit.after_whole
    ]  # fmt: skip


def test_a_plan_of_a_stored_snapshot_is_judged_the_same_each_time(plan: Plan) -> None:
    robustness = judge(plan)
    assert robustness == judge(plan)
    assert robustness is not None
    assert (robustness.draws, robustness.weeks, robustness.line) == (40, WEEKS, 110)
    assert [office.code for office in robustness.offices] == ["O1", "O2"]
    assert robustness.whole.people == sum(office.people for office in robustness.offices) == len(plan.problem.people)


def test_a_scenario_that_asks_for_no_draws_is_not_judged(plan: Plan) -> None:
    assert judge(replace(plan, scenario=plan.scenario.model_copy(update={"robust": None}))) is None
    assert judge(replace(plan, baseline=replace(plan.baseline, weeks_ahead=None))) is None


def test_without_rates_a_plan_always_holds_or_never_does(plan: Plan) -> None:
    for rise in (0.0, 50.0, 5000.0):
        robustness = judged(plan, ahead(rise))
        assert {share for unit in robustness.units for share in shares(unit)} <= {0.0, 1.0}
    # Five thousand points more are too many for anyone.
    assert {share for unit in robustness.units for share in shares(unit)} == {0.0}


def test_the_person_away_is_over_the_line_before_the_plan_and_not_after_it(plan: Plan) -> None:
    office = judged(plan).offices[0]
    assert (office.before, office.after) == (0, float(judged(plan).line >= _highest(plan, "O1")))


def _highest(plan: Plan, office: str) -> float:
    """The highest capacity percentage in an office after the plan."""
    problem, holder = plan.problem, plan.solution.holder
    load = np.array([float(points) for points in problem.people["fixed"]])
    exact = problem.cases["exact"].to_numpy(dtype=float)
    np.add.at(load, problem.posts["person"].to_numpy()[holder[holder >= 0]], exact[holder >= 0] * float(problem.unit))
    able = np.array([float(points) for points in problem.people["available"]])
    there = problem.posts.loc[problem.posts["office_code"].eq(office), "person"].unique()
    return max(100 * load[person] / able[person] for person in there if able[person] > 0)


def test_more_to_come_never_holds_more_often(plan: Plan) -> None:
    every = [judged(plan, ahead(rise, width=300.0, sick_hours=10.0)) for rise in (-300.0, 0.0, 300.0)]
    for fewer, more in pairwise(every):
        for before, after in zip(fewer.units, more.units, strict=True):
            assert all(b >= a for b, a in zip(shares(before), shares(after), strict=True))


def test_a_higher_line_never_holds_less_often(service: Home) -> None:
    low, high = (
        judged(plan_for(service, f"limits: {{elective_moves: 0}}\nchanges:\n  - threshold: {{over: {line}}}\n"))
        for line in (60, 200)
    )
    for below, above in zip(low.units, high.units, strict=True):
        assert all(a >= b for a, b in zip(shares(above), shares(below), strict=True))


def test_an_office_has_the_teams_of_the_scope_alone(service: Home) -> None:
    robustness = judged(plan_for(service, scope="{team: T3}"))
    assert [office.code for office in robustness.offices] == ["O2"]
    assert robustness.whole.people == 2


def test_another_snapshot_scope_or_number_of_draws_draws_other_weeks(plan: Plan) -> None:
    chances = ahead(width=2000.0, sick_hours=30.0)
    again = replace(plan, baseline=replace(plan.baseline, content_hash="another"))
    first, other, more = judged(plan, chances), judged(again, chances), judged(plan, chances, robust=41)
    assert first != other
    assert (more.draws, more.whole != first.whole) == (41, True)


def test_the_table_has_one_row_per_unit_the_whole_scope_first(plan: Plan) -> None:
    table = tabulate_units(judged(plan))
    assert list(table.columns) == COLUMNS
    assert table["level"].tolist() == [Level.ALL, Level.OFFICE, Level.OFFICE]
    assert table["after"].between(0, 1).all()
