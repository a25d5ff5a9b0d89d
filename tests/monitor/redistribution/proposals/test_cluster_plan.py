"""What the plan of a cluster brings: measured on the rows of the cluster alone, as on all rows."""

import pytest

from monitor.redistribution.proposals.cluster_plan import measure_plan, percentages
from monitor.redistribution.results.tables.unit_figures import units_after
from tiering.terms import Level

from ...conftest import Home
from ..service import after, counts_of, plan_for
from .test_propose import week_of


@pytest.mark.parametrize("limits", ["limits: {elective_moves: 30, intake: 6}\n", "limits: {elective_moves: 0}\n"])
def test_the_units_of_a_cluster_are_as_on_all_rows(service: Home, limits: str) -> None:
    made = plan_for(service, limits)
    plan = measure_plan(week_of(service), "C1", frozenset(made.applied.teams), made.problem, made.solution)
    whole = percentages(units_after(made))
    units = [(Level.CLUSTER, "C1"), (Level.OFFICE, "O1"), (Level.OFFICE, "O2"), (Level.TEAM, "T1"), (Level.TEAM, "T3")]
    assert [plan.after[unit] for unit in units] == [whole[unit] for unit in units]
    assert len(plan.moves) == counts_of(made).total > 0
    assert plan.figures["over_after"] == after(made).over_line
