"""Faults of a scenario as values, and as lines."""

import pytest

from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from tiering.faults import UserFault


@pytest.mark.parametrize(
    ("fault", "line", "field"),
    [
        (Fault(2, "absent.om_code", "is away"), "changes.2.absent.om_code: is away", "om_code"),
        (Fault(2, "threshold", "is there twice"), "changes.2.threshold: is there twice", ""),
        (Fault(1, "", "is not one change"), "changes.1: is not one change", ""),
        (Fault(0, "scope.cluster", "is none"), "scope.cluster: is none", ""),
        (Fault(0, "", "not valid YAML"), "not valid YAML", ""),
    ],
)
def test_a_fault_says_where_it_stands(fault: Fault, line: str, field: str) -> None:
    assert (fault.line, fault.field) == (line, field)


def test_the_exception_has_the_faults_as_values_and_as_lines_with_the_file() -> None:
    faults = [Fault(1, "pin.crn", "is none"), Fault(0, "name", "is missing")]
    raised = ScenarioFault("tried.yaml", faults)
    assert raised.scenario_faults == tuple(faults)
    assert raised.faults == ["tried.yaml: changes.1.pin.crn: is none", "tried.yaml: name: is missing"]
    assert isinstance(raised, UserFault)
