"""Weeks that are not whole any more, or never were: what retention took, and what there was not yet."""

import json
from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy.exc import NoResultFound

from alerts.detection.rules import Rule
from alerts.forecasting.accuracy import SCORE_COLUMNS
from alerts.forecasting.forecast import COLUMNS as FORECAST_COLUMNS
from monitor.snapshots.parameters import numbers_of
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import Snapshot
from tiering.grades import COLUMNS as GRADE_COLUMNS
from tiering.policy import Policy
from tiering.terms import Level
from tiering.workload import keys_of_posts

POSTS: Final = "extract_offender_managers"
CAME_LATER: Final = {"forecast": FORECAST_COLUMNS, "forecast_scores": SCORE_COLUMNS, "grades": GRADE_COLUMNS}
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
        return pd.DataFrame({column: pd.Series(dtype=_kind(column)) for column in CAME_LATER[name]})
    except RowsRemoved:
        if name != POSTS:
            raise
        return _holders(store.units(number))


def policy_of(snapshot: Snapshot) -> Policy:
    """The policy a snapshot was computed with; a number that it did not have yet is 0."""
    stored = json.loads(snapshot.policy_json)
    return Policy.model_validate_json(json.dumps(_NUMBERS_THAT_CAME_LATER | stored))


def judged_by(snapshot: Snapshot, policy: Policy, rules: tuple[Rule, ...]) -> Judged:
    """How many numbers a week was judged by, and how far it looked; policy, rules: those of the snapshot."""
    if snapshot.forecast_json is None:
        return Judged(
            len(policy.numbers) + sum(rule.numbers_in_force for rule in rules),
            policy.local_assumptions + sum(rule.local_assumptions for rule in rules),
            rising_weeks=0,
            rising_mean_of=0,
            weeks_needed=0,
        )
    numbers = numbers_of(snapshot)
    apart, averaged = (int(numbers.rule("rising").number(name)) for name in ("weeks_apart", "weeks_averaged"))
    return Judged(numbers.count, numbers.local_assumptions, apart, averaged, numbers.forecast.weeks_needed)


def with_counts(units: pd.DataFrame) -> pd.DataFrame:
    """The units as a story counts them: nobody is counted where nothing was counted yet."""
    return units.fillna(dict.fromkeys(_NOT_COUNTED_YET, 0)) if units[_NOT_COUNTED_YET].isna().any(axis=None) else units


_NUMBERS_THAT_CAME_LATER: Final = {"experienced_after_years": 0}
_NOT_COUNTED_YET: Final = ["inexperienced", "experience_unknown", "awaiting_countersignature"]


def _holders(units: pd.DataFrame) -> pd.DataFrame:
    """Who held a post in which team, as the figures of the posts still have it; columns om_code, team_code, om_name."""
    people = units[units["level"].eq(Level.OFFENDER_MANAGER)]
    names = dict(zip(people["code"], people["name"], strict=True))
    keys = keys_of_posts(units)
    return keys[["om_code", "team_code"]].assign(om_name=keys["om_code"].map(names).astype("str"))


def _kind(column: str) -> str:
    if column == "on":
        return "datetime64[s]"
    return "str" if column in ("level", "code", "name", "grade", "method") else "float64"
