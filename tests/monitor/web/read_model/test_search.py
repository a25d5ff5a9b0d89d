"""What a search finds for the words of a person, among what they may see."""

from monitor.web.read_model.rows_of_cases import FoundUnit
from monitor.web.read_model.search import find_cases, find_units
from monitor.web.read_model.snapshot import SnapshotView

from .conftest import Sees


def test_a_unit_is_found_by_part_of_its_name_whatever_the_capitals(week: SnapshotView, sees: Sees) -> None:
    found = find_units(week, sees("planner"), "cLUSTer 1", 50)
    assert found == (FoundUnit("cluster", "C1", "Cluster 1"),)


def test_an_exact_code_comes_before_every_name(week: SnapshotView, sees: Sees) -> None:
    assert find_units(week, sees("planner"), "s", 50)[0].code == "S"
    assert len(find_units(week, sees("planner"), "s", 50)) > 1
    assert len(find_units(week, sees("planner"), "s", 1)) == 1


def test_only_what_may_be_seen_is_found(week: SnapshotView, sees: Sees) -> None:
    assert [unit.code for unit in find_units(week, sees("spo2"), "T", 50) if unit.level == "team"] == ["T1"]
    assert find_cases(week, sees("spo2"), "X000105", 50) == ()
    assert [case.om_code for case in find_cases(week, sees("planner"), "X000105", 50)] == ["M5"]


def test_a_case_is_found_by_three_characters_of_its_crn(week: SnapshotView, sees: Sees) -> None:
    planner = sees("planner")
    assert find_cases(week, planner, "x0", 50) == ()
    found = find_cases(week, planner, "x00010", 50)
    assert len(found) == 8
    assert all(case.crn.startswith("X00010") for case in found)
    assert len(find_cases(week, planner, "x00010", 3)) == 3


def test_a_case_without_a_holder_names_none(week: SnapshotView, sees: Sees) -> None:
    (case,) = find_cases(week, sees("planner"), "X000107", 50)
    assert (case.om_code, case.om_name, case.team_code) == ("", "", "T4")
