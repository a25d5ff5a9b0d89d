"""Points fitted to studies whose true hours are known."""

import pandas as pd
import pytest

from tests.tiering.rows import LONDON, WMT
from tiering.calibration.fit import Calibration, fit_points

from .study import AN_HOUR, HOURS, UPLIFT, a_study

EXACT = a_study(400, 0.0)


def points_of(calibration: Calibration) -> dict[str, float]:
    return {f"{points.table}.{points.name}": points.points for points in calibration.fitted}


def test_hours_without_noise_give_back_their_points_exactly() -> None:
    calibration = fit_points(EXACT, LONDON, 20, 1)
    expected = {f"tier_points.{tier}": round(AN_HOUR * hours, 1) for tier, hours in HOURS.items()}
    expected |= {f"rosh_points.{rosh}": round(AN_HOUR * hours, 1) for rosh, hours in UPLIFT.items()}
    assert points_of(calibration) == pytest.approx(expected)
    assert (calibration.rows, calibration.points_an_hour) == (400, pytest.approx(AN_HOUR))
    assert {(points.low, points.high) for points in calibration.fitted if points.name == "4"} == {(141.1, 141.1)}
    assert {points.now for points in calibration.fitted if points.name == "4"} == {120.0}


def test_the_interval_holds_the_truth_and_narrows_with_more_rows() -> None:
    few, many = (fit_points(a_study(rows, 0.5), LONDON, 200, 1) for rows in (150, 2400))
    true = {"tier_points": HOURS, "rosh_points": UPLIFT}
    held = [part.low <= AN_HOUR * true[part.table][part.name] <= part.high for part in few.fitted]
    assert sum(held) >= len(held) - 1
    widths = [sum(part.high - part.low for part in answer.fitted) for answer in (few, many)]
    # Sixteen times as many rows: a quarter of the width, but for chance.
    assert widths[1] < widths[0] / 2


def test_the_same_seed_gives_the_same_intervals_and_another_the_same_points() -> None:
    study = a_study(150, 0.5)
    once, again, other = (fit_points(study, LONDON, 100, seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other
    assert points_of(once) == points_of(other)


def test_a_mean_of_several_cases_counts_as_often_as_it_has_cases() -> None:
    grouped = EXACT.drop_duplicates(["tier", "rosh"])
    grouped = pd.concat([grouped.assign(cases=3), grouped.assign(hours=grouped["hours"] + 0.4, cases=1)] * 3)
    points = points_of(fit_points(grouped.reset_index(drop=True), LONDON, 20, 1))
    assert points["tier_points.1"] == pytest.approx(AN_HOUR * (HOURS["1"] + 0.1), abs=0.06)


def test_no_points_are_below_0() -> None:
    less = EXACT.assign(hours=EXACT["hours"].where(EXACT["rosh"].ne("high"), EXACT["hours"] - 0.9).clip(lower=0))
    points = points_of(fit_points(less, LONDON, 20, 1))
    assert points["rosh_points.high"] == 0
    assert min(points.values()) == 0


def test_a_policy_that_rounds_gets_whole_points() -> None:
    tiers = {"1": "D1", "2": "C1", "3": "B1", "4": "A1"}
    calibration = fit_points(EXACT.assign(tier=EXACT["tier"].map(tiers)), WMT, 20, 1)
    assert points_of(calibration)["tier_points.A1"] == 141
    assert all(points.points == int(points.points) for points in calibration.fitted)


def test_what_has_too_few_rows_stays_as_it_is_and_is_named() -> None:
    rare = EXACT[EXACT["tier"].ne("3") | (EXACT.groupby("tier").cumcount() < 4)]
    calibration = fit_points(rare, LONDON, 20, 1)
    assert "tier_points.3" not in points_of(calibration)
    assert calibration.rows == len(rare) - 4
    reasons = {(part.name, part.setting.value): part.reason for part in calibration.unfitted}
    assert reasons["3", "community"] == "4 of the 5 rows needed"
    assert reasons["untiered", "community"] == "0 of the 5 rows needed"
    assert reasons["", "custody"] == "the study has no rows"


@pytest.mark.parametrize(
    ("study", "reason"),
    [
        (EXACT[EXACT["rosh"].ne("low")], "tier and RoSH cannot be told apart"),
        (EXACT[EXACT["tier"].eq("1") == EXACT["rosh"].eq("low")], "tier and RoSH cannot be told apart"),
        (EXACT.head(4), "no tier and RoSH have 5 rows or more"),
    ],
)
def test_what_cannot_be_told_apart_is_not_fitted(study: pd.DataFrame, reason: str) -> None:
    calibration = fit_points(study, LONDON, 20, 1)
    assert calibration.fitted == ()
    (community,) = (part for part in calibration.unfitted if part.setting == "community" and not part.name)
    assert community.reason.startswith(reason)
