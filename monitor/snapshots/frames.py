"""The column contract of every derived frame that is stored or exported, in the style of ``tiering.caseload.TABLES``.

The store, the exports, verify and the tests of the documents use it: no other place knows a column's type, unit or key.
"""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from tiering.caseload import Kind
from tiering.projection import ARRIVED, AVAILABLE, DUTIES, PLANNED


@dataclass(frozen=True)
class FrameColumn:
    """One column of a derived frame.

    * unit: what a number counts or measures; empty if the column is not a number.
    * optional: whether a value may be missing. It is missing in snapshots from before the figure existed.
    """

    name: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    optional: bool = False

    @property
    def dtype(self) -> Any:
        """The dtype of the column when it is read back."""
        if not self.optional and self.kind in _WITHOUT_GAPS:
            return _WITHOUT_GAPS[self.kind]
        return self.kind.dtype


_WITHOUT_GAPS: Final = {Kind.WHOLE: "int64", Kind.FLAG: "bool"}
"""The plain dtypes for columns without missing values, so that what is calculated from them is as it was before."""


@dataclass(frozen=True)
class DerivedFrame:
    """One derived frame: its columns in the order of storage, and those that form its key.

    * archived: stored as a file of the archive, not in a table of the database or only for an export.
    * derived: can be calculated again from the rows of the extract, so verify compares it.
    """

    name: str
    columns: tuple[FrameColumn, ...]
    key: tuple[str, ...]
    archived: bool = True
    derived: bool = True

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> FrameColumn:
        return next(column for column in self.columns if column.name == name)

    @property
    def dtypes(self) -> dict[str, Any]:
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pd.DataFrame:
        """A frame of no rows with these columns and dtypes."""
        return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in self.dtypes.items()})


def _texts(*names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, optional=optional) for name in names)


def _dates(*names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.DATE, optional=optional) for name in names)


def _numbers(unit: str, *names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.NUMBER, unit, optional) for name in names)


def _counts(unit: str, *names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.WHOLE, unit, optional) for name in names)


def _flags(*names: str) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.FLAG) for name in names)


_PLACES = _texts("om_code", optional=True) + _texts("team_code", "office_code", "cluster_code")

UNITS: Final = DerivedFrame(
    "units",
    (
        *_texts("level", "code", "name"),
        *_texts("parent_code", optional=True),
        *_counts("persons", "offender_managers", "offender_managers_over", "offender_managers_without_hours"),
        *_numbers("hours a week", "contracted_hours", "reduction_hours"),
        *_counts("cases", "cases"),
        *_numbers("points", "case_points", "duty_points"),
        *_counts("cases", "unallocated_cases"),
        *_numbers("points", "unallocated_points", "total_points", "available_points"),
        *_numbers("per cent of capacity", "capacity_percentage", optional=True),
        *_texts("band", optional=True),
        *_counts("assessments", "overdue", "high_risk_overdue", "due_soon"),
        *_numbers("hours a week", "spo_hours", optional=True),
        *_numbers("offender managers for each full-time SPO", "span", optional=True),
        *_counts("persons", "inexperienced", "experience_unknown", optional=True),
        *_counts("plans", "awaiting_countersignature", optional=True),
        *_counts("days", "longest_wait_days", optional=True),
        *_numbers(
            "per cent of capacity", "forecast_percentage", "forecast_low", "forecast_high", optional=True
        ),
        *_counts("weeks", "forecast_weeks_ahead", optional=True),
    ),
    key=("level", "code"),
    archived=False,
)  # fmt: skip

HOTSPOTS: Final = DerivedFrame(
    "hotspots",
    (
        *_texts("rule", "level", "code", "name", "status"),
        *_counts("weeks", "weeks"),
        *_dates("since", optional=True),
        *_numbers("as its rule", "value", optional=True),
        *_numbers("as its rule", "threshold"),
        *_numbers("percentage points", "change", "usual", optional=True),
        *_numbers("as its rule", "low", "high", optional=True),
        *_counts("weeks", "weeks_ahead", optional=True),
        *_numbers("points", "total_points", "available_points", optional=True),
        *_counts("assessments", "overdue", "high_risk_overdue"),
        *_texts("explained_by", "explained_by_level", optional=True),
        *_counts("weeks", "running"),
        *_counts("weeks", "escalated", optional=True),
        *_counts("place", "rank", optional=True),
        *_texts("reason"),
    ),
    key=("rule", "level", "code"),
    archived=False,
)

