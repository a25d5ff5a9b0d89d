"""Parts as percentage points."""

from dataclasses import replace

import pandas as pd
import pytest

from alerts.causes.model import PLACE_COLUMNS, ROW_DTYPES, empty_frame
from alerts.causes.rows import Comparison
from alerts.causes.units import causes_of_units


def comparison(*parts: tuple[str, float, float], before: tuple[float, float], now: tuple[float, float]) -> Comparison:
    """One team's parts (part, points, available points), and its points and available points then and now."""
    place = dict.fromkeys(PLACE_COLUMNS, "U")
    rows = pd.DataFrame(parts, columns=["part", "points", "available_points"])
    rows = rows.assign(
        weeks_back=1, since=pd.Timestamp("2026-11-13"), crn=None, om_code=None, cases=1, posts=0, **place
    )
    weeks = (pd.DataFrame([{**place, "points": total, "available_points": able}]) for total, able in (before, now))
    return Comparison(1, pd.Timestamp("2026-11-13"), rows[list(ROW_DTYPES)].astype(ROW_DTYPES), *weeks)


def test_the_worked_example_of_the_methodology() -> None:
    parts = (("arrivals", 400, 0), ("ends", -120, 0), ("sickness", 0, -800))
    causes = causes_of_units([comparison(*parts, before=(4000, 4000), now=(4280, 3200))])
    assert set(causes["level"]) == {"team", "office", "cluster", "area", "all"}
    team = causes[causes["level"].eq("team")]
    points = dict(zip(team["part"], team["percentage_points"], strict=True))
    assert points == pytest.approx({"arrivals": 11.25, "ends": -3.375, "sickness": 25.875})


@pytest.mark.parametrize(("before", "now"), [((0, 0), (100, 100)), ((100, 100), (200, 0))])
def test_a_unit_without_capacity_in_either_week_has_points_and_no_percentage_points(
    before: tuple[float, float], now: tuple[float, float]
) -> None:
    causes = causes_of_units([comparison(("arrivals", 100, 0), before=before, now=now)])
    assert causes["points"].eq(100).all()
    assert causes["percentage_points"].isna().all()


def test_a_part_of_nothing_has_no_row() -> None:
    nothing = comparison(("duties", 1e-12, 0), before=(1, 1), now=(1, 1))
    nothing = replace(nothing, rows=nothing.rows.assign(cases=0))
    assert causes_of_units([nothing]).empty


def test_no_comparison_gives_a_frame_without_rows() -> None:
    assert causes_of_units([]).equals(empty_frame(causes_of_units([]).dtypes.to_dict()))
