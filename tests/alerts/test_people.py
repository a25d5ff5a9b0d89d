"""Who reads what."""

from pathlib import Path

import pandas as pd
import pytest

from alerts.addresses import address_fault
from alerts.people import Person, Role, load_people
from alerts.recipients import Scope, readers, scope_faults, scope_of, teams_in_scope, who_receives
from tiering.caseload import ORGANISATION
from tiering.faults import ConfigFault
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


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    return tmp_path / "people.yaml"


def load(path: Path, *entries: str, domains: tuple[str, ...] = ()) -> tuple[Person, ...]:
    path.write_text("people:\n" + "\n".join(f"  - {entry}" for entry in entries) + "\n", encoding="utf-8")
    return load_people(path, domains)


def faults_of(path: Path, *entries: str, domains: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load(path, *entries, domains=domains)
    return caught.value.faults


def director(email: str, area: str, digest: bool = True) -> Person:
    return Person(email, "A Director", Role.DIRECTOR, area=area, digest="weekly" if digest else None)


NORTH = director("north@example.org", "N")
SOUTH = director("south@example.org", "S")
ACO = Person("aco@example.org", "An ACO", Role.ACO, cluster="C02", digest="weekly")
SPO = Person("spo@example.org", "An SPO", Role.SPO, office="F021", digest="weekly")
SPO_OF_TEAMS = Person("teams@example.org", "An SPO", Role.SPO, teams=("T0212", "T0221"), digest="weekly")
PLANNER = Person("plan@example.org", "A Planner", Role.PLANNER, area="all")
OFFICER = Person("om@example.org", "An Officer", Role.OFFENDER_MANAGER, om_code="00123")
OPERATOR = Person("ops@example.org", "On Call", Role.OPERATOR)


def test_the_shipped_example_loads_and_has_every_role() -> None:
    people = load_people(EXAMPLE, ["example.org"])
    assert {person.role for person in people} == set(Role)
    assert [person.email for person in people if person.digest] == ["north@example.org", "south@example.org"]
    assert [person.om_code for person in people if person.om_code] == ["00123"]
    assert [person.teams for person in people if person.teams] == [("T0211", "T0212")]


def test_the_shipped_example_fits_the_organisation(organisation: pd.DataFrame) -> None:
    people = load_people(EXAMPLE)
    assert scope_faults(people, organisation, ["00123"]) == []
    assert [person.email for person in readers(people, organisation)] == ["north@example.org", "south@example.org"]


def test_every_fault_is_told_at_once_with_file_entry_and_address(people_file: Path) -> None:
    faults = faults_of(
        people_file,
        "{email: a@example.org, name: A, role: boss}",
        "{email: b@example.org, name: B, role: aco, cluster: C02}",
        "{email: c@example.org, name: C, role: director}",
    )
    assert faults == [
        f"{people_file}: entry 1 (a@example.org): role: boss is not one of "
        "director, aco, spo, offender_manager, planner, operator",
        f"{people_file}: entry 3 (c@example.org): area: is missing; the role director needs area",
    ]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("{email: a@x.org, name: A, role: director, area: N, tel: 1}", "tel: is not a key of an entry"),
        ("{email: a@x.org, role: operator}", "name: is missing"),
        ("{name: A, role: operator}", "email: is missing"),
        ("{email: a@x.org, name: A}", "role: is missing"),
        ("{email: a@x.org, name: A, role: aco}", "cluster: is missing; the role aco needs cluster"),
        ("{email: a@x.org, name: A, role: spo}", "office: is missing; the role spo needs office or teams"),
        ("{email: a@x.org, name: A, role: planner}", "area: is missing; the role planner needs area"),
        ("{email: a@x.org, name: A, role: offender_manager}", "om_code: is missing"),
        ("{email: a@x.org, name: A, role: operator, area: N}", "area: does not go with the role operator; leave it"),
        ("{email: a@x.org, name: A, role: aco, cluster: C02, office: F1}", "office: does not go with the role aco"),
        ("{email: a@x.org, name: A, role: spo, office: F1, teams: [T1]}", "office: is given as well as teams"),
        ("{email: a@x.org, name: A, role: spo, teams: T1}", "teams: must be a list"),
        ("{email: a@x.org, name: A, role: spo, teams: []}", "teams: must be a list"),
        ("{email: a@x.org, name: A, role: spo, teams: [0211]}", "teams: 211 was read as a number; quote it"),
        ("{email: a@x.org, name: A, role: director, area: all}", "area: only a planner can have all"),
        ("{email: a@x.org, name: A, role: director, area: }", "area: has no value"),
        ("{email: a@x.org, name: A, role: director, area: N, digest: daily}", "digest: daily is not known"),
        ("{email: a@x.org, name: A, role: operator, digest: weekly}", "digest: an operator gets notices"),
        (
            '{email: a@x.org, name: A, role: offender_manager, om_code: "1", digest: weekly}',
            "digest: no figures below team level are sent by email",
        ),
        ('{email: a@x.org, name: "A\\nBcc: b@x.org", role: operator}', "name: holds a line break"),
        ("Director North", "is not an entry for a person"),
    ],
)
def test_a_faulty_entry_says_what_is_wrong(people_file: Path, entry: str, fault: str) -> None:
    (given,) = faults_of(people_file, entry)
    assert fault in given


