"""What a page asks of a role and of a scope."""

from typing import Any

import pytest

from alerts.people import Person, Role
from monitor.web.auth.permissions import (
    AGREE,
    DATA_QUALITY,
    DECIDE,
    DECISIONS,
    OPERATIONS,
    PERSON_FIGURES,
    READ_PLANS,
    REFERENCE,
    UNIT_FIGURES,
    WHAT_IF,
    Permission,
    Visibility,
)
from monitor.web.exceptions import Forbidden, NotInFigures

from ...conftest import AS_AT
from ..conftest import ReaderAs

LINE = {Role.DIRECTOR, Role.ACO, Role.SPO, Role.PLANNER}


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (UNIT_FIGURES, LINE),
        (PERSON_FIGURES, {*LINE, Role.OFFENDER_MANAGER}),
        (DATA_QUALITY, {*LINE, Role.OPERATOR}),
        (OPERATIONS, {*LINE, Role.OPERATOR}),
        (REFERENCE, set(Role)),
        (WHAT_IF, {Role.PLANNER}),
        (DECISIONS, {*LINE, Role.OPERATOR}),
        (DECIDE, LINE - {Role.PLANNER}),
        (READ_PLANS, LINE - {Role.SPO}),
        (AGREE, LINE - {Role.PLANNER, Role.SPO}),
    ],
)
def test_a_page_is_for_its_roles(permission: Permission, roles: set[Role]) -> None:
    assert set(permission.roles) == roles


def test_a_reader_of_another_role_does_not_enter(reader_as: ReaderAs) -> None:
    reader_as("operator").sight.enter(OPERATIONS)
    with pytest.raises(Forbidden):
        reader_as("operator").sight.enter(UNIT_FIGURES)


def test_an_own_unit_that_is_not_in_the_snapshot_is_named_with_the_date(reader_as: ReaderAs) -> None:
    person = Person("spo@example.org", "SPO", Role.SPO, teams=("T1", "GONE"))
    places = reader_as("north").sight.places
    sight = Visibility(person, places)
    sight.enter(UNIT_FIGURES)
    sight.require("team", "T1")
    with pytest.raises(NotInFigures) as refusal:
        sight.require("team", "GONE")
    assert (refusal.value.units, refusal.value.as_at) == ([("team", "GONE")], AS_AT)
    with pytest.raises(Forbidden) as other:
        sight.require("team", "LOST")
    assert not isinstance(other.value, NotInFigures)


def test_a_reader_without_any_unit_in_the_snapshot_does_not_enter_pages_of_figures(reader_as: ReaderAs) -> None:
    lost = Person("spo@example.org", "SPO", Role.SPO, teams=("LOST", "GONE"))
    sight = Visibility(lost, reader_as("north").sight.places)
    sight.enter(OPERATIONS)
    with pytest.raises(NotInFigures) as refusal:
        sight.enter(UNIT_FIGURES)
    assert refusal.value.units == (("team", "LOST"), ("team", "GONE"))


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("north", [("area", "S")]),
        ("planner.south", [("area", "N")]),
        ("spo1", [("office", "O2")]),
        ("spo2", [("team", "T2")]),
        ("aco1", []),
        ("spo3", []),
        ("planner", []),
        ("officer", []),
        ("operator", []),
    ],
)
def test_siblings_are_of_the_same_level_and_parent_and_only_for_those_who_compare(
    name: str, beside: list[tuple[str, str]], reader_as: ReaderAs
) -> None:
    sight = reader_as(name).sight
    comparing = Visibility(sight.person, sight.places, compares=True)
    assert (sight.siblings, list(comparing.siblings)) == ((), beside)
    if name != "planner":
        assert not any(comparing.may_see(*unit) for unit in beside)


def test_the_units_of_a_unit_that_is_gone_have_no_siblings(reader_as: ReaderAs) -> None:
    person = Person("spo@example.org", "SPO", Role.SPO, office="GONE")
    assert Visibility(person, reader_as("north").sight.places, compares=True).siblings == ()


@pytest.mark.parametrize(
    ("name", "places"),
    [("north", ["N", "all"]), ("planner", ["N", "S", "all"]), ("aco1", ["N"]), ("spo1", []), ("operator", [])],
)
def test_limits_are_seen_of_the_own_areas_and_by_a_director_of_the_service(
    name: str, places: list[str], reader_as: ReaderAs
) -> None:
    sight = reader_as(name).sight
    every = [("area", "N"), ("area", "S"), ("all", "all")]
    assert [code for level, code in every if sight.may_see_limits(level, code)] == places


@pytest.mark.parametrize(
    ("name", "decides"),
    [
        ("north", {("area", "N"), ("cluster", "C1"), ("office", "O1"), ("team", "T1")}),
        ("aco1", {("area", "N"), ("cluster", "C1"), ("office", "O1"), ("team", "T1")}),
        ("spo1", {("office", "O1"), ("team", "T1")}),
        ("spo2", {("team", "T1")}),
        ("south", set()),
        ("planner", set()),
        ("officer", set()),
        ("operator", set()),
    ],
)
def test_who_answers_for_a_unit_decides_on_it_and_on_no_person(
    name: str, decides: set[tuple[str, str]], reader_as: ReaderAs
) -> None:
    sight = reader_as(name).sight
    asked = [
        ("all", "all"),
        ("area", "N"),
        ("cluster", "C1"),
        ("office", "O1"),
        ("team", "T1"),
        ("offender_manager", "M1"),
    ]
    assert {unit for unit in asked if sight.may_decide(*unit)} == decides
    for unit in asked:
        if unit in decides:
            sight.require_decision(*unit)
        else:
            with pytest.raises(Forbidden):
                sight.require_decision(*unit)


@pytest.mark.parametrize(
    ("name", "agrees"),
    [
        ("north", {("area", "N"), ("cluster", "C1"), ("team", "T1")}),
        ("aco1", {("area", "N"), ("cluster", "C1"), ("team", "T1")}),
        ("south", set()),
        ("spo1", set()),
        ("planner", set()),
        ("operator", set()),
    ],
)
def test_a_plan_is_agreed_by_who_answers_for_every_unit_of_it(
    name: str, agrees: set[tuple[str, str]], reader_as: ReaderAs
) -> None:
    sight = reader_as(name).sight
    asked = [("area", "N"), ("cluster", "C1"), ("team", "T1")]
    assert {(level, code) for level, code in asked if sight.may_agree(level, [code])} == agrees
    assert not sight.may_agree("all", [])
    assert not sight.may_agree("cluster", ["C1", "C2"])


@pytest.mark.parametrize(
    ("role", "scope", "reads"),
    [
        (Role.SPO, {"teams": ("T2",)}, True),
        (Role.SPO, {"teams": ("T4",)}, False),
        (Role.DIRECTOR, {"area": "N"}, False),
        (Role.ACO, {"cluster": "C1"}, False),
        (Role.PLANNER, {}, False),
        (Role.OPERATOR, {}, False),
    ],
)
def test_what_someone_cannot_carry_is_read_by_that_person_and_their_spo_alone(
    reader_as: ReaderAs, role: Role, scope: dict[str, Any], reads: bool
) -> None:
    places = reader_as("north").sight.places
    assert Visibility(Person("who@example.org", "Who", role, **scope), places).may_read_concerns("M2") == reads
    own = Visibility(Person("om@example.org", "OM", Role.OFFENDER_MANAGER, om_code="M2"), places)
    assert own.may_read_concerns("M2")
    assert not own.may_read_concerns("M1")
