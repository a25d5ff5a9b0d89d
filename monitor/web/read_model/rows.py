"""The rows that pages show and the API serialises: one class for each kind of row, fields as the stored columns."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import pandas as pd

Row = TypeVar("Row")
Values = Sequence[object]


def rows_of(kind: type[Row], frame: pd.DataFrame, **more: Values) -> tuple[Row, ...]:
    """Return the rows of a frame as rows of a kind; columns that it does not have are left out.

    more: the values of fields that the frame has no column for, one per row.
    """
    return fill_rows(kind, lambda name: frame[name].tolist(), **more)


def fill_rows(kind: type[Row], values_of: Callable[[str], list[Any]], **more: Values) -> tuple[Row, ...]:
    """Return rows of a kind, one for each place in the values of its fields.

    - values_of: the values of a field, by its name; more: those of fields given here instead
    """
    columns = [more[name] if name in more else values_of(name) for name in kind.__annotations__]
    return tuple(kind(*values) for values in zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The workload of one unit or offender manager; points, hours a week, per cent of capacity; NaN if not known."""

    level: str
    code: str
    name: str
    parent_code: str | None
    offender_managers: int
    offender_managers_over: int
    offender_managers_without_hours: int
    contracted_hours: float
    reduction_hours: float
    cases: int
    case_points: float
    duty_points: float
    unallocated_cases: int
    unallocated_points: float
    total_points: float
    available_points: float
    capacity_percentage: float
    band: str | None
    overdue: int
    high_risk_overdue: int
    due_soon: int
    spo_hours: float
    span: float
    inexperienced: float
    experience_unknown: float
    awaiting_countersignature: float
    longest_wait_days: float
    forecast_percentage: float
    forecast_low: float
    forecast_high: float
    forecast_weeks_ahead: float
    oversight_overdue: float = math.nan
    oversight_high_risk_overdue: float = math.nan
    oversight_due_soon: float = math.nan


@dataclass(frozen=True, slots=True)
class UnitTotals:
    """What a reader of a unit next to it may see: its totals, and no figure of single people."""

    level: str
    code: str
    name: str
    cases: int
    total_points: float
    available_points: float
    capacity_percentage: float
    band: str | None
    overdue: int
    high_risk_overdue: int


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """One week of a unit. weighed_alike: by the weights of the snapshot that is shown."""

    as_at: date
    total_points: float
    available_points: float
    capacity_percentage: float
    weighed_alike: bool


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month of a unit against its own past, in per cent of capacity. outside: high or low, else empty."""

    month: date
    month_percentage: float
    chart_mean: float
    chart_lower: float
    chart_upper: float
    outside: str


@dataclass(frozen=True, slots=True)
class ForecastFigures:
    """What is expected of a unit in one week to come, with the ranges that hold it 80 and 95 times of 100."""

    weeks_ahead: int
    on: datetime
    points: float
    points_low_80: float
    points_high_80: float
    points_low_95: float
    points_high_95: float
    available_points: float
    capacity_percentage: float
    capacity_low_80: float
    capacity_high_80: float
    capacity_low_95: float
    capacity_high_95: float
    method: str | None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How much of what fell due under one assessment rule was done in time."""

    level: str
    code: str
    rule: str
    fell_due: int
    on_time: int
    percentage: float
    band: str


@dataclass(frozen=True, slots=True)
class OversightRate:
    """What fell due, was done in time and is late under one rule beyond assessments. NaN, None: nothing fell due."""

    level: str
    code: str
    rule: str
    fell_due: int
    on_time: int
    percentage: float
    band: str | None
    overdue: int
    high_risk_overdue: int
    due_soon: int


@dataclass(frozen=True, slots=True)
class TeamTypeFigures:
    """The teams of one type in a unit, added up; NaN if not known."""

    team_type: str
    teams: int
    offender_managers: int
    cases: int
    total_points: float
    available_points: float
    capacity_percentage: float
    spare_points: float
    overdue: int
    high_risk_overdue: int
    overdue_per_100_cases: float
    high_risk_overdue_per_100_cases: float


@dataclass(frozen=True, slots=True)
class LimitFigures:
    """One limit of tolerable risk in an area or the whole service; value NaN if not known.

    since, forecast_on: NaT without a breach, and without one to be expected.
    """

    name: str
    measure: str
    level: str
    code: str
    unit_name: str
    owner: str
    value: float
    limit: float
    breached: bool
    weeks: int
    since: datetime | float
    forecast_on: datetime | float
    forecast_value: float


@dataclass(frozen=True, slots=True)
class ContactFigures:
    """The cases of one activity that is counted apart: what they weigh, and would weigh as active cases."""

    activity: str
    cases: int
    points: float
    full_points: float


@dataclass(frozen=True, slots=True)
class BulkDay:
    """A day on which a team or office did far more assessments than on its usual day; NaN if not known."""

    level: str
    code: str
    name: str
    what: str
    on: datetime
    assessments: int
    usual: float
    times_usual: float
    near_deadline: float


@dataclass(frozen=True, slots=True)
class Staffing:
    """The staff of one unit: turnover over ``weeks``, hours lost to sickness, experience; NaN if not known."""

    level: str
    code: str
    weeks: int
    people: int
    leavers: float
    joiners: float
    sick_people: int
    sick_hours: float
    contracted_hours: float
    sick_percentage: float
    sick_weeks: int
    sick_percentage_mean: float
    offender_managers: int
    inexperienced: int
    experience_unknown: int
    inexperienced_percentage: float
    spos: int
    spos_inexperienced: int
    spos_experience_unknown: int
    spo_years: float


@dataclass(frozen=True, slots=True)
class Reduction:
    """One reduction in force. soon: it ends within 30 days."""

    om_code: str
    om_name: str
    reason: str
    hours: float
    ends_on: datetime | float
    soon: bool


@dataclass(frozen=True, slots=True)
class Post:
    """One post of an offender manager, with its load. left: the holder has left it."""

    team_code: str
    team_name: str
    grade: str
    contracted_hours: float
    qualified_on: datetime | float
    left_on: datetime | float
    cases: int
    case_points: float
    duty_points: float
    total_points: float
    available_points: float
    reduction_hours: float
    left: bool
