"""Every unit of one level through the weeks."""

from datetime import date, timedelta

import numpy as np
import pytest

from alerts.detection.trends.unit_weeks import missing_weeks, unit_weeks, weights_since
from tests.alerts.detection.workloads import frame, past, unit
from tiering.terms import Level

FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)


def test_missing_weeks_are_the_mondays_between_the_first_and_the_last_snapshot() -> None:
    tuesday = date(2026, 11, 3)
    assert missing_weeks([]) == []
    assert missing_weeks([FRIDAY]) == []
    assert missing_weeks([FRIDAY, tuesday]) == [date(2026, 11, 9)]
    assert missing_weeks([tuesday, date(2026, 11, 8), date(2026, 11, 9)]) == []
    assert missing_weeks([date(2026, 12, 21), date(2027, 1, 15)]) == [date(2026, 12, 28), date(2027, 1, 4)]


def test_figures_stand_by_unit_and_week_oldest_first_and_are_missing_where_a_unit_was_not_there() -> None:
    history = past(
        (FRIDAY - WEEK, [unit("office", "F1", 104), unit("office", "F2", 90), unit("team", "T1", 150)]),
        (FRIDAY - 2 * WEEK, [unit("office", "F1", 98)]),
    )
    weeks = unit_weeks(Level.OFFICE, frame(unit("office", "F3", 80), unit("office", "F1", 112)), history, FRIDAY)
    assert weeks.dates == [FRIDAY - 2 * WEEK, FRIDAY - WEEK, FRIDAY]
    assert weeks.units["code"].tolist() == ["F3", "F1", "F2"]
    gone = np.nan
    expected = [[gone, gone, 80], [98, 104, 112], [gone, 90, gone]]
    np.testing.assert_array_equal(weeks["capacity_percentage"], expected)
    assert weeks.present.tolist() == [[False, False, True], [True, True, True], [False, True, False]]


def test_a_unit_without_capacity_is_present() -> None:
    weeks = unit_weeks(Level.OFFICE, frame(unit("office", "F1", None)), past(), FRIDAY)
    assert weeks.present.tolist() == [[True]]
    assert np.isnan(weeks["capacity_percentage"]).all()


def test_a_unit_that_is_gone_has_the_figures_of_its_last_week() -> None:
    history = past(
        (FRIDAY - WEEK, [unit("office", "F2", 90, name="New name")]),
        (FRIDAY - 2 * WEEK, [unit("office", "F2", 70, name="Old name")]),
    )
    (row,) = unit_weeks(Level.OFFICE, frame(), history, FRIDAY).units.to_dict("records")
    assert (row["code"], row["name"], row["capacity_percentage"]) == ("F2", "New name", 90)


def test_snapshots_are_numbered_by_their_iso_weeks() -> None:
    days = (date(2026, 10, 26), date(2026, 11, 1), date(2026, 11, 9))
    history = past(*((day, [unit("office", "F1", 100)]) for day in days))
    weeks = unit_weeks(Level.OFFICE, frame(unit("office", "F1", 100)), history, FRIDAY)
    assert weeks.calendar.tolist() == [0, 0, 2, 3]


def test_weeks_are_alike_unless_a_unit_with_capacity_has_none_to_compare() -> None:
    history = past(
        (FRIDAY - 2 * WEEK, [unit("office", "F1", 100), unit("office", "F2", None)]),
        (FRIDAY - WEEK, [unit("office", "F1", 100), unit("office", "F2", None)]),
    )
    history.loc[history["as_at"].dt.date == FRIDAY - 2 * WEEK, "comparable_percentage"] = np.nan
    weeks = unit_weeks(Level.OFFICE, frame(unit("office", "F1", 100), unit("office", "F2", None)), history, FRIDAY)
    assert weeks.alike.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("alike", "since"),
    [
        ([True, True, True], None),
        ([False, True, True], 1),
        ([False, True, False, True], 3),
        ([True], None),
    ],
)
def test_the_weights_hold_since_the_week_after_the_last_that_was_weighed_otherwise(
    alike: list[bool], since: int | None
) -> None:
    dates = [FRIDAY + place * WEEK for place in range(len(alike))]
    assert weights_since(dates, alike) == (None if since is None else dates[since])
