"""The one sentence of a place: singular and plural, and never the figures of one person."""

import math

import pandas as pd
import pytest

from alerts.causes.model import CAUSE_DTYPES, STANDING_DTYPES, empty_frame
from alerts.causes.sentences import NO_SINGLE_CAUSE, because, weights_share

SINCE = {1: "2026-11-13", 4: "2026-10-23", 13: "2026-08-28"}


def standing(*parts: tuple[str, int, int, float, float]) -> pd.DataFrame:
    """One office's parts: part, officers, cases, points, percentage points."""
    rows = pd.DataFrame(parts, columns=["part", "officers", "cases", "points", "percentage_points"])
    return rows.assign(level="office", code="F1")[list(STANDING_DTYPES)].astype(STANDING_DTYPES)


def changed(*parts: tuple[str, float, int, int], weeks_back: int = 13) -> pd.DataFrame:
    """One office's changes: part, percentage points, cases, posts."""
    rows = pd.DataFrame(parts, columns=["part", "percentage_points", "cases", "posts"])
    rows = rows.assign(weeks_back=weeks_back, since=pd.Timestamp(SINCE[weeks_back]), level="office", code="F1")
    return rows.assign(points=0.0, available_points=0.0)[list(CAUSE_DTYPES)].astype(CAUSE_DTYPES)


NOTHING = empty_frame(CAUSE_DTYPES)
HELD = ("held", 9, 300, 10_000.0, 105.6)


def says(causes: pd.DataFrame = NOTHING, held: pd.DataFrame | None = None, red_line: float = 110) -> str:
    return because("office", "F1", causes, standing(HELD) if held is None else held, red_line)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (("sickness", 3, 117, 1500.0, 16.0), "Because 3 offender managers off sick still hold 117 cases"),
        (("left", 4, 1, 1500.0, 16.0), "Because 4 offender managers who have left still hold 1 case"),
        (("no_contracted_hours", 3, 2, 9.0, 16.0), "Because 3 offender managers without contracted hours still hold 2"),
        (("other_reduction", 3, 2, 9.0, 16.0), "Because 3 offender managers with all their hours reduced still hold 2"),
        (("unallocated", 0, 1, 9.0, 16.0), "Because no one holds 1 case"),
        (("unallocated", 0, 40, 9.0, 16.0), "Because no one holds 40 cases"),
    ],
)
def test_what_people_without_hours_hold_comes_first(part: tuple[str, int, int, float, float], sentence: str) -> None:
    found = says(changed(("arrivals", 8.0, 14, 0)), standing(HELD, part))
    assert found.startswith(sentence)
    assert found.endswith(" (16.0 points of 121.6%).")


def test_a_standing_part_that_is_less_than_a_quarter_of_what_is_over_is_no_cause() -> None:
    assert says(held=standing(HELD, ("sickness", 3, 9, 300.0, 1.8))) == NO_SINGLE_CAUSE  # 1.8 of 7.4 over
    assert says(held=standing(HELD, ("sickness", 3, 9, 300.0, 4.5))).startswith("Because 3 offender managers off sick")


def test_a_unit_that_is_not_over_the_line_has_only_causes_of_what_changed() -> None:
    held = standing(HELD, ("sickness", 3, 9, 300.0, 4.0))
    assert says(held=held, red_line=110) == NO_SINGLE_CAUSE
    assert says(changed(("tier", 5.0, 2, 0)), held) == (
        "Up 5.0 points since 28 August because the tier of 2 cases changed (+5.0)."
    )


@pytest.mark.parametrize(
    ("officers", "sentence"),
    [
        (1, "Because 1 person without available hours still holds cases."),
        (2, "Because 2 people without available hours still hold cases."),
    ],
)
def test_of_one_or_two_people_it_says_neither_why_nor_how_much(officers: int, sentence: str) -> None:
    assert says(held=standing(HELD, ("sickness", officers, 43, 1500.0, 16.0))) == sentence


def test_people_without_hours_for_several_reasons_are_named_together() -> None:
    held = standing(HELD, ("sickness", 2, 43, 700.0, 7.0), ("left", 1, 20, 900.0, 9.0))
    assert says(held=held) == "Because 3 people without available hours still hold 63 cases (16.0 points of 121.6%)."


