"""The next twelve weeks of every team, office, cluster and area, with bands that held so many of the past errors.

    points then = c x planned run-off of the cases now held + usual inflow x season x ageing + reports + duties

The correction c, the season and the ageing are learned from all teams together, the inflow from the team and its
cluster. Every past week is forecast again with what was known then, and the bands are as wide as those errors were.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.forecasting.parameters import LEVELS, ForecastNumbers
from tiering.projection import ARRIVED, AVAILABLE, DUTIES, PLANNED, WEEKS_AHEAD
from tiering.terms import Level

RUN_OFF, LAST_VALUE = "run-off", "last value"
COLUMNS = [
    "level",
    "code",
    "name",
    "weeks_ahead",
    "on",
    "points",
    "points_low_80",
    "points_high_80",
    "points_low_95",
    "points_high_95",
    "available_points",
    "capacity_percentage",
    "capacity_low_80",
    "capacity_high_80",
    "capacity_low_95",
    "capacity_high_95",
    "method",
]
SCORED_LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER)
SCORE_COLUMNS = [
    "level",
    "weeks_ahead",
    "forecasts",
    "points_mape",
    "last_value_mape",
    "bias",
    "coverage_80",
    "coverage_95",
]

_SEASONS = 52
_ROUNDING_ERROR = 1e-9
_AHEAD = np.arange(1, WEEKS_AHEAD + 1)
_COMPARED = (4, 8, 12)
"""The weeks ahead at which run-off must have been as near as the last value."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def forecast(
    flows: pd.DataFrame,
    units: pd.DataFrame,
    history: pd.DataFrame,
    organisation: pd.DataFrame,
    numbers: ForecastNumbers,
    as_at: date,
) -> pd.DataFrame:
    """Points, available points and capacity percentage 1 to 12 weeks ahead; columns ``COLUMNS``.

    One row a unit and week, sorted by level, code and weeks_ahead, for teams, offices, clusters, areas and all. flows:
    the frames of tiering.ahead.flow of past snapshots and this one with their as_at, at most one a calendar week.
    units: this week's workload. history: figures of past snapshots weighed as this one (alerts.hotspots.PAST_COLUMNS).
    With a history of fewer than ``weeks_needed`` weeks, this one included, the points are those of today (method "last
    value"); so are they while run-off, made again for the past year, was further from what clusters came to weigh. The
    middles of the parts add up to that of the whole; bands do not. Capacity percentages are missing where nothing will
    be available.
    """
    learned = Weeks.of(flows, organisation, as_at)
    enough = len(learned.taken) >= numbers.weeks_needed and learned.taken.sum() > numbers.hindcast_from_week
    by_team = run_off(learned, numbers) if enough else None
    if by_team is not None and not _was_nearer(by_team, learned, numbers):
        by_team = None
    now = units.loc[units["level"].isin(LEVELS), ["level", "code", "name", "total_points"]]
    now = now.sort_values(["level", "code"], ignore_index=True)
    parts = []
    for level in sorted(LEVELS):
        of_level = now[now["level"].eq(level)]
        unit = _unit_of_team(level, of_level["code"], organisation)
        if by_team is not None:
            said = _said_by_run_off(by_team, learned, unit, level, numbers)
        else:
            past = history[history["level"].eq(level)]
            said = _said_by_last_value(learned, unit, of_level, past, level, numbers, as_at)
        parts.append(_frame(of_level, said, as_at, LAST_VALUE if by_team is None else RUN_OFF))
    return pd.concat(parts, ignore_index=True)


