"""Rows of a kind out of a frame, with columns that the frame stores, and never changed."""

from dataclasses import FrozenInstanceError, dataclass, fields
from datetime import date
from typing import Any

import pandas as pd
import pytest

from monitor.snapshots.contracts.frames import FRAMES
from monitor.web.read_model import rows
from monitor.web.read_model.rows import WeekFigures, fill_rows, rows_of

OF_FRAMES: list[tuple[Any, str, set[str]]] = [
    (rows.UnitFigures, "units", set()),
    (rows.ForecastFigures, "forecast", set()),
    (rows.Timeliness, "timeliness", set()),
]
"""Rows of a stored frame, with what the page adds to its columns."""


@dataclass(frozen=True)
class Place:
    """A kind of row, its fields in another order than the columns."""

    name: str
    code: str


def test_rows_have_the_fields_of_their_kind_in_the_order_of_the_frame() -> None:
    frame = pd.DataFrame({"code": ["B", "A"], "points": [1.0, 2.0], "name": ["Bee", "Ay"]})
    assert rows_of(Place, frame) == (Place("Bee", "B"), Place("Ay", "A"))
    assert rows_of(Place, frame.iloc[:0]) == ()


def test_values_that_are_given_go_before_those_of_the_frame() -> None:
    frame = pd.DataFrame({"code": ["B", "A"]})
    assert rows_of(Place, frame, name=["x", "y"]) == (Place("x", "B"), Place("y", "A"))


def test_a_field_without_values_for_every_row_is_a_fault() -> None:
    with pytest.raises(KeyError, match="name"):
        rows_of(Place, pd.DataFrame({"code": ["B"]}))
    with pytest.raises(ValueError, match="zip"):
        fill_rows(Place, lambda _: ["B", "A"], name=["x"])


def columns_of(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def test_a_row_does_not_change() -> None:
    week = WeekFigures(date(2026, 11, 20), 100.0, 90.0, 111.1, True)
    with pytest.raises(FrozenInstanceError):
        week.total_points = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(("kind", "frame", "added"), OF_FRAMES, ids=[kind.__name__ for kind, *_ in OF_FRAMES])
def test_a_row_of_a_stored_frame_has_columns_that_are_stored(kind: Any, frame: str, added: set[str]) -> None:
    stored = set(FRAMES[frame].column_names) | {"high_risk"}
    assert set(columns_of(kind)) - stored == added - stored
