"""The rows that pages show: taken from records by name, and never changed."""

from dataclasses import FrozenInstanceError, fields
from datetime import date
from typing import Any

import pytest

from monitor.snapshots.frames import FRAMES
from monitor.web.pages import rows
from monitor.web.pages.rows import FoundUnit, WeekFigures, rows_of

OF_FRAMES: list[tuple[Any, str, set[str]]] = [
    (rows.UnitFigures, "units", set()),
    (rows.ForecastFigures, "forecast", set()),
    (rows.Timeliness, "timeliness", set()),
    (rows.DueAssessment, "due_soon", set()),
    (rows.LateAssessment, "overdue", set()),
    (rows.Case, "cases", {"overdue", "due_soon"}),
    (rows.Finding, "findings", {"says", "om_name"}),
]
"""Rows of a stored frame, with what the page adds to its columns."""


def columns_of(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def test_a_row_takes_its_columns_by_name_and_leaves_the_others() -> None:
    records = [{"code": "T1", "om_name": "Ann Arbuthnot", "name": "Team T1", "level": "team"}]
    assert rows_of(FoundUnit, records) == (FoundUnit("team", "T1", "Team T1"),)
    assert rows_of(FoundUnit, []) == ()


def test_a_column_that_is_missing_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError, match="name"):
        rows_of(FoundUnit, [{"code": "T1", "level": "team"}])


def test_a_row_does_not_change() -> None:
    week = WeekFigures(date(2026, 11, 20), 100.0, 90.0, 111.1, True)
    with pytest.raises(FrozenInstanceError):
        week.total_points = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(("kind", "frame", "added"), OF_FRAMES, ids=[kind.__name__ for kind, *_ in OF_FRAMES])
def test_a_row_of_a_stored_frame_has_columns_that_are_stored(kind: Any, frame: str, added: set[str]) -> None:
    stored = set(FRAMES[frame].column_names) | {"high_risk"}
    assert set(columns_of(kind)) - stored == added - stored


def test_what_is_late_is_what_is_due_with_the_days() -> None:
    assert columns_of(rows.LateAssessment) == [*columns_of(rows.DueAssessment), "days_overdue"]
