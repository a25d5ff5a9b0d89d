"""Work beside the caseload: reports for the court, and hours a week of duty."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.tiering.rows import FRIDAY, LONDON, LONG_AGO, WMT, Row, caseload, duty, post, team
from tiering.capacity import Post
from tiering.caseload import Caseload
from tiering.duties import duty_points

DAY = timedelta(days=1)


def points(known: Caseload) -> dict[Post, Fraction]:
    return duty_points(known.duties, known.offender_managers, LONDON, FRIDAY)


def of_one(*duties: Row, **given: object) -> Fraction:
    """Duty points of the one post there is."""
    return points(caseload(offender_managers=[post(**given)], duties=duties)).get(("P", "T1"), Fraction(0))


@pytest.mark.parametrize(
    ("kind", "each"),
    [("sdr", 138), ("fdr", 65), ("oral_report", 0)],
)
def test_a_report_has_the_published_points(kind: str, each: int) -> None:
    assert of_one(duty(kind, 3)) == 3 * each


@pytest.mark.parametrize(
    ("completed_on", "counted"),
    [(FRIDAY + DAY, False), (FRIDAY, True), (FRIDAY - 29 * DAY, True), (FRIDAY - 30 * DAY, False)],
)
def test_a_report_counts_when_completed_in_the_last_thirty_days(completed_on: date, counted: bool) -> None:
    assert of_one(duty("sdr", 1, completed_on)) == (138 if counted else 0)


def test_a_report_has_no_last_day() -> None:
    assert of_one(duty("fdr", 2, FRIDAY - 20 * DAY, FRIDAY - 10 * DAY)) == 130


@pytest.mark.parametrize("kind", ["court_duty", "office_duty", "group_work"])
def test_an_hour_of_duty_weighs_as_much_as_an_hour_of_the_target(kind: str) -> None:
    """3.7 of 37 hours are a tenth of 2,176 points."""
    assert of_one(duty(kind, 3.7, LONG_AGO)) == Fraction("217.6")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "in_force"),
    [
        (FRIDAY, None, True),
        (FRIDAY + DAY, None, False),
        (LONG_AGO, FRIDAY, True),
        (LONG_AGO, FRIDAY - DAY, False),
        (LONG_AGO, FRIDAY + DAY, True),
    ],
)
def test_hours_of_duty_count_while_they_are_in_force(starts_on: date, ends_on: date | None, in_force: bool) -> None:
    assert of_one(duty("court_duty", 37, starts_on, ends_on)) == (2176 if in_force else 0)


@pytest.mark.parametrize(("grade", "hour"), [("PO", 2176), ("PSO", 2176), ("TPO", 2176), ("SPO", 0)])
def test_an_hour_of_duty_follows_the_target_of_the_grade(grade: str, hour: int) -> None:
    assert of_one(duty("group_work", 37, LONG_AGO), grade=grade) == hour


def test_duty_of_a_part_timer_or_in_a_public_protection_unit_weighs_the_same() -> None:
    known = caseload(
        organisation=[team(team_type="ppu")],
        offender_managers=[post(hours=7.4)],
        duties=[duty("court_duty", 3.7, LONG_AGO)],
    )
    assert points(known) == {("P", "T1"): Fraction("217.6")}


def test_duties_add_up_for_each_post_and_the_same_row_twice_counts_twice() -> None:
    known = caseload(
        organisation=[team(), team("T2")],
        offender_managers=[post(), post(team_code="T2"), post("Q")],
        duties=[
            duty("sdr", 1),
            duty("sdr", 1),
            duty("court_duty", 3.7),
            duty("fdr", 1, team_code="T2"),
            duty("oral_report", 1, om_code="Q"),
        ],
    )
    assert points(known) == {("P", "T1"): 276 + Fraction("217.6"), ("P", "T2"): 65, ("Q", "T1"): 0}


def test_who_has_no_duty_is_not_listed() -> None:
    assert points(caseload()) == {}


def test_the_window_and_the_points_of_a_report_are_the_policys() -> None:
    week = LONDON.model_copy(update={"report_window": 7})
    known = caseload(duties=[duty("sdr", 1, FRIDAY - 7 * DAY), duty("sdr", 1, FRIDAY - 6 * DAY)])
    assert duty_points(known.duties, known.offender_managers, week, FRIDAY) == {("P", "T1"): 138}
    assert duty_points(known.duties, known.offender_managers, WMT, FRIDAY) == {("P", "T1"): 276}