def scores(said: pd.DataFrame, actual: pd.DataFrame, method: str, as_at: date) -> pd.DataFrame:
    """How good the forecasts of one method that were really made have been up to ``as_at``: columns ``SCORE_COLUMNS``.

    One row a level (team, office, cluster) and week ahead that can be judged. said: stored forecasts with their as_at.
    method: the one that is shown now; another's errors say nothing about it.
    actual: figures of units with their as_at, those of this week included. points_mape, last_value_mape and bias are
    per cent of the points that came about: the mean error of the forecast, that of assuming no change, and the mean
    excess of the forecast; coverage is the per cent of them inside the bands.
    """
    truth = actual.loc[actual["level"].isin(SCORED_LEVELS), ["as_at", "level", "code", "total_points"]]
    truth = truth[truth["as_at"].le(pd.Timestamp(as_at))]
    truth = truth.assign(week=_mondays(truth["as_at"])).drop(columns="as_at")
    wanted = said.loc[said["level"].isin(SCORED_LEVELS) & said["method"].eq(method)]
    made = wanted.assign(made=_mondays(wanted["as_at"]))
    made["week"] = made["made"] + pd.to_timedelta(7 * made["weeks_ahead"], unit="D")
    joined = made.merge(truth, on=["level", "code", "week"])
    start = truth.rename(columns={"week": "made", "total_points": "last_value"})
    joined = joined.merge(start, on=["level", "code", "made"])
    joined = joined[joined["total_points"].gt(0)]
    came = joined["total_points"]
    judged = pd.DataFrame(
        {
            "level": joined["level"],
            "weeks_ahead": joined["weeks_ahead"],
            "points_mape": 100 * (joined["points"] - came).abs() / came,
            "last_value_mape": 100 * (joined["last_value"] - came).abs() / came,
            "bias": 100 * (joined["points"] - came) / came,
            "coverage_80": 100.0 * came.between(joined["points_low_80"], joined["points_high_80"]),
            "coverage_95": 100.0 * came.between(joined["points_low_95"], joined["points_high_95"]),
        }
    )
    groups = judged.groupby(["level", "weeks_ahead"])
    found = groups.mean().assign(forecasts=groups.size()).reset_index()
    return found[SCORE_COLUMNS]


