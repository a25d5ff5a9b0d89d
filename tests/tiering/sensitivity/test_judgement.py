"""What draws say about a unit: its interval, its place, its side of the line."""

import numpy as np
import pandas as pd

from tiering.sensitivity.judgement import COLUMNS, hot_offices, judge_draws, top_offices
from tiering.sensitivity.weighing import DrawnUnits

# Twelve offices from 120% down; in every second draw the tenth and the eleventh change places.
NOW = [120.0 - place for place in range(12)]
KEYS = pd.DataFrame({"level": "office", "code": [f"F{place:02}" for place in range(12)]})


def drawn_percentages() -> np.ndarray:
    usual = np.array(NOW)
    swapped = usual.copy()
    swapped[[9, 10]] = swapped[[10, 9]]
    return np.stack([usual, swapped] * 50, axis=1)


def judged(percentages: np.ndarray, now: list[float]) -> pd.DataFrame:
    units = KEYS.assign(name=KEYS["code"], capacity_percentage=now)
    return judge_draws(units, DrawnUnits(KEYS, percentages), 110.5)


def test_how_often_each_office_stays_in_the_top_ten() -> None:
    rows = judged(drawn_percentages(), NOW)
    assert list(rows.columns) == COLUMNS
    assert rows["rank"].tolist() == list(range(1, 13))
    assert rows["top_ten_share"].tolist() == [1.0] * 9 + [0.5, 0.5, 0.0]
    assert top_offices(rows)["code"].tolist() == KEYS["code"].tolist()[:10]
    assert (rows.loc[9, "percentage_low"], rows.loc[9, "percentage_high"]) == (110.0, 111.0)


def test_an_office_stays_hot_only_if_it_is_over_the_line_in_every_draw() -> None:
    rows = judged(drawn_percentages(), NOW)
    assert rows["over_line_share"].tolist() == [1.0] * 9 + [0.5, 0.5, 0.0]
    assert hot_offices(rows, 110.5) == (9, 10)


def test_an_office_without_available_points_has_no_place() -> None:
    percentages = drawn_percentages()
    percentages[0] = np.nan
    rows = judged(percentages, [np.nan, *NOW[1:]])
    assert rows.loc[0, COLUMNS[3:]].isna().all()
    assert rows["rank"].tolist()[1:] == list(range(1, 12))
    assert hot_offices(rows, 110.5) == (8, 9)
