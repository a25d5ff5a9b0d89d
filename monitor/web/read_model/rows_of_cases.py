"""The rows that pages show of cases, assessments and findings."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DueAssessment:
    """One assessment of one case that falls due soon."""

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
    due_on: datetime
    done_on: datetime | float
    high_risk: bool


@dataclass(frozen=True, slots=True)
class LateAssessment:
    """One assessment of one case that is overdue."""

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
    due_on: datetime
    done_on: datetime | float
    high_risk: bool
    days_overdue: int


@dataclass(frozen=True, slots=True)
class OversightItem:
    """Something owed beyond assessments.

    crn: none if it is about the offender manager. days_overdue: missing if it is not late.
    """

    rule: str
    crn: str | None
    rosh: str | None
    since: datetime
    due_on: datetime
    days_overdue: int | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class ListedAssessment:
    """One overdue assessment in a list. hot: its offender manager is over the line and late."""

    crn: str
    rule: str
    rosh: str | None
    tier: str | None
    om_code: str | None
    om_name: str
    hot: bool
    team_code: str
    due_on: datetime
    days_overdue: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the extract that is missing or contradicts itself. says: what its kind means."""

    finding: str
    crn: str
    om_code: str | None
    team_code: str
    office_code: str
    cluster_code: str
    detail: str | None
    says: str
    om_name: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case with its points, part by part; overdue, due_soon: how many of its assessments are."""

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


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """One case with what is overdue, due soon and found about it."""

    case: Case
    late: tuple[LateAssessment, ...]
    soon: tuple[DueAssessment, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RejectedCount:
    """How many rows were rejected for one reason."""

    table: str
    column: str | float
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit or an offender manager that a search found."""

    level: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that a search found; om_code, om_name: empty if it is unallocated."""

    crn: str
    team_code: str
    tier: str | None
    rosh: str | None
    setting: str
    points: float
    om_code: str
    om_name: str