TIMELINESS: Final = DerivedFrame(
    "timeliness",
    (
        *_texts("level", "code", "rule"),
        *_counts("assessments", "fell_due", "on_time"),
        *_numbers("per cent", "percentage"),
        *_texts("band"),
    ),
    key=("level", "code", "rule"),
    archived=False,
)

CASES: Final = DerivedFrame(
    "cases",
    (
        *_texts("crn"),
        *_texts("om_code", optional=True),
        *_texts("team_code"),
        *_texts("tier", "rosh", optional=True),
        *_texts("setting", "activity"),
        *_counts("cases", "number_of_cases", optional=True),
        *_numbers("points", "tier_points", "rosh_points"),
        *_numbers("share", "activity_share"),
        *_numbers("points", "points"),
    ),
    key=("crn",),
)

_ASSESSMENTS = (
    *_texts("rule", "kind", "crn"),
    *_PLACES,
    *_texts("area_code"),
    *_texts("tier", "rosh", optional=True),
    *_dates("due_on"),
    *_dates("done_on", optional=True),
    *_flags("overdue", "high_risk"),
)

OVERDUE: Final = DerivedFrame("overdue", (*_ASSESSMENTS, *_counts("days", "days_overdue")), key=("rule", "crn"))
DUE_SOON: Final = DerivedFrame("due_soon", _ASSESSMENTS, key=("rule", "crn"))

FINDINGS: Final = DerivedFrame(
    "findings",
    (*_texts("finding", "crn"), *_PLACES, *_texts("detail", optional=True)),
    key=("finding", "crn", "detail"),
)

GRADES: Final = DerivedFrame(
    "grades",
    (
        *_texts("level", "code", "grade"),
        *_counts("persons", "offender_managers"),
        *_numbers("points", "total_points", "available_points", "spare_points"),
        *_numbers("points a case", "average_case_points", optional=True),
        *_numbers("cases", "spare_cases", optional=True),
    ),
    key=("level", "code", "grade"),
)

FIRST_SEEN: Final = DerivedFrame("first_seen", (*_texts("crn"), *_dates("first_seen")), key=("crn",))

FLOW: Final = DerivedFrame(
    "flow",
    (
        *_texts("team_code"),
        *_numbers("points", "case_points", "report_points", *DUTIES),
        *_numbers("points", *ARRIVED, optional=True),
        *_numbers("points", *PLANNED, *AVAILABLE),
    ),
    key=("team_code",),
)

FORECAST: Final = DerivedFrame(
    "forecast",
    (
        *_texts("level", "code", "name"),
        *_counts("weeks", "weeks_ahead"),
        *_dates("on"),
        *_numbers("points", "points", "points_low_80", "points_high_80", "points_low_95", "points_high_95"),
        *_numbers("points", "available_points"),
        *_numbers(
            "per cent of capacity", "capacity_percentage", "capacity_low_80", "capacity_high_80", "capacity_low_95",
            "capacity_high_95", optional=True,
        ),
        *_texts("method"),
    ),
    key=("level", "code", "weeks_ahead"),
)  # fmt: skip

FORECAST_SCORES: Final = DerivedFrame(
    "forecast_scores",
    (
        *_texts("level"),
        *_counts("weeks", "weeks_ahead"),
        *_counts("forecasts", "forecasts"),
        *_numbers(
            "per cent", "points_mape", "last_value_mape", "bias", "coverage_80", "coverage_95", optional=True
        ),
    ),
    key=("level", "weeks_ahead"),
)  # fmt: skip

REJECTED: Final = DerivedFrame(
    "rejected",
    (*_texts("table"), *_counts("line, 1 the heading", "line"), *_texts("column", "value", "reason")),
    key=(),
    derived=False,
)

KNOWN_EVENTS: Final = DerivedFrame(
    "known_events",
    (
        *_dates("starts_on"),
        *_dates("ends_on", optional=True),
        *_texts("level", "code", "kind"),
        *_numbers("as its kind", "quantity", optional=True),
        *_texts("note", optional=True),
    ),
    key=(),
    derived=False,
)

