"""What one case demands: its tier and its RoSH in its setting, by its activity and its number."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.tiering.rows import LONDON, WMT, Row, case, caseload, post, team, weigh
from tiering.points import has_post
from tiering.policy import Policy
from tiering.terms import Activity, Setting


def parts(*cases: Row, policy: Policy = LONDON) -> dict[str, tuple[float, ...]]:
    """Tier points, RoSH points, share and points of each case."""
    frame = weigh(caseload(*cases), policy).frame.set_index("crn")
    columns = frame[["tier_points", "rosh_points", "activity_share", "points"]]
    return {str(crn): tuple(row) for crn, row in zip(columns.index, columns.to_numpy().tolist(), strict=True)}


def test_a_case_weighs_its_tier_and_its_rosh_in_its_setting() -> None:
    assert parts(
        case("X1", tier="1", rosh="low"),
        case("X2", tier="3", rosh="high"),
        case("X3", tier="3", rosh="high", setting="licence"),
        case("X4", tier="4", rosh="very_high", setting="custody"),
    ) == {"X1": (25, 0, 1, 25), "X2": (80, 30, 1, 110), "X3": (85, 30, 1, 115), "X4": (45, 24, 1, 69)}


def test_only_what_is_worked_on_has_points_and_the_parts_are_still_told() -> None:
    found = parts(*(case(activity, tier="3", rosh="high", activity=activity) for activity in Activity))
    assert found == {
        "active": (80, 30, 1, 110),
        "suspended": (80, 30, 1, 110),
        "unpaid_work_only": (80, 30, 1, 110),
        "warrant": (80, 30, 0, 0),
        "overdue_termination": (80, 30, 0, 0),
    }


def test_an_untiered_or_unclassified_case_is_work_too() -> None:
    frame = weigh(caseload(case(tier=None, rosh=None, setting="licence"))).frame
    assert frame[["tier_points", "rosh_points", "points"]].to_numpy().tolist() == [[50, 8, 58]]
    assert frame[["tier", "rosh"]].isna().all(axis=None)


def test_the_workload_management_tool_scores_neither_rosh_nor_untiered_cases() -> None:
    assert parts(
        case("X1", tier="B1", rosh="very_high", setting="licence"), case("X2", tier=None, rosh="high"), policy=WMT
    ) == {"X1": (119, 0, 1, 119), "X2": (0, 0, 1, 0)}


def test_a_row_that_stands_for_seven_cases_weighs_seven_times_as_much() -> None:
    assert parts(case(tier="2", rosh="medium", number_of_cases=7)) == {"X1": (45, 8, 1, 7 * 53)}


def test_part_of_a_case_gives_that_part_of_its_points() -> None:
    """The tool's fact, a weighting of 75 per cent, in our shares."""
    shares = dict(LONDON.activity_share) | {Activity.WARRANT: Decimal("0.75")}
    policy = LONDON.model_copy(update={"activity_share": shares})
    assert parts(case(activity="warrant", number_of_cases=10), policy=policy) == {"X1": (25, 0, 0.75, 187.5)}


def test_points_are_kept_as_whole_units_so_that_fractions_add_up_exactly() -> None:
    fine = dict(zip(Setting, (Decimal("0.1"), Decimal("0.25"), Decimal(0)), strict=True))
    shares = dict(LONDON.activity_share) | {Activity.SUSPENDED: Decimal("0.125")}
    changed = {"rosh_points": dict.fromkeys(LONDON.rosh_points, fine), "activity_share": shares}
    policy = LONDON.model_copy(update=changed)
    cases = [case(f"X{number}", setting="licence", activity="suspended") for number in range(3)]
    weighed = weigh(caseload(*cases), policy)
    assert Fraction(int(weighed.exact.sum()), weighed.units) == 3 * Fraction("25.25") / 8
    columns = ["tier_points", "rosh_points", "activity_share", "points"]
    assert weighed.frame[columns].to_numpy().tolist() == [[25, 0.25, 0.125, 25.25 / 8]] * 3


def test_every_case_keeps_its_place_and_its_words() -> None:
    known = caseload(case("X2", tier="4", rosh="high"), case("X1", setting="custody", activity="warrant"))
    frame = weigh(known).frame
    assert " ".join(frame.columns) == (
        "crn om_code team_code tier rosh setting activity number_of_cases tier_points rosh_points activity_share points"
    )
    assert frame[["crn", "tier", "setting", "points"]].to_numpy().tolist() == [
        ["X1", "1", "custody", 0],
        ["X2", "4", "community", 150],
    ]


def test_a_case_of_nobody_or_of_someone_with_no_post_in_the_team_is_unallocated() -> None:
    known = caseload(
        case("X1"),
        case("X2", om_code=None),
        case("X3", om_code="Z"),
        case("X4", team_code="T2"),
        case("X5", om_code="Q", team_code="T2"),
        organisation=[team(), team("T2")],
        offender_managers=[post(), post("Q", "T2")],
    )
    assert has_post(known.cases, known.offender_managers).tolist() == [True, False, False, False, True]
    frame = weigh(known).frame
    assert frame["om_code"].fillna("nobody").tolist() == ["P", "nobody", "nobody", "nobody", "Q"]
    assert frame["points"].tolist() == [25] * 5


def test_a_service_without_a_case_or_without_a_post_has_no_points_to_weigh() -> None:
    assert len(weigh(caseload()).frame) == 0
    weighed = weigh(caseload(case(), offender_managers=[]))
    assert weighed.frame["om_code"].isna().all()
    assert weighed.exact.sum() / weighed.units == 25


def test_a_tier_of_another_scheme_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"not in the policy: \['A3'\]"):
        weigh(caseload(case("X1", tier="A3"), case("X2", tier="1")))
