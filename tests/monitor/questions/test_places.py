"""Where a unit's figures count."""

import pytest

from monitor.questions.places import UNKNOWN, WHOLE_SERVICE, Division, Organisation
from tiering.terms import Level

ORGANISATION = Organisation.of_rows(
    [
        ("offender_manager", "M1", "T1"),
        ("offender_manager", "M2", None),
        ("team", "T1", "O1"),
        ("office", "O1", "C1"),
        ("cluster", "C1", "N"),
        ("area", "N", "all"),
        ("all", "all", None),
    ]
)
C1 = frozenset({("cluster", "C1")})


@pytest.mark.parametrize(
    ("unit", "division", "place"),
    [
        (("offender_manager", "M1"), WHOLE_SERVICE, "all"),
        (("offender_manager", "M1"), Division(Level.OFFICE), "O1"),
        (("offender_manager", "M2"), Division(Level.OFFICE), UNKNOWN),
        (("offender_manager", "M2"), Division(Level.ALL, C1), None),
        (("office", "O1"), Division(Level.OFFICE), "O1"),
        (("cluster", "C1"), Division(Level.OFFICE), None),
        (("all", "all"), Division(Level.OFFICE), None),
        (("all", "all"), WHOLE_SERVICE, "all"),
        (("team", "T1"), Division(Level.AREA, C1), "N"),
        (("area", "N"), Division(Level.AREA, C1), None),
        (("team", "T1"), Division(Level.AREA, frozenset({("cluster", "C2")})), None),
    ],
)
def test_a_unit_counts_in_the_unit_above_it(unit: tuple[str, str], division: Division, place: str | None) -> None:
    assert ORGANISATION.place_of(unit, division) == place
    assert ORGANISATION.place_of(unit, division) == place
