"""Whose hours end soon, from which day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitor.redistribution.results.tables.hours_ahead import HoursEnd, find_hours_ahead
from tests.oracle.card import Row
from tests.oracle.strategies import to_frames

from ...offices import AS_AT, ask, person


def absence(days: int, om_code: str = "B", hours: str = "18.5", **given: Any) -> Row:
    row = {"om_code": om_code, "team_code": None, "reason": "maternity", "hours": Decimal(hours), "ends_on": None}
    return row | {"starts_on": AS_AT + timedelta(days=days)} | given


def ends(*rows: Row, **facts: Any) -> dict[str, HoursEnd]:
    """The end of the hours of A (left alone) and B, by code."""
    caseload = to_frames(ask([person("A"), person("B", **facts)], [], *rows).tables)
    return {om_code: end for (om_code, _), end in find_hours_ahead(caseload, ["A", "B"], AS_AT).items()}


@pytest.mark.parametrize(("days", "counts"), [(0, False), (1, True), (28, True), (29, False)])
def test_an_absence_within_four_weeks_ends_the_hours(days: int, counts: bool) -> None:
    day = AS_AT + timedelta(days=days)
    assert ends(absence(days)) == ({"B": HoursEnd(day, leaves=False)} if counts else {})


def test_part_of_the_hours_is_no_end_but_two_parts_together_are() -> None:
    assert ends(absence(3, hours="10")) == {}
    assert ends(absence(-3, hours="10"), absence(5, hours="8.5")) == {
        "B": HoursEnd(AS_AT + timedelta(days=5), leaves=False)
    }


def test_leaving_counts_however_far_ahead_and_the_earlier_of_both_is_shown() -> None:
    left = date(2027, 6, 30)
    assert ends(left_on=left) == {"B": HoursEnd(left, leaves=True)}
    assert ends(absence(7), left_on=left) == {"B": HoursEnd(AS_AT + timedelta(days=7), leaves=False)}
    soon = AS_AT + timedelta(days=3)
    assert ends(absence(7), left_on=soon) == {"B": HoursEnd(soon, leaves=True)}
    assert ends(left_on=AS_AT) == {}


def test_only_the_people_asked_for_are_looked_at() -> None:
    caseload = to_frames(ask([person("A"), person("B")], [], absence(2)).tables)
    assert find_hours_ahead(caseload, ["A"], AS_AT) == {}
