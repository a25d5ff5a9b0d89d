"""What the forecast says of each unit for the weeks that ``forecast_over`` looks at: the figures a hotspot rests on."""

import pandas as pd

from alerts.detection.rules import Rule
from alerts.forecasting.forecast import RUN_OFF

ADDED = ["forecast_percentage", "forecast_low", "forecast_high", "forecast_weeks_ahead"]


def look_ahead(units: pd.DataFrame, forecasts: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """The units with the columns ``ADDED``: the week in which the middle passes the threshold, else its highest week.

    forecasts: of alerts.forecasting.forecast.
    rule: ``forecast_over``, with its threshold and how many weeks ahead it looks.

    Per cent of capacity with an 80% interval, and weeks ahead; missing for units that are not forecast, that will have
    no capacity, or for which there is too little history.
    """
    near = forecasts[forecasts["weeks_ahead"].le(rule.number("weeks_ahead")) & forecasts["method"].eq(RUN_OFF)]
    near = near[near["capacity_percentage"].notna()]
    passes = near["capacity_percentage"].gt(rule.number("threshold"))
    earliest = near[passes].sort_values("weeks_ahead")
    highest = near[~passes].sort_values("capacity_percentage", ascending=False)
    # The first row of a unit stays: a week that passes the threshold comes before any that does not.
    shown = pd.concat([earliest, highest]).drop_duplicates(["level", "code"])
    columns = ["capacity_percentage", "capacity_low_80", "capacity_high_80", "weeks_ahead"]
    shown = shown[["level", "code", *columns]].rename(columns=dict(zip(columns, ADDED, strict=True)))
    return units.merge(shown, on=["level", "code"], how="left")
