"""Available points of a post: its target, its hours, what reduces them."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.tiering.rows import FRIDAY, LONDON, LONG_AGO, WMT, Row, caseload, post, reduction, team
from tiering.capacity import available_points, exact_fraction, has_left, main_posts, reduction_hours
from tiering.caseload import Caseload
from tiering.policies.policy import Policy

DAY = timedelta(days=1)
HOUR = Fraction(2176, 37)
"""Points of one hour a week."""


def available(known: Caseload, policy: Policy = LONDON, as_at: date = FRIDAY) -> list[Fraction]:
    lost = reduction_hours(known.reductions, known.offender_managers, as_at)
    types = dict(zip(known.organisation["team_code"], known.organisation["team_type"], strict=True))
    return available_points(known.offender_managers, lost, types, policy, as_at)


def of_one(*reductions: Row, policy: Policy = LONDON, team_type: str = "omu", **given: object) -> Fraction:
    """Available points of the one post there is."""
    known = caseload(organisation=[team(team_type=team_type)], offender_managers=[post(**given)], reductions=reductions)
    return available(known, policy)[0]


def test_hours_are_the_decimal_number_that_was_written() -> None:
    assert exact_fraction(22.2) == Fraction(222, 10)
    assert exact_fraction(37) == 37


@pytest.mark.parametrize(
    ("hours", "points"), [(37, "2176"), (18.5, "1088"), (22.2, "1305.6"), (7.4, "435.2"), (0, "0")]
)
def test_a_part_time_offender_manager_has_proportionally_fewer_available_points(hours: float, points: str) -> None:
    assert of_one(hours=hours) == Fraction(points)


def test_more_than_default_hours_are_more_than_the_target() -> None:
    assert of_one(hours=40) == 40 * HOUR


@pytest.mark.parametrize(("grade", "points"), [("PO", 2176), ("PSO", 2176), ("TPO", 2176), ("SPO", 0)])
def test_a_senior_probation_officer_has_no_target_and_the_other_grades_the_same(grade: str, points: int) -> None:
    assert of_one(grade=grade) == points


@pytest.mark.parametrize(
    ("team_type", "points"),
    [("omu", "2176"), ("ppu", "1849.6"), ("substance_misuse", "2176"), ("custody", "2176"), ("court", "2176")],
)
def test_a_public_protection_unit_is_expected_to_carry_less(team_type: str, points: str) -> None:
    assert of_one(team_type=team_type) == Fraction(points)


@pytest.mark.parametrize(("left_on", "left"), [(None, False), (FRIDAY + DAY, False), (FRIDAY, True), (LONG_AGO, True)])
def test_who_has_left_has_no_available_points_from_that_day(left_on: date | None, left: bool) -> None:
    known = caseload(offender_managers=[post(left_on=left_on)])
    assert has_left(known.offender_managers, FRIDAY).tolist() == [left]
    assert available(known) == [0 if left else 2176]


@pytest.mark.parametrize(
    ("taken", "left"),
    [([7.4], "29.6"), ([7.4, 1.8], "27.8"), ([37], "0"), ([30, 30], "0"), ([0], "37")],
)
def test_reductions_take_their_hours_and_never_more_than_there_are(taken: list[float], left: str) -> None:
    assert of_one(*(reduction(hours) for hours in taken)) == Fraction(left) * HOUR


@pytest.mark.parametrize(
    ("given", "in_force"),
    [
        ({"starts_on": FRIDAY}, True),
        ({"starts_on": FRIDAY + DAY}, False),
        ({"ends_on": FRIDAY}, True),
        ({"ends_on": FRIDAY - DAY}, False),
        ({"ends_on": FRIDAY + DAY}, True),
    ],
)
def test_a_reduction_holds_from_its_first_to_its_last_day(given: Row, in_force: bool) -> None:
    assert of_one(reduction(37, **given)) == (0 if in_force else 2176)


SPLIT = (post(hours=24), post(team_code="T2", hours=12))


def lost(*posts: Row, reductions: list[Row]) -> dict[tuple[str, str], Fraction]:
    teams = [team(), team("T2"), team("T3")]
    known = caseload(organisation=teams, offender_managers=posts, reductions=reductions)
    return reduction_hours(known.reductions, known.offender_managers, FRIDAY)


def test_a_reduction_with_a_team_is_for_the_post_in_that_team() -> None:
    assert lost(*SPLIT, reductions=[reduction(6, "T2")]) == {("P", "T2"): 6}


def test_a_reduction_without_a_team_is_spread_over_the_persons_posts_by_their_hours() -> None:
    both = [reduction(6, None), reduction(1.5, "T1")]
    assert lost(*SPLIT, post("Q"), reductions=both) == {("P", "T1"): Fraction("5.5"), ("P", "T2"): 2}


def test_a_reduction_without_a_team_is_not_spread_over_a_post_that_was_left() -> None:
    posts = (post(hours=24, left_on=FRIDAY), post(team_code="T2", hours=12), post(team_code="T3", hours=0))
    assert lost(*posts, reductions=[reduction(6, None)]) == {("P", "T2"): 6}


def test_a_reduction_of_someone_without_hours_takes_nothing() -> None:
    assert lost(post(hours=0), reductions=[reduction(6, None)]) == {}
    assert lost(post(left_on=FRIDAY), reductions=[reduction(6, None)]) == {}


def test_points_stand_in_the_order_of_the_posts() -> None:
    known = caseload(
        organisation=[team(), team("T2", team_type="ppu")],
        offender_managers=[post("Q", "T2"), post("P", "T2", hours=18.5), post("P", "T1")],
        reductions=[reduction(18.5, om_code="P")],
    )
    assert list(zip(known.offender_managers["om_code"], known.offender_managers["team_code"], strict=True)) == [
        ("P", "T1"),
        ("P", "T2"),
        ("Q", "T2"),
    ]
    assert available(known) == [1088, Fraction("924.8"), Fraction("1849.6")]


# Facts of the Workload Management Tool: test-calculate-available-points.js, CapacityCalculatorTest.kt (MIT licence).
@pytest.mark.parametrize(
    ("hours", "taken", "points"),
    [(22.2, 0, 1305), (30, 0, 1764), (30, 1.8, 1658), (37, 1.8, 2070), (18.5, 0, 1088)],
)
def test_the_workload_management_tool_cuts_available_points_to_whole_ones(
    hours: float, taken: float, points: int
) -> None:
    assert of_one(reduction(taken), hours=hours, policy=WMT) == points


def test_the_workload_management_tool_knows_no_factor_for_a_public_protection_unit() -> None:
    assert of_one(policy=WMT, team_type="ppu") == 2176


@pytest.mark.parametrize(
    ("posts", "place"),
    [
        ([("T1", 37, None), ("T2", 7.4, None)], "T1"),
        ([("T1", 37, FRIDAY), ("T2", 7.4, None)], "T2"),
        ([("T1", 37, FRIDAY - DAY), ("T2", 7.4, FRIDAY + DAY)], "T2"),
        ([("T1", 37, FRIDAY + DAY), ("T2", 7.4, None)], "T1"),
        ([("T1", 37, FRIDAY), ("T2", 0, None)], "T2"),
        ([("T1", 37, FRIDAY - DAY), ("T2", 7.4, FRIDAY)], "T2"),
        ([("T1", 7.4, FRIDAY), ("T2", 37, FRIDAY)], "T2"),
        ([("T2", 37, FRIDAY), ("T1", 37, FRIDAY)], "T1"),
        ([("T2", 18.5, None), ("T1", 18.5, None), ("T3", 37, FRIDAY)], "T1"),
    ],
)
def test_a_post_that_was_left_places_nobody_who_holds_another(
    posts: list[tuple[str, float, date | None]], place: str
) -> None:
    known = caseload(
        organisation=[team("T1"), team("T2"), team("T3")],
        offender_managers=[post("P", code, hours, left_on=left) for code, hours, left in posts],
    )
    assert main_posts(known.offender_managers, FRIDAY)["team_code"].tolist() == [place]


def test_each_person_has_one_main_post_with_the_columns_of_the_posts() -> None:
    known = caseload(
        organisation=[team("T1"), team("T2")],
        offender_managers=[post("Q", "T2"), post("P", "T1", 7.4), post("P", "T2"), post("Q", "T1", left_on=FRIDAY)],
    )
    main = main_posts(known.offender_managers, FRIDAY)
    assert list(main.columns) == list(known.offender_managers.columns)
    assert list(zip(main["om_code"], main["team_code"], strict=True)) == [("P", "T2"), ("Q", "T2")]