UNIT_WEEKS: Final = DerivedFrame(
    "unit_weeks",
    (
        *_dates("as_at"),
        *_texts("level", "code"),
        *_counts("persons", "offender_managers"),
        *_numbers("points", "total_points", "available_points"),
        *_numbers("per cent of capacity", "capacity_percentage", optional=True),
        *_flags("is_comparable"),
        *_counts("assessments", "high_risk_overdue", optional=True),
    ),
    key=("as_at", "level", "code"),
)

INTAKE: Final = DerivedFrame(
    "intake",
    (
        *_texts("table", "column", "measure", "detail"),
        *_counts("rows, codes or columns", "count"),
        *_counts("rows", "out_of", optional=True),
        *_counts("rows", "last_count", "last_out_of", optional=True),
    ),
    key=("table", "column", "measure", "detail"),
    derived=False,
)

TREND: Final = DerivedFrame(
    "trend",
    (
        *_texts("level", "code", "name"),
        *_counts("weeks", "weeks"),
        *_numbers("per cent of capacity", "capacity_percentage", optional=True),
        *_numbers("percentage points", "rise", "usual", "limit", optional=True),
        *_numbers("per cent of capacity", "month_percentage", optional=True),
        *_numbers("per cent of capacity", "chart_mean", "chart_lower", "chart_upper", optional=True),
        *_texts("chart_signal", optional=True),
        *_numbers("per cent of capacity", "peer_centre", "peer_lower", "peer_upper", optional=True),
        *_texts("peer_signal", optional=True),
    ),
    key=("level", "code"),
    archived=False,
    derived=False,
)

FRAMES: Final[dict[str, DerivedFrame]] = {
    frame.name: frame
    for frame in (
        UNITS, HOTSPOTS, TIMELINESS, CASES, OVERDUE, DUE_SOON, FINDINGS, GRADES, FIRST_SEEN, FLOW, FORECAST,
        FORECAST_SCORES, UNIT_WEEKS, REJECTED, KNOWN_EVENTS, INTAKE, TREND,
    )
}  # fmt: skip
"""Every derived frame by its name."""


@dataclass(frozen=True)
class Export:
    """One table that can be exported: its frame, and the columns in the order of the file.

    Every export starts with the date, ``as_at``.
    """

    frame: DerivedFrame
    columns: tuple[str, ...]


_CODES = ("om_code", "team_code", "office_code", "cluster_code")

EXPORTS: Final[dict[str, Export]] = {
    "workload": Export(UNITS, (
        "level", "code", "name", "parent_code", "cases", "case_points", "duty_points", "unallocated_points",
        "total_points", "available_points", "capacity_percentage", "band", "unallocated_cases", "offender_managers",
        "offender_managers_over", "offender_managers_without_hours", "contracted_hours", "reduction_hours", "overdue",
        "high_risk_overdue", "due_soon", "forecast_percentage", "forecast_low", "forecast_high",
        "forecast_weeks_ahead",
    )),
    "hotspots": Export(HOTSPOTS, (
        "rule", "level", "code", "name", "status", "weeks", "value", "threshold", "total_points", "available_points",
        "overdue", "high_risk_overdue", "explained_by", "explained_by_level", "since", "running", "change", "escalated",
        "rank", "usual", "low", "high", "weeks_ahead", "reason",
    )),
    "overdue": Export(OVERDUE, ("rule", "kind", "crn", *_CODES, "tier", "rosh", "due_on", "days_overdue")),
    "timeliness": Export(TIMELINESS, tuple(TIMELINESS.column_names)),
    "findings": Export(FINDINGS, tuple(FINDINGS.column_names)),
    "cases": Export(CASES, (
        "crn", "om_code", "team_code", "tier", "rosh", "setting", "tier_points", "rosh_points", "activity_share",
        "points", "activity", "number_of_cases",
    )),
    "rejected": Export(REJECTED, tuple(REJECTED.column_names)),
    "intake": Export(INTAKE, tuple(INTAKE.column_names)),
    "forecast": Export(FORECAST, tuple(FORECAST.column_names)),
    "trend": Export(TREND, tuple(TREND.column_names)),
    "supervision": Export(UNITS, (
        "level", "code", "name", "parent_code", "offender_managers", "spo_hours", "span", "inexperienced",
        "experience_unknown", "awaiting_countersignature", "longest_wait_days",
    )),
    "grades": Export(GRADES, tuple(GRADES.column_names)),
}  # fmt: skip
"""Every table that can be exported, by its name on the command line and the pages."""
