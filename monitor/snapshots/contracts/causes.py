"""The column contracts of why a capacity changed and what a load consists of."""

from typing import Final

from monitor.snapshots.contracts.columns import DerivedFrame, counts, dates, numbers, texts

_CAUSE = (
    *counts("weeks", "weeks_back"),
    *dates("since"),
    *texts("part"),
)
_OF_CAUSE = (*counts("cases", "cases"), *counts("posts", "posts"))

CAUSE_ROWS: Final = DerivedFrame(
    "cause_rows",
    (
        *_CAUSE,
        *texts("crn", "om_code", "team_code", "office_code", "cluster_code", "area_code", optional=True),
        *numbers("points", "points", "available_points"),
        *_OF_CAUSE,
    ),
    key=("weeks_back", "part", "crn", "om_code", "team_code", "office_code", "cluster_code", "area_code"),
)

CAUSES: Final = DerivedFrame(
    "causes",
    (
        *_CAUSE[:2],
        *texts("level", "code", "part"),
        *numbers("points", "points", "available_points"),
        *numbers("percentage points", "percentage_points", optional=True),
        *_OF_CAUSE,
    ),
    key=("weeks_back", "level", "code", "part"),
)

STANDING_CAUSES: Final = DerivedFrame(
    "standing_causes",
    (
        *texts("level", "code", "part"),
        *counts("persons", "officers"),
        *counts("cases", "cases"),
        *numbers("points", "points"),
        *numbers("percentage points", "percentage_points", optional=True),
    ),
    key=("level", "code", "part"),
)
