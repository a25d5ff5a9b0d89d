"""Make the synthetic London week by week: people come and go, staff fall ill, and the storyline unfolds."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from monitor.sample import staff
from monitor.sample.allocation import allocate, choose_team, omu_teams
from monitor.sample.caseload import Floats, draw_arrivals, draw_stock
from monitor.sample.days import NEVER, day
from monitor.sample.figures import timeliness
from monitor.sample.organisation import CLUSTERS, clusters_of_cases, draw_teams
from monitor.sample.staffing import Weights, case_points_wanted, hours_needed, levels, points_of, room_of, weights_of
from monitor.sample.storyline import STORYLINE, weeks_since
from monitor.sample.tables import tables_on
from monitor.sample.takeover import start_takeover, take_over
from monitor.sample.work.assessments import Habits, draw_assessments, draw_events
from monitor.sample.world import World
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy

# Assumptions: how fast staff turn over, how long cases wait, how far an office strays from the level it heads for.
_LEAVING_A_WEEK = 0.0012
_REPLACED_AT_ONCE = 0.85
_VACANT_DAYS = 21
_HANDED_ON_AT_ONCE = 0.9
_WAITING_AT_FIRST = 0.014  # of the cases of teams slow to allocate
_ALLOCATED_AT_ONCE = {True: 0.55, False: 0.99}
_OFFICE_WANDERS, _OFFICE_RETURNS = 0.004, 0.93
_REPORTS_KEPT = 60  # days
_GONE_DAYS = 200  # an SPO who is not replaced left that long before the first extract
_CANDIDATES = 4  # people drawn per person needed, so that every kind of team finds its own


def sample_weeks(
    *,
    weeks: int = 26,
    cases: int = 36_000,
    seed: int = 2009,
    last_as_at: date = date(2026, 11, 20),
    policy: Policy | None = None,
) -> Iterator[tuple[date, dict[str, pd.DataFrame]]]:
    """Make the extract of each week, oldest first: its as-at date and every table of the contract in its dtypes.

    cases: in the first week; a few hundred at least.
    policy: gives the points by which teams are staffed; None for london-2009 as shipped.

    - The week that never arrives is included; ``storyline.is_missing`` identifies it.
    - The same arguments give the same tables.
    """
    rng, own_rng = np.random.default_rng([seed, weeks, cases]), np.random.default_rng([seed, weeks, cases, 1])
    policy = policy or load_policy(_shipped_config(), "london-2009", last_as_at)
    dates = [last_as_at - timedelta(weeks=back) for back in reversed(range(weeks))]
    teams = draw_teams(rng, cases)
    weights = weights_of(policy, teams)
    habits = _habits(rng, teams, dates[0], last_as_at)
    stock = draw_stock(rng, clusters_of_cases(rng, cases), habits.first_as_at, habits.last_as_at)
    world = _first_week(rng, stock, teams, levels(teams, dates[0], last_as_at), weights, habits)
    _plant_sickness(world, last_as_at)
    taken = start_takeover(world)
    astray = np.zeros(teams["office"].max() + 1)
    for week, as_at in enumerate(dates):
        level = levels(teams, as_at, last_as_at)
        if week:
            astray = astray * _OFFICE_RETURNS + rng.normal(0, _OFFICE_WANDERS, len(astray))
            level = level + astray[teams["office"]]
            _next_week(rng, world, level, weights, habits, day(as_at))
        if weeks_since("step", as_at, last_as_at) >= 0:
            take_over(own_rng, taken, world, level, weights, habits, day(as_at))
        yield as_at, tables_on(world.with_cases_of(taken), day(as_at))


def _shipped_config() -> Path:
    """The configuration that comes with the program, installed or in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "config"
    return inside if inside.is_dir() else package.parent / "config"


