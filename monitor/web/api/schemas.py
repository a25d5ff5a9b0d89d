"""What the API answers with, as its OpenAPI document has it: the columns as they were stored."""

from datetime import date, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class UnitFigures(BaseModel):
    """Figures as they were stored: nothing rounded, nothing left out."""

    model_config = ConfigDict(extra="forbid")


Row = TypeVar("Row", bound=UnitFigures)


class SnapshotRow(UnitFigures):
    """One snapshot, or a later revision of it."""

    as_at: date
    comparison: str = Field(description="The policy of a run under another than the service's own; else empty.")
    revision: int
    created_at: datetime
    policy: str
    policy_fingerprint: str
    cases: int | None = Field(description="For those who see everything, and operators.")
    rejected: int | None = Field(description="Rows that were rejected; for those who see everything, and operators.")
    source: str | None = Field(description="For those who see everything, and operators.")


class UnitRow(UnitFigures):
    """The workload of one unit or offender manager; points, hours a week, per cent of capacity."""

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
    capacity_percentage: float | None
    band: str | None
    overdue: int
    high_risk_overdue: int
    due_soon: int
    spo_hours: float | None
    span: float | None
    inexperienced: int | None
    experience_unknown: int | None
    awaiting_countersignature: int | None
    longest_wait_days: int | None
    forecast_percentage: float | None
    forecast_low: float | None
    forecast_high: float | None
    forecast_weeks_ahead: int | None
    oversight_overdue: int | None = Field(description="Beyond assessments; null if the service records none of it.")
    oversight_high_risk_overdue: int | None
    oversight_due_soon: int | None


class WeekRow(UnitFigures):
    """One week of a unit or offender manager."""

    as_at: date
    total_points: float
    available_points: float
    capacity_percentage: float | None
    weighed_alike: bool = Field(
        description="Weighed by the weights of this snapshot; figures of others do not compare."
    )


class StaffingRow(UnitFigures):
    """The staff of one unit: turnover over some weeks, hours lost to sickness, experience."""

    level: str
    code: str
    weeks: int = Field(description="Over which leavers and joiners are counted.")
    people: int
    leavers: int | None
    joiners: int | None
    sick_people: int
    sick_hours: float
    contracted_hours: float
    sick_percentage: float | None
    sick_weeks: int
    sick_percentage_mean: float | None
    offender_managers: int
    inexperienced: int
    experience_unknown: int
    inexperienced_percentage: float | None
    spos: int
    spos_inexperienced: int
    spos_experience_unknown: int
    spo_years: float | None


class ForecastRow(UnitFigures):
    """What is expected of a unit in one week to come, with the ranges that hold it 80 and 95 times of 100."""

    weeks_ahead: int
    on: date
    points: float | None
    points_low_80: float | None
    points_high_80: float | None
    points_low_95: float | None
    points_high_95: float | None
    available_points: float | None
    capacity_percentage: float | None
    capacity_low_80: float | None
    capacity_high_80: float | None
    capacity_low_95: float | None
    capacity_high_95: float | None
    method: str | None


class Hotspot(UnitFigures):
    """One hotspot with its evidence."""

    rule: str
    level: str
    code: str
    name: str
    status: str
    weeks: int
    since: date | None
    value: float | None
    threshold: float
    change: float | None
    usual: float | None
    low: float | None
    high: float | None
    weeks_ahead: int | None
    total_points: float | None
    available_points: float | None
    overdue: int
    high_risk_overdue: int
    explained_by: str | None = Field(description="The unit above that explains it; null where you may not see that.")
    explained_by_level: str | None
    running: int
    escalated: int | None
    rank: int | None
    reason: str
    episode: str | None = Field(description="The identity of its life, the same from its first week to its last.")


class TimelinessRow(UnitFigures):
    """How much of what fell due was done in time, by unit and assessment rule."""

    level: str
    code: str
    rule: str
    fell_due: int
    on_time: int
    percentage: float
    band: str