@pytest.mark.parametrize(
    ("value", "read_as"),
    [("00123", "123 was read as a number"), ("1E05", "100000.0 was read as a number"), ("2026-11-20", "a date")],
)
def test_a_code_that_yaml_reads_as_something_else_must_be_quoted(people_file: Path, value: str, read_as: str) -> None:
    (fault,) = faults_of(people_file, f"{{email: a@x.org, name: A, role: offender_manager, om_code: {value}}}")
    assert read_as in fault
    assert 'quote it, with every leading zero: om_code: "..."' in fault
    (person,) = load(people_file, f'{{email: a@x.org, name: A, role: offender_manager, om_code: "{value}"}}')
    assert person.om_code == value


def test_two_people_of_one_address_are_a_fault_whatever_the_case(people_file: Path) -> None:
    (fault,) = faults_of(
        people_file,
        "{email: north@example.org, name: A, role: director, area: N}",
        "{email: North@Example.org, name: B, role: operator}",
    )
    assert "entry 2 (North@Example.org): email: is also the address of entry 1" in fault


def test_a_domain_outside_the_allowed_ones_is_a_fault(people_file: Path) -> None:
    entries = (
        "{email: a@Example.ORG, name: A, role: operator}",
        "{email: b@example.org.uk, name: B, role: operator}",
        "{email: c@sub.example.org, name: C, role: operator}",
    )
    faults = faults_of(people_file, *entries, domains=("@Example.org",))
    assert [fault.split(": ")[1] for fault in faults] == ["entry 2 (b@example.org.uk)", "entry 3 (c@sub.example.org)"]
    assert all("HOTSPOTS_MAIL_DOMAINS" in fault for fault in faults)
    assert len(load(people_file, *entries)) == 3


@pytest.mark.parametrize(
    "address",
    [
        "a@x.org\nBcc: b@x.org",
        "a@x.org\r\nBcc: b@x.org",
        "a@x.org\n",
        "a@x.org, b@x.org",
        "a@x.org;b@x.org",
        "a@x.org b@x.org",
        "A Person <a@x.org>",
        "<a@x.org>",
        "a@b@x.org",
        "a%evil.org@x.org",
        "evil.org!a@x.org",
        '"a b"@x.org',
        "a@x",
        "a@-x.org",
        "a@x..org",
        "a@x.org.",
        ".a@x.org",
        "a.@x.org",
        "@x.org",
        "a@",
        "a",
        "",
        "ä@x.org",
        "a@\u0445.org",
        "a" * 65 + "@x.org",
        "a@" + "x." * 130 + "org",
    ],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    assert address_fault(address)


def test_an_address_outside_plain_ascii_is_told_so() -> None:
    assert "plain ASCII" in (address_fault("ä@x.org") or "")


@pytest.mark.parametrize("address", ["a@x.org", "A.O'Neil+digest@probation.example.org", "ops@localhost", "1@1.org"])
def test_a_plain_address_is_accepted(address: str) -> None:
    assert address_fault(address) is None


def test_a_faulty_address_is_a_fault_of_its_entry(people_file: Path) -> None:
    (fault,) = faults_of(people_file, '{email: "a@x.org, b@x.org", name: A, role: operator}', domains=("x.org",))
    assert "email: is not one plain address" in fault
    (fault,) = faults_of(people_file, '{email: "a@x.org\\r\\nBcc: b@x.org", name: A, role: operator}')
    assert "entry 1: email: holds a line break" in fault
    assert "\n" not in fault


def test_a_people_file_that_is_missing_or_not_a_list_is_a_fault(people_file: Path) -> None:
    with pytest.raises(ConfigFault, match="the file is missing"):
        load_people(people_file)
    people_file.write_text("people: {email: a@x.org}", encoding="utf-8")
    with pytest.raises(ConfigFault, match="people: "):
        load_people(people_file)


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
        PLANNER,
        OPERATOR,
    ]
    assert scope_faults(people, organisation, ["00123", "00777"]) == [
        "west@example.org: area W is not in the snapshot",
        "aco@example.org: cluster C22 is not in the snapshot; did you mean C02?",
        "teams@example.org: team T9999 is not in the snapshot",
        "om@example.org: offender_manager 0123 is not in the snapshot; did you mean 00123?",
    ]


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


def test_a_planner_of_everything_with_a_digest_covers_the_whole_service(organisation: pd.DataFrame) -> None:
    planner = Person("plan@example.org", "A Planner", Role.PLANNER, area="all", digest="weekly")
    assert who_receives("all", [NORTH, planner], organisation) == [planner]
    assert who_receives("S", [NORTH, planner], organisation) == [planner]
