"""The rows of a snapshot as they will be on a later day: who has left, and whose hours are reduced."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.redistribution.scenario.plan_date import managers_on, reductions_on
from tiering.capacity import has_left, is_in_force
from tiering.caseload import OFFENDER_MANAGERS, REDUCTIONS, Table

AS_AT, DAY = date(2026, 11, 20), date(2026, 12, 10)
DATES = st.none() | st.dates(date(2026, 11, 15), date(2026, 12, 15))


def frame_of(table: Table, rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=table.column_names)
    return frame.astype({column.name: column.kind.dtype for column in table.columns})


@given(left=st.lists(DATES, min_size=1, max_size=5))
def test_whoever_has_left_by_the_day_has_left_on_the_as_at_date(left: list[date | None]) -> None:
    managers = frame_of(OFFENDER_MANAGERS, [{"om_code": str(place), "left_on": on} for place, on in enumerate(left)])
    moved = managers_on(managers, AS_AT, DAY)
    assert has_left(moved, AS_AT).tolist() == has_left(managers, DAY).tolist()
    assert moved.dtypes.equals(managers.dtypes)


@given(spans=st.lists(st.tuples(DATES.filter(bool), DATES), min_size=1, max_size=5))
def test_what_is_in_force_on_the_day_is_in_force_on_the_as_at_date(spans: list[tuple[date, date | None]]) -> None:
    rows: list[dict[str, object]] = [
        {"om_code": str(place), "starts_on": first, "ends_on": last} for place, (first, last) in enumerate(spans)
    ]
    reductions = frame_of(REDUCTIONS, rows)
    moved = reductions_on(reductions, AS_AT, DAY)
    of_the_day = reductions.loc[is_in_force(reductions, DAY), "om_code"].tolist()
    assert moved.loc[is_in_force(moved, AS_AT), "om_code"].tolist() == of_the_day
    assert moved.dtypes.equals(reductions.dtypes)


@pytest.mark.parametrize(("first", "last", "starts"), [(25, None, 20), (18, None, 18)])
def test_a_reduction_that_begins_later_begins_on_the_as_at_date(first: int, last: int | None, starts: int) -> None:
    reductions = frame_of(REDUCTIONS, [{"om_code": "P01", "starts_on": date(2026, 11, first), "ends_on": last}])
    assert reductions_on(reductions, AS_AT, DAY)["starts_on"].tolist() == [pd.Timestamp(2026, 11, starts)]
