"""Tables, faults and remarks while changes are carried out."""

import pandas as pd
import pytest

from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.trial import Trial
from tiering.caseload import OFFENDER_MANAGERS

from ...conftest import AS_AT, Home
from ..service import asked, costs_for, start_for


@pytest.fixture
def trial(service: Home) -> Trial:
    baseline = start_for(service, asked())
    costs = costs_for(service.settings.config, AS_AT)
    trial = Trial(AS_AT, baseline.caseload.tables(), baseline.policy, costs, AS_AT)
    trial.at(3, "leaves")
    return trial


def test_a_fault_stands_at_the_change_that_is_carried_out(trial: Trial) -> None:
    assert not trial.knows_person("P0")
    trial.fault("", "is there twice")
    assert trial.faults[1] == Fault(3, "leaves", "is there twice")
    assert (trial.faults[0].place, trial.faults[0].key) == (3, "leaves.om_code")
    assert "(did you mean P0" in trial.faults[0].says


def test_no_case_is_suggested_for_one_that_is_not_there(trial: Trial) -> None:
    assert not trial.knows_case("X00001")
    assert "did you mean" not in trial.faults[0].says


def test_the_frames_that_come_in_are_not_written_to(trial: Trial) -> None:
    before = trial.managers
    copy = before.copy()
    trial.set(OFFENDER_MANAGERS, before["om_code"].eq("P01"), contracted_hours=1.0)
    pd.testing.assert_frame_equal(before, copy)
    assert trial.managers.set_index("om_code").loc["P01", "contracted_hours"] == 1
