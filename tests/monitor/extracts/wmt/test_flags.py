"""Flags of single cases."""

from typing import Any

import pandas as pd

from monitor.extracts.wmt.flags import read_flags
from tests.oracle.national_tool import Row

from .book import book_of, place, source_of

TEAM = place(0)["team_code"]
OWNERS = pd.MultiIndex.from_tuples([("A", TEAM)])


def flag(**change: Any) -> Row:
    return {
        "row_type": "W", "case_ref_no": "X1", "tier_code": "5", "team_code": TEAM, "om_key": "A",
        "location": "Community",
    } | change  # fmt: skip


def test_flags_are_counted_by_owner_kind_and_setting() -> None:
    book = book_of(
        flag_warr_4_n=[flag(), flag(location="COMMUNITY"), flag(row_type="N", tier_code=0)],
        suspended_lifers=[flag(row_type="L", location="licence", tier_code="32")],
    )
    tallies, rejected = read_flags(source_of(book), OWNERS)
    assert tallies.to_numpy().tolist() == [
        ["A", TEAM, "L", "licence", 1],
        ["A", TEAM, "N", "community", 1],
        ["A", TEAM, "W", "community", 2],
    ]
    assert rejected.empty


def test_flags_that_the_tool_would_drop_in_silence_are_reported_once_each() -> None:
    wrong = [
        flag(row_type="w", tier_code="01"),
        flag(tier_code="01"),
        flag(tier_code="A3"),
        flag(tier_code=None),
        flag(location=None),
        flag(om_key="Z"),
    ]
    tallies, rejected = read_flags(source_of(book_of(flag_upw=wrong)), OWNERS)
    assert tallies.empty
    assert rejected[["table", "line", "column"]].to_numpy().tolist() == [
        ["flag_upw", 2, "row_type"],
        ["flag_upw", 3, "tier_code"],
        ["flag_upw", 4, "tier_code"],
        ["flag_upw", 5, "tier_code"],
        ["flag_upw", 6, "location"],
        ["flag_upw", 7, "om_key"],
    ]
