"""What came of decisions, and what like units without a decision did meanwhile."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from alerts.detection.measures import COLUMNS
from alerts.follow_through.decisions import Decision, DecisionKind
from alerts.follow_through.like_units import (
    DTYPES,
    Judgement,
    empty_outcomes,
    judge,
    like_units_of,
    outcomes_of_decisions,
)

NOW = date(2026, 11, 20)
START = NOW - timedelta(weeks=5)
Course = tuple[float, float, float]
"""Per cent of capacity at the start, the week before this one, and this week."""

LIKE: dict[str, Course] = {f"L{number}": (116 + number, 115 + number, 115 + number) for number in range(7)}
"""Seven offices within five points of 119, each down by one."""

DECIDED = Decision(
    episode="over_threshold:office:D:2026-W40",
    number=1,
    rule="over_threshold",
    level="office",
    code="D",
    as_at=START,
    decided_on=START,
    decided_by="north@example.org",
    kind=DecisionKind.REDISTRIBUTE,
    owner="ACO",
    review_on=NOW,
)


def weeks_of(courses: dict[str, Course], people: dict[str, int] | None = None, level: str = "office") -> pd.DataFrame:
    """Three weeks of units of twelve offender managers each, or of as many as ``people`` says."""
    rows = [
        (day, level, code, (people or {}).get(code, 12), 1.0, 1.0, percentage, not math.isnan(percentage), place)
        for code, course in courses.items()
        for place, (day, percentage) in enumerate(zip((START, NOW - timedelta(weeks=1), NOW), course, strict=True))
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"high_risk_overdue": "Int64"})
    return frame.assign(as_at=frame["as_at"].astype("datetime64[s]"))


def outcome(
    own: Course = (119, 112, 112.5),
    others: dict[str, Course] = LIKE,
    *more: Decision,
    people: dict[str, int] | None = None,
) -> dict[str, object]:
    weeks = weeks_of({"D": own, **others}, people)
    table = outcomes_of_decisions([DECIDED, *more], {}, weeks, small_team=5)
    assert table.dtypes.astype(str).to_dict() == DTYPES
    (row,) = table[table["code"].eq("D")].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_an_outcome_has_the_unit_then_and_now_and_what_like_units_did() -> None:
    others = {code: (start, start, start + number / 2) for number, (code, (start, *_)) in enumerate(LIKE.items())}
    row = outcome(others=others)
    assert (row["weeks"], row["capacity_then"], row["capacity_now"]) == (5, 119, 112.5)
    assert (row["high_risk_overdue_then"], row["high_risk_overdue_now"]) == (0, 2)
    assert (row["like_units"], row["like_low"], row["like_middle"], row["like_high"]) == (7, 0, 1.5, 3)
    assert like_units_of(row).judgement is Judgement.WORKED


def test_only_the_ten_nearest_are_compared_with() -> None:
    others = {f"N{number}": (119 + number / 3, 119.0, 119 + 2 * number / 3) for number in range(14)}
    row = outcome(others=others)
    assert (row["like_units"], row["like_low"]) == (10, 0)
    assert row["like_high"] == pytest.approx(3)


@pytest.mark.parametrize(
    ("others", "people"),
    [
        ({**LIKE, "L0": (113.9, 100, 100)}, {}),
        (LIKE, {"L0": 16}),
        (LIKE, {"L0": 7}),
        (LIKE, {"L0": 4, "D": 7, **{f"L{number}": 7 for number in range(1, 7)}}),
        ({**LIKE, "L0": (116, 115, math.nan)}, {}),
        ({**LIKE, "L0": (math.nan, 115, 115)}, {}),
    ],
)
def test_a_like_unit_is_near_of_about_the_size_large_enough_and_known(
    others: dict[str, Course], people: dict[str, int]
) -> None:
    assert outcome()["like_units"] == 7
    assert outcome(others=others, people=people)["like_units"] == 6


def test_a_unit_with_a_decision_is_no_like_unit_under_its_code_of_now() -> None:
    other = replace(DECIDED, episode="over_threshold:office:old:2026-W41", code="old", as_at=NOW)
    weeks = weeks_of({"D": (119, 112, 112), **LIKE})
    for places, expected in (({}, 7), ({other.episode: ("office", "L0")}, 6)):
        table = outcomes_of_decisions([DECIDED, other], places, weeks, small_team=5)
        assert table["like_units"].tolist() == [expected]
    withdrawn = replace(other, code="L0", kind=DecisionKind.WITHDRAWN)
    assert outcome((119, 112, 112), LIKE, withdrawn)["like_units"] == 7


def test_with_fewer_than_five_like_units_there_is_no_comparison() -> None:
    row = outcome(others=dict(list(LIKE.items())[:4]))
    assert (row["like_units"], row["judgement"]) == (4, "no_comparison")
    assert [math.isnan(float(str(row[name]))) for name in ("like_low", "like_middle", "like_high")] == [True] * 3


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ((119, 112, 112), Judgement.WORKED),
        ((119, 118, 112), Judgement.NOT_SHOWN),
        ((119, 112, 117), Judgement.NOT_SHOWN),
        ((119, 116.1, 116.1), Judgement.NOT_SHOWN),
        ((119, 130, 130), Judgement.NOT_SHOWN),
    ],
)
def test_a_fall_counts_if_it_is_large_and_lasts(own: Course, expected: Judgement) -> None:
    assert outcome(own)["judgement"] == expected


def test_a_fall_counts_only_beyond_each_like_unit_and_beyond_what_they_scatter() -> None:
    deep = {**LIKE, "L0": (116.0, 108.0, 108.0)}
    assert outcome((119, 111.5, 111.5), deep)["judgement"] == "not_shown"
    scattered = {code: (start, start + move, start + move) for (code, (start, *_)), move in zip(
        LIKE.items(), (-4, -4, -3, 0, 3, 4, 4), strict=True
    )}  # fmt: skip
    assert outcome((119, 114.9, 114.9), scattered)["judgement"] == "not_shown"
    assert outcome((119, 112, 112), scattered)["judgement"] == "worked"


@pytest.mark.parametrize(("ago", "judgement"), [(3, "too_early"), (4, "worked")])
def test_the_week_before_this_one_must_be_three_weeks_after_the_decision(ago: int, judgement: str) -> None:
    start = NOW - timedelta(weeks=ago)
    weeks = weeks_of({"D": (119, 112, 112), **LIKE})
    weeks["as_at"] = weeks["as_at"].mask(weeks["as_at"].eq(pd.Timestamp(START)), pd.Timestamp(start))
    table = outcomes_of_decisions([replace(DECIDED, as_at=start)], {}, weeks, small_team=5)
    assert table[["weeks", "judgement"]].to_numpy().tolist() == [[ago, judgement]]


def test_the_first_weeks_are_too_early() -> None:
    weeks = weeks_of({"D": (119, 118, 112), **LIKE})
    late = replace(DECIDED, as_at=NOW - timedelta(weeks=1))
    table = outcomes_of_decisions([late], {}, weeks, small_team=5)
    assert table[["weeks", "judgement"]].to_numpy().tolist() == [[1, "too_early"]]
    assert judge(np.full((1, 2), -9.0), np.full((1, 5, 2), -1.0), is_early=False) == ["worked"]
    assert judge(np.full((1, 2), -9.0), np.full((1, 5, 2), -1.0), is_early=True) == ["too_early"]


@pytest.mark.parametrize(
    "decision",
    [
        replace(DECIDED, as_at=NOW),
        replace(DECIDED, as_at=START - timedelta(weeks=1)),
        replace(DECIDED, as_at=NOW + timedelta(weeks=1)),
        replace(DECIDED, code="gone"),
        replace(DECIDED, code="small"),
        replace(DECIDED, code="unknown"),
        replace(DECIDED, level="cluster"),
        replace(DECIDED, kind=DecisionKind.WITHDRAWN),
    ],
)
def test_without_two_weeks_that_compare_there_is_no_outcome(decision: Decision) -> None:
    courses: dict[str, Course] = {"D": (119, 112, 112), "small": (119, 112, 112), "unknown": (119, 112, math.nan)}
    weeks = weeks_of(courses, {"small": 4})
    assert outcomes_of_decisions([decision], {}, weeks, small_team=5).empty


def test_without_weeks_or_decisions_there_is_no_outcome() -> None:
    assert outcomes_of_decisions([DECIDED], {}, pd.DataFrame(columns=COLUMNS), small_team=5).empty
    assert outcomes_of_decisions([], {}, weeks_of(LIKE), small_team=5).empty
    assert empty_outcomes().dtypes.astype(str).to_dict() == DTYPES


def test_the_last_decision_about_an_episode_counts_and_every_level_stands_for_itself() -> None:
    again = replace(DECIDED, number=2, as_at=NOW - timedelta(weeks=1))
    team = replace(DECIDED, episode="over_threshold:team:D:2026-W40", level="team")
    weeks = pd.concat([weeks_of({"D": (119, 112, 112), **LIKE}), weeks_of({"D": (120, 113, 113)}, level="team")])
    table = outcomes_of_decisions([DECIDED, again, team], {}, weeks, small_team=5)
    assert table[["level", "number", "capacity_then", "like_units"]].to_numpy().tolist() == [
        ["office", 2, 112.0, 3],
        ["team", 1, 120.0, 0],
    ]
