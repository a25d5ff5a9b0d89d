"""What flowed into and out of each team, by calendar week."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.projection import ARRIVED, AVAILABLE, DUTIES, PLANNED, WEEKS_AHEAD

SEASONS = 52
"""Weeks of the year that have a season of their own; the 53rd, which few years have, counts as the 52nd."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FlowHistory:
    """Flows by calendar week and team, oldest week first; the teams of the organisation come first, then former ones.

    Arrays of shape (weeks, teams) or (weeks, teams, horizons) are 0 where ``present`` is false. All amounts are points.

    teams: how many teams the organisation has now.
    cluster: the place of the cluster of each of those teams.
    has_snapshot: which calendar weeks have a snapshot.
    season: week of the year, from 0, of each calendar week and of the twelve ahead.
    present: whether the team is in that week's snapshot.
    cases, reports: held in that week; duties, available: in that week and each of the twelve after it.
    arrived: of cases first seen 0, 1, ... weeks before.
    planned: of cases held, 0, 1, ... weeks ahead, if plans are kept.
    inflow: of new cases per week; if a week is missing, those of the next snapshot are spread over both.
    inflow_known: whether the inflow of that week is known, of shape (weeks,).
    """

    teams: int
    cluster: Places
    has_snapshot: Flags
    season: Places
    present: Flags
    cases: Floats
    reports: Floats
    duties: Floats
    arrived: Floats
    planned: Floats
    available: Floats
    inflow: Floats
    inflow_known: Flags

    @classmethod
    def of(cls, flows: pd.DataFrame, organisation: pd.DataFrame, as_at: date) -> "FlowHistory":
        """The history of the flows; at most one snapshot in each calendar week, none after the week of ``as_at``."""
        codes = pd.Index(organisation["team_code"])
        # Former teams come last, so that ``[:teams]`` leaves them out of forecasts; what is learned keeps them.
        former = pd.Index(flows["team_code"].unique()).difference(codes)
        all_codes = codes.append(former)
        monday = pd.Timestamp(as_at - timedelta(days=as_at.weekday()))
        back = ((monday - mondays(flows["as_at"])).dt.days // 7).to_numpy(dtype=np.int64)
        weeks = int(back.max(initial=0)) + 1
        week, team = weeks - 1 - back, all_codes.get_indexer(pd.Index(flows["team_code"]))
        shape = (weeks, len(all_codes))
        present = np.zeros(shape, dtype=bool)
        present[week, team] = True

        def cube(columns: list[str]) -> Floats:
            values = np.zeros((*shape, len(columns)))
            values[week, team] = flows[columns].to_numpy(dtype=float)
            return values

        held = cube(["case_points", "report_points"])
        arrived = cube(ARRIVED)
        taken = np.zeros(weeks, dtype=bool)
        taken[week] = True
        inflow, counted = _weekly_inflow(arrived[:, :, 0], taken)
        this_monday = monday.to_pydatetime().date()
        dates = [this_monday + timedelta(weeks=week - weeks + 1) for week in range(weeks + WEEKS_AHEAD)]
        return cls(
            teams=len(codes),
            cluster=pd.factorize(organisation["cluster_code"])[0].astype(np.int64),
            has_snapshot=taken,
            season=np.array([min(day.isocalendar().week, SEASONS) - 1 for day in dates], dtype=np.int64),
            present=present,
            cases=held[:, :, 0],
            reports=held[:, :, 1],
            duties=cube(DUTIES),
            arrived=np.nan_to_num(arrived),
            planned=cube(PLANNED),
            available=cube(AVAILABLE),
            inflow=inflow,
            inflow_known=counted,
        )

    @property
    def total(self) -> Floats:
        """Points of each team in each week, the duties included; of shape (weeks, teams)."""
        return self.cases + self.reports + self.duties[:, :, 0]


def mondays(days: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The Monday of each date's week: snapshots of one week compare, whatever day they were taken on."""
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def week_numbers(days: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
    """The number of each date's week, counted from the Monday before 1970."""
    # The first day of 1970 was a Thursday.
    return (days.to_numpy(dtype="datetime64[D]").astype(np.int64) + 3) // 7


def _weekly_inflow(arrived: Floats, taken: Flags) -> tuple[Floats, Flags]:
    """Points that arrived in each calendar week, and whether they are known; of shape (weeks, teams) and (weeks,).

    arrived: points of cases first seen in each snapshot, of shape (weeks, teams).
    """
    weeks = len(taken)
    snapshots = np.flatnonzero(taken)
    # Each week is seen by the first snapshot on or after it. A missing week is no week without arrivals: the next
    # snapshot sees its cases too, so they are spread evenly over the weeks that snapshot sees.
    source = snapshots[np.searchsorted(snapshots, np.arange(weeks))]
    length = np.bincount(source, minlength=weeks)[source]
    # The first snapshot of all holds NaN: its cases are stock of unknown age, no arrivals.
    counted = np.isfinite(arrived.sum(axis=1))[source]
    return np.nan_to_num(arrived)[source] / length[:, None], counted
