"""Proposals: which clusters get one, that its figures are those of a what-if, and what happens when none is found."""

from typing import Any

import pandas as pd
import pytest

from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.proposals.cluster_plan import Week
from monitor.redistribution.proposals.propose import propose
from monitor.redistribution.proposals.terms import ProposalNumbers, Terms, load_proposal_numbers
from monitor.redistribution.results.tables.unit_figures import units_after, units_before
from monitor.redistribution.solver.solve import OPTIMAL, WORK_LIMIT
from monitor.snapshots.contracts.follow_through import PROPOSALS, PROPOSED_MOVES, PROPOSED_UNITS, SEARCH_FAILED
from monitor.snapshots.parameters import Parameters
from tiering.points import weigh_cases

from ...conftest import AS_AT, Home
from ..service import after, before, counts_of, moves_of, plan_for, shortfall_of

COUNTED = ("over_before", "over_after", "newly_over", "elective_moves", "necessary_moves", "unplaced")


def week_of(home: Home) -> Week:
    number = home.newest.id or 0
    caseload, policy = home.store.caseload(number), Parameters.of_snapshot(home.newest).policy
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    return Week(caseload, weighed, home.store.units(number), policy, AS_AT)


def hot(
    *units: tuple[str, str], weeks: int = 3, status: str = "continuing", rule: str = "over_threshold"
) -> pd.DataFrame:
    rows = [{"rule": rule, "level": level, "code": code, "status": status, "weeks": weeks} for level, code in units]
    return pd.DataFrame(rows, columns=["rule", "level", "code", "status", "weeks"])


def numbers_for(home: Home, costs: dict[str, float] | None = None, **terms: float) -> ProposalNumbers:
    shipped = load_proposal_numbers(home.settings.config, AS_AT)
    changed = Terms(**(shipped.terms.model_dump() | terms))
    prices: Costs = shipped.costs.model_copy(update=costs or {})
    return ProposalNumbers(terms=changed, costs=prices)


def proposed(home: Home, hotspots: pd.DataFrame, **terms: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of both frames."""
    frames = propose(week_of(home), hotspots, numbers_for(home, **terms))
    assert {name: list(frame.columns) for name, frame in frames.items()} == {
        contract.name: contract.column_names for contract in (PROPOSALS, PROPOSED_UNITS, PROPOSED_MOVES)
    }
    clusters, units = frames[PROPOSALS.name], frames[PROPOSED_UNITS.name]
    return clusters.to_dict("records"), units.to_dict("records")


def test_a_proposal_has_the_figures_of_a_what_if_on_the_same_terms(service: Home) -> None:
    (cluster,), (office,) = proposed(service, hot(("office", "O1")))
    plan = plan_for(service, "limits: {elective_moves: 30, intake: 6}\n")
    assert (cluster["cluster_code"], cluster["cluster_name"], cluster["status"]) == ("C1", "Cluster 1", OPTIMAL)
    counts = counts_of(plan)
    assert 0 < counts.elective == cluster["elective_moves"]
    assert (cluster["necessary_moves"], cluster["unplaced"]) == (counts.forced, counts.unplaced)
    assert (cluster["over_before"], cluster["over_after"]) == (before(plan).over_line, after(plan).over_line)
    assert cluster["points_over_before"] == before(plan).points_over_line > cluster["points_over_after"]
    assert cluster["points_over_after"] == after(plan).points_over_line
    assert cluster["full_time_short"] == shortfall_of(plan).full_time_short
    assert cluster["newly_over"] == 0
    for row, key in ((cluster, ("cluster", "C1")), (office, ("office", "O1"))):
        figures = [
            units.set_index(["level", "code"])["capacity_percentage"]
            for units in (units_before(plan), units_after(plan))
        ]
        assert [row["capacity_before"], row["capacity_after"]] == [units[key] for units in figures]
    moves = moves_of(plan)
    out = moves[moves["from_team_code"].isin(["T1", "T2"]) & moves["to_team_code"].isin(["T3", "T4"])]
    assert (office["moves_out"], office["to_code"], office["moves_to"]) == (len(out), "O2", len(out))
    assert len(out) > 0


def test_a_hot_cluster_gets_a_proposal_of_its_own_and_sends_nothing_away(service: Home) -> None:
    clusters, units = proposed(service, hot(("cluster", "C2"), ("office", "O1")))
    assert [row["cluster_code"] for row in clusters] == ["C1", "C2"]
    assert [(row["level"], row["code"], row["cluster_code"]) for row in units] == [
        ("cluster", "C2", "C2"),
        ("office", "O1", "C1"),
    ]
    assert (units[0]["moves_out"], units[0]["moves_to"], pd.isna(units[0]["to_code"])) == (0, 0, True)
    assert units[0]["capacity_before"] == units[0]["capacity_after"]


@pytest.mark.parametrize(
    "hotspots",
    [
        hot(),
        hot(("office", "O1"), weeks=2),
        hot(("office", "O1"), status="cleared"),
        hot(("office", "O1"), rule="rising"),
        hot(("team", "T1"), ("offender_manager", "P01")),
        hot(("office", "gone")),
    ],
)
def test_only_offices_and_clusters_over_the_threshold_for_long_enough_get_a_proposal(
    service: Home, hotspots: pd.DataFrame
) -> None:
    assert proposed(service, hotspots) == ([], [])


def test_the_same_week_gives_the_same_proposal(service: Home) -> None:
    asked = week_of(service), hot(("office", "O1"), ("cluster", "C2")), numbers_for(service)
    first, second = propose(*asked), propose(*asked)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name], check_exact=True)


def test_a_plan_that_runs_out_of_work_has_a_status_and_no_figures(service: Home) -> None:
    (cluster,), units = proposed(service, hot(("office", "O1")), most_iterations=1, widest_gap=0)
    assert cluster["status"] == WORK_LIMIT
    assert cluster["gap"] > 0
    assert all(pd.isna(cluster[name]) for name in (*COUNTED, "capacity_after", "full_time_short"))
    assert units == []


def test_a_plan_that_ends_in_an_error_stops_nothing(service: Home, caplog: pytest.LogCaptureFixture) -> None:
    broken = numbers_for(service, {"move": float("nan")})
    frames = propose(week_of(service), hot(("office", "O1")), broken)
    (cluster,) = frames[PROPOSALS.name].to_dict("records")
    assert (cluster["status"], pd.isna(cluster["gap"]), cluster["elective_limit"]) == (SEARCH_FAILED, True, 30)
    assert frames[PROPOSED_UNITS.name].empty
    assert "the proposal for cluster C1 ended in an error" in caplog.text
