"""Points to spare, by grade."""

from dataclasses import replace

import pytest

from alerts.digest.spare_capacity import whole_cases
from tests.alerts.digest.digests import LINKED, ONE_COLD_CLUSTER, digest_of
from tests.alerts.pictures import Team, london, picture


def test_less_room_than_one_average_case_is_no_room() -> None:
    teams = [Team("T11", "F11", "C1", load=99.9), Team("T12", "F12", "C1", load=90)]
    room = digest_of(picture(teams)).text.split("Spare capacity")[1]
    assert "Office F12" in room
    assert "Office F11" not in room


def test_room_is_told_by_grade_in_points_and_in_average_cases() -> None:
    digest = digest_of(london(), wording=LINKED)
    assert "Dalston: 71.8%, 7,977 points free (PO 4,909 points, about 67 cases; PSO and TPO 3,068" in digest.text
    assert "A probation service officer (PSO) cannot have cases of the highest tier or of high RoSH." in digest.text
    assert "not considered here" in digest.text.split("Spare capacity")[1]
    assert "Grade and specialism" not in digest.text


def room_of(*grades: tuple[str, int], load: float = 50.0) -> str:
    people = sum(count for _, count in grades)
    teams = [Team("T11", "F11", "C1", load=load, offender_managers=people, grades=grades), ONE_COLD_CLUSTER]
    room = digest_of(picture(teams)).text.split("Spare capacity")[1]
    return next(line for line in room.splitlines() if "Office F11" in line)


@pytest.mark.parametrize(
    ("grades", "told"),
    [
        (
            (("PO", 12), ("PSO", 8), ("TPO", 5)),
            "(PO 13,056 points, about 181 cases; PSO 8,704 points, about 193 cases; TPO 5",
        ),
        (
            (("PO", 12), ("PSO", 8), ("TPO", 1)),
            "(PO 13,056 points, about 181 cases; PSO and TPO 9,792 points, about 211",
        ),
        ((("PO", 2), ("PSO", 8), ("TPO", 1)), "(PO, PSO and TPO 11,968 points, about 241 cases)"),
        (
            (("PO", 9), ("PSO", 1), ("TPO", 4)),
            "(PO 9,792 points, about 136 cases; PSO and TPO 5,440 points, about 96 cases)",
        ),
        ((("PO", 8),), "(PO 8,704 points, about 120 cases)"),
    ],
)
def test_a_grade_of_few_people_is_never_told_alone(grades: tuple[tuple[str, int], ...], told: str) -> None:
    assert told in room_of(*grades)


def test_room_whose_grade_is_not_known_is_told_in_cases_of_average_size() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50), ONE_COLD_CLUSTER])
    text = digest_of(replace(drawn, grades=drawn.grades.iloc[:0])).text
    assert "8,704 points free (about 145 cases of average size, for any grade)" in text
    assert "An average case here is 60 points." in text


def test_an_average_case_counts_the_points_of_unallocated_cases_as_it_counts_the_cases() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, unallocated_cases=30), ONE_COLD_CLUSTER])
    area = drawn.workload[drawn.workload["level"].eq("area") & drawn.workload["code"].eq("N")].iloc[0]
    with_them = (area["case_points"] + area["unallocated_points"]) / area["cases"]
    assert round(with_them) != round(area["case_points"] / area["cases"])
    text = digest_of(replace(drawn, grades=drawn.grades.iloc[:0])).text
    assert f"An average case here is {with_them:,.0f} points." in text


def test_grades_that_are_known_of_few_people_only_are_not_told() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, grades=(("PO", 3), ("TPO", 1))), ONE_COLD_CLUSTER])
    assert "8,704 points free (about 145 cases of average size, for any grade)" in digest_of(drawn).text


def test_a_unit_of_another_level_with_the_same_code_has_room_of_its_own() -> None:
    drawn = picture([Team("T11", "C1", "C1", load=50), Team("T12", "F12", "C1", load=50), ONE_COLD_CLUSTER])
    room = digest_of(drawn).text.split("Spare capacity")[1]
    assert "Office C1: 50.0%, 8,704 points free (PO, PSO and TPO 8,704 points" in room


def test_a_grade_without_room_or_without_a_case_to_go_by_is_told_in_words() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, offender_managers=12, grades=(("PO", 6), ("PSO", 6)))])
    none = drawn.grades.assign(spare_points=drawn.grades["spare_points"].where(drawn.grades["grade"].eq("PO"), 0.2))
    unknown = none.assign(spare_cases=none["spare_cases"].where(none["grade"].ne("PO")))
    assert "(PO 6,528 points, about 90 cases; PSO no room)" in digest_of(replace(drawn, grades=none)).text
    assert "(PO 6,528 points; PSO no room)" in digest_of(replace(drawn, grades=unknown)).text


def test_sums_of_points_that_are_off_by_a_hair_cost_no_case() -> None:
    assert [whole_cases(points, 60) for points in (59.9, 1739.9999999999998, 1740.0, 1741.0)] == [0, 29, 29, 29]