def _habits(rng: np.random.Generator, teams: pd.DataFrame, first_as_at: date, last_as_at: date) -> Habits:
    slipping = STORYLINE["slipping"]
    return Habits(
        timeliness(rng, [cluster.name for cluster in CLUSTERS]),
        int(teams["office"][teams["office_code"] == slipping.code].iloc[0]),
        day(slipping.starts_on(last_as_at) or first_as_at),
        day(first_as_at),
        day(last_as_at),
    )


def _first_week(
    rng: np.random.Generator,
    stock: pd.DataFrame,
    teams: pd.DataFrame,
    level: Floats,
    weights: Weights,
    habits: Habits,
) -> World:
    """Make London as in the first extract: people, the staff they need, and the work done for them."""
    on = habits.first_as_at
    stock.insert(0, "no", np.arange(1, len(stock) + 1))
    stock["team"] = choose_team(rng, stock, teams, on)
    stock["office"] = teams["office"].to_numpy()[stock["team"]]
    points = points_of(stock, weights, on)
    posts = staff.draw_posts(rng, teams, hours_needed(teams, stock, points, level, weights), on)
    posts["left_on"] = np.where(staff.is_gone_spo(posts, teams), on - _GONE_DAYS, posts["left_on"])
    events = draw_events(rng, stock, habits)
    duties = [
        staff.draw_hourly_duties(rng, posts, teams, on),
        staff.draw_reports(rng, posts, teams, on - _REPORTS_KEPT, on),
    ]
    world = World(
        teams=teams,
        posts=posts,
        cases=stock,
        events=events,
        assessments=draw_assessments(rng, stock, events, habits),
        reductions=staff.draw_reductions(rng, posts, teams, on, habits.last_as_at),
        duties=pd.concat(duties, ignore_index=True),
        last_no=len(stock),
    )
    room = room_of(world, level, weights, np.zeros(len(posts)), on)
    given = allocate(rng, stock, points, posts, room, on)
    slow = teams["slow"].to_numpy()[stock["team"]]
    stock["post"] = np.where(slow & (rng.random(len(stock)) < _WAITING_AT_FIRST), -1, given)
    return world


def _plant_sickness(world: World, last_as_at: date) -> None:
    """Let the storyline's three people fall ill on the Monday before the first extract that shows it."""
    first_shown = STORYLINE["sickness"].starts_on(last_as_at) or last_as_at
    post = world.cases["post"].to_numpy()
    held = np.bincount(post[post >= 0], minlength=len(world.posts))
    ill = staff.planted_sickness(world.posts, world.teams, held, day(first_shown) - 4)
    world.reductions = pd.concat([world.reductions, ill], ignore_index=True)


def _next_week(
    rng: np.random.Generator, world: World, level: Floats, weights: Weights, habits: Habits, on: int
) -> None:
    """Move the world on by a week: cases close, staff change, people arrive, and everyone is allocated."""
    world.close_cases(on)
    _turn_over_staff(rng, world, on)
    _leave_custody_teams(rng, world, on)
    arrivals = _arrivals(rng, world, level, weights, on, habits.last_as_at)
    if len(arrivals):
        events = draw_events(rng, arrivals, habits)
        world.add_cases(arrivals, events, draw_assessments(rng, arrivals, events, habits))
    _allocate_waiting(rng, world, level, weights, on)
    reports = staff.draw_reports(rng, world.posts, world.teams, on - 7, on)
    duties = pd.concat([world.duties, reports], ignore_index=True)
    world.duties = duties[duties["ends_on"] > on - _REPORTS_KEPT]


