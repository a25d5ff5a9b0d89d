"""Who may take a case of a plan: given its other moves, and what is settled since."""

import pytest

from monitor.redistribution.scenario.baseline import load_baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import parse_scenario
from monitor.web.what_if.candidates import Candidates, find_candidates
from monitor.web.what_if.edits import CaseMove, Edit, leave_out, settle_moves
from monitor.web.what_if.grounds import NAMED
from tests.monitor.conftest import Home

MOVE = CaseMove("X000103", "M1", "T1")


def scenario_all() -> Scenario:
    return parse_scenario({"name": "Trial", "scope": "all"}, NAMED)


def candidates_in(home: Home, scenario: Scenario, *moves: CaseMove) -> Candidates:
    baseline = load_baseline(home.store, scenario, NAMED)
    return find_candidates(scenario, baseline, home.settings.config, moves)


def holder_of(candidates: Candidates, crn: str) -> str | None:
    row = candidates.problem.cases["crn"].tolist().index(crn)
    post = candidates.holder[row]
    return None if post < 0 else candidates.problem.posts["om_code"].iloc[post]


def test_the_moves_of_the_plan_are_made(home: Home) -> None:
    before, after = candidates_in(home, scenario_all()), candidates_in(home, scenario_all(), MOVE)
    assert (holder_of(before, "X000103"), holder_of(after, "X000103")) == ("M3", "M1")
    shares = [
        next(taker.before for taker in candidates.of_case("X000104") if taker.om_code == "M3")
        for candidates in (before, after)
    ]
    assert shares[1] < shares[0]


@pytest.mark.parametrize(
    ("edit", "now"), [(Edit.PIN, "M3"), (Edit.BAR, "M1"), (Edit.FIX, "M2")], ids=["pinned", "barred", "sent elsewhere"]
)
def test_what_is_settled_since_comes_first(home: Home, edit: Edit, now: str) -> None:
    settled = settle_moves(scenario_all(), edit, [CaseMove("X000103", "M2", "T2")])
    assert holder_of(candidates_in(home, settled, MOVE), "X000103") == now


def test_a_move_that_is_not_possible_any_more_is_left_out(home: Home) -> None:
    gone = [CaseMove("X000103", "M1", "T4"), CaseMove("NONE", "M1", "T1")]
    assert holder_of(candidates_in(home, scenario_all(), *gone), "X000103") == "M3"


def test_no_one_takes_a_case_that_is_not_there(home: Home) -> None:
    assert candidates_in(home, scenario_all()).of_case("NONE") == ()


def test_a_person_who_is_left_out_takes_none(home: Home) -> None:
    takers = {taker.om_code for taker in candidates_in(home, scenario_all()).of_case("X000108")}
    fewer = {taker.om_code for taker in candidates_in(home, leave_out(scenario_all(), "M4")).of_case("X000108")}
    assert "M4" in takers
    assert fewer == takers - {"M4"}
