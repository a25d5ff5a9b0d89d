"""Who may see which units, and who receives their figures."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from alerts.people import Cadence, Person, Role, load_people
from alerts.recipients import (
    Scope,
    absence_for_operator,
    absence_in_words,
    absent_scopes,
    readers,
    scope_faults,
    scope_of,
    teams_in_scope,
    who_receives,
)
from tests.alerts.persons import ACO, NORTH, OFFICER, OPERATOR, PLANNER, SOUTH, SPO, SPO_OF_TEAMS, director
from tiering.caseload import ORGANISATION
from tiering.terms import Level

EXAMPLE = Path(__file__).parents[2] / "config" / "people.example.yaml"
TEAMS = [
    ("T0211", "F021", "C02", "N"),
    ("T0212", "F021", "C02", "N"),
    ("T0221", "F022", "C02", "N"),
    ("T0311", "F031", "C03", "N"),
    ("T0911", "F091", "C09", "S"),
]


@pytest.fixture
def organisation() -> pd.DataFrame:
    rows = [
        {
            "team_code": team,
            "team_name": f"Team {team}",
            "team_type": "omu",
            "office_code": office,
            "office_name": f"Office {office}",
            "cluster_code": cluster,
            "cluster_name": f"Cluster {cluster}",
            "area_code": area,
            "area_name": f"Area {area}",
        }
        for team, office, cluster, area in TEAMS
    ]
    return pd.concat([ORGANISATION.empty(), pd.DataFrame(rows)], ignore_index=True)


def test_the_shipped_example_fits_the_organisation(organisation: pd.DataFrame) -> None:
    people = load_people(EXAMPLE)
    assert scope_faults(people, organisation, ["00028", "00123"]) == []
    assert [person.email for person in readers(people, organisation)] == ["north@example.org", "south@example.org"]


def test_a_director_without_digest_receives_none(organisation: pd.DataFrame) -> None:
    silent = director("silent@example.org", "N", digest=False)
    assert readers([NORTH, silent, PLANNER, OFFICER, OPERATOR], organisation) == [NORTH]
    assert who_receives("N", [NORTH, silent], organisation) == [NORTH]


def test_a_reader_whose_scope_matches_nothing_receives_none(organisation: pd.DataFrame) -> None:
    assert readers([director("west@example.org", "W"), SOUTH], organisation) == [SOUTH]


def test_the_scope_of_each_role_is_its_units() -> None:
    assert scope_of(NORTH) == (Scope(Level.AREA, "N"),)
    assert scope_of(ACO) == (Scope(Level.CLUSTER, "C02"),)
    assert scope_of(SPO) == (Scope(Level.OFFICE, "F021"),)
    assert scope_of(SPO_OF_TEAMS) == (Scope(Level.TEAM, "T0212"), Scope(Level.TEAM, "T0221"))
    assert scope_of(OFFICER) == (Scope(Level.OFFENDER_MANAGER, "00123"),)
    assert scope_of(PLANNER) == (Scope(Level.ALL, "all"),)
    assert scope_of(OPERATOR) == ()


def test_teams_in_scope_are_those_below_the_unit_and_no_others(organisation: pd.DataFrame) -> None:
    assert teams_in_scope(NORTH, organisation) == {"T0211", "T0212", "T0221", "T0311"}
    assert teams_in_scope(SOUTH, organisation) == {"T0911"}
    assert teams_in_scope(ACO, organisation) == {"T0211", "T0212", "T0221"}
    assert teams_in_scope(SPO, organisation) == {"T0211", "T0212"}
    assert teams_in_scope(SPO_OF_TEAMS, organisation) == {"T0212", "T0221"}
    assert teams_in_scope(PLANNER, organisation) == {team for team, *_ in TEAMS}


def test_an_operator_and_an_offender_manager_see_no_team(organisation: pd.DataFrame) -> None:
    assert teams_in_scope(OPERATOR, organisation) == frozenset()
    assert teams_in_scope(OFFICER, organisation) == frozenset()


def test_a_scope_that_matches_nothing_in_the_snapshot_is_a_fault_with_the_nearest_code(
    organisation: pd.DataFrame,
) -> None:
    people = [
        director("west@example.org", "W"),
        Person("aco@example.org", "An ACO", Role.ACO, cluster="C22"),
        Person("teams@example.org", "An SPO", Role.SPO, teams=("T0211", "T9999")),
        Person("om@example.org", "An Officer", Role.OFFENDER_MANAGER, om_code="0123"),
        Person("spo@example.org", "An SPO", Role.SPO, teams=("T0211",), om_code="0777"),
        PLANNER,
        OPERATOR,
    ]
    assert scope_faults(people, organisation, ["00123", "00777"]) == [
        "west@example.org: area W is not in the snapshot",
        "aco@example.org: cluster C22 is not in the snapshot; did you mean C02?",
        "teams@example.org: team T9999 is not in the snapshot",
        "om@example.org: offender_manager 0123 is not in the snapshot; did you mean 00123?",
        "spo@example.org: om_code 0777 is not in the snapshot; did you mean 00777?",
    ]


def test_the_own_code_of_an_spo_widens_no_scope(organisation: pd.DataFrame) -> None:
    own = replace(SPO_OF_TEAMS, om_code="00123")
    assert scope_of(own) == scope_of(SPO_OF_TEAMS)
    assert teams_in_scope(own, organisation) == teams_in_scope(SPO_OF_TEAMS, organisation)


def test_a_code_of_another_level_does_not_match(organisation: pd.DataFrame) -> None:
    mistaken = Person("aco@example.org", "An ACO", Role.ACO, cluster="F021", digest="weekly")
    assert len(scope_faults([mistaken], organisation, [])) == 1
    assert readers([mistaken], organisation) == []


def test_who_receives_names_everybody_whose_digest_covers_the_unit(organisation: pd.DataFrame) -> None:
    people = [NORTH, SOUTH, ACO, SPO, SPO_OF_TEAMS, PLANNER, OFFICER, OPERATOR]
    assert who_receives("T0211", people, organisation) == [NORTH, ACO, SPO]
    assert who_receives("T0212", people, organisation) == [NORTH, ACO, SPO, SPO_OF_TEAMS]
    assert who_receives("F021", people, organisation) == [NORTH, ACO, SPO]
    assert who_receives("F022", people, organisation) == [NORTH, ACO, SPO_OF_TEAMS]
    assert who_receives("C02", people, organisation) == [NORTH, ACO]
    assert who_receives("N", people, organisation) == [NORTH]
    assert who_receives("C09", people, organisation) == [SOUTH]
    assert who_receives("C99", people, organisation) == []


@pytest.mark.parametrize("cadence", Cadence)
def test_a_digest_of_any_cadence_is_received(cadence: Cadence, organisation: pd.DataFrame) -> None:
    reader = replace(NORTH, digest=cadence)
    assert who_receives("N", [reader], organisation) == readers([reader], organisation) == [reader]


def test_a_planner_of_everything_with_a_digest_covers_the_whole_service(organisation: pd.DataFrame) -> None:
    planner = Person("plan@example.org", "A Planner", Role.PLANNER, area="all", digest="weekly")
    assert who_receives("all", [NORTH, planner], organisation) == [planner]
    assert who_receives("S", [NORTH, planner], organisation) == [planner]


@pytest.mark.parametrize(
    ("units", "says"),
    [
        ([("area", "N")], "Your area N is not in these figures"),
        ([("team", "T1"), ("team", "T2")], "Your teams T1 and T2 are not in these figures"),
        ([("offender_manager", "M1")], "Your code M1 is not in these figures"),
        (
            [("team", f"T{number}") for number in range(7)],
            "Your teams T0, T1, T2, T3 and 3 more are not in these figures",
        ),
    ],
)
def test_missing_units_are_named(units: list[tuple[str, str]], says: str) -> None:
    assert absence_in_words(units) == says


def test_who_is_left_without_which_figures_is_said_to_the_operator(organisation: pd.DataFrame) -> None:
    people = [
        NORTH,
        director("west@example.org", "W"),
        director("east@example.org", "E", digest=False),
        Person("spo@example.org", "SPO", Role.SPO, teams=("T0211", "T9", "T8"), digest="weekly"),
        Person("one@example.org", "SPO", Role.SPO, teams=("T0211", "T9")),
        Person("om@example.org", "OM", Role.OFFENDER_MANAGER, om_code="9"),
        PLANNER,
        OPERATOR,
    ]
    absences = absent_scopes(people, organisation, ["00123"])
    assert [absence.is_whole for absence in absences] == [True, True, False, False, True]
    assert [absence_for_operator(absence) for absence in absences] == [
        "west@example.org: area W is not in the figures, so this reader gets no digest and sees no figures",
        "east@example.org: area E is not in the figures, so this reader sees no figures",
        "spo@example.org: teams T9 and T8 are not in the figures, so the digest and the pages leave them out",
        "one@example.org: team T9 is not in the figures, so the pages leave it out",
        "om@example.org: code 9 is not in the figures, so this reader sees no figures",
    ]


def test_a_code_of_another_level_is_not_the_readers_unit(organisation: pd.DataFrame) -> None:
    (absence,) = absent_scopes([director("c02@example.org", "C02"), SOUTH], organisation, [])
    assert absence.units == (Scope(Level.AREA, "C02"),)
