"""The people file."""

from pathlib import Path

import pytest

from alerts.people import Cadence, Person, Role, load_people
from tiering.faults import ConfigFault


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    return tmp_path / "people.yaml"


EXAMPLE = Path(__file__).parents[2] / "config" / "people.example.yaml"


def load(path: Path, *entries: str, domains: tuple[str, ...] = ()) -> tuple[Person, ...]:
    path.write_text("people:\n" + "\n".join(f"  - {entry}" for entry in entries) + "\n", encoding="utf-8")
    return load_people(path, domains)


def faults_of(path: Path, *entries: str, domains: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load(path, *entries, domains=domains)
    return caught.value.faults


def test_the_shipped_example_loads_and_has_every_role() -> None:
    people = load_people(EXAMPLE, ["example.org"])
    assert {person.role for person in people} == set(Role)
    assert [person.email for person in people if person.digest] == ["north@example.org", "south@example.org"]
    assert [person.om_code for person in people if person.om_code] == ["00028", "00123"]
    assert [person.teams for person in people if person.teams] == [("T0211", "T0212")]


def test_a_digest_comes_every_week_every_day_or_every_month(people_file: Path) -> None:
    people = load(
        people_file,
        *(
            f"{{email: {word}@x.org, name: A, role: director, area: N, digest: {word}}}"
            for word in ("weekly", "daily", "monthly")
        ),
        "{email: none@x.org, name: A, role: director, area: N}",
    )
    assert [person.digest for person in people] == [Cadence.WEEKLY, Cadence.DAILY, Cadence.MONTHLY, None]


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
        ('{email: a@x.org, name: A, role: aco, cluster: C02, om_code: "1"}', "om_code: does not go with the role aco"),
        ('{email: a@x.org, name: A, role: spo, om_code: "1"}', "office: is missing; the role spo needs"),
        ("{email: a@x.org, name: A, role: operator, area: N}", "area: does not go with the role operator; leave it"),
        ("{email: a@x.org, name: A, role: aco, cluster: C02, office: F1}", "office: does not go with the role aco"),
        ("{email: a@x.org, name: A, role: spo, office: F1, teams: [T1]}", "office: is given as well as teams"),
        ("{email: a@x.org, name: A, role: spo, teams: T1}", "teams: must be a list"),
        ("{email: a@x.org, name: A, role: spo, teams: []}", "teams: must be a list"),
        ("{email: a@x.org, name: A, role: spo, teams: [0211]}", "teams: 211 was read as a number; quote it"),
        ("{email: a@x.org, name: A, role: director, area: all}", "area: only a planner can have all"),
        ("{email: a@x.org, name: A, role: director, area: }", "area: has no value"),
        (
            "{email: a@x.org, name: A, role: director, area: N, digest: hourly}",
            "digest: hourly is not known; write digest: weekly, daily, monthly",
        ),
        ("{email: a@x.org, name: A, role: director, area: N, digest: [daily]}", "digest: ['daily'] is not known"),
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
