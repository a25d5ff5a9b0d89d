"""Weeks that are not whole any more, or never were: what retention took, and what there was not yet."""

from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy.exc import NoResultFound

from monitor.snapshots.frames import FRAMES
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import RowsRemoved, Store
from tiering.terms import Level
from tiering.workload import keys_of_posts

POSTS: Final = "extract_offender_managers"
CAME_LATER: Final = ("forecast", "forecast_scores", "grades")
"""Frames that the first snapshots did not have."""


@dataclass(frozen=True)
class Judged:
    """What the pages tell of the numbers a week was judged by; nothing of the forecast where there was none."""

    count: int
    local_assumptions: int
    rising_weeks: int
    rising_mean_of: int
    weeks_needed: int


def archived(store: Store, number: int, name: str) -> pd.DataFrame:
    """A frame of a snapshot: an empty one where there was no such frame yet; who held a post stays known.

    Raises RowsRemoved for other rows that the retention took, ArchiveDamaged for a missing or altered file.
    """
    try:
        return store.archived(number, name)
    except NoResultFound:
        if name not in CAME_LATER:
            raise
        return FRAMES[name].empty()
    except RowsRemoved:
        if name != POSTS:
            raise
        return _holders(store.units(number))


def judged_by(numbers: Parameters) -> Judged:
    """How many numbers a week was judged by, and how far it looked."""
    if numbers.forecast is None:
        return Judged(numbers.count, numbers.local_assumptions, rising_weeks=0, rising_mean_of=0, weeks_needed=0)
    apart, averaged = (int(numbers.rule("rising").number(name)) for name in ("weeks_apart", "weeks_averaged"))
    return Judged(numbers.count, numbers.local_assumptions, apart, averaged, numbers.forecast.weeks_needed)


def with_counts(units: pd.DataFrame) -> pd.DataFrame:
    """The units as a story counts them: nobody is counted where nothing was counted yet."""
    return units.fillna(dict.fromkeys(_NOT_COUNTED_YET, 0)) if units[_NOT_COUNTED_YET].isna().any(axis=None) else units


_NOT_COUNTED_YET: Final = ["inexperienced", "experience_unknown", "awaiting_countersignature"]


def _holders(units: pd.DataFrame) -> pd.DataFrame:
    """Who held a post in which team, as the figures of the posts still have it; columns om_code, team_code, om_name."""
    people = units[units["level"].eq(Level.OFFENDER_MANAGER)]
    names = dict(zip(people["code"], people["name"], strict=True))
    keys = keys_of_posts(units)
    return keys[["om_code", "team_code"]].assign(om_name=keys["om_code"].map(names).astype("str"))
