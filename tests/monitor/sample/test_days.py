"""Dates as day numbers."""

from datetime import date, timedelta

import numpy as np
import pytest

from monitor.sample.days import Days, add_months, add_weekdays, day, last_friday, weekday_before

FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)


def numbers(*dates: date) -> Days:
    return np.array([day(when) for when in dates], dtype=np.int64)


def test_days_are_counted_from_the_first_of_1970() -> None:
    assert [day(date(1970, 1, 1)), day(date(1969, 12, 31)), day(date(2000, 3, 1))] == [0, -1, 11_017]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 7, 20), 4, date(2026, 11, 20)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 10, 31), 4, date(2026, 2, 28)),
        (date(2025, 11, 30), 12, date(2026, 11, 30)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_the_month(start: date, months: int, end: date) -> None:
    assert add_months(numbers(start), months).tolist() == numbers(end).tolist()


def test_weekdays_are_counted_from_the_day_or_the_monday_after_it() -> None:
    saturday, monday = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)
    assert add_weekdays(numbers(FRIDAY, FRIDAY, saturday, saturday), np.array([0, 1, 0, 5])).tolist() == (
        numbers(FRIDAY, monday, monday, monday + timedelta(weeks=1)).tolist()
    )


def test_a_weekend_goes_back_to_its_friday() -> None:
    dates = [FRIDAY + timedelta(days=days) for days in range(-1, 4)]
    assert weekday_before(numbers(*dates)).tolist() == (
        numbers(dates[0], FRIDAY, FRIDAY, FRIDAY, FRIDAY + timedelta(days=3)).tolist()
    )


def test_the_last_friday_is_always_before_today() -> None:
    fridays = [last_friday(FRIDAY + timedelta(days=days)) for days in range(-1, 9)]
    assert fridays == [FRIDAY - WEEK] * 2 + [FRIDAY] * 7 + [FRIDAY + WEEK]
