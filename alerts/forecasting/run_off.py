"""Forecast each team from the planned run-off of its cases, its usual inflow, season and ageing."""

from dataclasses import dataclass

import numpy as np

from alerts.forecasting.flow_history import SEASONS, Floats, FlowHistory, Places
from alerts.forecasting.parameters import ForecastNumbers
from tiering.projection import WEEKS_AHEAD

AHEAD = np.arange(1, WEEKS_AHEAD + 1)
"""The weeks ahead that are forecast."""


@dataclass(frozen=True)
class TeamForecasts:
    """Points and available points of every team forecast in every calendar week.

    Both of shape (weeks, teams, weeks ahead).
    """

    points: Floats
    available: Floats


def forecast_run_off(history: FlowHistory, numbers: ForecastNumbers) -> TeamForecasts:
    """Forecast every week from what was known in it.

    The past weeks are forecast with the last, because their errors choose the method and make the bands: every sum
    below looks back from each week and never past it.
    """
    correction = _correction(history, numbers.year_weeks)
    still_there = _availability(history, numbers.year_weeks)
    season = _season(history, numbers)
    usual = _usual_inflow(history, season, numbers)
    held_then = _weeks_of_inflow_held(history, season, _ageing(history, numbers.year_weeks))
    current = slice(0, history.teams)
    recent = _window(len(history.has_snapshot), numbers.recent_weeks) * history.has_snapshot
    mean = recent @ history.reports[:, current] / np.maximum(1, recent @ history.present[:, current])
    # Reports completed evenly over their window leave it evenly, and as many come as lately did on average.
    still_counted = np.maximum(0.0, 1 - AHEAD / numbers.report_weeks)
    reports = history.reports[:, current, None] * still_counted + mean[:, :, None] * (1 - still_counted)
    points = history.planned[:, current] * correction[:, None, :] + usual[:, :, None] * held_then[:, None, :]
    points += history.duties[:, current, 1:] + reports
    return TeamForecasts(np.maximum(0.0, points), history.available[:, current, 1:] * still_there[:, None, :])


def _correction(history: FlowHistory, year_weeks: int) -> Floats:
    """Points that cases held then really weigh, over what their planned dates predicted; of shape (weeks, weeks ahead).

    One number for all teams: early ends, recalls and changes of tier are too rare in one team to learn from.
    """
    real = np.zeros((len(history.has_snapshot), WEEKS_AHEAD))
    planned = np.zeros_like(real)
    newer = np.cumsum(history.arrived, axis=2)
    for ahead in _known_weeks_ahead(history):
        # Only teams in both snapshots: a team that was founded or closed in between says nothing about plans.
        both = history.present[ahead:] & history.present[:-ahead]
        # What is held now, less what has arrived since, is what is left of the cases held then.
        old = history.cases[ahead:] - newer[ahead:, :, ahead - 1]
        real[ahead:, ahead - 1] = (old * both).sum(axis=1)
        planned[ahead:, ahead - 1] = (history.planned[:-ahead, :, ahead - 1] * both).sum(axis=1)
    return _learned_ratio(real, planned, year_weeks)


def _known_weeks_ahead(history: FlowHistory) -> Places:
    """The weeks ahead that history is long enough to have seen."""
    weeks_ahead: Places = np.arange(1, min(WEEKS_AHEAD + 1, len(history.has_snapshot)))
    return weeks_ahead


def _availability(history: FlowHistory, year_weeks: int) -> Floats:
    """Points really available over those known ahead; of shape (weeks, weeks ahead).

    People fall ill, leave and join without notice; this is the balance of such changes.
    """
    real = np.zeros((len(history.has_snapshot), WEEKS_AHEAD))
    ahead_of = np.zeros_like(real)
    for ahead in _known_weeks_ahead(history):
        both = history.present[ahead:] & history.present[:-ahead]
        real[ahead:, ahead - 1] = (history.available[ahead:, :, 0] * both).sum(axis=1)
        ahead_of[ahead:, ahead - 1] = (history.available[:-ahead, :, ahead] * both).sum(axis=1)
    return _learned_ratio(real, ahead_of, year_weeks)


def _ageing(history: FlowHistory, year_weeks: int) -> Floats:
    """Points of arrivals at each age in weeks over their points at first; of shape (weeks, ages from 0)."""
    later = np.zeros((len(history.has_snapshot), WEEKS_AHEAD))
    first = np.zeros_like(later)
    arrived = history.arrived.sum(axis=1)
    for age in range(min(WEEKS_AHEAD, len(history.has_snapshot))):
        both = history.has_snapshot[age:] & history.has_snapshot[: len(history.has_snapshot) - age]
        later[age:, age] = arrived[age:, age] * both
        first[age:, age] = arrived[: len(history.has_snapshot) - age, 0] * both
    return _learned_ratio(later, first, year_weeks)


