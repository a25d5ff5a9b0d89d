"""What happened to single cases between two weeks."""

from functools import cache
from typing import Any

import pytest

from alerts.causes.causes import Causes
from tests.tiering.rows import case, caseload, post, team

from .weeks import causes_of, parts_of, side_by_side

TEAMS = [team(), team("T2")]
POSTS = [post(), post("Q", "T2")]


CHANGES: list[tuple[dict[str, Any], str, float, int]] = [
    ({"tier": "3"}, "tier", 55, 1),
    ({"rosh": "high"}, "rosh", 30, 1),
    ({"setting": "custody"}, "setting", -15, 1),
    ({"activity": "warrant"}, "activity", -25, 1),
    ({"number_of_cases": 3}, "number_of_cases", 50, 2),
]
PRIORITISED = [("warrant", "reset", 25), ("impact", "warrant", -25)]


@cache
def causes_of_all_changes() -> Causes:
    """The service of each change beside the others, because many are compared as fast as one."""
    before = [case() for _ in CHANGES] + [case(activity=was) for was, _, _ in PRIORITISED]
    now = [case(**change) for change, *_ in CHANGES] + [case(activity=becomes) for _, becomes, _ in PRIORITISED]
    return causes_of(*(side_by_side(*map(caseload, cases)) for cases in (before, now)))


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_one_thing_that_changed_about_a_case_is_one_part(number: int) -> None:
    _, part, points, cases = CHANGES[number]
    assert parts_of(causes_of_all_changes(), code=f"T1-{number}") == {part: (points, 0, cases, 0)}
    rows = causes_of_all_changes().rows
    own = rows.loc[rows["crn"].eq(f"X1-{number}"), ["om_code", "team_code", "office_code"]]
    assert own.values.tolist() == [[f"P-{number}", f"T1-{number}", f"F1-{number}"]]


@pytest.mark.parametrize("number", range(len(PRIORITISED)))
def test_contact_that_a_prioritisation_stops_or_resumes_is_a_part_of_its_own(number: int) -> None:
    found = parts_of(causes_of_all_changes(), code=f"T1-{len(CHANGES) + number}")
    assert found == {"prioritisation": (PRIORITISED[number][2], 0, 1, 0)}


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
