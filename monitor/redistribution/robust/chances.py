"""Estimate what the next weeks may bring: how the points of each team may change, and how often people fall sick."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.snapshots.weeks.weeks_ahead import WeeksAhead

WEEKS: Final = 8
"""The weeks ahead against which a plan is judged."""

# Half of a normal distribution's 80% interval, in standard deviations.
_HALF_OF_80: Final = 1.2815515655446004

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sickness:
    """How often people of the service fall sick, and for how long.

    - share: of all contracted hours, lost to sickness in the weeks read; from 0 to 1.
    - starts: chance that a person falls sick in a week; ends: chance that a person who is sick is back the next week.
    - weeks: between the first week read and the snapshot; with 0, nothing is known and no one falls sick.
    """

    share: float
    starts: float
    ends: float
    weeks: float

    @property
    def length(self) -> float:
        """How long a spell lasts on average, in weeks of full absence; 0 if no one falls sick."""
        return 1 / self.ends if self.starts else 0.0


@dataclass(frozen=True)
class Chances:
    """What the weeks ahead may bring.

    - change: expected points of each team in each of the ``WEEKS`` weeks ahead, less its points now; (teams, weeks).
    - spread: standard deviation of that, in points; (teams, weeks).
    """

    teams: tuple[str, ...]
    change: Floats
    spread: Floats
    sickness: Sickness


def estimate_chances(ahead: WeeksAhead, teams: tuple[str, ...]) -> Chances:
    """Estimate the chances of these teams; a team without a forecast, such as a new one, stays as it is."""
    near = ahead.forecast[ahead.forecast["weeks_ahead"].le(WEEKS)]
    middle, high = (
        near.pivot(index="code", columns="weeks_ahead", values=column).reindex(pd.Index(teams))
        for column in ("points", "points_high_80")
    )
    now = ahead.points.reindex(pd.Index(teams)).to_numpy(dtype=float)
    change = middle.to_numpy(dtype=float) - now[:, None]
    spread = (high - middle).to_numpy(dtype=float) / _HALF_OF_80
    return Chances(teams, np.nan_to_num(change), np.nan_to_num(spread), estimate_sickness(ahead))


def estimate_sickness(ahead: WeeksAhead) -> Sickness:
    """Estimate how often people fall sick from the stored weeks of the whole service.

    - share: hours lost to sickness over contracted hours, all weeks together.
    - starts: spells that began after the first week read, over people times weeks.
    - ends: follows from both, because the share is starts times length: rows without an end date say how many are
      away, but not for how long.
    """
    staffing = ahead.staffing
    contracted = float(staffing["contracted_hours"].sum())
    if contracted <= 0:
        return Sickness(0.0, 0.0, 1.0, 0.0)
    first, last = staffing["as_at"].min(), staffing["as_at"].max()
    weeks = (last - first).days / 7
    share = float(staffing["sick_hours"].sum()) / contracted
    began = int(ahead.spells["starts_on"].gt(first).sum())
    person_weeks = float(staffing["people"].mean()) * weeks
    starts = min(1.0, began / person_weeks) if person_weeks else 0.0
    ends = min(1.0, starts / share) if starts and share else 1.0
    return Sickness(share, starts, ends, weeks)
