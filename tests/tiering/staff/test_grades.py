"""Spare capacity by grade: points and whole cases that still fit, person by person."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle import points, workload
from tests.oracle.card import cases_of, has_left, post_of, posts_of
from tests.oracle.strategies import Drawn, caseloads, to_frames
from tests.tiering.rows import FRIDAY, LONDON, Row, case, caseload, post, team, weigh
from tiering.caseload import Caseload
from tiering.staff.grades import COLUMNS, LEVELS, grade_points
from tiering.workload import weigh_units

from ...longer import examples

DAY = timedelta(days=1)
FULL = 2176.0  # available points of a full-time post


def grades(known: Caseload) -> pd.DataFrame:
    """The figures by level, code and grade."""
    weighed = weigh(known)
    units = weigh_units(known, weighed, LONDON, FRIDAY)
    return grade_points(known, weighed, units).set_index(["level", "code", "grade"])


def row(found: pd.DataFrame, level: str, code: str, grade: str) -> dict[str, Any]:
    """The figures of one grade in one unit, None where they are missing."""
    return {str(name): None if pd.isna(value) else value for name, value in found.xs((level, code, grade)).items()}


def cases(om_code: str, tiers: Iterable[str], **given: Any) -> list[Row]:
    """A case of low RoSH in the community for each tier: 25, 45, 80 or 120 points."""
    return [case(f"{om_code}{number}", om_code=om_code, tier=tier, **given) for number, tier in enumerate(tiers)]


def test_room_is_told_for_each_grade_of_each_unit_from_the_team_upwards() -> None:
    found = grades(
        caseload(
            *cases("P1", "44"),
            *cases("P2", "4", team_code="T2"),
            *cases("Q1", "1111", team_code="T2"),
            organisation=[team(), team("T2", office="F2")],
            offender_managers=[
                post("P1"),
                post("P2", "T2", hours=18.5),
                post("Q1", "T2", grade="PSO"),
                post("S1", grade="SPO"),
            ],
        )
    )
    units = [("team", "T1"), ("team", "T2"), ("office", "F1"), ("office", "F2"), ("cluster", "C1"), ("area", "A1")]
    keys = {(*unit, "PO") for unit in [*units, ("all", "all")]}
    assert set(found.index) == keys | {
        (*unit, "PSO") for unit in [*units, ("all", "all")] if unit[1] not in ("T1", "F1")
    }
    of_po = {"average_case_points": 120.0, "offender_managers": 1}
    assert row(found, "team", "T1", "PO") == of_po | {
        "total_points": 240.0,
        "available_points": FULL,
        "spare_points": 1936.0,
        "spare_cases": 16.0,
    }
    assert row(found, "office", "F2", "PO") == of_po | {
        "total_points": 120.0,
        "available_points": FULL / 2,
        "spare_points": 968.0,
        "spare_cases": 8.0,
    }
    assert row(found, "all", "all", "PSO") == {
        "offender_managers": 1,
        "total_points": 100.0,
        "available_points": FULL,
        "spare_points": 2076.0,
        "average_case_points": 25.0,
        "spare_cases": 83.0,
    }
    for level, code in (("cluster", "C1"), ("area", "A1"), ("all", "all")):
        assert row(found, level, code, "PO") == {
            "offender_managers": 2,
            "total_points": 360.0,
            "available_points": FULL * 1.5,
            "spare_points": 2904.0,
            "average_case_points": 120.0,
            "spare_cases": 24.0,
        }


def test_the_overload_of_one_person_does_not_use_up_the_room_of_another() -> None:
    found = grades(caseload(*cases("P1", "4" * 25), *cases("P2", "4" * 10), offender_managers=[post("P1"), post("P2")]))
    figures = row(found, "team", "T1", "PO")
    assert figures["available_points"] - figures["total_points"] == 2 * FULL - 35 * 120
    assert figures["spare_points"] == FULL - 1200


def test_room_is_whole_cases_for_each_person() -> None:
    # 23 points are left to either of two, and their average case has 76: no case fits, nor in 46 points together.
    almost_full = [post("P1", hours=18.5), post("P2", hours=18.5)]
    held = [*cases("P1", ["3"] * 13 + ["1"]), *cases("P2", ["3"] * 13 + ["1"])]
    figures = row(grades(caseload(*held, offender_managers=almost_full)), "all", "all", "PO")
    assert (figures["spare_points"], figures["spare_cases"]) == (46.0, 0.0)
    # With 103 left each takes one; what remains of the two makes no third.
    held = [*cases("P1", "3" * 12 + "1"), *cases("P2", "3" * 12 + "1")]
    figures = row(grades(caseload(*held, offender_managers=almost_full)), "all", "all", "PO")
    assert figures["average_case_points"] == 1970 / 26
    assert (figures["spare_points"], figures["spare_cases"]) == (206.0, 2.0)


def test_room_for_a_whole_number_of_cases_is_not_taken_for_a_hair_less() -> None:
    # 1,305.6 points at 25.6 a case are 51 cases; the nearest floats divide to 50.99999999999999.
    assert 1305.6 / 25.6 < 51
    held = [*cases("P1", "1112"), case("P5", om_code="P1", rosh="medium")]
    held[3] |= {"setting": "custody"}
    figures = row(grades(caseload(*held, offender_managers=[post("P1"), post("P2", hours=22.2)])), "all", "all", "PO")
    assert figures["average_case_points"] == 25.6
    assert figures["spare_cases"] == 51 + (FULL - 128) / 25.6


def test_sums_show_no_crumbs_of_their_parts() -> None:
    known = caseload(offender_managers=[post(f"P{number}", hours=22.2) for number in range(3)])
    assert row(grades(known), "team", "T1", "PO")["available_points"] == 3916.8 != 1305.6 + 1305.6 + 1305.6


def test_the_average_case_is_that_of_the_grade_in_the_whole_service() -> None:
    found = grades(
        caseload(
            *cases("P1", "4"),
            *cases("P2", "1", team_code="T2", number_of_cases=3),
            *cases("P2", "4", team_code="T1"),
            case("W", om_code="P1", activity="warrant"),
            case("U", om_code=None, tier="4", rosh="very_high"),
            *cases("Q1", "2"),
            organisation=[team(), team("T2", office="F2", cluster="C2", area="A2")],
            offender_managers=[post("P1"), post("P2", "T2"), post("Q1", grade="PSO")],
        )
    )
    average = found["average_case_points"]
    # One case of 120 points and three of 25; a warrant weighs nothing, two cases are held by no one in the team.
    assert set(average.xs("PO", level="grade")) == {195 / 4}
    assert set(average.xs("PSO", level="grade")) == {45.0}


def test_a_grade_that_holds_no_case_has_points_but_no_average_case() -> None:
    found = grades(caseload(offender_managers=[post(grade="TPO")]))
    figures = row(found, "team", "T1", "TPO")
    assert (figures["spare_points"], figures["average_case_points"], figures["spare_cases"]) == (FULL, None, None)


def test_the_cases_of_a_leaver_are_told_and_are_no_room() -> None:
    left = [post("P1", left_on=FRIDAY - DAY), post("P2", grade="PSO", left_on=FRIDAY - DAY), post("P3", grade="TPO")]
    found = grades(caseload(*cases("P1", "44"), offender_managers=left))
    assert {grade for _, _, grade in found.index} == {"PO", "TPO"}
    figures = row(found, "team", "T1", "PO")
    assert (figures["offender_managers"], figures["total_points"]) == (0, 240.0)
    assert (figures["available_points"], figures["spare_points"], figures["spare_cases"]) == (0.0, 0.0, 0.0)


def test_a_person_with_two_posts_counts_once_and_has_room_in_each() -> None:
    halves = [post("P1", hours=18.5), post("P1", "T2", hours=18.5)]
    found = grades(
        caseload(*cases("P1", "4" * 12), organisation=[team(), team("T2")], offender_managers=halves),
    )
    assert row(found, "team", "T1", "PO")["spare_points"] == 0
    assert row(found, "team", "T2", "PO")["spare_points"] == FULL / 2
    figures = row(found, "office", "F1", "PO")
    assert (figures["offender_managers"], figures["spare_points"], figures["spare_cases"]) == (1, FULL / 2, 9)


def test_rows_stand_in_order_with_the_same_columns_also_where_there_is_nobody() -> None:
    known = caseload(
        *cases("P1", "4"), offender_managers=[post("P1"), post("P2", grade="PSO"), post("P3", grade="TPO")]
    )
    weighed = weigh(known)
    units = weigh_units(known, weighed, LONDON, FRIDAY)
    found = grade_points(known, weighed, units)
    assert list(found.columns) == COLUMNS
    order = list(zip(found["level"], found["code"], found["grade"], strict=True))
    assert order == sorted(order)
    assert len(order) == 3 * len(LEVELS)
    assert [str(one) for one in found.dtypes] == ["str", "str", "str", "int64", *["float64"] * 5]
    pd.testing.assert_frame_equal(grade_points(known, weighed, units.iloc[::-1]), found)

    nobody = caseload(offender_managers=[post(grade="SPO")])
    weighed = weigh(nobody)
    empty = grade_points(nobody, weighed, weigh_units(nobody, weighed, LONDON, FRIDAY))
    assert (len(empty), list(empty.columns)) == (0, COLUMNS)
    assert list(empty.dtypes) == list(found.dtypes)


# Against plain loops


def by_loops(drawn: Drawn) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Offender managers, total, available and spare points, average case, spare cases of each grade of each unit."""
    tables, as_at = drawn
    teams = {one["team_code"]: one for one in tables["organisation"]}
    posts = posts_of(tables)
    worth = points.case_points(tables, as_at, LONDON.name)
    units = workload.workload(tables, as_at, LONDON.name)
    held: dict[str, list[Fraction]] = {}
    for one in tables["cases"]:
        holder = post_of(one, posts)
        if holder and worth[one["crn"]][3]:
            held.setdefault(holder["grade"], []).extend([worth[one["crn"]][3] / cases_of(one)] * cases_of(one))
    found: dict[tuple[str, str, str], tuple[set[str], list[Fraction]]] = {}
    for (team_code, om_code), one in posts.items():
        figures = units["post", f"{team_code}/{om_code}"]
        total, available = figures["total_points"], figures["available_points"]
        if one["grade"] == "SPO" or (has_left(one, as_at) and not total):
            continue
        spare = max(Fraction(0), available - total)
        cases = held.get(one["grade"], [])
        room = Fraction(floor(spare * len(cases) / sum(cases)) if cases else 0)
        for unit in workload.units_above(teams[team_code]):
            people, sums = found.setdefault((*unit, one["grade"]), (set(), [Fraction(0)] * 4))
            people |= set() if has_left(one, as_at) else {om_code}
            for place, more in enumerate((total, available, spare, room)):
                sums[place] += more
    averages = {grade: float(sum(cases) / len(cases)) for grade, cases in held.items()}
    return {
        key: (
            len(people),
            *(pytest.approx(float(one), abs=1e-6) for one in sums[:3]),
            pytest.approx(averages[key[2]]) if key[2] in held else None,
            float(sums[3]) if key[2] in held else None,
        )
        for key, (people, sums) in found.items()
    }


@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawn=caseloads())
def test_every_grade_of_every_unit_is_as_plain_loops_count_it(drawn: Drawn) -> None:
    known = to_frames(drawn.tables)
    weighed = weigh(known)
    found = grade_points(known, weighed, weigh_units(known, weighed, LONDON, drawn.as_at))
    ours = {
        (one.level, one.code, one.grade): tuple(None if pd.isna(figure) else figure for figure in one[4:])
        for one in found.itertuples()
    }
    assert ours == by_loops(drawn)
