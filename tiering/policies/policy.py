"""The policy in force on one date: every number that points, available points and due dates rest on.

Policy files hold dated values and are never overwritten; ``policy_files`` reads what is in force on one date.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tiering.dated import SourceStatus
from tiering.terms import (
    Activity,
    AssessmentKind,
    DutyKind,
    Grade,
    Rosh,
    Setting,
    TeamType,
)
from tiering.tiers.schemes import CalculationInForce

BySetting = dict[Setting, Decimal]


class Rounding(StrEnum):
    """Whether points stay exact, or are rounded per post as in the Workload Management Tool."""

    NONE = "none"
    WORKLOAD_MANAGEMENT_TOOL = "workload_management_tool"


class Tiers(StrEnum):
    """Which tiers an assessment rule is for."""

    ALL = "all"
    HIGHEST = "highest"
    NOT_HIGHEST = "not_highest"


class Clock(StrEnum):
    """The date from which an assessment's time runs."""

    START = "start"
    TRANSFERRED_IN = "transferred_in_on"
    SIGNIFICANT_CHANGE = "significant_change"


class DueUnit(StrEnum):
    """How the time of an assessment is counted."""

    DAYS = "days"
    WORKING_DAYS = "working days"
    WEEKS = "weeks"
    MONTHS = "months"


class Bands(BaseModel):
    """Limits between the bands of a capacity percentage."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    red_above: Decimal
    amber_above: Decimal
    green_from: Decimal


class TimelinessBands(BaseModel):
    """Limits between green, amber and red timeliness."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    green_from: Decimal
    amber_from: Decimal


class BulkCompletion(BaseModel):
    """When many assessments on one day stand out.

    at_least: assessments on that day. times_usual: how many times the unit's usual day that is.
    near_deadline_days: days before its due date within which an assessment was done near its deadline.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: int
    times_usual: Decimal
    near_deadline_days: int


class CountersigningSample(BaseModel):
    """How many countersigned plans a month a second SPO reads again for each SPO, and the seed of their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plans_per_spo: int
    seed: int


class RuleTerms(BaseModel):
    """What a rule of a file and a rule in force have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: AssessmentKind
    settings: tuple[Setting, ...] = tuple(Setting)
    rosh: tuple[Rosh, ...] | None = None
    tiers: Tiers = Tiers.ALL
    clock: Clock = Clock.START
    counts_from: str = Field(default="clock", pattern="^(clock|sentence_start)$")
    repeats: bool = False


class AssessmentRule(RuleTerms):
    """When one kind of assessment is due, and for which cases.

    rosh: None for every case, unclassified ones included.
    counts_from: the earliest completion that counts.
    """

    name: str
    due: int
    due_unit: DueUnit


class Number(BaseModel):
    """One number in force, as policy pages and footers show it.

    low, high: how far it may be out, as multiples of its value; None for the default range, and in stored policies of
        earlier versions.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    value: str
    unit: str
    since: date
    status: SourceStatus
    reference: str
    low: Decimal | None = None
    high: Decimal | None = None


class Policy(BaseModel):
    """Every number in force on one date, checked; numbers are exact decimals.

    bulk_completion, countersigning_sample: None in policies from before there was any, and in folders without it.
    default_contracted_hours: hours per week of a person of each grade whose hours a source does not give.
    contact_points, contact_days: points that each code of a case management support contact moves, and for how long.
    The last three are None in policies that read no workbook of the Workload Management Tool.
    tier_calculations: how recorded tiers are checked. They change findings and no points, so the fingerprint leaves
        them out; ``judged_by`` of a snapshot has them.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    as_at: date
    tiers: tuple[str, ...]
    highest_tiers: tuple[str, ...]
    rounding: Rounding
    tier_points: dict[str, BySetting]
    rosh_points: dict[str, BySetting]
    activity_share: dict[Activity, Decimal]
    report_points: dict[DutyKind, Decimal]
    report_window: int
    nominal_target: dict[Grade, Decimal]
    default_hours: Decimal
    team_type_factor: dict[TeamType, Decimal]
    bands: Bands
    experienced_after_years: int
    rules: tuple[AssessmentRule, ...]
    due_soon: int
    timeliness_window: int
    timeliness_bands: TimelinessBands
    copied_from_similarity: Decimal
    tier_changes_allowed: int
    bulk_completion: BulkCompletion | None = None
    default_contracted_hours: dict[Grade, Decimal] | None = None
    contact_points: dict[str, Decimal] | None = None
    contact_days: int | None = None
    countersigning_sample: CountersigningSample | None = None
    numbers: tuple[Number, ...]
    tier_calculations: tuple[CalculationInForce, ...] = ()

    def share_of(self, activity: Activity) -> Decimal:
        """The share of a case's points that count."""
        # A prioritisation is dated: before it, and in policies that do not know it, there is no share of its own.
        return self.activity_share.get(activity, self.activity_share[Activity.SUSPENDED])

    @property
    def fingerprint(self) -> str:
        """Hash of every number in force, independent of its date, wording and layout in the file."""
        # What a policy does not have leaves its hash as it was before there was such a number.
        missing = {name for name in _OPTIONAL if getattr(self, name) is None}
        content = self.model_dump(mode="python", exclude=_NOT_HASHED | missing)
        return hashlib.sha256(json.dumps(_canonical(content), sort_keys=True).encode()).hexdigest()

    @property
    def tier_check_fingerprint(self) -> str:
        """Hash of how recorded tiers are checked; empty if they are not."""
        content = [_canonical(part.model_dump(mode="python")) for part in self.tier_calculations]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest() if content else ""

    @property
    def weights_fingerprint(self) -> str:
        """Hash of the numbers behind points and available points; points under different hashes do not compare."""
        content = self.model_dump(mode="python", include=set(_WEIGHTS))
        return hashlib.sha256(json.dumps(_canonical(content), sort_keys=True).encode()).hexdigest()

    @property
    def local_assumptions(self) -> int:
        """How many of the numbers in force have no published source."""
        return sum(number.status == SourceStatus.LOCAL_ASSUMPTION for number in self.numbers)


_OPTIONAL = ("bulk_completion", "countersigning_sample", "default_contracted_hours", "contact_points", "contact_days")
_NOT_HASHED = {"as_at", "title", "numbers", "tier_calculations"}
_WEIGHTS = (
    "tier_points",
    "rosh_points",
    "activity_share",
    "report_points",
    "report_window",
    "nominal_target",
    "default_hours",
    "team_type_factor",
    "rounding",
)

DRAWN = tuple(name for name in _WEIGHTS if name not in ("report_window", "rounding"))
"""The weights whose size can be out: not the days in which a report counts, nor how points are rounded."""


def _canonical(value: Any) -> Any:
    """Plain data in which equal numbers look the same: 25 and 25.0 are one number."""
    if isinstance(value, Mapping):
        return {str(key): _canonical(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(part) for part in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, bool | int | None) else str(value)
