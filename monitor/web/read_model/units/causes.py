"""Why the capacity of a unit changed since earlier weeks: the stored parts, and the cases and posts behind each."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from alerts.causes.model import Part
from monitor.snapshots.contracts.causes import CAUSES
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.snapshot import SnapshotView

NAMES: Final = {
    Part.ARRIVALS: "Cases that arrived",
    Part.ENDS: "Cases that ended",
    Part.TRANSFERS: "Cases that changed teams",
    Part.TIER: "Tier changed",
    Part.ROSH: "RoSH changed",
    Part.SETTING: "Setting changed",
    Part.ACTIVITY: "Activity changed",
    Part.PRIORITISATION: "Contact prioritised (reset, impact)",
    Part.NUMBER_OF_CASES: "Cases in a row changed",
    Part.DUTIES: "Duties and reports",
    Part.GRADE: "Grade changed",
    Part.ROUNDING: "Rounding of each post",
    Part.LEAVERS: "People who left",
    Part.JOINERS: "People who joined",
    Part.MOVED_POSTS: "Posts that changed teams",
    Part.CONTRACTED_HOURS: "Contracted hours",
    Part.SICKNESS: "Sickness",
    Part.OTHER_REDUCTIONS: "Other reductions",
    Part.TEAM_TYPE: "Type of team changed",
    Part.WEIGHTS: "New weights",
    Part.ORGANISATION: "Organisation changed",
}

WITHOUT_ROWS: Final = (Part.WEIGHTS, Part.ORGANISATION)
"""Parts of whole teams: no single case or post is behind them."""


@dataclass(frozen=True, slots=True)
class CausePart:
    """One part of a change: points of total and of available points, percentage points, cases and posts behind it."""

    part: str
    points: float
    available_points: float
    percentage_points: float
    cases: int
    posts: int

    @property
    def name(self) -> str:
        return NAMES[Part(self.part)]

    @property
    def has_rows(self) -> bool:
        return self.part not in WITHOUT_ROWS


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One case or post behind a part, by the team that it counts for; crn missing for a post."""

    crn: str
    om_code: str
    om_name: str
    team_code: str
    points: float
    available_points: float


@dataclass(frozen=True)
class ComparedWeek:
    """A unit compared with an earlier week: parts that add up, those that raise the percentage most first.

    percentage, percentage_before: per cent of capacity; NaN without capacity.
    """

    weeks_back: int
    since: date
    parts: tuple[CausePart, ...]
    points: float
    available_points: float
    percentage_before: float
    percentage: float

    @property
    def change(self) -> float:
        return self.percentage - self.percentage_before


def compared_weeks(week: SnapshotView, level: str, code: str) -> tuple[ComparedWeek, ...]:
    """Return the earlier weeks since which something changed, the latest first; none for an earlier version."""
    unit = week.unit(level, code)
    if unit is None or not week.has_frame(CAUSES.name):
        return ()
    indexed = week.indexed(CAUSES.name)
    rows = indexed.frame.iloc[indexed.rows_of_units([(level, code)])]
    compared = []
    for _, parts in rows.groupby("weeks_back"):
        change = parts["percentage_points"].sum(min_count=1)
        compared.append(
            ComparedWeek(
                weeks_back=int(parts["weeks_back"].iloc[0]),
                since=parts["since"].iloc[0].date(),
                parts=_in_order(rows_of(CausePart, parts)),
                points=math.fsum(parts["points"]),
                available_points=math.fsum(parts["available_points"]),
                percentage_before=unit.capacity_percentage - change,
                percentage=unit.capacity_percentage,
            )
        )
    return tuple(compared)


def _in_order(parts: tuple[CausePart, ...]) -> tuple[CausePart, ...]:
    """The parts that raise the load most first; by points without percentage points."""
    return tuple(
        sorted(
            parts,
            key=lambda part: (
                0.0 if math.isnan(part.percentage_points) else -part.percentage_points,
                part.available_points - part.points,
            ),
        )
    )


def rows_behind(week: SnapshotView, level: str, code: str, weeks_back: int, part: str) -> pd.DataFrame:
    """Return the cases and posts behind a part of a unit, the most points first.

    Columns of ``CAUSE_ROWS``, and om_name. Raises RowsRemoved if retention removed them.
    """
    rows = week.frame_if_stored("cause_rows")
    which = rows["weeks_back"].eq(weeks_back) & rows["part"].eq(part) & rows[f"{level}_code"].eq(code)
    behind = rows[which & (rows["crn"].notna() | rows["om_code"].notna())]
    size = behind["points"].abs() + behind["available_points"].abs()
    behind = behind.assign(om_name=behind["om_code"].map(week.names).fillna(""))
    return behind.iloc[(-size.to_numpy()).argsort(kind="stable")]