class OversightRow(UnitFigures):
    """What fell due beyond assessments and was done in time, and what is late now, by unit and rule."""

    level: str
    code: str
    rule: str
    fell_due: int
    on_time: int
    percentage: float | None
    band: str | None
    overdue: int
    high_risk_overdue: int
    due_soon: int


class TeamTypeRow(UnitFigures):
    """The teams of one type in a cluster, an area or the whole service."""

    level: str
    code: str
    team_type: str
    teams: int
    offender_managers: int
    cases: int
    total_points: float
    available_points: float
    capacity_percentage: float | None
    spare_points: float
    overdue: int
    high_risk_overdue: int
    overdue_per_100_cases: float | None
    high_risk_overdue_per_100_cases: float | None


class LimitRow(UnitFigures):
    """One limit of tolerable risk in an area or the whole service."""

    name: str
    measure: str
    level: str
    code: str
    unit_name: str
    owner: str
    value: float | None
    limit: float
    breached: bool
    weeks: int = Field(description="Weeks in breach; 0 without one.")
    since: date | None
    forecast_on: date | None = Field(description="The first week in which a breach is expected.")
    forecast_value: float | None


class AssessmentRow(UnitFigures):
    """One assessment of one case that is due."""

    rule: str
    kind: str
    crn: str
    om_code: str | None
    team_code: str
    office_code: str
    cluster_code: str
    area_code: str
    tier: str | None
    rosh: str | None
    due_on: date
    done_on: date | None
    high_risk: bool


class OverdueRow(AssessmentRow):
    """One assessment that is overdue; hot: held by an offender manager who is hot and late."""

    days_overdue: int
    om_name: str
    hot: bool


class LateRow(AssessmentRow):
    """One assessment of one offender manager that is overdue."""

    days_overdue: int


class FindingRow(UnitFigures):
    """One thing in the extract that is missing or contradicts itself."""

    finding: str
    crn: str
    om_code: str | None
    team_code: str
    office_code: str
    cluster_code: str
    detail: str | None


class CaseRow(UnitFigures):
    """One case with its points, part by part; overdue and due_soon count its assessments."""

    crn: str
    om_code: str | None
    team_code: str
    tier: str | None
    rosh: str | None
    setting: str
    activity: str
    number_of_cases: int
    tier_points: float
    rosh_points: float
    activity_share: float
    points: float
    overdue: int
    due_soon: int


class PostRow(UnitFigures):
    """One post of an offender manager."""

    team_code: str
    team_name: str
    grade: str
    contracted_hours: float
    qualified_on: date | None
    left_on: date | None
    cases: int
    case_points: float
    duty_points: float
    total_points: float
    available_points: float
    reduction_hours: float


class PartRow(UnitFigures):
    """One reason of a change."""

    name: str
    cases: int
    points: float


class HoursPartRow(UnitFigures):
    """One reason of a change of available points; posts: how many changed so."""

    name: str
    posts: int
    points: float


class ChangeRow(UnitFigures):
    """Why the points are not what they were; parts add up to now minus before, available_parts to that of available."""

    before: float
    now: float
    parts: list[PartRow]
    available_before: float
    available_now: float
    available_parts: list[HoursPartRow]
    hours_before: float
    hours_now: float


class Dated(UnitFigures):
    """Of which snapshot an answer is."""

    as_at: date
    revision: int


class PagedList(UnitFigures, Generic[Row]):
    """A part of a list: items from offset on, and where the next are."""

    total: int = Field(description="How many there are that you may see, with these filters.")
    limit: int
    offset: int
    next: str | None = Field(description="Path of the next part; null at the end.")
    items: list[Row]


class DatedPart(PagedList[Row], Generic[Row]):
    """A part of a list of one snapshot."""

    as_at: date
    revision: int


class CauseRow(UnitFigures):
    """One part of the change of a unit since an earlier week; percentage_points are null without capacity."""

    weeks_back: int
    since: date
    part: str
    points: float
    available_points: float
    percentage_points: float | None
    cases: int
    posts: int


class StandingCauseRow(UnitFigures):
    """One part of the load of a unit; percentage_points of its available points, null without any."""

    part: str
    officers: int
    cases: int
    points: float
    percentage_points: float | None
