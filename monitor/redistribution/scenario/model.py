"""A scenario: a snapshot, a scope, changes to try, and limits of the plan, as a readable YAML file."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from tiering.caseload import OFFENDER_MANAGERS
from tiering.terms import UNCLASSIFIED, Activity, Grade, Level, ReductionReason, Rosh, Setting, TeamType

_DATE = re.compile(r"(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MOST_CASES = 10_000
_ROSH = (*(rosh.value for rosh in Rosh), UNCLASSIFIED)
_HOURS = OFFENDER_MANAGERS.column("contracted_hours")


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError("is not a date from 1900 to 2199; write it as 2026-11-20")


def _code(value: object) -> object:
    if isinstance(value, bool | int | float):
        raise ValueError(f'was read as a number; put it in quotes as the extract has it, such as "{value:05}"')
    if isinstance(value, str) and not value.isprintable():
        raise ValueError("holds characters that cannot be printed; write the code as the extract has it")
    return value


def _tier(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Day = Annotated[date, BeforeValidator(_day)]
Code = Annotated[str, BeforeValidator(_code), Field(strict=True, min_length=1, max_length=200)]
Words = Annotated[str, BeforeValidator(_code), Field(strict=True, min_length=1, max_length=120)]
Hours = Annotated[float, Field(strict=True, ge=_HOURS.minimum, le=_HOURS.maximum, allow_inf_nan=False)]
Weight = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]
Tier = Annotated[str, BeforeValidator(_tier), Field(strict=True, min_length=1)]


class _Part(BaseModel):
    """A part of the file: unknown keys are faults, and its values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Absent(_Part):
    """A person has no hours, in any post, from one day to another."""

    om_code: Code
    first: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    reason: ReductionReason = ReductionReason.OTHER

    @model_validator(mode="after")
    def _in_order(self) -> "Absent":
        if self.first is not None and self.until is not None and self.until < self.first:
            raise ValueError(f"until is {self.until}, before from, {self.first}; write the last day of the absence")
        return self


class Joins(_Part):
    """A new person, or a further post of a present one."""

    team_code: Code
    grade: Grade
    contracted_hours: Hours
    name: Words | None = None
    om_code: Code | None = None
    qualified_on: Day | None = None
    on: Day | None = None


class Leaves(_Part):
    """A person leaves a post, or all of them."""

    om_code: Code
    team_code: Code | None = None
    on: Day | None = None


class NewHours(_Part):
    """Contracted hours of a post change."""

    om_code: Code
    team_code: Code
    contracted_hours: Hours


class TeamMoves(_Part):
    """A team goes to another office, with everyone in it and all its cases."""

    team_code: Code
    to_office: Code


class Widen(_Part):
    """A type of team takes cases of further types of teams."""

    team_type: TeamType
    takes: tuple[TeamType, ...] = Field(min_length=1)


class PolicyNumbers(_Part):
    """Numbers of the policy that differ here; every other number stays as in the snapshot."""

    tier_points: dict[Tier, dict[Setting, Weight]] = {}
    rosh_points: dict[Literal[*_ROSH], dict[Setting, Weight]] = {}  # type: ignore[valid-type]
    activity_share: dict[Activity, Annotated[float, Field(strict=True, ge=0, le=1)]] = {}
    nominal_target: dict[Grade, Weight] = {}
    team_type_factor: dict[TeamType, Annotated[float, Field(strict=True, ge=0, le=10)]] = {}
    default_hours: Annotated[float, Field(strict=True, gt=0, le=_HOURS.maximum)] | None = None


class Arrivals(_Part):
    """Cases that are expected and that no one holds yet."""

    team_code: Code
    tier: Tier
    rosh: Rosh
    setting: Setting
    cases: int = Field(strict=True, ge=1, le=_MOST_CASES)


class Threshold(_Part):
    """Another line above which a person counts as over, in per cent of capacity."""

    over: Annotated[float, Field(strict=True, gt=0, le=1000)]


class Move(_Part):
    """A case goes to a named person."""

    crn: Code
    to_om_code: Code
    to_team_code: Code | None = None


class Pin(_Part):
    """A case stays with its holder, or a person neither gives nor takes a case."""

    crn: Code | None = None
    om_code: Code | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Pin":
        if (self.crn is None) == (self.om_code is None):
            raise ValueError("names a case or a person: write crn or om_code, one of both")
        return self


class Bar(_Part):
    """A case may never go to this person."""

    crn: Code
    om_code: Code


