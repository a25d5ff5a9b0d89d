"""Which unit of last week is which of this week, by the people and cases that both have."""

import pytest

from alerts.detection.organisation.lineage import Lineage, trace_units
from alerts.detection.organisation.model import OrganisationWeek
from tiering.terms import Level

from .weeks import team, week

REST = (team("T7", "O4"), team("T8", "O4"), team("T9", "O5"))
STAYING = {"T7": "T7", "T8": "T8", "T9": "T9"}
NOTHING = frozenset[str]()


def trace(before: OrganisationWeek, now: OrganisationWeek, *renamed: str) -> Lineage:
    return trace_units(Level.TEAM, before, now, renamed)


def lineage(successors: dict[str, str], **rest: object) -> Lineage:
    """A lineage of these successors and of what is named, and of nothing else."""
    parts = {"reused": NOTHING, "split": {}, "merged": {}, "new": NOTHING, "gone": NOTHING}
    return Lineage(successors, **{**parts, **rest})  # type: ignore[arg-type]


def test_units_with_the_same_people_and_cases_go_on_under_their_codes() -> None:
    assert trace(week(*REST), week(*REST)) == lineage(STAYING)


@pytest.mark.parametrize(
    ("people", "goes_on"),
    [
        ("abcd", True),
        ("abce", True),  # 3 of 4 on both sides
        ("abcde", True),  # 4 of 4, and 4 of 5
        ("abef", False),  # half
        ("abcdef", False),  # 4 of 4, and 4 of 6
    ],
)
def test_a_unit_has_another_code_if_three_quarters_of_both_sides_are_the_same(people: str, goes_on: bool) -> None:
    before = week(team("T1", people="abcd", cases="mnop"), *REST)
    now = week(team("X1", people=people, cases="qrst"), *REST)
    assert (trace(before, now).successors.get("T1") == "X1") == goes_on


@pytest.mark.parametrize(("stay", "is_reused"), [(0, True), (1, False)])
def test_a_code_is_used_again_if_less_than_a_quarter_of_people_and_cases_stay(stay: int, is_reused: bool) -> None:
    people = ["T10", "T11", "T12", "T13"][:stay] + ["a", "b", "c", "d"][stay:]
    now = week(team("T1", cases="efgh") | {"people": " ".join(people)}, *REST)
    expected = lineage(STAYING, reused=frozenset({"T1"})) if is_reused else lineage(STAYING | {"T1": "T1"})
    assert trace(week(team("T1"), *REST), now) == expected


def test_a_split_and_a_merger_name_the_other_unit() -> None:
    one = week(team("T1", people="abcd", cases="efgh"), *REST)
    two = week(team("X1", people="ab", cases="ef"), team("X2", people="cd", cases="gh"), *REST)
    assert trace(one, two) == lineage(STAYING, split={"X1": "T1", "X2": "T1"})
    assert trace(two, one) == lineage(STAYING, merged={"X1": "T1", "X2": "T1"})


def test_what_nothing_explains_is_new_and_gone() -> None:
    found = trace(week(team("T1"), *REST), week(team("X1"), *REST))
    assert found == lineage(STAYING, new=frozenset({"X1"}), gone=frozenset({"T1"}))


def test_codes_of_people_that_all_changed_are_evidence_of_nothing() -> None:
    before = week(*(team(f"T{number}") for number in range(3)))
    now = week(*(team(f"T{number}", people=f"p{number}", cases=f"c{number}") for number in range(3)))
    assert trace(before, now, "T0", "T1", "T2") == lineage({"T0": "T0", "T1": "T1", "T2": "T2"})


@pytest.mark.parametrize("renamed", [(), ("O4",)])
def test_an_office_is_another_only_under_another_name(renamed: tuple[str, ...]) -> None:
    other = {"people": "abcd", "cases": "efgh"}
    stay = (team("T1", "O1"), team("T2", "O2"))
    before, now = week(team("T7", "O4"), *stay), week(team("T6", "O4", **other), *stay)
    found = trace_units(Level.OFFICE, before, now, renamed)
    assert found.reused == frozenset(renamed)
    assert set(found.successors) == {"O1", "O2", "O4"} - found.reused


def test_without_case_rows_people_alone_are_the_evidence() -> None:
    before = week(team("T1", people="abcd"), *REST, cases=False)
    now = week(team("X1", people="abcd"), *REST)
    assert trace(before, now) == lineage(STAYING | {"T1": "X1"})
