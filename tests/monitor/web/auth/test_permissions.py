"""What a page asks of a role, and how units that are missing are named."""

import pytest

from alerts.people import Role
from monitor.web.auth.permissions import (
    DATA_QUALITY,
    OPERATIONS,
    PERSON_FIGURES,
    REFERENCE,
    UNIT_FIGURES,
    WHAT_IF,
    Permission,
    absence_in_words,
)
from monitor.web.exceptions import Forbidden

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
    ],
)
def test_a_page_is_for_its_roles(permission: Permission, roles: set[Role]) -> None:
    assert set(permission.roles) == roles


def test_a_reader_of_another_role_does_not_enter(reader_as: ReaderAs) -> None:
    reader_as("operator").sight.enter(OPERATIONS)
    with pytest.raises(Forbidden):
        reader_as("operator").sight.enter(UNIT_FIGURES)


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
