"""What the weeks ahead may bring, estimated from a forecast and from the sickness of the stored weeks."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from monitor.redistribution.robust.chances import WEEKS, estimate_chances, estimate_sickness
from monitor.snapshots.weeks.weeks_ahead import WeeksAhead


def ahead(
    weeks: list[tuple[str, int, float, float]] | None = None, spells: list[tuple[str, str]] | None = None
) -> WeeksAhead:
    """Two teams forecast to rise by 2 points a week; staffing of weeks (day, people, sick hours, contracted hours)."""
    forecast = pd.DataFrame(
        [
            {"code": code, "weeks_ahead": week, "points": 100 + 2 * week, "points_high_80": 100 + 2 * week + width}
            for code, width in (("T1", 12.815515655446004), ("T2", 0.0))
            for week in range(1, 13)
        ]
    )
    staffing = pd.DataFrame(weeks or [], columns=["as_at", "people", "sick_hours", "contracted_hours"])
    began = pd.DataFrame(spells or [], columns=["om_code", "starts_on"])
    return WeeksAhead(
        forecast,
        pd.Series({"T1": 100.0, "T2": 90.0}),
        staffing.astype({"as_at": "datetime64[s]"}),
        began.astype({"starts_on": "datetime64[s]"}),
    )


def test_a_team_changes_by_its_forecast_and_spreads_by_its_bands() -> None:
    chances = estimate_chances(ahead(), ("T0", "T1", "T2"))
    rising = 2.0 * np.arange(1, WEEKS + 1)
    assert chances.change.tolist() == [[0] * WEEKS, list(rising), list(rising + 10)]
    assert chances.spread == pytest.approx(np.array([[0.0] * WEEKS, [10.0] * WEEKS, [0.0] * WEEKS]))


def test_the_length_of_a_spell_follows_from_the_share_and_from_how_many_begin() -> None:
    weeks = [(str(date(2026, 11, day)), 100, 74.0, 3700.0) for day in (6, 13, 20)]
    spells = [("P1", "2026-10-01"), ("P2", "2026-11-06"), ("P3", "2026-11-10"), ("P3", "2026-11-19")]
    sickness = estimate_sickness(ahead(weeks, spells))
    # Two spells in 200 person-weeks, and 2% of all hours lost: two weeks each.
    assert sickness.starts == pytest.approx(0.01)
    assert sickness.share == pytest.approx(0.02)
    assert (sickness.length, sickness.weeks) == (pytest.approx(2), 2)


@pytest.mark.parametrize(
    ("weeks", "spells", "starts", "length"),
    [
        ([], [], 0, 0),
        ([("2026-11-20", 100, 74.0, 3700.0)], [("P1", "2026-11-20")], 0, 0),
        ([("2026-11-13", 100, 74.0, 3700.0), ("2026-11-20", 100, 74.0, 3700.0)], [], 0, 0),
        ([("2026-11-13", 10, 0.0, 370.0), ("2026-11-20", 10, 0.0, 370.0)], [("P1", "2026-11-18")], 0.1, 1),
        ([("2026-11-13", 1, 37.0, 37.0), ("2026-11-20", 1, 37.0, 37.0)], [("P1", "2026-11-18")] * 3, 1, 1),
    ],
)
def test_what_is_not_known_makes_no_one_sick_and_a_chance_is_at_most_certain(
    weeks: list[tuple[str, int, float, float]], spells: list[tuple[str, str]], starts: float, length: float
) -> None:
    sickness = estimate_sickness(ahead(weeks, spells))
    assert (sickness.starts, sickness.length) == (starts, length)
