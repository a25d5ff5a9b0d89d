"""What a scenario comes to on its snapshot: names, choices, limits and remarks."""

import pytest

from alerts.people import Person, Role
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.remarks import OutsideScope
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.grounds import Grounds, choices_within, find_grounds

from ...conftest import Home


def week_of(home: Home) -> SnapshotView:
    week = SnapshotCache(home.store).week()
    assert week is not None
    return week


def grounds_for(home: Home, text: str) -> Grounds:
    scenario = read_scenario(f"name: Tried\n{text}", "the text")
    return find_grounds(scenario, week_of(home), home.store, home.settings.config)


def test_who_joins_is_named_and_can_be_chosen(home: Home) -> None:
    joins = "changes:\n  - joins: {team_code: T1, grade: PO, contracted_hours: 37, name: New Hand}\n"
    grounds = grounds_for(home, f"scope: {{cluster: C1}}\n{joins}")
    assert grounds.names["offender_manager", "joins-1"] == "New Hand"
    assert ("joins-1", "New Hand (joins-1), PO") in grounds.choices.people
    assert ('["joins-1", "T1"]', "New Hand (joins-1), PO in T1") in grounds.choices.posts


def test_people_stand_by_office_and_name_with_grade_and_load_and_who_holds_no_cases_takes_none(home: Home) -> None:
    joins = "changes:\n  - joins: {team_code: T1, grade: SPO, contracted_hours: 37, name: An Spo}\n"
    choices = grounds_for(home, f"scope: {{area: N}}\n{joins}").choices
    offices = dict(choices.offices_of)
    order = [(offices[code], says) for code, says in choices.people]
    assert order == sorted(order)
    assert [office for office, _ in order].count("Office O1 (O1)") == 3
    load = week_of(home).unit("offender_manager", "M1")
    assert load is not None
    says = dict(choices.people)["M1"]
    assert says.endswith(f" (M1), PO, {load.capacity_percentage:.0f}%")
    assert "joins-1" in dict(choices.people)
    assert "joins-1" not in dict(choices.holders)
    assert dict(choices.posts).keys() - dict(choices.receivers).keys() == {'["joins-1", "T1"]'}
    assert offices['["M1", "T2"]'] == offices["M1"]
    assert {code for code, _ in choices.people} == {"M1", "M2", "M3", "M4", "joins-1"}


def test_limits_are_those_of_the_scenario_and_else_the_usual_ones(home: Home) -> None:
    limits = grounds_for(home, "scope: {cluster: C1}\nlimits: {elective_moves: 3}\n").limits
    assert (limits.elective_moves, limits.intake, limits.weeks) == (3, 6, 1)


def test_a_change_without_effect_is_remarked_on(home: Home) -> None:
    remarks = grounds_for(home, "scope: {area: S}\nchanges:\n  - pin: {om_code: M1}\n").remarks
    assert remarks == (OutsideScope(place=1, change="pin", code="M1"),)


def test_what_the_snapshot_does_not_bear_has_no_grounds(home: Home) -> None:
    with pytest.raises(ScenarioFault, match="'NOBODY' is no offender manager"):
        grounds_for(home, "scope: all\nchanges:\n  - absent: {om_code: NOBODY}\n")


def test_every_policy_value_can_be_chosen_with_what_it_is(home: Home) -> None:
    numbers = dict(grounds_for(home, "scope: all").choices.numbers)
    assert numbers['["default_hours"]'] == "Default hours: 37"


def test_a_planner_chooses_among_their_own_units_only(home: Home) -> None:
    week = week_of(home)
    choices = grounds_for(home, "scope: {area: S}").choices
    planner = Person(email="p@example.org", name="A Planner", role=Role.PLANNER, area="S")
    own = choices_within(choices, Visibility(planner, week.places))
    assert {code for code, _ in own.all_teams} < {code for code, _ in choices.all_teams}
    assert all(code not in ("O1", "O2") for code, _ in own.offices)
    everything = Person(email="p@example.org", name="A Planner", role=Role.PLANNER, area="all")
    assert choices_within(choices, Visibility(everything, week.places)) == choices
