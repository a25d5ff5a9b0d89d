"""What happened to single cases between two weeks."""

from typing import Any

import pytest

from tests.tiering.rows import case, caseload, post, team

from .weeks import causes_of, parts_of

TEAMS = [team(), team("T2")]
POSTS = [post(), post("Q", "T2")]


@pytest.mark.parametrize(
    ("change", "part", "points", "cases"),
    [
        ({"tier": "3"}, "tier", 55, 1),
        ({"rosh": "high"}, "rosh", 30, 1),
        ({"setting": "custody"}, "setting", -15, 1),
        ({"activity": "warrant"}, "activity", -25, 1),
        ({"number_of_cases": 3}, "number_of_cases", 50, 2),
    ],
)
def test_one_thing_that_changed_about_a_case_is_one_part(
    change: dict[str, Any], part: str, points: float, cases: int
) -> None:
    causes = causes_of(caseload(case()), caseload(case(**change)))
    assert parts_of(causes) == {part: (points, 0, cases, 0)}
    assert causes.rows[["crn", "om_code", "team_code", "office_code"]].values.tolist() == [["X1", "P", "T1", "F1"]]


@pytest.mark.parametrize(("was", "becomes", "points"), [("warrant", "reset", 25), ("impact", "warrant", -25)])
def test_contact_that_a_prioritisation_stops_or_resumes_is_a_part_of_its_own(
    was: str, becomes: str, points: float
) -> None:
    causes = causes_of(caseload(case(activity=was)), caseload(case(activity=becomes)))
    assert parts_of(causes) == {"prioritisation": (points, 0, 1, 0)}


def test_several_things_are_changed_one_after_the_other() -> None:
    causes = causes_of(caseload(case()), caseload(case(tier="4", rosh="very_high", setting="custody")))
    # 25 in the community; 120 of tier 4; 180 with very high RoSH; 45 + 24 in custody.
    assert parts_of(causes) == {"tier": (95, 0, 1, 0), "rosh": (60, 0, 1, 0), "setting": (-111, 0, 1, 0)}


def test_cases_arrive_and_end_as_many_as_their_rows_stand_for() -> None:
    before, now = caseload(case("X1", number_of_cases=2)), caseload(case("X2", tier="2", om_code=None))
    assert parts_of(causes_of(before, now)) == {"ends": (-50, 0, -2, 0), "arrivals": (45, 0, 1, 0)}


def test_a_transfer_cancels_in_the_office_and_changes_count_where_the_case_is_now() -> None:
    before = caseload(case(), organisation=TEAMS, offender_managers=POSTS)
    now = caseload(case(om_code="Q", team_code="T2", tier="2"), organisation=TEAMS, offender_managers=POSTS)
    causes = causes_of(before, now)
    assert parts_of(causes, "team", "T1") == {"transfers": (-25, 0, -1, 0)}
    assert parts_of(causes, "team", "T2") == {"transfers": (25, 0, 1, 0), "tier": (20, 0, 1, 0)}
    assert parts_of(causes, "office", "F1") == {"tier": (20, 0, 1, 0)}
    rows = causes.rows[causes.rows["part"].eq("transfers")]
    assert rows[["om_code", "team_code", "points"]].values.tolist() == [["P", "T1", -25.0], ["Q", "T2", 25.0]]


def test_a_case_that_only_has_another_holder_in_its_team_is_no_change() -> None:
    before, now = caseload(case()), caseload(case(om_code=None))
    assert parts_of(causes_of(before, now)) == {}
