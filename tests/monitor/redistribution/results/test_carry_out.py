"""Moves carried out on the rows of a caseload."""

import pandas as pd
import pytest

from monitor.redistribution.results.carry_out import carry_out, caseload_after

from ...conftest import AS_AT, Home
from ..service import moves_of, plan_for


def test_a_case_that_moves_has_its_receiver_from_the_as_at_date_on(service: Home) -> None:
    caseload = plan_for(service).baseline.caseload
    moves = pd.DataFrame({"crn": ["X000001"], "to_om_code": ["P02"], "to_team_code": ["T1"]})
    cases = carry_out(caseload, moves, AS_AT).cases.set_index("crn")
    assert cases.loc["X000001", ["om_code", "team_code"]].tolist() == ["P02", "T1"]
    assert cases.loc["X000001", "allocated_on"] == pd.Timestamp(AS_AT)
    rest = caseload.cases.set_index("crn").drop(index="X000001")
    pd.testing.assert_frame_equal(cases.drop(index="X000001"), rest)


def test_a_case_that_is_not_there_cannot_move(service: Home) -> None:
    moves = pd.DataFrame({"crn": ["NONE"], "to_om_code": ["P02"], "to_team_code": ["T1"]})
    with pytest.raises(KeyError, match="NONE"):
        carry_out(plan_for(service).baseline.caseload, moves, AS_AT)


def test_the_caseload_after_a_plan_is_that_of_its_moves(service: Home) -> None:
    plan = plan_for(service)
    by_list = carry_out(plan.applied.caseload, moves_of(plan), AS_AT)
    pd.testing.assert_frame_equal(caseload_after(plan).cases, by_list.cases)
