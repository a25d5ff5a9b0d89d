"""Draw the next weeks at random, the same for the same seed: how each team's points change, and who is away sick."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.redistribution.robust.chances import WEEKS, Chances, Sickness

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Draws:
    """Weeks drawn at random.

    - change: points by which each team differs from now; of shape (draws, weeks, teams).
    - sick: who is newly away sick; of shape (draws, weeks, people).
    """

    change: Floats
    sick: Flags


def make_seed(*content: object) -> int:
    """The seed that belongs to this content, a whole number from 0; values that JSON lacks count as their text."""
    text = json.dumps(content, sort_keys=True, default=str)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def draw_weeks(chances: Chances, people: int, draws: int, seed: int) -> Draws:
    """Draw the weeks ahead ``draws`` times.

    - people: how many may fall sick; each at the rate of the service.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    steps = generator.standard_normal((draws, WEEKS, len(chances.teams)))
    # A forecast that is too low in one week is still too low in the next: errors of independent weeks add up. The sum
    # of w steps has a spread of root w, and the bands of the forecast already hold what w weeks come to.
    walk = steps.cumsum(axis=1) / np.sqrt(np.arange(1, WEEKS + 1))[:, None]
    change = chances.change.T + walk * chances.spread.T
    return Draws(change, _draw_sickness(generator, chances.sickness, people, draws))


def _draw_sickness(generator: np.random.Generator, sickness: Sickness, people: int, draws: int) -> Flags:
    """Who is away sick in each week, of those who are well now; of shape (draws, weeks, people)."""
    luck = generator.random((draws, WEEKS, people))
    away = np.zeros((draws, WEEKS, people), dtype=bool)
    before = np.zeros((draws, people), dtype=bool)
    for week in range(WEEKS):
        before = np.where(before, luck[:, week] >= sickness.ends, luck[:, week] < sickness.starts)
        away[:, week] = before
    return away
