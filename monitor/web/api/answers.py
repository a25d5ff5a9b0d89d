"""What the API answers about one unit or one offender manager."""

from pydantic import Field

from monitor.web.api.schemas import (
    AssessmentRow,
    CaseRow,
    CauseRow,
    ChangeRow,
    Dated,
    FindingRow,
    ForecastRow,
    Hotspot,
    LateRow,
    PostRow,
    StaffingRow,
    StandingCauseRow,
    TimelinessRow,
    UnitRow,
    WeekRow,
)


class UnitAnswer(Dated):
    """One unit: figures, weeks, what is expected, hotspots, timeliness, what changed and why, what its load is."""

    unit: UnitRow
    weeks: list[WeekRow]
    forecast: list[ForecastRow]
    hotspots: list[Hotspot]
    timeliness: list[TimelinessRow]
    change: ChangeRow | None
    staffing: StaffingRow | None = Field(description="Null in snapshots from before it was counted.")
    causes: list[CauseRow]
    standing_causes: list[StandingCauseRow]


class OffenderManagerAnswer(Dated):
    """One offender manager: load, posts, weeks, and of the cases those you may see."""

    unit: UnitRow
    posts: list[PostRow]
    weeks: list[WeekRow]
    cases: list[CaseRow]
    hidden_cases: int = Field(description="Cases in posts that you may not see; the load counts them.")
    overdue: list[LateRow]
    due_soon: list[AssessmentRow]
    findings: list[FindingRow]
    change: ChangeRow | None
