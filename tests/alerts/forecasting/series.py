"""Series of weeks written by hand, and what is forecast from them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from alerts.forecasting.forecast import forecast
from tests.alerts.forecasting.test_parameters import SHIPPED
from tests.tiering.rows import team
from tiering.projection import ARRIVED, AVAILABLE, DUTIES, PLANNED
from tiering.projection import COLUMNS as FLOW_COLUMNS

FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
PLACES = {"all": "all", "area": "A1", "cluster": "C1", "office": "F1", "team": "T1"}
ONE_TEAM = pd.DataFrame([team()])
TWO_TEAMS = pd.DataFrame([team(), team("T2")])


def flow(back: int, team_code: str = "T1", **given: Any) -> dict[str, Any]:
    """The flow of a team so many weeks ago: 1,000 points that stay, 2,000 available, no arrivals."""
    row: dict[str, Any] = {"as_at": FRIDAY - back * WEEK, "team_code": team_code, "case_points": 1000.0}
    row |= dict.fromkeys(["report_points", *DUTIES, *ARRIVED], 0.0)
    row |= dict.fromkeys(PLANNED, given.get("case_points", 1000.0)) | dict.fromkeys(AVAILABLE, 2000.0)
    return row | given


def stacked(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["as_at", *FLOW_COLUMNS])
    return frame.astype({"as_at": "datetime64[s]", "team_code": "str"})


def figures(flows: pd.DataFrame, organisation: pd.DataFrame) -> pd.DataFrame:
    """The figures of every unit in every week of the flows, as a store would have kept them."""
    rows = flows.merge(organisation, on="team_code").assign(all_code="all", all_name="All areas")
    rows["total_points"] = rows["case_points"] + rows["report_points"] + rows["duties_0"]
    levels = []
    for level in PLACES:
        keys = ["as_at", f"{level}_code", f"{level}_name"]
        sums = rows.groupby(keys)[["total_points", "available_0"]].sum().reset_index()
        names = dict(zip(keys[1:], ("code", "name"), strict=True)) | {"available_0": "available_points"}
        levels.append(sums.rename(columns=names).assign(level=level))
    return pd.concat(levels, ignore_index=True)


def forecast_of(flows: pd.DataFrame, organisation: pd.DataFrame = ONE_TEAM, **changed: Any) -> pd.DataFrame:
    """The forecast of the newest week, by level and code."""
    as_at = flows["as_at"].max()
    known = figures(flows, organisation)
    now = known[known["as_at"].eq(as_at)].drop(columns="as_at")
    numbers = SHIPPED.model_copy(update=changed)
    past = known[known["as_at"].lt(as_at)]
    return forecast(flows, now, past, organisation, numbers, as_at.date()).set_index(["level", "code"])


def middle(flows: pd.DataFrame, organisation: pd.DataFrame = ONE_TEAM, code: str = "T1", **changed: Any) -> list[float]:
    """The points of one team 1 to 12 weeks ahead."""
    points: list[float] = forecast_of(flows, organisation, **changed).loc[("team", code), "points"].tolist()
    return points


def lives(weeks: int, life: int, arrivals: Any = lambda _: 100.0, missing: Collection[int] = ()) -> pd.DataFrame:
    """A team whose cases live ``life`` weeks and end as planned: as many points arrive a week as ``arrivals`` says.

    arrivals: by the number of weeks before the newest one. missing: weeks without a snapshot, likewise.
    """
    taken = [back for back in range(weeks) if back not in missing]
    rows = []
    for back in taken:
        held = {born: arrivals(born) for born in range(back, back + life)}
        row = flow(back, case_points=sum(held.values()))
        for ahead in range(1, 13):
            row[f"planned_{ahead}"] = sum(points for born, points in held.items() if back - ahead > born - life)
        for age in range(13):
            row[f"arrived_{age}"] = 0.0 if back + age < weeks - 1 else np.nan
        for born, points in held.items():
            seen = max((week for week in taken if week <= born), default=born)
            if seen < weeks - 1 and seen - back <= 12:
                row[f"arrived_{seen - back}"] += points
        rows.append(row)
    return stacked(*rows)


def shared(*weekly: float, weeks: int = 30) -> list[dict[str, Any]]:
    """Teams of one office, each holding 1,000 points beside the arrivals of one week, gone the week after."""
    rows = []
    for number, points in enumerate(weekly, start=1):
        for back in range(weeks):
            first = np.nan if back == weeks - 1 else points
            ages = {f"arrived_{age}": 0.0 for age in range(1, 13)}
            ends = dict.fromkeys(PLANNED, 1000.0)
            rows.append(flow(back, f"T{number}", case_points=1000 + points, arrived_0=first, **ages, **ends))
    return rows


def noisy(weeks: int, teams: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Teams whose points jump about the 1,000 that are planned, and their organisation: offices of one team."""
    random = np.random.default_rng(4)
    flows = stacked(flow(0)).loc[[0] * weeks * teams].reset_index(drop=True)
    backs = np.tile(np.arange(weeks), teams)
    flows["as_at"] = pd.Series(pd.Timestamp(FRIDAY) - pd.to_timedelta(7 * backs, unit="D")).astype("datetime64[s]")
    flows["team_code"] = pd.Series([f"T{number}" for number in range(teams) for _ in range(weeks)], dtype="str")
    points = 1000.0 + random.normal(0, 50, weeks * teams).round()
    flows["case_points"] = points
    return flows, pd.DataFrame([team(f"T{number}", f"F{number}") for number in range(teams)])
