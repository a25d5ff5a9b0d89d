"""The rows of teams, given to every unit above them."""

import pandas as pd

from tiering.by_level import by_level
from tiering.terms import Level

LEVELS = (Level.TEAM, Level.AREA, Level.ALL)
ROWS = pd.DataFrame(
    {"team_code": ["T1", "T2"], "area_code": ["N", None], "points": [5.0, 7.0], "other": [1, 2]}, index=[4, 9]
)


def test_every_row_stands_once_at_each_level_under_the_code_of_its_unit() -> None:
    frame = by_level(ROWS, LEVELS, ["points"])
    assert frame.columns.tolist() == ["level", "code", "points"]
    assert frame.astype({"code": object}).where(frame.notna(), None).to_numpy().tolist() == [
        ["team", "T1", 5.0],
        ["team", "T2", 7.0],
        ["area", "N", 5.0],
        ["area", None, 7.0],
        ["all", "all", 5.0],
        ["all", "all", 7.0],
    ]
    assert frame.dtypes.map(str).tolist() == ["str", "str", "float64"]


def test_no_rows_stay_none_with_the_types_of_their_columns() -> None:
    frame = by_level(ROWS.iloc[:0], LEVELS, ["points"])
    assert (len(frame), frame.dtypes.map(str).tolist()) == (0, ["str", "str", "float64"])