def _turn_over_staff(rng: np.random.Generator, world: World, on: int) -> None:
    """Let a few people leave. Most are replaced at once, the others three weeks later; colleagues take their cases."""
    posts = world.posts
    here = (posts["left_on"] == NEVER) & (posts["grade"] != staff.SPO) & ~posts["split"]
    leaving = here & ~staff.is_planted(posts, world.teams) & (rng.random(len(posts)) < _LEAVING_A_WEEK)
    posts.loc[leaving, "left_on"] = on - rng.integers(0, 5, leaving.sum())
    at_once = rng.random(leaving.sum()) < _REPLACED_AT_ONCE
    posts.loc[leaving, "replaced_on"] = on + np.where(at_once, 0, _VACANT_DAYS)
    due = posts["replaced_on"] <= on
    joining = staff.replacement(rng, posts, posts[due], on)
    posts.loc[due, "replaced_on"] = NEVER
    world.posts = pd.concat([posts, joining], ignore_index=True)
    handed_on = (posts["left_on"] <= on) & (rng.random(len(posts)) < _HANDED_ON_AT_ONCE)
    world.release_from(posts.index[handed_on | posts["person"].isin(_on_maternity_leave(world, on))])


def _on_maternity_leave(world: World, on: int) -> "pd.Series[int]":
    reductions = world.reductions
    leave = (reductions["reason"] == staff.MATERNITY) & (reductions["starts_on"] <= on) & (on <= reductions["ends_on"])
    return reductions["person"][leave]


def _leave_custody_teams(rng: np.random.Generator, world: World, on: int) -> None:
    """Move released people from the custody team to an unspecialised team of their cluster."""
    cases = world.cases
    custody = (world.teams["team_type"] == "custody").to_numpy()[cases["team"]]
    released = custody & (cases["release_on"] <= on).to_numpy()
    cases.loc[released, "team"] = omu_teams(rng, cases["cluster"].to_numpy()[released], world.teams)
    cases.loc[released, "post"] = -1


def _arrivals(
    rng: np.random.Generator, world: World, level: Floats, weights: Weights, on: int, until: int
) -> pd.DataFrame:
    """Draw the people who come this week, not yet allocated: as many per team as bring it back to its level."""
    teams, cases = world.teams, world.cases
    points = points_of(cases, weights, on)
    held = np.bincount(cases["team"], weights=points, minlength=len(teams))
    count = np.bincount(cases["team"], minlength=len(teams))
    mean = np.maximum(np.where(count > 0, held / np.maximum(count, 1), points.mean()), weights.tier.min())
    missing = np.maximum(case_points_wanted(world, level, weights) - held, 0)
    places = np.floor(missing / mean + rng.random(len(teams))).astype(np.int64)
    needed = np.bincount(teams["cluster"], weights=places).astype(np.int64)
    candidates = draw_arrivals(rng, np.repeat(np.arange(len(needed)), needed * _CANDIDATES), on, until)
    candidates["team"] = choose_team(rng, candidates, teams, on)
    turn = candidates.groupby("team").cumcount()
    arrivals: pd.DataFrame = candidates[turn < places[candidates["team"]]].reset_index(drop=True)
    arrivals.insert(0, "no", world.last_no + 1 + np.arange(len(arrivals)))
    arrivals["office"] = teams["office"].to_numpy()[arrivals["team"]]
    arrivals["post"] = -1
    return arrivals


def _allocate_waiting(rng: np.random.Generator, world: World, level: Floats, weights: Weights, on: int) -> None:
    """Allocate the cases that wait for an offender manager; in most teams they wait less than a week."""
    cases, points = world.cases, points_of(world.cases, weights, on)
    post = cases["post"].to_numpy()
    held = np.bincount(post[post >= 0], weights=points[post >= 0], minlength=len(world.posts)).astype(np.float64)
    slow = world.teams["slow"].to_numpy()[cases["team"]]
    at_once = np.where(slow, _ALLOCATED_AT_ONCE[True], _ALLOCATED_AT_ONCE[False])
    waiting = (post < 0) & (rng.random(len(cases)) < at_once)
    room = room_of(world, level, weights, held, on)
    given = allocate(rng, cases[waiting], points[waiting], world.posts, room, on)
    cases.loc[waiting, "post"] = given
    cases.loc[waiting, "allocated_on"] = np.where(given >= 0, on - rng.integers(0, 3, len(given)), NEVER)
