"""Draw the cases that one office takes over from another area, from a random stream apart from the rest of London."""

from typing import Final

import numpy as np
import pandas as pd

from monitor.sample.allocation import allocate
from monitor.sample.caseload import Floats, draw_stock
from monitor.sample.staffing import Weights, case_points_wanted, points_of, room_of
from monitor.sample.storyline import STEP, STORYLINE
from monitor.sample.work.assessments import Habits, draw_assessments, draw_events
from monitor.sample.world import World

_FIRST_NO: Final = 900_001  # the other area numbers its cases beyond ours


def start_takeover(world: World) -> World:
    """Make a second world with the teams and staff of ``world``, but without cases."""
    cases, events, work = world.cases.iloc[:0], world.events.iloc[:0], world.assessments.iloc[:0]
    return World(world.teams, world.posts, cases, events, work, world.reductions, world.duties, last_no=_FIRST_NO - 1)


def take_over(
    rng: np.random.Generator,
    taken: World,
    world: World,
    level: Floats,
    weights: Weights,
    habits: Habits,
    on: int,
) -> None:
    """Bring the cases taken over to their share of the office's capacity: all at once at first, then what has closed.

    taken: the cases taken over; this changes it.
    world, level: everything else, and how full that makes each team.
    """
    taken.posts, taken.reductions, taken.duties = world.posts, world.reductions, world.duties
    taken.close_cases(on)
    taken.release_from(taken.posts.index[taken.posts["left_on"] <= on])
    here = (world.teams["office_code"] == STORYLINE["step"].code).to_numpy()
    raised = level + here * STEP
    wanted = case_points_wanted(world, raised, weights) - case_points_wanted(world, level, weights)
    coming = _coming(rng, taken, wanted, weights, habits, on)
    if len(coming):
        events = draw_events(rng, coming, habits)
        taken.add_cases(coming, events, draw_assessments(rng, coming, events, habits))
    _allocate(rng, taken, world, raised, weights, on)


def _coming(
    rng: np.random.Generator, taken: World, wanted: Floats, weights: Weights, habits: Habits, on: int
) -> pd.DataFrame:
    """Draw people part way through their time, for each team up to the points that it still needs."""
    teams = taken.teams
    held = np.bincount(taken.cases["team"], weights=points_of(taken.cases, weights, on), minlength=len(teams))
    missing = np.maximum(wanted - held, 0)
    most = np.ceil(missing / weights.tier[weights.tier > 0].min()).astype(np.int64)
    team = np.repeat(np.arange(len(teams)), most)
    drawn = draw_stock(rng, teams["cluster"].to_numpy()[team], on, habits.last_as_at)
    points = pd.Series(points_of(drawn, weights, on))
    fits = (points.groupby(team).cumsum() <= missing[team]).to_numpy()
    coming = drawn[fits].reset_index(drop=True)
    coming["team"] = team[fits]
    coming["office"] = teams["office"].to_numpy()[coming["team"]]
    coming["post"] = -1
    coming["transferred_in_on"] = coming["allocated_on"] = on
    coming.insert(0, "no", taken.last_no + 1 + np.arange(len(coming)))
    return coming


def _allocate(rng: np.random.Generator, taken: World, world: World, level: Floats, weights: Weights, on: int) -> None:
    """Allocate cases taken over that have no offender manager to people of their team with spare capacity."""
    both = world.with_cases_of(taken)
    post = both.cases["post"].to_numpy()
    points = points_of(both.cases, weights, on)
    held = np.bincount(post[post >= 0], weights=points[post >= 0], minlength=len(world.posts)).astype(np.float64)
    waiting = (taken.cases["post"] < 0).to_numpy()
    free = taken.cases[waiting]
    room = room_of(world, level, weights, held, on)
    taken.cases.loc[waiting, "post"] = allocate(rng, free, points_of(free, weights, on), world.posts, room, on)
