"""Who may take which case."""

from datetime import timedelta

import pytest

from tests.oracle.card import Row

from ..offices import AS_AT, case, person
from .asking import asked, takers


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({}, "ABCDEF"),
        ({"tier": "4"}, "ABEF"),
        ({"rosh": "high"}, "ABF"),
        ({"rosh": "very_high"}, "ABF"),
        ({"rosh": None}, "ABF"),
        ({"rosh": "low", "rosh_delius": "high"}, "ABF"),
        ({"mappa_level": "1"}, "ABCDEF"),
        ({"mappa_level": "2"}, "ABCEF"),
        ({"mappa_level": "unrecorded"}, "ABCEF"),
        ({"om_code": "H", "team_code": "T5"}, "H"),
    ],
)
def test_the_rules_say_who_may_take_a_case(given: Row, who: str) -> None:
    assert takers(asked([case("X1", **given)])) == who


def test_a_case_leaves_its_cluster_only_where_that_is_allowed() -> None:
    assert "G" not in takers(asked([case("X1")]))
    assert "G" in takers(asked([case("X1")], between_clusters=True))


def test_an_experienced_officer_of_a_year_takes_high_rosh() -> None:
    year = [person("A"), person("E", qualified_on=AS_AT - timedelta(days=365)), person("U", qualified_on=None)]
    assert takers(asked([case("X1", rosh="high")], people=year)) == "AEU"


def test_nobody_locked_or_barred_takes_a_case() -> None:
    problem = asked([case("X1"), case("X2")], om_codes=frozenset({"B"}), barred=frozenset({("X1", "C")}))
    assert (takers(problem, 0), takers(problem, 1)) == ("ADEF", "ACDEF")
