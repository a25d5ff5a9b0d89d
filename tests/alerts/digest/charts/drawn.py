"""Charts of a week written by hand."""

from functools import cache

import pandas as pd

from alerts.digest.charts.canvas import Chart
from alerts.digest.charts.capacity import draw_capacity_by_week
from alerts.digest.privacy import ReaderScope
from alerts.digest.story import Story, build_story
from tests.alerts.pictures import AS_AT, forecasts_of, london

NONE = forecasts_of(london().workload).iloc[:0]


@cache
def story() -> Story:
    return build_story(london(), ReaderScope("area", "N", "North London"), red_line=110.0, small_team=5)


def weekly(history: pd.DataFrame | None = None, forecasts: pd.DataFrame = NONE) -> Chart:
    past = london().history if history is None else history
    chart = draw_capacity_by_week(past, forecasts, story().visible_parts, AS_AT, 110.0, 90.0)
    assert chart is not None
    return chart
