"""The proposal of a run as a plan: the same moves, with the figures that the run stored."""

from datetime import timedelta

import pytest

from monitor.redistribution import repository
from monitor.redistribution.plan import Plan
from monitor.redistribution.proposals.recall import load_start, number_of_proposal, proposal_rows, recall_plan
from monitor.redistribution.repository import PROPOSED_BY
from monitor.redistribution.results.record import PlanRecord, record_plan
from monitor.redistribution.results.tables.metrics import measure
from monitor.redistribution.results.tables.moves import count_moves, list_moves
from monitor.redistribution.scenario.baseline import Baseline
from monitor.snapshots.contracts.follow_through import PROPOSALS, PROPOSED_MOVES

from ...conftest import AS_AT, Home


def recalled(home: Home, cluster_code: str = "C1") -> Plan | None:
    return recall_plan(home.store, home.newest, load_start(home.store, home.newest), cluster_code)


def test_it_has_the_moves_and_the_figures_that_the_run_stored(home: Home) -> None:
    plan = recalled(home)
    assert plan is not None
    number = home.newest.id or 0
    stored = home.store.archived_frame(number, PROPOSED_MOVES.name)
    moves = list_moves(plan.problem, plan.solution).sort_values("crn", ignore_index=True)
    columns = ["crn", "from_om_code", "from_team_code", "to_om_code", "to_team_code", "week"]
    assert len(moves) > 0
    assert moves[columns].astype("object").equals(stored[columns].astype("object"))
    (row,) = home.store.archived_frame(number, PROPOSALS.name).to_dict("records")
    counts, end = count_moves(plan.problem, plan.solution), measure(plan.problem, plan.solution.holder)
    assert (counts.elective, counts.forced, counts.unplaced) == (
        row["elective_moves"], row["necessary_moves"], row["unplaced"],
    )  # fmt: skip
    assert (end.over_line, end.points_over_line) == (row["over_after"], row["points_over_after"])
    assert (plan.solution.gap, plan.solution.status) == (row["gap"], row["status"])
    units = record_plan(plan).tables["units"]
    after = units[units["side"].eq("after") & units["level"].eq("cluster")]
    assert after["capacity_percentage"].tolist() == [row["capacity_after"]]


def test_it_is_stored_once_and_says_whose_it_is(home: Home) -> None:
    plan, newest = recalled(home), home.newest
    assert plan is not None
    engine, now = home.store.engine, newest.created_at + timedelta(days=3)
    assert repository.proposal(engine, newest.id or 0, "C1") is None
    first = repository.save_proposal(engine, *proposal_rows(plan, newest, now))
    assert repository.save_proposal(engine, *proposal_rows(plan, newest, now)) == first
    assert repository.proposal(engine, newest.id or 0, "C1") == first
    row = repository.plan(engine, first)
    assert row is not None
    scenario = repository.scenario(engine, row.scenario_id)
    assert scenario is not None
    assert (row.author, scenario.author, row.asked_at.date()) == (PROPOSED_BY, PROPOSED_BY, newest.created_at.date())
    assert (scenario.scope_level, repository.codes_of(scenario), scenario.area_code) == ("cluster", ("C1",), "N")
    assert (scenario.name, scenario.as_at, row.scenario_version) == ("Proposal for Cluster 1", AS_AT, scenario.version)
    assert PlanRecord.from_bytes(row.answer, row.figures or "").figures.moves == len(plan.problem.cases) - int(
        (plan.solution.holder == plan.problem.start).sum()
    )


def test_its_number_is_that_of_the_stored_plan_and_its_rows_are_read_once(home: Home) -> None:
    store, newest = home.store, home.newest
    now = newest.created_at + timedelta(days=1)
    loaded = []

    def start() -> Baseline:
        loaded.append(newest)
        return load_start(store, newest)

    number = number_of_proposal(store, newest, "C1", now, start)
    assert number is not None
    assert number == number_of_proposal(store, newest, "C1", now, start)
    assert number == repository.proposal(store.engine, newest.id or 0, "C1")
    assert len(loaded) == 1
    assert number_of_proposal(store, newest, "C2", now, start) is None


@pytest.mark.parametrize("cluster_code", ["C2", "none"])
def test_a_cluster_without_a_proposal_has_no_plan(home: Home, cluster_code: str) -> None:
    assert recalled(home, cluster_code) is None