def test_a_unit_without_capacity_is_measured_in_points() -> None:
    held = standing(("sickness", 4, 117, 1200.0, math.nan), ("unallocated", 0, 5, 300.0, math.nan))
    assert says(held=held) == ("Because 4 offender managers off sick still hold 117 cases (1,200 points of 1,500).")


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            [("arrivals", 20.0, 40, 0), ("ends", -13.8, -26, 0), ("sickness", 1.9, 0, 5)],
            "Up 8.1 points since 28 August because 14 more cases arrived than ended (+6.2).",
        ),
        (
            [("arrivals", 20.0, 40, 0), ("ends", -21.5, -41, 0)],
            "Down 1.5 points since 28 August because 1 more case ended than arrived (\N{MINUS SIGN}1.5).",
        ),
        (
            [("arrivals", 20.0, 40, 0), ("ends", -15.0, -41, 0)],
            "Up 5.0 points since 28 August because the cases that arrived weigh more than those that ended (+5.0).",
        ),
        (
            [("transfers", 5.0, 1, 0)],
            "Up 5.0 points since 28 August because 1 more case came from other teams than went to them (+5.0).",
        ),
        ([("setting", 5.0, 1, 0)], "Up 5.0 points since 28 August because the setting of 1 case changed (+5.0)."),
        ([("leavers", 5.0, 0, -3)], "Up 5.0 points since 28 August because 3 people left (+5.0)."),
        ([("leavers", 5.0, 0, -1)], "Up 5.0 points since 28 August because fewer hours are available (+5.0)."),
        ([("joiners", -5.0, 0, 2)], "Down 5.0 points since 28 August because more hours are available"),
        (
            [("joiners", -5.0, 0, 4), ("tier", 1.0, 1, 0)],
            "Down 4.0 points since 28 August because 4 people joined (\N{MINUS SIGN}5.0).",
        ),
        (
            [("sickness", 5.0, 0, 3)],
            "Up 5.0 points since 28 August because more hours are lost to sickness (+5.0).",
        ),
        ([("sickness", 5.0, 0, 2)], "Up 5.0 points since 28 August because fewer hours are available (+5.0)."),
        (
            [("weights", 5.0, 0, 0), ("tier", -1.0, 1, 0)],
            "Up 4.0 points since 28 August because the weights changed (+5.0).",
        ),
        ([("duties", -5.0, 0, 1)], "Down 5.0 points since 28 August because duties and reports take less"),
    ],
)
def test_the_largest_part_of_the_change_is_the_cause(parts: list[tuple[str, float, int, int]], sentence: str) -> None:
    assert says(changed(*parts)).startswith(sentence)


def test_a_change_of_many_parts_has_no_single_cause() -> None:
    parts = [(part, 1.0, 1, 1) for part in ("tier", "rosh", "setting", "activity", "duties")]
    assert says(changed(*parts)) == NO_SINGLE_CAUSE


def test_the_longest_change_that_is_not_small_counts() -> None:
    small, month = changed(("tier", 0.9, 1, 0)), changed(("rosh", 2.0, 3, 0), weeks_back=4)
    week = changed(("duties", 9.0, 3, 0), weeks_back=1)
    assert says(pd.concat([week, month, small])) == (
        "Up 2.0 points since 23 October because the RoSH of 3 cases changed (+2.0)."
    )
    assert says(pd.concat([small, changed(("tier", math.nan, 1, 0), weeks_back=4)])) == NO_SINGLE_CAUSE


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([("weights", 1.3, 0, 0), ("arrivals", 0.1, 2, 0)], "1.3 of 1.4 points are the new weights"),
        ([("organisation", -2.0, 0, 0)], "2.0 of 2.0 points are the changed organisation"),
        (
            [("weights", 3.0, 0, 0), ("ends", -1.0, -2, 0)],
            "the new weights alone make +3.0 points of a change of +2.0",
        ),
        (
            [("organisation", -3.0, 0, 0), ("arrivals", 4.0, 2, 0)],
            "the changed organisation alone makes \N{MINUS SIGN}3.0 points of a change of +1.0",
        ),
        ([("arrivals", 4.0, 2, 0)], ""),
        ([("weights", 0.04, 0, 0)], ""),
    ],
)
def test_the_share_of_the_weights_and_of_the_organisation(
    parts: list[tuple[str, float, int, int]], sentence: str
) -> None:
    assert weights_share("office", "F1", changed(*parts, weeks_back=1)) == sentence
    assert weights_share("office", "F2", changed(*parts, weeks_back=1)) == ""
