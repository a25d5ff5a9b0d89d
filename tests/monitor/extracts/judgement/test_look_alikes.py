"""Headings left over that may stand for a missing column."""

import pyarrow as pa
import pytest

from monitor.extracts.judgement.look_alikes import look_alikes, may_hold
from tiering.caseload import CASES

ROSH, ACTIVITY, MAPPA, RELEASE = (CASES.column(name) for name in ("rosh", "activity", "mappa_level", "release_on"))


@pytest.mark.parametrize("heading", ["rosh2", "RoSH level", "oasys_rosh", "ro-sh (current)"])
def test_a_similar_name_is_enough(heading: str) -> None:
    assert look_alikes(ROSH, CASES.column_names, {heading: None, "Notes": None}) == [heading]


def test_so_are_values_that_are_all_words_of_the_column() -> None:
    words = pa.array(["High", None, "low", "Very High", ""])
    assert look_alikes(
        ROSH, CASES.column_names, {"Risk": words, "Size": pa.array(["low", "large"]), "Blank": pa.array(["", None])}
    ) == ["Risk"]
    assert look_alikes(ACTIVITY, CASES.column_names, {"Risk": words}) == []


def test_numbers_and_dates_are_no_words_and_short_names_no_hint() -> None:
    assert not may_hold(MAPPA.__class__("x", choices=("1", "2")))
    assert look_alikes(RELEASE, CASES.column_names, {"Seen on": pa.array(["2026-01-05"])}) == []
    assert look_alikes(CASES.column("crn"), CASES.column_names, {"cr": None}) == []
    assert look_alikes(RELEASE, CASES.column_names, {"Released On ": None, "Re": None}) == ["Released On "]


def test_a_heading_that_is_another_column_of_ours_was_left_over_on_purpose() -> None:
    assert look_alikes(CASES.column("tier_documented"), CASES.column_names, {"Tier": None}) == []
    assert look_alikes(ROSH, CASES.column_names, {"RoSH Delius": pa.array(["high"])}) == []
