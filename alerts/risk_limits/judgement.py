"""Judge every limit in every unit of its level: value, breach, weeks in breach, and a breach to be expected."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from alerts.detection.trends.trend import sustained_states
from alerts.detection.trends.unit_weeks import WeeksByLevel
from alerts.forecasting.forecast import RUN_OFF
from alerts.risk_limits.definitions import Measure, RiskLimit
from alerts.risk_limits.measures import measure_values
from tiering.terms import Level

COLUMNS: Final = [
    "name",
    "measure",
    "level",
    "code",
    "unit_name",
    "owner",
    "value",
    "limit",
    "breached",
    "weeks",
    "since",
    "forecast_on",
    "forecast_value",
]
_TEXTS: Final = ["name", "measure", "level", "code", "unit_name", "owner"]


def judge_limits(
    limits: Sequence[RiskLimit], weeks: WeeksByLevel, forecasts: pd.DataFrame, red_line: float
) -> pd.DataFrame:
    """Judge every limit; one row per limit and unit of its level, sorted by these; columns ``COLUMNS``.

    - weeks: as the hotspot rules read them
    - forecasts: of alerts.forecasting.forecast
    - red_line: per cent of capacity above which a unit is over the line

    A limit is breached by a value above it. weeks and since count the weeks in breach as the hotspot rules do: a week
    without a snapshot or without the figure neither ends a breach nor counts. forecast_on is the first week in which
    the middle of the forecast passes a limit that is not breached.
    """
    if not limits:
        return _no_rows()
    rows = pd.concat([_judge(limit, weeks, red_line) for limit in limits], ignore_index=True)
    by_model = forecasts[forecasts["method"].eq(RUN_OFF)].sort_values(["code", "weeks_ahead"])
    foretold = pd.concat([_first_breaches(limit, by_model) for limit in limits], ignore_index=True)
    rows = rows.merge(foretold, on=["name", "code"], how="left")
    is_open = ~rows["breached"]
    # What has happened already is not foretold.
    rows = rows.assign(**{name: rows[name].where(is_open) for name in ("forecast_on", "forecast_value")})
    rows = rows.astype(_no_rows().dtypes.to_dict())[COLUMNS]
    return rows.sort_values(["name", "level", "code"], ignore_index=True)


def _judge(limit: RiskLimit, weeks: WeeksByLevel, red_line: float) -> pd.DataFrame:
    """The rows of one limit, for every unit of this week, without what is foretold."""
    own, values = weeks.of(Level(limit.level)), measure_values(limit, weeks, red_line)
    above = values > limit.limit
    known = own.present & ~np.isnan(values)
    state = sustained_states(above, ~above, known, own.present, 1, 1, 0, own.calendar)
    places = np.flatnonzero(own.present[:, -1])
    active = state.active[places]
    since = [own.dates[first] if now else None for first, now in zip(state.since[places], active, strict=True)]
    return pd.DataFrame(
        {
            "name": limit.name,
            "measure": limit.measure.value,
            "level": limit.level,
            "code": own.units["code"].array.take(places),
            "unit_name": own.units["name"].array.take(places),
            "owner": limit.owner,
            "value": values[places, -1],
            "limit": limit.limit,
            "breached": active,
            "weeks": np.where(active, state.weeks[places], 0),
            "since": pd.array(since, dtype="datetime64[s]"),
        }
    )


def _first_breaches(limit: RiskLimit, forecasts: pd.DataFrame) -> pd.DataFrame:
    """The first week of each unit in which the middle of the forecast is above the limit; name, code, date and value.

    - forecasts: by code and weeks ahead, without those of a unit with too little history: there the last value stands
      for a forecast, and foretells nothing
    """
    near = forecasts[forecasts["level"].eq(limit.level) & forecasts["weeks_ahead"].le(limit.forecast_weeks or 0)]
    over = near["points"] - near["available_points"]
    value = near["capacity_percentage"] if limit.measure is Measure.CAPACITY_PERCENTAGE else over
    above = value.gt(limit.limit)
    expected = near.loc[above, ["code", "on"]].assign(name=limit.name, forecast_value=value[above])
    return expected.rename(columns={"on": "forecast_on"}).drop_duplicates("code")


@cache
def _no_rows() -> pd.DataFrame:
    """A frame without rows, with the dtypes of every column."""
    dtypes = {
        **dict.fromkeys(_TEXTS, "str"),
        "value": "float64",
        "limit": "float64",
        "breached": "bool",
        "weeks": "int64",
        "since": "datetime64[s]",
        "forecast_on": "datetime64[s]",
        "forecast_value": "float64",
    }
    return pd.DataFrame({name: pd.Series([], dtype=dtypes[name]) for name in COLUMNS})
