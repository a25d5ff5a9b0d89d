"""What keeps a scenario from being solved: what its planner may not see, and what its snapshot does not bear."""

import pytest

from alerts.people import Person, Role
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.what_if.text import fault_in_words
from monitor.web.what_if.validation import find_faults

from ...conftest import Home


def faults_for(home: Home, area: str, text: str) -> list[Fault]:
    """The faults of a scenario of a planner of one area."""
    week = SnapshotCache(home.store).week()
    assert week is not None
    planner = Person(email="p@example.org", name="A Planner", role=Role.PLANNER, area=area)
    scenario = read_scenario(text, "the text")
    return find_faults(scenario, week, Visibility(planner, week.places), home.store, home.settings.config)


SOUTH = "name: Mine\nscope: {area: S}\n"


OUTSIDE = [
    ("name: Mine\nscope: all", "is more than you see"),
    ("name: Mine\nscope: {cluster: C1}", "'C1' is no cluster of the snapshot"),
    ("name: Mine\nscope: {teams: [T4, T1]}", "'T1' is no team of the snapshot"),
    (SOUTH + "changes:\n  - absent: {om_code: M1}", "'M1' is no offender manager of the snapshot"),
    (SOUTH + "changes:\n  - joins: {om_code: M1, team_code: T4, grade: PO, contracted_hours: 1}", "'M1' is no"),
    (SOUTH + "changes:\n  - team: {team_code: T4, to_office: O1}", "'O1' is no office of the snapshot"),
    (SOUTH + "changes:\n  - team: {team_code: T1, to_office: O3}", "'T1' is no team of the snapshot"),
    (SOUTH + "changes:\n  - pin: {crn: X000001}", "'X000001' is no case of the snapshot"),
    (SOUTH + "changes:\n  - move: {crn: X000105, to_om_code: M2, to_team_code: T2}", "'M2' is no offender manager"),
    (SOUTH + "changes:\n  - bar: {crn: X000103, om_code: M5}", "'X000103' is no case of the snapshot"),
]


@pytest.mark.parametrize(("text", "says"), OUTSIDE)
def test_what_is_outside_the_area_is_reported_as_if_it_were_not_there(home: Home, text: str, says: str) -> None:
    words = "; ".join(map(fault_in_words, faults_for(home, "S", text)))
    assert says in words
    for word in ("Arbuthnot", "Plussington", "T2,", "did you mean"):
        assert word not in words


def test_a_code_that_the_scenario_itself_makes_up_is_not_outside(home: Home) -> None:
    joins = "changes:\n  - joins: {team_code: T4, grade: PO, contracted_hours: 37}\n  - pin: {om_code: joins-1}\n"
    assert faults_for(home, "S", SOUTH + joins) == []


def test_more_time_than_the_pages_have_is_a_fault(home: Home) -> None:
    (fault,) = faults_for(home, "all", "name: A\nscope: all\nlimits: {seconds: 600}")
    assert (fault.place, fault.key) == (0, "limits.seconds")
    assert "must be 120 or less on these pages" in fault.says


def test_a_named_move_is_judged_by_the_rules_and_every_fault_keeps_its_place(home: Home) -> None:
    joins = "  - joins: {team_code: T1, grade: PSO, contracted_hours: 37}\n"
    move = "  - move: {crn: X000001, to_om_code: joins-1}\n"
    (fault,) = faults_for(home, "all", f"name: A\nscope: {{area: N}}\nchanges:\n{joins}{move}")
    assert (fault.place, fault.key, fault.field) == (2, "move.to_om_code", "to_om_code")
    assert "go to a PO only" in fault.says
    pins = "  - pin: {crn: NONE}\n  - absent: {om_code: NOBODY}\n"
    faults = faults_for(home, "all", f"name: A\nscope: {{area: N}}\nchanges:\n{pins}")
    assert [(fault.place, fault.key) for fault in faults] == [(1, "pin.crn"), (2, "absent.om_code")]