@dataclass(frozen=True)
class Weeks:
    """Flows by calendar week and team, oldest week first; the teams of the organisation come first, then former ones.

    taken: which calendar weeks have a snapshot; season: week of the year of each of them and of the twelve ahead.
    Arrays of shape (weeks, teams) or (weeks, teams, horizons) are 0 where ``present`` is not.
    inflow: points of new cases a week; where a week is missing, those of the next snapshot are spread over both.
    counted: whether the inflow of that week is known.
    """

    teams: int
    cluster: Places
    taken: Flags
    season: Places
    present: Flags
    cases: Floats
    reports: Floats
    duties: Floats
    arrived: Floats
    planned: Floats
    available: Floats
    inflow: Floats
    counted: Flags

    @classmethod
    def of(cls, flows: pd.DataFrame, organisation: pd.DataFrame, as_at: date) -> "Weeks":
        codes = pd.Index(organisation["team_code"])
        former = pd.Index(flows["team_code"].unique()).difference(codes)
        everyone = codes.append(former)
        monday = pd.Timestamp(as_at - timedelta(days=as_at.weekday()))
        back = ((monday - _mondays(flows["as_at"])).dt.days // 7).to_numpy(dtype=np.int64)
        weeks = int(back.max(initial=0)) + 1
        week, team = weeks - 1 - back, everyone.get_indexer(pd.Index(flows["team_code"]))
        shape = (weeks, len(everyone))
        present = np.zeros(shape, dtype=bool)
        present[week, team] = True

        def cube(columns: list[str]) -> Floats:
            values = np.zeros((*shape, len(columns)))
            values[week, team] = flows[columns].to_numpy(dtype=float)
            return values

        one = cube(["case_points", "report_points"])
        arrived = cube(ARRIVED)
        taken = np.zeros(weeks, dtype=bool)
        taken[week] = True
        inflow, counted = _weekly_inflow(arrived[:, :, 0], taken)
        mondays = monday.to_pydatetime().date()
        dates = [mondays + timedelta(weeks=week - weeks + 1) for week in range(weeks + WEEKS_AHEAD)]
        return cls(
            teams=len(codes),
            cluster=pd.factorize(organisation["cluster_code"])[0].astype(np.int64),
            taken=taken,
            season=np.array([min(day.isocalendar().week, _SEASONS) - 1 for day in dates], dtype=np.int64),
            present=present,
            cases=one[:, :, 0],
            reports=one[:, :, 1],
            duties=cube(DUTIES),
            arrived=np.nan_to_num(arrived),
            planned=cube(PLANNED),
            available=cube(AVAILABLE),
            inflow=inflow,
            counted=counted,
        )

    @property
    def total(self) -> Floats:
        """Points of each team in each week, the duties included."""
        return self.cases + self.reports + self.duties[:, :, 0]


def _weekly_inflow(arrived: Floats, taken: Flags) -> tuple[Floats, Flags]:
    """Points arrived in each calendar week, spread evenly over the weeks since the snapshot before."""
    weeks = len(taken)
    snapshots = np.flatnonzero(taken)
    source = snapshots[np.searchsorted(snapshots, np.arange(weeks))]
    length = np.bincount(source, minlength=weeks)[source]
    counted = np.isfinite(arrived.sum(axis=1))[source]
    return np.nan_to_num(arrived)[source] / length[:, None], counted


@dataclass(frozen=True)
class ByTeam:
    """Forecasts of every team made in every calendar week, of shape (weeks, teams, weeks ahead)."""

    points: Floats
    available: Floats


def run_off(known: Weeks, numbers: ForecastNumbers) -> ByTeam:
    """Forecast every week from what was known in it."""
    correction = _correction(known, numbers.year_weeks)
    still_there = _availability(known, numbers.year_weeks)
    season = _season(known, numbers)
    usual = _usual_inflow(known, season, numbers)
    grown = _grown(known, season, _ageing(known, numbers.year_weeks))
    here = slice(0, known.teams)
    recent = _window(len(known.taken), numbers.recent_weeks) * known.taken
    mean = recent @ known.reports[:, here] / np.maximum(1, recent @ known.present[:, here])
    kept = np.maximum(0.0, 1 - _AHEAD / numbers.report_weeks)
    reports = known.reports[:, here, None] * kept + mean[:, :, None] * (1 - kept)
    points = known.planned[:, here] * correction[:, None, :] + usual[:, :, None] * grown[:, None, :]
    points += known.duties[:, here, 1:] + reports
    return ByTeam(np.maximum(0.0, points), known.available[:, here, 1:] * still_there[:, None, :])


def _correction(known: Weeks, year_weeks: int) -> Floats:
    """Points that cases held then really weigh, over what their planned dates said; of shape (weeks, weeks ahead)."""
    real = np.zeros((len(known.taken), WEEKS_AHEAD))
    planned = np.zeros_like(real)
    newer = np.cumsum(known.arrived, axis=2)
    for ahead in _within(known):
        both = known.present[ahead:] & known.present[:-ahead]
        old = known.cases[ahead:] - newer[ahead:, :, ahead - 1]
        real[ahead:, ahead - 1] = (old * both).sum(axis=1)
        planned[ahead:, ahead - 1] = (known.planned[:-ahead, :, ahead - 1] * both).sum(axis=1)
    return _ratio_over(real, planned, year_weeks)


def _within(known: Weeks) -> Places:
    """The weeks ahead that history is long enough to have seen."""
    within: Places = np.arange(1, min(WEEKS_AHEAD + 1, len(known.taken)))
    return within


def _availability(known: Weeks, year_weeks: int) -> Floats:
    """Points really available over those known ahead; of shape (weeks, weeks ahead)."""
    real = np.zeros((len(known.taken), WEEKS_AHEAD))
    ahead_of = np.zeros_like(real)
    for ahead in _within(known):
        both = known.present[ahead:] & known.present[:-ahead]
        real[ahead:, ahead - 1] = (known.available[ahead:, :, 0] * both).sum(axis=1)
        ahead_of[ahead:, ahead - 1] = (known.available[:-ahead, :, ahead] * both).sum(axis=1)
    return _ratio_over(real, ahead_of, year_weeks)


def _ageing(known: Weeks, year_weeks: int) -> Floats:
    """Points of arrivals a week, two weeks, ... later over their points at first; of shape (weeks, ages from 0)."""
    later = np.zeros((len(known.taken), WEEKS_AHEAD))
    first = np.zeros_like(later)
    arrived = known.arrived.sum(axis=1)
    for age in range(min(WEEKS_AHEAD, len(known.taken))):
        both = known.taken[age:] & known.taken[: len(known.taken) - age]
        later[age:, age] = arrived[age:, age] * both
        first[age:, age] = arrived[: len(known.taken) - age, 0] * both
    return _ratio_over(later, first, year_weeks)


def _ratio_over(above: Floats, below: Floats, weeks: int) -> Floats:
    """The sum of the last weeks above over that below, as known in each week; 1 where nothing is known."""
    window = _window(len(above), weeks)
    total = window @ below
    ratio: Floats = np.divide(window @ above, total, out=np.ones_like(above), where=total > 0)
    return ratio


def _window(size: int, weeks: int) -> Floats:
    """Which weeks count in each week: itself and the ones before it, so many in all; of shape (size, size)."""
    place = np.arange(size)
    back = place[:, None] - place
    window: Floats = ((back >= 0) & (back < weeks)).astype(float)
    return window


def _season(known: Weeks, numbers: ForecastNumbers) -> Floats:
    """The index of each week of the year as known in each week, about 1; of shape (weeks, weeks of the year)."""
    weeks = len(known.taken)
    inflow = np.where(known.counted, known.inflow.sum(axis=1), 0.0)
    first = int(np.argmax(known.counted))
    place = np.arange(weeks)
    enough = (place - first + 1 >= numbers.season_weeks_needed) & known.counted.any()
    starts = np.clip(place - _SEASONS // 2, first, np.maximum(first, place[:, None] - _SEASONS + 1))
    sums = np.concatenate([[0.0], np.cumsum(inflow)])
    usual = (sums[np.minimum(starts + _SEASONS, weeks)] - sums[starts]) / _SEASONS
    counts = (place <= place[:, None]) & known.counted & (usual > 0)
    index = np.divide(inflow, usual, out=np.zeros_like(usual), where=counts)
    of_season = np.eye(_SEASONS)[known.season[:weeks]]
    years = numbers.season_prior_years
    season = (index @ of_season + years) / (counts @ of_season + years)
    season = season / season.mean(axis=1, keepdims=True)
    return np.where(enough[:, None], season, 1.0)


def _usual_inflow(known: Weeks, season: Floats, numbers: ForecastNumbers) -> Floats:
    """Points of new cases a team gets in a week of no season, as known in each week; of shape (weeks, teams).

    A cluster's inflow is that of the recent weeks mixed with the year's. A team's is its own of the year, shrunk
    towards its share of its cluster's points and scaled so that the teams add up to the cluster.
    """
    weeks = len(known.taken)
    here = slice(0, known.teams)
    inflow = known.inflow[:, here] * known.counted[:, None]
    level = known.counted / season[:, known.season[:weeks]]
    year, recent = (_window(weeks, window) for window in (numbers.year_weeks, numbers.recent_weeks))
    to_cluster = np.eye(int(known.cluster.max(initial=-1)) + 1)[known.cluster]
    clusters = inflow @ to_cluster

    def mean(window: Floats) -> Floats:
        found: Floats = (window * level) @ clusters / np.maximum(1.0, window @ known.counted)[:, None]
        return found

    whole = numbers.recent_share * mean(recent) + (1 - numbers.recent_share) * mean(year)
    held = known.cases[:, here]
    share = _over(held, (held @ to_cluster)[:, known.cluster])
    prior = share * whole[:, known.cluster]
    own = (year * level) @ inflow
    existed = year @ (known.present[:, here] * known.counted[:, None])
    mixed = (own + numbers.prior_weeks * prior) / (existed + numbers.prior_weeks)
    mixed = mixed * known.present[:, here]
    scale = _over(whole, mixed @ to_cluster)
    return mixed * scale[:, known.cluster]


def _over(above: Floats, below: Floats) -> Floats:
    """The ratio, 0 where there is nothing below."""
    ratio: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio


def _grown(known: Weeks, season: Floats, ageing: Floats) -> Floats:
    """Weeks of usual inflow that will be held so many weeks ahead; of shape (weeks, weeks ahead)."""
    weeks = len(known.taken)
    coming = known.season[np.arange(weeks)[:, None] + _AHEAD]
    index = np.take_along_axis(season, coming, axis=1)
    return np.column_stack([(index[:, :ahead] * ageing[:, :ahead][:, ::-1]).sum(axis=1) for ahead in _AHEAD])


@dataclass(frozen=True)
class _Said:
    """The forecast of the units of one level, of shape (units, weeks ahead); half-widths of the bands likewise."""

    points: Floats
    available: Floats
    points_80: Floats
    points_95: Floats
    capacity_80: Floats
    capacity_95: Floats


@dataclass(frozen=True)
class _Hindcast:
    """Forecasts of the units of one level made in every week, and what came about.

    points, available: of shape (weeks, units, weeks ahead). total, able, there: of shape (weeks, units). origin: the
    weeks whose forecasts are scored.
    """

    points: Floats
    available: Floats
    total: Floats
    able: Floats
    there: Flags
    origin: Flags

    def errors(self, ahead: int, root: Floats, share: Floats) -> tuple[Floats, Floats]:
        """Errors of the points and of the capacity percentage so many weeks ahead, over their scales."""
        made, came = slice(0, max(0, len(self.total) - ahead)), slice(ahead, None)
        points, available, root, share = (one[made, :, ahead - 1] for one in (self.points, self.available, root, share))
        total, able = self.total[came], self.able[came]
        both = self.there[made] & self.there[came] & self.origin[made, None] & (root > 0)
        staffed = both & (share > 0) & (able > 0)
        capacity = np.abs(_over(points, available) - _over(total, able))
        return np.abs(points - total)[both] / root[both], 100 * capacity[staffed] / share[staffed]


def _unit_of_team(level: Level, codes: "pd.Series[str]", organisation: pd.DataFrame) -> Places:
    """The place in ``codes`` of the unit to which each team belongs."""
    if level is Level.ALL:
        return np.zeros(len(organisation), dtype=np.int64)
    return pd.Index(codes).get_indexer(pd.Index(organisation[f"{level}_code"])).astype(np.int64)


def _was_nearer(by_team: ByTeam, known: Weeks, numbers: ForecastNumbers) -> bool:
    """Whether run-off has been as near to what clusters came to weigh as the last value, at all weeks compared.

    By the mean error over the points that came, of the weeks whose forecasts the bands are made of. What no past week
    can tell is taken for no.
    """
    past = _hindcast(by_team, known, known.cluster, numbers)
    for ahead in _COMPARED:
        made, came = slice(0, -ahead), slice(ahead, None)
        both = past.there[made] & past.there[came] & past.origin[made, None] & (past.total[came] > 0)
        real = past.total[came][both]
        run_off_error, last_value_error = (
            np.abs(said[both] - real) / real for said in (past.points[made, :, ahead - 1], past.total[made])
        )
        if not real.size or run_off_error.mean() > last_value_error.mean() + _ROUNDING_ERROR:
            return False
    return True


def _said_by_run_off(by_team: ByTeam, known: Weeks, unit: Places, level: Level, numbers: ForecastNumbers) -> _Said:
    return _with_bands(_hindcast(by_team, known, unit, numbers), level, numbers, at_least_fallback=False)


def _hindcast(by_team: ByTeam, known: Weeks, unit: Places, numbers: ForecastNumbers) -> _Hindcast:
    """Every past forecast by run-off of the units that the teams belong to."""
    points, available = _summed(by_team.points, unit), _summed(by_team.available, unit)
    here = slice(0, known.teams)
    weeks = len(known.taken)
    first = max(int(np.argmax(known.taken)) + numbers.hindcast_from_week, weeks - numbers.band_weeks)
    origin = known.taken & (np.arange(weeks) >= first)
    total = _summed(known.total[:, here], unit)
    able = _summed(known.available[:, here, 0], unit)
    there = _summed(known.present[:, here].astype(float), unit) > 0
    return _Hindcast(points, available, total, able, there, origin)


def _said_by_last_value(
    known: Weeks,
    unit: Places,
    now: pd.DataFrame,
    past: pd.DataFrame,
    level: Level,
    numbers: ForecastNumbers,
    as_at: date,
) -> _Said:
    codes = pd.Index(now["code"])
    monday = pd.Timestamp(as_at - timedelta(days=as_at.weekday()))
    back = ((monday - _mondays(past["as_at"])).dt.days // 7).to_numpy(dtype=np.int64)
    row = codes.get_indexer(pd.Index(past["code"]))
    weeks = int(back.max(initial=0)) + 1
    total, able = np.zeros((weeks, len(codes))), np.zeros((weeks, len(codes)))
    there = np.zeros((weeks, len(codes)), dtype=bool)
    still = row >= 0
    place = (weeks - 1 - back[still], row[still])
    total[place] = past["total_points"].to_numpy(dtype=float)[still]
    able[place] = past["available_points"].to_numpy(dtype=float)[still]
    there[place] = True
    total[-1] = now["total_points"].to_numpy(dtype=float)
    coming = _summed(known.available[-1:, : known.teams], unit)[0]
    able[-1] = coming[:, 0]
    there[-1] = True
    origin = np.ones(weeks, dtype=bool)
    points = np.repeat(total[:, :, None], WEEKS_AHEAD, axis=2)
    available = np.repeat(able[:, :, None], WEEKS_AHEAD, axis=2)
    available[-1] = coming[:, 1:]
    hindcast = _Hindcast(points, available, total, able, there, origin)
    return _with_bands(hindcast, level, numbers, at_least_fallback=True)


def _summed(values: Floats, unit: Places) -> Floats:
    """Sums over the teams (the second axis) of each unit; every unit has a team."""
    order = np.argsort(unit, kind="stable")
    starts = np.searchsorted(unit[order], np.arange(int(unit.max(initial=-1)) + 1))
    sums: Floats = np.add.reduceat(values[:, order], starts, axis=1)
    return sums


def _with_bands(past: _Hindcast, level: Level, numbers: ForecastNumbers, *, at_least_fallback: bool) -> _Said:
    """The last week's forecast with bands that hold the wanted share of the errors of the weeks before.

    An error of points counts in square roots of the points forecast, one of the capacity percentage in square roots
    of points over available points, so that large and small units can be judged together.
    """
    root = np.sqrt(past.points)
    share = 100 * _over(root, past.available)
    bands = {
        "points_80": (numbers.inside_80, numbers.fallback_points_80, root),
        "points_95": (numbers.inside_95, numbers.fallback_points_95, root),
        "capacity_80": (numbers.inside_80, numbers.fallback_capacity_80, share),
        "capacity_95": (numbers.inside_95, numbers.fallback_capacity_95, share),
    }
    half = {name: np.zeros(root.shape[1:]) for name in bands}
    for ahead in _AHEAD:
        of_points, of_capacity = past.errors(int(ahead), root, share)
        for name, (inside, fallback, scale) in bands.items():
            errors = of_points if scale is root else of_capacity
            width, told = _width(errors, inside / 100, int(ahead))
            least = fallback[level] * float(np.sqrt(ahead)) if at_least_fallback or not told else 0.0
            half[name][:, ahead - 1] = max(width, least) * scale[-1, :, ahead - 1]
    return _Said(past.points[-1], past.available[-1], **half)


def _width(errors: Floats, inside: float, ahead: int) -> tuple[float, bool]:
    """The half-width that held the wanted share of the errors, and whether they are enough to tell it.

    Forecasts of neighbouring weeks share most of their weeks ahead, so only every ``ahead``-th counts as a trial. Of n
    trials the band must hold (n + 1) shares; where n are not enough for that, it holds them all.
    """
    trials = len(errors) // ahead
    rank = ceil((trials + 1) * inside - _ROUNDING_ERROR)
    if rank > trials:
        return float(errors.max(initial=0.0)), False
    return float(np.quantile(errors, rank / trials, method="inverted_cdf")), True


def _frame(units: pd.DataFrame, said: _Said, as_at: date, method: str) -> pd.DataFrame:
    """The rows of one level, by code and weeks ahead."""
    rows = units.loc[units.index.repeat(WEEKS_AHEAD), ["level", "code", "name"]].reset_index(drop=True)
    ahead = np.tile(_AHEAD, len(units))
    points, available = said.points.ravel(), said.available.ravel()
    capacity = np.divide(100 * points, available, out=np.full(len(points), np.nan), where=available > 0)
    rows["weeks_ahead"] = ahead
    rows["on"] = np.datetime64(as_at, "s") + ahead * np.timedelta64(7, "D")
    rows["points"] = points
    for inside, half in (("80", said.points_80.ravel()), ("95", said.points_95.ravel())):
        rows[f"points_low_{inside}"] = np.maximum(0.0, points - half)
        rows[f"points_high_{inside}"] = points + half
    rows["available_points"] = available
    rows["capacity_percentage"] = capacity
    for inside, half in (("80", said.capacity_80.ravel()), ("95", said.capacity_95.ravel())):
        rows[f"capacity_low_{inside}"] = np.maximum(0.0, capacity - half)
        rows[f"capacity_high_{inside}"] = capacity + half
    rows["method"] = pd.Series(method, index=rows.index, dtype="str")
    return rows[COLUMNS]


def _mondays(days: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The Monday of each date's week."""
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")
