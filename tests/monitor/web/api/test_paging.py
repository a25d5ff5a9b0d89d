"""The parts of a list, and the values in them."""

from datetime import date

import pandas as pd
import pytest
from starlette.requests import Request

from monitor.web.api.paging import Paging, rows_of_frame
from monitor.web.api.schemas import FindingRow, TimelinessRow, UnitFigures

FRAME = pd.DataFrame(
    {
        "level": ["team"] * 3,
        "code": ["T1", "T2", "T3"],
        "rule": ["review"] * 3,
        "fell_due": [1, 2, 3],
        "on_time": [1, 1, 1],
        "percentage": [100.0, 50.0, 100 / 3],
        "band": ["green", "amber", "red"],
        "more": [0, 0, 0],
    }
)


def part(limit: int, offset: int) -> tuple[list[str], str | None]:
    query = b"limit=2&rule=review"
    request = Request({"type": "http", "path": "/api/v1/timeliness", "query_string": query, "headers": []})
    made = Paging(request, limit, offset).part(TimelinessRow, FRAME)
    assert made.total == 3
    return [row.code for row in made.items], made.next


@pytest.mark.parametrize(
    ("limit", "offset", "codes", "following"),
    [
        (2, 0, ["T1", "T2"], "/api/v1/timeliness?limit=2&rule=review&offset=2"),
        (2, 2, ["T3"], None),
        (2, 9, [], None),
        (3, 0, ["T1", "T2", "T3"], None),
    ],
)
def test_a_part_leads_to_the_next(limit: int, offset: int, codes: list[str], following: str | None) -> None:
    assert part(limit, offset) == (codes, following)


def test_columns_that_an_answer_lacks_are_left_out_and_figures_unrounded() -> None:
    row = rows_of_frame(TimelinessRow, FRAME)[2]
    assert "more" not in row.model_dump()
    assert row.percentage == 100 / 3


def test_what_is_missing_is_none_and_a_moment_of_the_extract_a_day() -> None:
    class Row(UnitFigures):
        on: date | None
        detail: str | None

    frame = pd.DataFrame({"on": pd.to_datetime(["2026-11-20", None]), "detail": pd.array(["a", None], dtype="str")})
    assert [row.model_dump() for row in rows_of_frame(Row, frame)] == [
        {"on": date(2026, 11, 20), "detail": "a"},
        {"on": None, "detail": None},
    ]
    assert rows_of_frame(FindingRow, pd.DataFrame(columns=list(FindingRow.model_fields))) == []
