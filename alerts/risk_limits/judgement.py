"""Judge every limit in every unit of its level: value, breach, weeks in breach, and a breach to be expected."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from alerts.detection.trends.trend import sustained_states
from alerts.forecasting.forecast import RUN_OFF
from alerts.risk_limits.definitions import Measure, RiskLimit
from alerts.risk_limits.measures import StoredWeeks, measure_values
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
    limits: Sequence[RiskLimit],
    units: pd.DataFrame,
    past: pd.DataFrame,
    forecasts: pd.DataFrame,
    red_line: float,
    as_at: date,
) -> pd.DataFrame:
    """Judge every limit; one row per limit and unit of its level, sorted by these; columns ``COLUMNS``.

    - units: this week's workload with the counts of alerts.detection.overdue
    - past: earlier weeks as the hotspot rules read them, at most one for each ISO week
    - forecasts: of alerts.forecasting.forecast
    - red_line: per cent of capacity above which a unit is over the line

    A limit is breached by a value above it. weeks and since count the weeks in breach as the hotspot rules do: a week
    without a snapshot or without the figure neither ends a breach nor counts. forecast_on is the first week in which
    the middle of the forecast passes a limit that is not breached.
    """
    weeks = StoredWeeks(units, past, as_at, red_line)
    rows = [_judge(limit, weeks, forecasts) for limit in limits]
    frame = pd.concat([_no_rows(), *rows], ignore_index=True)
    return frame[COLUMNS].sort_values(["name", "level", "code"], ignore_index=True)


def _judge(limit: RiskLimit, weeks: StoredWeeks, forecasts: pd.DataFrame) -> pd.DataFrame:
    """The rows of one limit, for every unit of this week."""
    own, values = weeks.of(Level(limit.level)), measure_values(limit, weeks)
    above = values > limit.limit
    known = own.present & ~np.isnan(values)
    state = sustained_states(above, ~above, known, own.present, 1, 1, 0, own.calendar)
    places = np.flatnonzero(own.present[:, -1])
    since = [own.dates[first] if active else None for first, active in zip(state.since, state.active, strict=True)]
    rows = pd.DataFrame(
        {
            "name": limit.name,
            "measure": limit.measure.value,
            "level": limit.level,
            "code": own.units["code"],
            "unit_name": own.units["name"],
            "owner": limit.owner,
            "value": values[:, -1],
            "limit": limit.limit,
            "breached": state.active,
            "weeks": np.where(state.active, state.weeks, 0),
            "since": pd.array(since, dtype="datetime64[s]"),
        }
    ).iloc[places]
    return _with_types(rows.merge(_first_breaches(limit, forecasts), on="code", how="left").pipe(_unless_breached))


def _first_breaches(limit: RiskLimit, forecasts: pd.DataFrame) -> pd.DataFrame:
    """The first week of each unit in which the middle of the forecast is above the limit; code, date and value.

    Without enough history the last value stands for a forecast, and foretells nothing.
    """
    near = forecasts[forecasts["level"].eq(limit.level) & forecasts["method"].eq(RUN_OFF)]
    near = near[near["weeks_ahead"].le(limit.forecast_weeks or 0)].sort_values(["code", "weeks_ahead"])
    over = near["points"] - near["available_points"]
    value = near["capacity_percentage"] if limit.measure is Measure.CAPACITY_PERCENTAGE else over
    above = value.gt(limit.limit)
    expected = near.loc[above, ["code", "on"]].assign(forecast_value=value[above])
    return expected.rename(columns={"on": "forecast_on"}).drop_duplicates("code")


def _unless_breached(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without the forecast of what has happened already."""
    open_limits = ~rows["breached"]
    return rows.assign(**{name: rows[name].where(open_limits) for name in ("forecast_on", "forecast_value")})


def _with_types(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(_no_rows().dtypes.to_dict())[COLUMNS]


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
