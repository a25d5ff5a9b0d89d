"""What a scenario changes before anything is moved, and what it cannot change in this snapshot."""

from decimal import Decimal

import pandas as pd
import pytest

from monitor.redistribution.scenario.apply import apply_changes
from monitor.redistribution.scenario.baseline import load_baseline
from monitor.redistribution.scenario.faults import ScenarioFault

from ...conftest import AS_AT, Home
from ..service import asked, changed_by, costs_for, start_for


def fault_of(home: Home, changes: str, scope: str = "{cluster: C1}") -> str:
    with pytest.raises(ScenarioFault) as raised:
        changed_by(home, changes, scope)
    (fault,) = raised.value.faults
    return fault.removeprefix("tried.yaml: ")


def test_another_line_is_the_line_of_the_plan(service: Home) -> None:
    changed = changed_by(service, "threshold: {over: 102.5}")
    assert (changed.over_line, changed.policy.bands.red_above) == (102.5, Decimal("102.5"))
    assert changed_by(service, "pin: {crn: X000001}").over_line == 110


def test_a_plan_for_a_day_that_is_over_is_refused(service: Home) -> None:
    scenario = asked("plan_for: 2026-11-19\n")
    start, costs = start_for(service, scenario), costs_for(service.settings.config, AS_AT)
    with pytest.raises(ScenarioFault, match="plan_for: 2026-11-19 is before the as-at date 2026-11-20; write a later"):
        apply_changes(start.caseload, start.policy, costs, scenario, AS_AT, "tried.yaml")


def test_a_plan_for_the_as_at_date_is_the_plan_without_a_day(service: Home) -> None:
    of_the_day = changed_by(service, "pin: {crn: X000001}", plan_for="2026-11-20").caseload
    pd.testing.assert_frame_equal(of_the_day.reductions, changed_by(service, "pin: {crn: X000001}").caseload.reductions)


def test_moves_pins_and_bars_become_locks_whatever_their_order(service: Home) -> None:
    changed = changed_by(
        service,
        "move: {crn: X000002, to_om_code: N1}\npin: {crn: X000003}\npin: {om_code: P05}\n"
        "bar: {crn: X000004, om_code: P02}\n"
        "joins: {team_code: T2, grade: PO, contracted_hours: 37, om_code: N1}",
    )
    assert changed.locks.fixed == (("X000002", "N1", "T2"),)
    assert (changed.locks.crns, changed.locks.om_codes) == ({"X000003"}, {"P05"})
    assert changed.locks.barred == {("X000004", "P02")}
    assert not changed.remarks


@pytest.mark.parametrize(
    "change",
    [
        "threshold: {over: 100}",
        "team: {team_code: T1, to_office: O2}",
        "hours: {om_code: P01, team_code: T1, contracted_hours: 1}",
        "move: {crn: X000001, to_om_code: P02}",
    ],
)
def test_what_is_said_twice_is_a_fault(service: Home, change: str) -> None:
    assert fault_of(service, f"{change}\n{change}").startswith("changes.2.")


def test_a_scope_that_is_not_there_is_a_fault(service: Home) -> None:
    said = fault_of(service, "pin: {crn: X000001}", "{cluster: C3}")
    assert said.startswith("scope.cluster: 'C3' is no cluster of the snapshot of 2026-11-20; write a code as")
    assert fault_of(service, "pin: {crn: X000001}", "{teams: [T1, T9]}").startswith("scope.teams: 'T9' is no team")


def test_every_fault_of_a_scenario_is_told_at_once_in_its_order(service: Home) -> None:
    with pytest.raises(ScenarioFault) as raised:
        changed_by(
            service, "pin: {crn: X9}\nabsent: {om_code: P99}\nthreshold: {over: 99}\nmove: {crn: X8, to_om_code: P77}"
        )
    places = [fault.split(" ")[1] for fault in raised.value.faults]
    assert places == [
        "changes.1.pin.crn:",
        "changes.2.absent.om_code:",
        "changes.4.move.crn:",
        "changes.4.move.to_om_code:",
    ]


def test_the_snapshot_that_comes_in_is_never_written_to(service: Home) -> None:
    scenario = asked()
    before, again = start_for(service, scenario), load_baseline(service.store, scenario, "tried.yaml")
    changed_by(
        service,
        "absent: {om_code: P01}\nleaves: {om_code: P02}\nhours: {om_code: P03, team_code: T1, contracted_hours: 1}\n"
        "team: {team_code: T1, to_office: O2}\n"
        "arrivals: {team_code: T1, tier: 1, rosh: low, setting: custody, cases: 1}",
    )
    for name, table in before.caseload.tables().items():
        pd.testing.assert_frame_equal(table, again.caseload.tables()[name])
