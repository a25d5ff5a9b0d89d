"""Teams that move, merge, end or change their code between two weeks."""

from tests.tiering.rows import case, caseload, post, team

from .weeks import causes_of, parts_of

CASES = [case(f"X{number}") for number in range(4)]


def test_a_team_that_moves_takes_what_it_had_from_one_office_to_the_other() -> None:
    before = caseload(*CASES, organisation=[team(), team("T2", "F2")])
    now = caseload(*CASES, case("X9"), organisation=[team(office="F2"), team("T2", "F2")])
    causes = causes_of(before, now)
    assert parts_of(causes, "team", "T1") == {"arrivals": (25, 0, 1, 0)}
    assert parts_of(causes, "office", "F2") == {"arrivals": (25, 0, 1, 0), "organisation": (100, 2176, 4, 1)}
    assert parts_of(causes, "cluster", "C1") == {"arrivals": (25, 0, 1, 0)}
    assert causes.units.loc[causes.units["code"].eq("F1")].empty


def test_a_team_with_another_code_has_no_transfers() -> None:
    before = caseload(*CASES)
    moved = [row | {"team_code": "T9"} for row in CASES]
    now = caseload(*moved, organisation=[team("T9", team_name="Team T1")], offender_managers=[post(team_code="T9")])
    assert causes_of(before, now).units.empty


def test_the_cases_of_a_team_that_ends_leave_its_office() -> None:
    before = caseload(*CASES, organisation=[team(), team("T2")])
    now = caseload(organisation=[team("T2")], offender_managers=[])
    causes = causes_of(before, now)
    expected = {"ends": (-100, 0, -4, 0), "leavers": (0, -2176, 0, -1)}
    assert parts_of(causes, "office", "F1") == expected
    assert parts_of(causes, "team", "T2") == {}