def _learned_ratio(above: Floats, below: Floats, weeks: int) -> Floats:
    """The sum of the last weeks above over that below, as known in each week; 1 if nothing is known.

    A ratio of sums, not a mean of ratios: a week with few points must not weigh as much as one with many.
    """
    window = _window(len(above), weeks)
    total = window @ below
    ratio: Floats = np.divide(window @ above, total, out=np.ones_like(above), where=total > 0)
    return ratio


def _window(size: int, weeks: int) -> Floats:
    """Which weeks count in each week: the last ``weeks`` weeks up to itself; of shape (size, size).

    Multiplied with a table of weekly values it sums them over the window of each week at once.
    """
    place = np.arange(size)
    back = place[:, None] - place
    window: Floats = ((back >= 0) & (back < weeks)).astype(float)
    return window


def _season(history: FlowHistory, numbers: ForecastNumbers) -> Floats:
    """The index of each week of the year as known in each week, about 1; of shape (weeks, weeks of the year).

    A week's index is its inflow over the mean inflow of the 52 weeks around it.
    """
    weeks = len(history.has_snapshot)
    inflow = np.where(history.inflow_known, history.inflow.sum(axis=1), 0.0)
    first = int(np.argmax(history.inflow_known))
    place = np.arange(weeks)
    enough = (place - first + 1 >= numbers.season_weeks_needed) & history.inflow_known.any()
    # The 52 weeks are centred on each week, as far as they can be: none before the first week with inflow, none after
    # the week in which the index is known (rows), or the past would know what came later.
    starts = np.clip(place - SEASONS // 2, first, np.maximum(first, place[:, None] - SEASONS + 1))
    sums = np.concatenate([[0.0], np.cumsum(inflow)])
    usual = (sums[np.minimum(starts + SEASONS, weeks)] - sums[starts]) / SEASONS
    counts = (place <= place[:, None]) & history.inflow_known & (usual > 0)
    index = np.divide(inflow, usual, out=np.zeros_like(usual), where=counts)
    of_season = np.eye(SEASONS)[history.season[:weeks]]
    # One or two Christmases prove little, so ``season_prior_years`` years of an index of 1 are mixed in.
    years = numbers.season_prior_years
    season = (index @ of_season + years) / (counts @ of_season + years)
    # A season moves arrivals within the year and must not add any.
    season = season / season.mean(axis=1, keepdims=True)
    return np.where(enough[:, None], season, 1.0)


def _usual_inflow(history: FlowHistory, season: Floats, numbers: ForecastNumbers) -> Floats:
    """Points of new cases a team gets in a week of no season, as known in each week; of shape (weeks, teams).

    A cluster's inflow is that of the recent weeks mixed with the year's. A team's is its own of the year, shrunk
    towards its share of its cluster's points and scaled so that the teams add up to the cluster.
    """
    weeks = len(history.has_snapshot)
    current = slice(0, history.teams)
    inflow = history.inflow[:, current] * history.inflow_known[:, None]
    # Inflow divided by its season is what a week without season would have brought.
    level = history.inflow_known / season[:, history.season[:weeks]]
    year, recent = (_window(weeks, window) for window in (numbers.year_weeks, numbers.recent_weeks))
    to_cluster = np.eye(int(history.cluster.max(initial=-1)) + 1)[history.cluster]
    clusters = inflow @ to_cluster

    def mean(window: Floats) -> Floats:
        inflow_of_window: Floats = (window * level) @ clusters / np.maximum(1.0, window @ history.inflow_known)[:, None]
        return inflow_of_window

    whole = numbers.recent_share * mean(recent) + (1 - numbers.recent_share) * mean(year)
    held = history.cases[:, current]
    share = ratio_or_zero(held, (held @ to_cluster)[:, history.cluster])
    prior = share * whole[:, history.cluster]
    # A team gets too few cases for its own mean to be believed at once: ``prior_weeks`` weeks of its share of the
    # cluster count with it. A new team so starts with that share and moves to its own mean as weeks go by.
    own = (year * level) @ inflow
    existed = year @ (history.present[:, current] * history.inflow_known[:, None])
    mixed = (own + numbers.prior_weeks * prior) / (existed + numbers.prior_weeks)
    mixed = mixed * history.present[:, current]
    # The cluster's figure is the better known one, so the teams are made to add up to it.
    scale = ratio_or_zero(whole, mixed @ to_cluster)
    return mixed * scale[:, history.cluster]


def ratio_or_zero(above: Floats, below: Floats) -> Floats:
    """The ratio, 0 if the divisor is 0."""
    ratio: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio


def _weeks_of_inflow_held(history: FlowHistory, season: Floats, ageing: Floats) -> Floats:
    """Weeks of usual inflow that will be held in each week ahead; of shape (weeks, weeks ahead)."""
    weeks = len(history.has_snapshot)
    coming = history.season[np.arange(weeks)[:, None] + AHEAD]
    index = np.take_along_axis(season, coming, axis=1)
    # In week h ahead, the arrivals of the first week to come have the age h - 1 and those of the last the age 0, so one
    # factor of each product runs backwards.
    return np.column_stack([(index[:, :ahead] * ageing[:, :ahead][:, ::-1]).sum(axis=1) for ahead in AHEAD])
