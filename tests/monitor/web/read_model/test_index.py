"""What is worked out once for all cases, against the plain way of finding the same for one."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.index import (
    NO_ROWS,
    REASONS,
    Beginnings,
    IndexedFrame,
    columns_of,
    hottest_first,
    pairing_of,
    split_of,
)
from monitor.web.read_model.units.posts import post_table
from tests.monitor.conftest import Home

COLUMNS = ["crn", "tier", "rosh", "setting", "activity", "number_of_cases", "points"]


def cases(*rows: tuple[Any, ...]) -> pd.DataFrame:
    words = dict.fromkeys(COLUMNS[:5], "str")
    return pd.DataFrame(rows, columns=COLUMNS).astype({**words, "number_of_cases": "int64", "points": "float64"})


def alike(left: list[Any], right: list[Any]) -> bool:
    """Whether two columns hold the same values of the same kinds; missing is the same as missing."""
    return len(left) == len(right) and all(
        type(mine) is type(other) and (mine == other or mine != mine) for mine, other in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("name", ["units", "hotspots", "timeliness", "cases", "overdue", "findings", "posts"])
def test_picked_rows_are_what_the_whole_frame_says(name: str, service: Home) -> None:
    week = SnapshotCache(service.store).week()
    assert week is not None
    frame = post_table(week).frame if name == "posts" else week.frame(name)
    rows = np.arange(len(frame))[::-2]
    assert len(rows)
    columns = columns_of(frame)
    assert list(columns) == list(frame.columns)
    for column in frame:
        assert alike(columns[column][rows].tolist(), frame[column].iloc[rows].tolist()), column


@dataclass(frozen=True)
class Weighed:
    """A row of a kind with fewer fields than the frame has columns."""

    points: float
    crn: str
    holder: str


def test_rows_of_a_kind_have_its_fields_and_values_that_the_frame_has_no_column_for() -> None:
    frame = cases(("A", "2", "low", "licence", None, 1, 10.0), ("B", "2", "low", "licence", None, 1, 20.0))
    picked = IndexedFrame(frame).rows(Weighed, np.array([1, 0]), holder=["M2", "M1"])
    assert picked == (Weighed(20.0, "B", "M2"), Weighed(10.0, "A", "M1"))
    assert IndexedFrame(frame).rows(Weighed, NO_ROWS, holder=[]) == ()
    with pytest.raises(ValueError, match="zip"):
        IndexedFrame(frame).rows(Weighed, np.array([1, 0]), holder=["M2"])


def test_rows_are_looked_up_by_unit_and_by_team_in_their_order() -> None:
    units = IndexedFrame(pd.DataFrame({"level": ["team", "office", "team"], "code": ["T2", "O1", "T1"]}))
    assert units.rows_of_units([("team", "T1"), ("team", "T2"), ("team", "T9")]).tolist() == [0, 2]
    assert units.rows_of_units([]).tolist() == []
    cases = IndexedFrame(pd.DataFrame({"team_code": ["T2", None, "T1", "T2"]}))
    assert cases.rows_of_teams({"T1", "T2"}).tolist() == [0, 2, 3]
    assert cases.rows_of_teams({"T2", "T9"}).tolist() == [0, 3]
    assert cases.rows_of_teams([]).tolist() == []


def test_every_case_goes_under_the_one_thing_that_changed_about_it() -> None:
    before = cases(
        ("A", "2", "low", "licence", None, 1, 10.0),
        ("B", "2", "low", "licence", None, 1, 10.0),
        ("C", None, "low", "custody", None, 1, 10.0),
        ("D", "2", None, "licence", "warrant", 1, 10.0),
        ("E", "2", "low", "licence", None, 1, 10.0),
        ("F", "2", "low", "licence", None, 1, 10.0),
        ("G", "2", "low", "licence", None, 1, 10.0),
    )
    after = cases(
        ("H", "1", "low", "licence", None, 1, 4.0),
        ("F", "2", "low", "licence", None, 1, 11.0),
        ("E", "3", "high", "licence", None, 1, 30.0),
        ("D", "2", None, "licence", None, 1, 12.0),
        ("C", None, "low", "licence", None, 1, 15.0),
        ("B", "2", "high", "licence", None, 1, 10.0),
        ("A", "3", "low", "licence", None, 1, 20.0),
    )
    found = pairing_of(after, before)
    said = [REASONS[number] if number >= 0 else "" for number in found.reason.tolist()]
    assert said == [
        "",
        "The weights changed",
        "Several of these at once",
        "Activity changed (for example a warrant)",
        "Setting changed (for example released)",
        "",
        "Tier changed",
    ]
    assert found.earlier.tolist() == [-1, 5, 4, 3, 2, 1, 0]
    assert found.later.tolist() == [6, 5, 4, 3, 2, 1, -1]
    assert found.difference.tolist() == [0.0, 1.0, 20.0, 2.0, 5.0, 0.0, 10.0]


def test_sums_by_a_column_count_what_has_no_word_under_one_of_its_own() -> None:
    column = pd.Series(["b", None, "a", "b"], dtype="str")
    split = split_of(column, "nothing")
    found = split.sums(np.array([0, 1, 3]), np.array([1.0, 2.0, 4.0, 8.0]))
    assert found == [("b", [9.0]), ("nothing", [2.0])]


def test_a_crn_is_found_by_what_it_begins_with() -> None:
    crns = Beginnings(["X000109", "x0001", "Y1", "X0002", "É1"])
    assert crns.with_prefix("x0001").tolist() == [0, 1]
    assert crns.with_prefix("X000").tolist() == [0, 1, 3]
    assert crns.with_prefix("é").tolist() == [4]
    assert crns.with_prefix("Z").tolist() == []
    assert Beginnings([]).with_prefix("x").tolist() == []


def test_those_without_capacity_come_first_and_those_with_nothing_last() -> None:
    units = pd.DataFrame(
        {
            "code": ["cool", "hot", "empty", "away", "also hot"],
            "total_points": [50.0, 120.0, 0.0, 30.0, 120.0],
            "available_points": [100.0, 100.0, 0.0, 0.0, 100.0],
            "capacity_percentage": [50.0, 120.0, math.nan, math.nan, 120.0],
        }
    )
    assert units["code"].iloc[hottest_first(units)].tolist() == ["away", "also hot", "hot", "cool", "empty"]
