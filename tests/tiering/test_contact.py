"""Suspended and prioritised contact, counted apart."""

from datetime import date

from tests.tiering.rows import CONFIG, case, caseload, post, team, weigh
from tiering.contact import COLUMNS, LEVELS, count_contact
from tiering.policies.policy_files import load_policy

MODERN = load_policy(CONFIG, "modern", date(2026, 11, 20))


def test_each_activity_is_counted_in_every_unit_with_what_it_weighs_and_would_weigh() -> None:
    known = caseload(
        case("X1", tier="C2", activity="suspended"),
        case("X2", tier="C2", activity="reset", number_of_cases=3),
        case("X3", tier="C2", activity="impact", team_code="T2", om_code="Q"),
        case("X4", tier="C2"),
        case("X5", tier="C2", activity="warrant"),
        organisation=[team(), team("T2")],
        offender_managers=[post(), post("Q", "T2")],
    )
    rows = count_contact(known, weigh(known, MODERN))
    assert list(rows.columns) == COLUMNS
    assert set(rows["level"]) == set(LEVELS)
    assert rows[rows["level"].eq("team")].to_numpy().tolist() == [
        ["team", "T1", "reset", 3, 0.0, 189.0],
        ["team", "T1", "suspended", 1, 63.0, 63.0],
        ["team", "T2", "impact", 1, 31.5, 63.0],
    ]
    assert rows[rows["level"].eq("all")]["cases"].tolist() == [1, 3, 1]


def test_a_service_without_such_cases_has_no_row() -> None:
    known = caseload(case(tier="C2"))
    assert count_contact(known, weigh(known, MODERN)).empty
