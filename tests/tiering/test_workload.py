"""Adding up: sums of points over sums of available points, from one post up to all areas."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pandas as pd
import pytest

from tests.tiering.rows import (
    FRIDAY,
    LONDON,
    WMT,
    case,
    caseload,
    duty,
    post,
    reduction,
    team,
    units_of,
)
from tiering.capacity import hours_at_work
from tiering.terms import Level
from tiering.workload import COLUMNS, band, keys_of_posts

DAY = timedelta(days=1)


def figures(units: pd.DataFrame, column: str, level: str) -> dict[str, object]:
    """One column of the units of one level by their code, None where it is missing."""
    values = units.loc[level, column]
    return {str(code): None if pd.isna(value) else value for code, value in values.items()}


# P has a post in each of two teams, of two offices; X3 and X4 are held by no one.
TWO_TEAMS = caseload(
    case("X1", tier="4", rosh="high"),
    case("X2", tier="3", team_code="T2"),
    case("X3", tier="2", om_code=None, number_of_cases=3),
    case("X4", tier="1", om_code="Z", team_code="T2"),
    case("X5", tier="4", activity="warrant"),
    organisation=[team(), team("T2", office="F2"), team("T3", office="F3", cluster="C2")],
    offender_managers=[post(hours=18.5), post(team_code="T2", hours=18.5)],
    duties=[duty("sdr", 1)],
)


@cache
def units_of_two_teams() -> pd.DataFrame:
    return units_of(TWO_TEAMS)


def test_points_add_up_from_the_post_to_all_areas() -> None:
    units = units_of_two_teams()
    columns = ["cases", "case_points", "duty_points", "unallocated_cases", "unallocated_points", "total_points"]
    assert {code: tuple(row) for code, row in zip(units.index, units[columns].to_numpy(), strict=True)} == {
        ("post", "T1/P"): (2, 150, 138, 0, 0, 288),
        ("post", "T2/P"): (1, 80, 0, 0, 0, 80),
        ("offender_manager", "P"): (3, 230, 138, 0, 0, 368),
        ("team", "T1"): (5, 150, 138, 3, 135, 423),
        ("team", "T2"): (2, 80, 0, 1, 25, 105),
        ("team", "T3"): (0, 0, 0, 0, 0, 0),
        ("office", "F1"): (5, 150, 138, 3, 135, 423),
        ("office", "F2"): (2, 80, 0, 1, 25, 105),
        ("office", "F3"): (0, 0, 0, 0, 0, 0),
        ("cluster", "C1"): (7, 230, 138, 4, 160, 528),
        ("cluster", "C2"): (0, 0, 0, 0, 0, 0),
        ("area", "A1"): (7, 230, 138, 4, 160, 528),
        ("all", "all"): (7, 230, 138, 4, 160, 528),
    }


def test_capacity_percentage_is_total_points_of_available_points_and_missing_where_there_are_none() -> None:
    units = units_of_two_teams()
    assert figures(units, "available_points", "team") == {"T1": 1088, "T2": 1088, "T3": 0}
    assert figures(units, "capacity_percentage", "team") == {"T1": 42300 / 1088, "T2": 10500 / 1088, "T3": None}
    assert figures(units, "capacity_percentage", "all") == {"all": 52800 / 2176}
    assert figures(units, "band", "team") == {"T1": "spare", "T2": "spare", "T3": None}


def test_a_unit_has_its_name_and_the_code_of_the_unit_above_it() -> None:
    units = units_of_two_teams()
    named = {
        code: (name, None if pd.isna(parent) else parent)
        for code, name, parent in zip(units.index, units["name"], units["parent_code"], strict=True)
    }
    assert named == {
        ("post", "T1/P"): ("Officer P", "T1"),
        ("post", "T2/P"): ("Officer P", "T2"),
        ("offender_manager", "P"): ("Officer P", "T1"),
        ("team", "T1"): ("Team T1", "F1"),
        ("team", "T2"): ("Team T2", "F2"),
        ("team", "T3"): ("Team T3", "F3"),
        ("office", "F1"): ("Office F1", "C1"),
        ("office", "F2"): ("Office F2", "C1"),
        ("office", "F3"): ("Office F3", "C2"),
        ("cluster", "C1"): ("Cluster C1", "A1"),
        ("cluster", "C2"): ("Cluster C2", "A1"),
        ("area", "A1"): ("Area A1", "all"),
        ("all", "all"): ("All areas", None),
    }


def test_units_stand_in_order_with_the_columns_of_a_snapshot() -> None:
    units = units_of_two_teams().reset_index()
    assert list(units.columns) == COLUMNS
    assert set(units["level"]) == set(Level)
    order = list(zip(units["level"], units["code"], strict=True))
    assert order == sorted(order)
    counts = units.filter(regex="cases$|offender_managers")
    assert list(counts.columns) == [
        "offender_managers",
        "offender_managers_over",
        "offender_managers_without_hours",
        "cases",
        "unallocated_cases",
    ]
    assert (counts.dtypes == "int64").all()


def test_a_percentage_is_of_sums_and_a_person_belongs_to_the_team_of_the_post_with_most_hours() -> None:
    known = caseload(
        case("X1", number_of_cases=87),  # 2,175 points of 2,176
        case("X2", om_code="Q", number_of_cases=9),  # 225 points of a fifth of a post, 435.2
        organisation=[team(), team("T2")],
        offender_managers=[
            post(),
            post("Q", hours=7.4, om_name="Q. Short"),
            post("Q", "T2", hours=29.6, om_name="Q. Long"),
        ],
    )
    units = units_of(known)
    percentage = float(Fraction(240000) / Fraction("2611.2"))
    assert figures(units, "capacity_percentage", "team") == {"T1": percentage, "T2": 0}
    assert units.loc[("offender_manager", "Q"), ["name", "parent_code"]].tolist() == ["Q. Long", "T2"]


def test_a_person_stands_under_a_team_they_still_work_in() -> None:
    known = caseload(
        case("X1"),
        organisation=[team(), team("T2")],
        offender_managers=[
            post(hours=37, om_name="P. Then", left_on=FRIDAY - DAY),
            post(team_code="T2", hours=7.4, om_name="P. Now"),
        ],
    )
    units = units_of(known)
    assert units.loc[("offender_manager", "P"), ["name", "parent_code"]].tolist() == ["P. Now", "T2"]
    assert figures(units, "cases", "team") == {"T1": 1, "T2": 0}


@pytest.mark.parametrize(
    ("total", "available", "expected"),
    [
        ("110.0001", 100, "red"),
        ("110", 100, "amber"),
        ("100.0001", 100, "amber"),
        ("100", 100, "green"),
        ("85", 100, "green"),
        ("84.9999", 100, "spare"),
        ("0", 100, "spare"),
        ("1", 0, "no capacity"),
        ("0", 0, None),
    ],
)
def test_bands_compare_the_unrounded_percentage(total: str, available: int, expected: str | None) -> None:
    assert band(Fraction(total), Fraction(available), LONDON.bands) == expected


def test_the_limits_of_the_bands_are_the_policys() -> None:
    stricter = LONDON.bands.model_copy(
        update={"red_above": Decimal(105), "amber_above": Decimal(95), "green_from": Decimal(80)}
    )
    bands = [band(Fraction(total), Fraction(100), stricter) for total in (106, 105, 95, 80, 79)]
    assert bands == ["red", "amber", "green", "green", "spare"]


def test_cases_without_any_available_points_are_no_capacity_and_never_nought_per_cent() -> None:
    """The national tool shows 0% there, to which a director would add cases."""
    known = caseload(
        *(case(om_code, om_code=om_code) for om_code in "LNS"),
        offender_managers=[post("L", left_on=FRIDAY), post("N", hours=0), post("S", grade="SPO"), post("M", hours=0)],
    )
    units = units_of(known)
    for level, codes in (("offender_manager", ["L", "N", "S"]), ("team", ["T1"]), ("all", ["all"])):
        assert units.loc[level].loc[codes, "capacity_percentage"].isna().all()
        assert set(units.loc[level].loc[codes, "band"]) == {"no capacity"}
    assert units.loc[("offender_manager", "M"), ["capacity_percentage", "band"]].isna().all()


def test_hours_are_those_of_posts_still_held_and_reductions_are_no_more_than_they() -> None:
    known = caseload(
        organisation=[team(), team("T2", office="F2")],
        offender_managers=[
            post(),
            post("Q", hours=20),
            post("R", left_on=FRIDAY),
            post("S", "T2", hours=30),
            post("U", "T2", hours=10),
        ],
        reductions=[
            reduction(7.5),
            reduction(21, om_code="Q"),
            reduction(5, om_code="R"),
            reduction(3, team_code=None, om_code="S"),
        ],
    )
    units = units_of(known)
    assert figures(units, "contracted_hours", "post") == {"T1/P": 37, "T1/Q": 20, "T1/R": 0, "T2/S": 30, "T2/U": 10}
    assert figures(units, "reduction_hours", "post") == {"T1/P": 7.5, "T1/Q": 20, "T1/R": 0, "T2/S": 3, "T2/U": 0}
    assert figures(units, "contracted_hours", "office") == {"F1": 57, "F2": 40}
    assert figures(units, "reduction_hours", "office") == {"F1": 27.5, "F2": 3}


COUNTS = ("offender_managers", "offender_managers_over", "offender_managers_without_hours")


def people(units: pd.DataFrame, level: str) -> dict[str, tuple[int, ...]]:
    """Persons, persons over the red line, persons without hours, by code."""
    return {str(code): tuple(int(row[name]) for name in COUNTS) for code, row in units.loc[level].iterrows()}


def test_a_target_of_nought_is_no_absence() -> None:
    """Without available points are a leaver, a PO signed off, and two SPOs, of whom one is at work."""
    known = caseload(
        *(case(om_code, om_code=om_code, team_code=code) for om_code, code in ("LT", "RT", "ST", "AU")),
        organisation=[team("T"), team("U", office="F2")],
        offender_managers=[
            *(post("L", "T", left_on=FRIDAY), post("R", "T"), post("S", "T", grade="SPO")),
            post("A", "U", grade="SPO"),
        ],
        reductions=[reduction(37, "T", om_code="R"), reduction(37, "U", om_code="A")],
    )
    units = units_of(known)
    assert set(units.loc["offender_manager"]["band"]) == {"no capacity"}
    counts = units["offender_managers_without_hours"]
    assert {str(code): int(number) for code, number in counts.loc["offender_manager"].items()} == {
        "L": 1, "R": 1, "S": 0, "A": 1,
    }  # fmt: skip
    assert (counts["team", "T"], counts["team", "U"], counts["all", "all"]) == (2, 1, 3)
    hours = hours_at_work(units)
    assert (hours["offender_manager", "S"], hours["team", "T"], hours["team", "U"]) == (37, 37, 0)


def test_offender_managers_are_persons_and_neither_leavers_nor_senior_probation_officers() -> None:
    known = caseload(
        organisation=[team(), team("T2"), team("T3", office="F2")],
        offender_managers=[
            post("P"),
            post("P", "T2"),
            post("P", "T3", left_on=FRIDAY),
            post("Q", left_on=FRIDAY + DAY),
            post("R", left_on=FRIDAY),
            post("S", grade="SPO"),
        ],
    )
    units = units_of(known)
    assert people(units, "team") == {"T1": (2, 0, 0), "T2": (1, 0, 0), "T3": (0, 0, 0)}
    assert people(units, "office") == {"F1": (2, 0, 0), "F2": (0, 0, 0)}
    assert people(units, "all") == {"all": (2, 0, 0)}
    assert people(units, "offender_manager") == {"P": (1, 0, 0), "Q": (1, 0, 0), "R": (0, 0, 0), "S": (0, 0, 0)}


def test_a_person_is_over_the_red_line_with_all_posts_together() -> None:
    known = caseload(
        case("X1", number_of_cases=60),  # 1,500 points with P, who has 1,088 in each of two teams: 137.9% of the one...
        case("X2", om_code="Q", number_of_cases=48),  # ...but 68.9% of both. Q has 1,200 points, 110.3% of 1,088.
        organisation=[team(), team("T2", office="F2")],
        offender_managers=[post(hours=18.5), post(team_code="T2", hours=18.5), post("Q", hours=18.5)],
    )
    units = units_of(known)
    assert people(units, "office") == {"F1": (2, 1, 0), "F2": (1, 0, 0)}
    assert people(units, "all") == {"all": (2, 1, 0)}
    assert people(units, "post")["T1/Q"] == (1, 1, 0)


def test_who_holds_work_and_has_no_hours_is_counted_apart_even_after_leaving() -> None:
    known = caseload(
        case("X1", om_code="L"),
        case("X2", om_code="N"),
        case("X3", om_code="S"),
        organisation=[team(), team("T2")],
        offender_managers=[
            post("L", left_on=FRIDAY),
            post("N", hours=0),
            post("N", "T2", left_on=FRIDAY),
            post("S", grade="SPO"),
            post("M", hours=0),
            post("P"),
        ],
    )
    # M, who is signed off and holds nothing, and N are in post; L has gone; S, a senior probation officer, has hours.
    units = units_of(known)
    assert people(units, "team") == {"T1": (3, 0, 2), "T2": (0, 0, 1)}
    assert people(units, "office") == {"F1": (3, 0, 2)}


# Facts of the Workload Management Tool: calculate-workload-points.js and its probation-rules (MIT licence).


def test_the_worked_example_of_the_workload_management_tool() -> None:
    """2 A3, 3 B2 and 4 untiered cases in the community, 1 SDR, 2 FDRs: 412 + 345 + 0 + 138 + 130."""
    known = caseload(
        case("X1", tier="A3", number_of_cases=2),
        case("X2", tier="B2", number_of_cases=3),
        case("X3", tier=None, number_of_cases=4),
        duties=[duty("sdr", 1), duty("fdr", 2)],
    )
    person = units_of(known, WMT).loc[("offender_manager", "P")]
    assert (person["cases"], person["total_points"], person["available_points"]) == (9, 1025, 2176)
    assert person["capacity_percentage"] == pytest.approx(47.10477941176471, abs=1e-12)


def test_the_workload_management_tool_rounds_each_post_half_up_and_cuts_its_available_points_before_adding() -> None:
    """Points by hours of duty: 8.5 points are 37/256 of an hour a week. 22.2 hours are 1,305.6 available points."""
    hours = {"7": 119 / 1000, "8": 8.498046875 * 37 / 2176, "9": 37 / 256, "26": 25.5 * 37 / 2176}
    known = caseload(
        offender_managers=[post(om_code, hours=22.2) for om_code in hours],
        duties=[duty("group_work", quantity, om_code=om_code) for om_code, quantity in hours.items()],
    )
    rounded, exact = units_of(known, WMT), units_of(known)
    assert figures(rounded, "total_points", "offender_manager") == {"7": 7, "8": 8, "9": 9, "26": 26}
    assert figures(rounded, "available_points", "offender_manager") == dict.fromkeys(hours, 1305)
    columns = ["total_points", "available_points"]
    assert rounded.loc[("team", "T1"), columns].tolist() == [50, 5220]
    assert exact.loc[("team", "T1"), "available_points"] == 5222.4
    assert figures(exact, "total_points", "offender_manager")["9"] == 8.5


def test_tenths_of_points_add_up_without_a_rounding_error() -> None:
    """Added one by one as binary fractions they come to 13,056.000000000002."""
    known = caseload(offender_managers=[post(f"P{number}", hours=22.2) for number in range(10)])
    assert figures(units_of(known), "available_points", "team") == {"T1": 13056}


def test_a_service_with_teams_and_nobody_in_them_has_units_without_figures() -> None:
    units = units_of(caseload(offender_managers=[]), WMT)
    assert set(units.index) == {("team", "T1"), ("office", "F1"), ("cluster", "C1"), ("area", "A1"), ("all", "all")}
    assert (units[["cases", "total_points", "available_points", *COUNTS]] == 0).all(axis=None)
    assert units[["capacity_percentage", "band"]].isna().all(axis=None)


def test_a_post_is_parted_into_its_two_codes_whatever_they_hold() -> None:
    posts = [("A/B", "C"), ("A", "B/D"), ("A", "A/B"), ("T.,| 1", ".,| /")]
    known = caseload(
        organisation=[team(code) for code in dict.fromkeys(code for code, _ in posts)],
        offender_managers=[post(om_code, code) for code, om_code in posts],
    )
    keys = keys_of_posts(units_of(known).reset_index())
    assert sorted(zip(keys["team_code"], keys["om_code"], strict=True)) == sorted(posts)
