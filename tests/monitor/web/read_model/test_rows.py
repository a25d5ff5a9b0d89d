"""Rows of a kind out of a frame."""

from dataclasses import dataclass

import pandas as pd
import pytest

from monitor.web.read_model.rows import fill_rows, rows_of


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
