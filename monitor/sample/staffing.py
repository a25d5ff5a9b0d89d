"""Calculate how full every team and post should be, from the policy's points, the hours and the storyline's levels."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from monitor.sample import staff
from monitor.sample.caseload import Floats, activity_on, rosh_on, setting_on, tier_on
from monitor.sample.days import NEVER
from monitor.sample.organisation import CLUSTERS, is_silent
from monitor.sample.storyline import DRIFT_A_WEEK, ROOM_LEVEL, SLIPPING_LEVEL, STORYLINE, weeks_since
from monitor.sample.world import World
from tiering.policies.policy import Policy
from tiering.terms import UNCLASSIFIED, UNTIERED, Activity, DutyKind, Grade, Rosh, Setting, TeamType

_LONG_ABSENCE = 18  # days
_STILL_TAKES = 0.02  # of a full caseload, by those who have one


@dataclass(frozen=True)
class Weights:
    """The policy's points by the codes of the sample: of a case by tier, RoSH and setting, of an hour, of a report."""

    tier: Floats
    rosh: Floats
    activity: Floats
    hour: Floats  # by grade
    factor: Floats  # by team
    report: Floats


def weights_of(policy: Policy, teams: pd.DataFrame) -> Weights:
    """The policy's weights as arrays; the tiers of the sample are 1 to 4."""
    tiers, rosh = [*policy.tiers, UNTIERED], [*Rosh, UNCLASSIFIED]
    hours = float(policy.default_hours)
    return Weights(
        np.array([[float(policy.tier_points[tier][setting]) for setting in Setting] for tier in tiers]),
        np.array([[float(policy.rosh_points[level][setting]) for setting in Setting] for level in rosh]),
        np.array([float(policy.share_of(activity)) for activity in Activity]),
        np.array([float(policy.nominal_target[Grade(grade)]) / hours for grade in staff.GRADES]),
        np.array([float(policy.team_type_factor[TeamType(kind)]) for kind in teams["team_type"]]),
        np.array([float(policy.report_points[kind]) for kind in (DutyKind.SDR, DutyKind.FDR)]),
    )


def points_of(cases: pd.DataFrame, weights: Weights, on: int) -> Floats:
    """The points of each case on a day."""
    setting = setting_on(cases, on)
    whole = weights.tier[tier_on(cases, on), setting] + weights.rosh[rosh_on(cases, on), setting]
    points: Floats = whole * weights.activity[activity_on(cases, on)]
    return points


def levels(teams: pd.DataFrame, as_at: date, last_as_at: date) -> Floats:
    """The share of capacity that each team is heading for in a week."""
    drifting = (teams["cluster_code"] == STORYLINE["drift"].code).to_numpy()
    level = np.array([cluster.level for cluster in CLUSTERS])[teams["cluster"]] + teams["tilt"].to_numpy()
    level = level + drifting * DRIFT_A_WEEK * max(weeks_since("drift", as_at, last_as_at), 0)
    level = np.where(teams["office_code"] == STORYLINE["slipping"].code, SLIPPING_LEVEL, level)
    return np.where(teams["team_code"] == STORYLINE["room"].code, ROOM_LEVEL, level)


def hours_needed(teams: pd.DataFrame, cases: pd.DataFrame, points: Floats, level: Floats, weights: Weights) -> Floats:
    """The contracted hours at which a team's cases and duties come to its level; 0 for the team without any."""
    held = np.bincount(cases["team"], weights=points, minlength=len(teams))
    hour = weights.hour[staff.PO] * weights.factor * (1 - staff.LOST_HOURS) * level
    needed = held / np.maximum(hour - _duty_points(teams) / staff.FULL_TIME, 0.1 * hour)
    return np.where(is_silent(teams), 0.0, np.maximum(needed, staff.FULL_TIME / 4))


def case_points_wanted(world: World, level: Floats, weights: Weights) -> Floats:
    """The points of cases that bring each team to its level if it loses as many hours as usual."""
    teams, posts = world.teams, world.posts
    filled = posts[(posts["left_on"] == NEVER) | (posts["replaced_on"] != NEVER)]
    hours = filled["hours"].to_numpy() * (weights.hour[filled["grade"]] > 0)
    hours_of = np.bincount(filled["team"], weights=hours, minlength=len(teams))
    hour = weights.hour[staff.PO] * weights.factor * (1 - staff.LOST_HOURS) * level
    wanted: Floats = np.maximum(hours_of * (hour - _duty_points(teams) / staff.FULL_TIME), 0)
    return wanted


def room_of(world: World, level: Floats, weights: Weights, held: Floats, on: int) -> Floats:
    """The points that each post could still take: next to nothing if it is full, 0 if its holder is away.

    held: points of the cases that each post has.
    """
    posts = world.posts
    team, hour = posts["team"].to_numpy(), weights.hour[posts["grade"]]
    hours = posts["hours"].to_numpy() - staff.long_lost_hours(world.reductions, posts, on)
    full = hours * hour * weights.factor[team] * level[team] * posts["trait"].to_numpy()
    hourly = world.duties[world.duties["ends_on"] > on]
    duties = np.bincount(hourly["post"], weights=hourly["quantity"], minlength=len(posts)) * hour
    wanted = np.maximum(full - duties - staff.report_rates(posts, world.teams) @ weights.report, 0.1 * full)
    away = posts["person"].isin(_long_absent(world, on)) | (posts["left_on"] <= on)
    return np.where(away, 0.0, np.maximum(wanted - held, _STILL_TAKES * wanted))


def _duty_points(teams: pd.DataFrame) -> Floats:
    return np.array([staff.DUTY_POINTS[kind] for kind in teams["team_type"]])


def _long_absent(world: World, on: int) -> "pd.Series[int]":
    """People away with all their hours, for three weeks or more."""
    reductions = world.reductions
    long = (reductions["ends_on"] - reductions["starts_on"] > _LONG_ABSENCE) & (reductions["starts_on"] <= on)
    lost = reductions[long & (on <= reductions["ends_on"])].groupby("person")["hours"].max()
    hours = world.posts.groupby("person")["hours"].max().reindex(lost.index)
    return lost.index[lost >= hours].to_series()
