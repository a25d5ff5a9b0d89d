"""What must move, what stays, and what each move costs."""

from datetime import timedelta

import pytest

from tests.oracle.card import Row

from ..offices import AS_AT, LONG_AGO, away, case
from .asking import asked


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        ({"rosh": "low"}, 10),
        ({}, 13),
        ({"rosh": "high"}, 35),
        ({"rosh": None}, 35),
        ({"rosh": "low", "rosh_delius": "very_high"}, 70),
        ({"mappa_level": "3"}, 28),
        ({"allocated_on": AS_AT - timedelta(days=90)}, 33),
        ({"allocated_on": AS_AT - timedelta(days=91)}, 13),
        ({"transferred_in_on": AS_AT}, 33),
        ({"setting": "custody", "release_on": AS_AT + timedelta(days=60)}, 38),
        ({"setting": "custody", "release_on": AS_AT + timedelta(days=61)}, 13),
        ({"setting": "community", "release_on": AS_AT}, 13),
        ({"sentence_start": LONG_AGO}, 21),
    ],
)
def test_what_makes_a_move_untimely_makes_it_dear(given: Row, cost: float) -> None:
    assert asked([case("X1", **given)]).cases["cost"].tolist() == [cost]


def test_cases_nobody_can_work_on_must_be_placed() -> None:
    held = [case("X1"), case("X2", None), case("X3", "Z"), case("X4", "C"), case("X5", "B")]
    problem = asked(held, away("C"), barred=frozenset({("X5", "B")}))
    assert problem.cases["forced"].tolist() == [False, True, True, True, True]


def test_locks_come_before_what_must_be_placed() -> None:
    held = [case("X1", None), case("X2", "Z"), case("X3", None)]
    problem = asked(held, crns=frozenset({"X1"}), om_codes=frozenset({"Z"}), fixed=(("X3", "B", "T1"),))
    assert problem.cases["forced"].tolist() == [False, False, False]
    assert problem.cases["why_locked"].tolist() == [
        "it was pinned: this one stays",
        "its offender manager neither gives nor takes",
        "it was moved by name",
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"number_of_cases": 2}, "stands for several cases"),
        ({"rosh": "very_high", "mappa_level": "1", "sentence_start": LONG_AGO}, "very high RoSH under MAPPA"),
        ({"activity": "warrant"}, "weighs nothing"),
    ],
)
def test_what_had_better_stay_moves_only_where_it_must(given: Row, why: str) -> None:
    held, waiting = asked([case("X1", **given), case("X2", None, **given)]).cases.itertuples()
    assert why in held.why_locked
    assert (held.forced, waiting.forced, waiting.locked) == (False, True, False)


@pytest.mark.parametrize(
    ("holders", "given", "cost"),
    [
        (("A", "B", "A"), {}, 33),
        (("B", "C", None, "A"), {}, 33),
        (("B", "A"), {}, 13),
        (("A", None, "A", None, "A"), {}, 13),
        ((), {}, 13),
        (("C", "B", "A"), {"number_of_cases": 2}, 13),
    ],
)
def test_who_has_had_several_offender_managers_in_a_year_is_dear_to_move(
    holders: tuple[str | None, ...], given: Row, cost: float
) -> None:
    problem = asked([case("X1", **given)], year=(("X1", holders),) if holders else ())
    assert problem.cases["cost"].tolist() == [cost]
    assert problem.cases["changed_often"].tolist() == [cost == 33]


def test_changes_are_those_of_the_case_itself() -> None:
    problem = asked([case("X1"), case("X2")], year=(("X2", ("A", "B", "C")), ("gone", ("A", "B", "C"))))
    assert problem.cases["holders_changed"].tolist() == [0, 2]