class Change(_Part):
    """One change, with exactly one of the keys."""

    absent: Absent | None = None
    joins: Joins | None = None
    leaves: Leaves | None = None
    hours: NewHours | None = None
    team: TeamMoves | None = None
    widen: Widen | None = None
    policy: PolicyNumbers | None = None
    arrivals: Arrivals | None = None
    threshold: Threshold | None = None
    move: Move | None = None
    pin: Pin | None = None
    bar: Bar | None = None

    @model_validator(mode="before")
    @classmethod
    def _exactly_one(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or len(given) != 1 or next(iter(given.values())) is None:
            raise ValueError(f'is not one change; write one a line, such as - absent: {{om_code: "00012"}}: {_KINDS}')
        return given

    @property
    def kind(self) -> str:
        """The kind of the change."""
        return next(iter(self.model_fields_set))

    @property
    def what(self) -> Any:
        """The values of the change."""
        return getattr(self, self.kind)


_KINDS = f"the changes are {', '.join(Change.model_fields)}"


PlainScope = str | dict[str, str] | dict[str, list[str]]
"""A scope as a file has it: all, one unit, or some teams."""


class ScenarioScope(_Part):
    """The teams whose cases and people take part in the plan: one unit, some teams, or everything."""

    level: Literal[Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL]
    codes: tuple[Code, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_plain_scope(cls, given: Any) -> Any:
        if given == "all":
            return {"level": Level.ALL}
        if not isinstance(given, Mapping) or len(given) != 1:
            raise ValueError(f"is not one unit; {_SCOPES}")
        ((key, value),) = given.items()
        if key == "teams":
            if not isinstance(value, list) or not value:
                raise ValueError(f"teams is not a list of codes; {_SCOPES}")
            return {"level": Level.TEAM, "codes": value}
        if key == "all":
            return {"level": Level.ALL}
        if key not in ("team", "office", "cluster", "area"):
            raise ValueError(f"{key!r} is not a scope; {_SCOPES}")
        return {"level": key, "codes": [value]}

    def as_plain(self) -> PlainScope:
        """Return the scope as the file writes it."""
        if self.level is Level.ALL:
            return "all"
        return {"teams": list(self.codes)} if len(self.codes) > 1 else {self.level.value: self.codes[0]}


_SCOPES = "write one of {cluster: C02}, {office: F021}, {area: N}, {teams: [T0211, T0212]} or all"


NO_LIMIT: Final = "no limit"
"""The words for as many elective moves as there are gains."""


def _most_moves(value: object) -> object:
    if value is None or value == NO_LIMIT or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError(f"should be a whole number of moves from 0, or the words {NO_LIMIT}")


class AskedLimits(_Part):
    """What the plan may do; limits that are not given are the usual ones: see ``limits_for``."""

    elective_moves: Annotated[int | Literal["no limit"] | None, PlainValidator(_most_moves)] = None
    intake: int | None = Field(default=None, strict=True, ge=0, le=1000)
    weeks: int | None = Field(default=None, strict=True, ge=1, le=52)
    seconds: float | None = Field(default=None, strict=True, gt=0, le=3600)
    gap: float | None = Field(default=None, strict=True, ge=0, le=1)
    peak_first: bool | None = Field(default=None, strict=True)
    between_clusters: bool | None = Field(default=None, strict=True)
    margin: float | None = Field(default=None, strict=True, ge=0, le=100, allow_inf_nan=False)


class EarlierMove(_Part):
    """A move of an earlier plan, which a new plan should keep."""

    crn: Code
    to_om_code: Code
    to_team_code: Code


class Scenario(_Part):
    """A scenario: its snapshot, its scope, the changes to try, and the limits.

    - based_on: the moves of an earlier plan, which the new one changes only where that is worth it.
    - The fingerprints, if given, identify the numbers under which its plan was found before.
    """

    name: Words
    author: Words | None = None
    as_at: Day | None = None
    revision: int | None = Field(default=None, strict=True, ge=1)
    policy_fingerprint: Code | None = None
    prices_fingerprint: Code | None = None
    scope: ScenarioScope
    changes: tuple[Change, ...] = ()
    limits: AskedLimits = AskedLimits()
    based_on: tuple[EarlierMove, ...] | None = None

    @model_validator(mode="after")
    def _each_case_once(self) -> "Scenario":
        crns = [move.crn for move in self.based_on or ()]
        twice = sorted({crn for crn in crns if crns.count(crn) > 1}) if len(crns) > len(set(crns)) else []
        if twice:
            raise ValueError(f"based_on moves {twice[0]} twice; leave one line of it")
        return self
