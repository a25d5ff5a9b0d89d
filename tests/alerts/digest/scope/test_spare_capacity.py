"""Points to spare, by grade."""

from dataclasses import replace

import pytest

from alerts.digest.scope.spare_capacity import room_by_grade, whole_cases
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.digest.digests import LINKED, NORTH, ONE_COLD_CLUSTER, digest_of
from tests.alerts.pictures import Team, london, picture


def test_less_room_than_one_average_case_is_no_room() -> None:
    teams = [Team("T11", "F11", "C1", load=99.9), Team("T12", "F12", "C1", load=90)]
    room = digest_of(picture(teams)).text.split("Spare capacity")[1]
    assert "Office F12" in room
    assert "Office F11" not in room


def rooms_of(drawn: WeekFacts) -> dict[str, str]:
    """What the start page says of the room of each office, by grade."""
    story = build_story(drawn, NORTH, red_line=110, small_team=5)
    return {room.unit.name: "; ".join(room_by_grade(room, story.average_case)) for room in story.room}


def test_a_digest_names_the_free_points_and_who_cannot_take_which_cases() -> None:
    text = digest_of(london(), wording=LINKED).text
    assert " * Dalston: 71.8%, 7,977 points free\n" in text
    assert "A probation service officer (PSO) cannot have cases of the highest tier or of high RoSH." in text
    assert "not considered here" in text.split("Spare capacity")[1]


def test_room_is_told_by_grade_in_points_and_in_average_cases() -> None:
    told = "PO 4,909 points, about 67 cases; PSO and TPO 3,068 points, about 63 cases"
    assert rooms_of(london())["Dalston"] == told


def room_of(*grades: tuple[str, int], load: float = 50.0) -> str:
    people = sum(count for _, count in grades)
    teams = [Team("T11", "F11", "C1", load=load, offender_managers=people, grades=grades), ONE_COLD_CLUSTER]
    return rooms_of(picture(teams))["Office F11"]


@pytest.mark.parametrize(
    ("grades", "told"),
    [
        (
            (("PO", 12), ("PSO", 8), ("TPO", 5)),
            "PO 13,056 points, about 181 cases; PSO 8,704 points, about 193 cases; TPO 5",
        ),
        (
            (("PO", 12), ("PSO", 8), ("TPO", 1)),
            "PO 13,056 points, about 181 cases; PSO and TPO 9,792 points, about 211",
        ),
        ((("PO", 2), ("PSO", 8), ("TPO", 1)), "PO, PSO and TPO 11,968 points, about 241 cases"),
        (
            (("PO", 9), ("PSO", 1), ("TPO", 4)),
            "PO 9,792 points, about 136 cases; PSO and TPO 5,440 points, about 96 cases",
        ),
        ((("PO", 8),), "PO 8,704 points, about 120 cases"),
    ],
)
def test_a_grade_of_few_people_is_never_told_alone(grades: tuple[tuple[str, int], ...], told: str) -> None:
    assert told in room_of(*grades)


def test_room_whose_grade_is_not_known_is_told_in_cases_of_average_size() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50), ONE_COLD_CLUSTER])
    told = rooms_of(replace(drawn, grades=drawn.grades.iloc[:0]))
    assert told["Office F11"] == "about 145 cases of average size, for any grade"


def test_an_average_case_counts_the_points_of_unallocated_cases_as_it_counts_the_cases() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, unallocated_cases=30), ONE_COLD_CLUSTER])
    area = drawn.workload[drawn.workload["level"].eq("area") & drawn.workload["code"].eq("N")].iloc[0]
    with_them = (area["case_points"] + area["unallocated_points"]) / area["cases"]
    assert round(with_them) != round(area["case_points"] / area["cases"])
    assert build_story(drawn, NORTH, red_line=110, small_team=5).average_case == pytest.approx(with_them)


def test_grades_that_are_known_of_few_people_only_are_not_told() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, grades=(("PO", 3), ("TPO", 1))), ONE_COLD_CLUSTER])
    assert rooms_of(drawn)["Office F11"] == "about 145 cases of average size, for any grade"


def test_a_unit_of_another_level_with_the_same_code_has_room_of_its_own() -> None:
    drawn = picture([Team("T11", "C1", "C1", load=50), Team("T12", "F12", "C1", load=50), ONE_COLD_CLUSTER])
    assert rooms_of(drawn)["Office C1"].startswith("PO, PSO and TPO 8,704 points")


def test_a_grade_without_room_or_without_a_case_to_go_by_is_told_in_words() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, offender_managers=12, grades=(("PO", 6), ("PSO", 6)))])
    none = drawn.grades.assign(spare_points=drawn.grades["spare_points"].where(drawn.grades["grade"].eq("PO"), 0.2))
    unknown = none.assign(spare_cases=none["spare_cases"].where(none["grade"].ne("PO")))
    assert rooms_of(replace(drawn, grades=none))["Office F11"] == "PO 6,528 points, about 90 cases; PSO no room"
    assert rooms_of(replace(drawn, grades=unknown))["Office F11"] == "PO 6,528 points; PSO no room"


def test_sums_of_points_that_are_off_by_a_hair_cost_no_case() -> None:
    assert [whole_cases(points, 60) for points in (59.9, 1739.9999999999998, 1740.0, 1741.0)] == [0, 29, 29, 29]
