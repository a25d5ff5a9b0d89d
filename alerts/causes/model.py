"""The parts of a capacity percentage and of its change, and the frames that hold them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

import pandas as pd

from tiering.caseload import Caseload, Kind
from tiering.policies.policy import Policy
from tiering.terms import Level

WEEKS_BACK: Final = (1, 4, 13)
"""How many weeks back a week is compared: with the previous snapshot, and with those of about a month and a quarter."""

LEVELS: Final = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)


class Part(StrEnum):
    """One part of a change of total points, of available points, or of both."""

    ARRIVALS = "arrivals"
    ENDS = "ends"
    TRANSFERS = "transfers"
    TIER = "tier"
    ROSH = "rosh"
    SETTING = "setting"
    ACTIVITY = "activity"
    PRIORITISATION = "prioritisation"
    NUMBER_OF_CASES = "number_of_cases"
    DUTIES = "duties"
    GRADE = "grade"
    ROUNDING = "rounding"
    LEAVERS = "leavers"
    JOINERS = "joiners"
    MOVED_POSTS = "moved_posts"
    CONTRACTED_HOURS = "contracted_hours"
    SICKNESS = "sickness"
    OTHER_REDUCTIONS = "other_reductions"
    TEAM_TYPE = "team_type"
    WEIGHTS = "weights"
    ORGANISATION = "organisation"


class StandingPart(StrEnum):
    """One part of the total points of a week."""

    HELD = "held"
    SICKNESS = "sickness"
    OTHER_REDUCTION = "other_reduction"
    NO_CONTRACTED_HOURS = "no_contracted_hours"
    LEFT = "left"
    UNALLOCATED = "unallocated"
    DUTIES = "duties"
    ROUNDING = "rounding"


WITHOUT_HOURS: Final = (
    StandingPart.SICKNESS,
    StandingPart.OTHER_REDUCTION,
    StandingPart.NO_CONTRACTED_HOURS,
    StandingPart.LEFT,
)
"""Cases held in posts without any available hours, by why there are none."""

PLACE_COLUMNS: Final = [f"{level}_code" for level in LEVELS]

_COMPARED: Final = {"weeks_back": "int64", "since": "datetime64[s]"}
_FIGURES: Final = {"points": "float64", "available_points": "float64"}
_COUNTS: Final = {"cases": "int64", "posts": "int64"}
_TEXT: Final = Kind.TEXT.dtype

ROW_DTYPES: Final[dict[str, Any]] = {
    **_COMPARED,
    **dict.fromkeys(("part", "crn", "om_code", *PLACE_COLUMNS), _TEXT),
    **_FIGURES,
    **_COUNTS,
}
CAUSE_DTYPES: Final[dict[str, Any]] = {
    **_COMPARED,
    **dict.fromkeys(("level", "code", "part"), _TEXT),
    **_FIGURES,
    "percentage_points": "float64",
    **_COUNTS,
}
STANDING_DTYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(("level", "code", "part"), _TEXT),
    "officers": "int64",
    "cases": "int64",
    "points": "float64",
    "percentage_points": "float64",
}


def empty_frame(dtypes: dict[str, Any]) -> pd.DataFrame:
    """A frame of no rows with these columns."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in dtypes.items()})


@dataclass(frozen=True)
class EarlierWeek:
    """A week to compare with.

    * weeks_back: one of ``WEEKS_BACK``.
    * caseload: what the week was taken from; its assessments and events are not needed.
    * policy: the numbers that were in force.
    """

    weeks_back: int
    as_at: date
    caseload: Caseload
    policy: Policy
