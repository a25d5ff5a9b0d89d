"""Load, check and fingerprint the policy: config/weightings and config/assessments.

A policy file holds dated values and is never overwritten; ``load_policy`` takes out what is in force on one date.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tiering.dated import Dated, SourceStatus, Stated
from tiering.faults import ConfigFault
from tiering.terms import (
    REPORT_KINDS,
    UNCLASSIFIED,
    UNTIERED,
    Activity,
    AssessmentKind,
    DutyKind,
    Grade,
    Rosh,
    Setting,
    TeamType,
)

Model = TypeVar("Model", bound=BaseModel)
BySetting = dict[Setting, Decimal]


class Rounding(StrEnum):
    """Whether points stay exact, or are rounded as the Workload Management Tool does for each post."""

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


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str


class WeightingsFile(_File):
    """A file of config/weightings: what a case, a duty and an hour are worth, by date."""

    tiers: tuple[str, ...]
    highest_tiers: tuple[str, ...]
    rounding: Rounding
    assessments: str
    tier_points: Dated[dict[str, BySetting]]
    rosh_points: Dated[dict[str, BySetting]]
    activity_share: Dated[dict[Activity, Decimal]]
    report_points: Dated[dict[DutyKind, Decimal]]
    report_window: Dated[int]
    nominal_target: Dated[dict[Grade, Decimal]]
    default_hours: Dated[Decimal]
    team_type_factor: Dated[dict[TeamType, Decimal]]
    bands: Dated[Bands]
    experienced_after_years: Dated[int]


class _RuleTerms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: AssessmentKind
    settings: tuple[Setting, ...] = tuple(Setting)
    rosh: tuple[Rosh, ...] | None = None
    tiers: Tiers = Tiers.ALL
    clock: Clock = Clock.START
    counts_from: str = Field(default="clock", pattern="^(clock|sentence_start)$")
    repeats: bool = False


class RuleFile(_RuleTerms):
    """One rule of a file of config/assessments."""

    due: Dated[int]


class AssessmentsFile(_File):
    """A file of config/assessments: when each assessment is due, by date."""

    rules: dict[str, RuleFile]
    due_soon: Dated[int]
    timeliness_window: Dated[int]
    timeliness_bands: Dated[TimelinessBands]
    copied_from_similarity: Dated[Decimal]
    tier_changes_allowed: Dated[int]


class AssessmentRule(_RuleTerms):
    """When one kind of assessment is due for which cases.

    ``rosh`` None: every case, an unclassified one included. ``counts_from``: the earliest completion that counts.
    """

    name: str
    due: int
    due_unit: DueUnit


class Number(BaseModel):
    """One number in force, the way policy pages and footers show it."""

    model_config = ConfigDict(frozen=True)

    key: str
    value: str
    unit: str
    since: date
    status: SourceStatus
    reference: str


class Policy(BaseModel):
    """Every number in force on one date, checked; numbers are exact decimals."""

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
    numbers: tuple[Number, ...]

    @property
    def fingerprint(self) -> str:
        """Hash of every number in force, whatever its date, wording or layout in the file."""
        content = self.model_dump(mode="python", exclude={"as_at", "title", "numbers"})
        return hashlib.sha256(json.dumps(_canonical(content), sort_keys=True).encode()).hexdigest()

    @property
    def weights_fingerprint(self) -> str:
        """Hash of the numbers in force that points and available points rest on: under others, these do not compare."""
        content = self.model_dump(mode="python", include=set(_WEIGHTS))
        return hashlib.sha256(json.dumps(_canonical(content), sort_keys=True).encode()).hexdigest()

    @property
    def local_assumptions(self) -> int:
        """How many of the numbers in force have no published source."""
        return sum(number.status == SourceStatus.LOCAL_ASSUMPTION for number in self.numbers)


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


def load_policy(config: Path, name: str, as_at: date) -> Policy:
    """The policy ``name`` as it is in force on ``as_at``; raises ConfigFault with every fault found."""
    path = config / "weightings" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in (config / "weightings").glob("*.yaml"))) or "none"
        raise ConfigFault([f"{path}: there is no policy of that name; known here: {known}"])
    weightings = read_yaml(path, WeightingsFile)
    faults = [f"{path}: {fault}" for fault in _unlike(weightings, path) + list(_gaps(weightings))]
    assessments_path = config / "assessments" / f"{weightings.assessments}.yaml"
    try:
        assessments = read_yaml(assessments_path, AssessmentsFile)
    except ConfigFault as fault:
        raise ConfigFault(faults + fault.faults) from None
    faults += [f"{assessments_path}: {fault}" for fault in _unlike(assessments, assessments_path)]
    faults += [f"{assessments_path}: {fault}" for fault in _unusable(assessments)]
    dated = {path: _dated_of(weightings), assessments_path: _dated_of(assessments)}
    stated: dict[str, tuple[date, Stated[Any]]] = {}
    for source, values in dated.items():
        for key, choices in values.items():
            found = choices.in_force(as_at)
            if found is None:
                first = min(choices.root, default=None)
                faults.append(f"{source}: {key}: nothing is in force on {as_at}, the first value starts {first}")
            else:
                stated[key] = found
    if faults:
        raise ConfigFault(faults)
    return _policy(weightings, assessments, stated, as_at)


def check_policies(config: Path, as_at: date) -> list[str]:
    """Every fault of every policy file below ``config``."""
    faults: list[str] = []
    names = sorted(path.stem for path in (config / "weightings").glob("*.yaml"))
    if not names:
        return [f"{config / 'weightings'}: no policy file (*.yaml) is here"]
    for name in names:
        try:
            load_policy(config, name, as_at)
        except ConfigFault as fault:
            faults += fault.faults
    return faults


def fingerprint_of(path: Path) -> str:
    """SHA-256 of a file's content, which tells whether it has changed, whatever its time says; empty if unreadable."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def read_yaml(path: Path, model: type[Model]) -> Model:
    """A YAML file as ``model``; raises ConfigFault naming file, key, what is wrong and what to write instead."""
    try:
        content = _content(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigFault([f"{path}: the file is missing"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFault([f"{path}: cannot be read: {error}"]) from None
    except YAMLError as error:
        raise ConfigFault([f"{path}: not valid YAML: {' '.join(str(error).split())}"]) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigFault([f"{path}: {_key(one['loc'])}: {one['msg']}" for one in error.errors()]) from None


def numbers_in_force(
    path: Path, file: BaseModel, keys: Iterable[str], as_at: date
) -> tuple[dict[str, Any], int, list[str]]:
    """The values of a file's dated ``keys`` on a date, how many are local assumptions, and the faults of the rest."""
    values: dict[str, Any] = {}
    faults = []
    local_assumptions = 0
    for key in keys:
        found = getattr(file, key).in_force(as_at)
        if found is None:
            faults.append(f"{path}: {key}: nothing is in force on {as_at}; add a value dated then or earlier")
            continue
        values[key] = found[1].value
        local_assumptions += found[1].status is SourceStatus.LOCAL_ASSUMPTION
    return values, local_assumptions, faults


@lru_cache(maxsize=64)
def _content(text: str) -> Any:
    """What a YAML text says; kept, because the same few files are asked for again and again."""
    return YAML(typ="safe", pure=True).load(text)


def _key(location: tuple[int | str, ...]) -> str:
    """The place of a fault as it is written in the file, dates as dates."""
    joined = ".".join(map(str, location)) or "the file"
    return re.sub(
        r"datetime\.date\((\d+), (\d+), (\d+)\)", lambda day: "{}-{:0>2}-{:0>2}".format(*day.groups()), joined
    )


def _dated_of(file: WeightingsFile | AssessmentsFile) -> dict[str, Dated[Any]]:
    """Every dated value of a file by its key; a rule's due time has the key ``rules.<name>``."""
    skipped = set(_File.model_fields) | {"tiers", "highest_tiers", "rounding", "assessments", "rules"}
    found: dict[str, Dated[Any]] = {key: getattr(file, key) for key in type(file).model_fields if key not in skipped}
    if isinstance(file, AssessmentsFile):
        found |= {f"rules.{name}": rule.due for name, rule in file.rules.items()}
    return found


def _unlike(file: _File, path: Path) -> list[str]:
    """Snapshots keep the name, people ask for the file: a copy under a new name says so."""
    return [] if file.name == path.stem else [f"name: {file.name!r} is not the file's own name: write {path.stem}"]


def _gaps(file: WeightingsFile) -> Iterator[str]:
    """What a weightings file leaves out or contradicts."""
    for tier in sorted({tier for tier in file.tiers if file.tiers.count(tier) > 1}):
        yield f"tiers: {tier} is named more than once"
    for start, bands in file.bands.root.items():
        if not bands.value.green_from <= bands.value.amber_above <= bands.value.red_above:
            yield f"bands.{start}: must rise: green_from, then amber_above, then red_above"
    for tier in file.highest_tiers:
        if tier not in file.tiers:
            yield f"highest_tiers: {tier} is not one of tiers"
    needed: list[tuple[str, Dated[Any], list[str]]] = [
        ("tier_points", file.tier_points, [*dict.fromkeys(file.tiers), UNTIERED]),
        ("rosh_points", file.rosh_points, [*Rosh, UNCLASSIFIED]),
        ("activity_share", file.activity_share, list(Activity)),
        ("report_points", file.report_points, list(REPORT_KINDS)),
        ("nominal_target", file.nominal_target, list(Grade)),
        ("team_type_factor", file.team_type_factor, list(TeamType)),
    ]
    for key, values, names in needed:
        for start, block in values.root.items():
            for name in [name for name in names if name not in block.value]:
                yield f"{key}.{start}: {name} has no value"
            for name in [name for name in block.value if name not in names]:
                yield f"{key}.{start}: {name} is not one of {', '.join(names)}"
            for name, value in block.value.items():
                if isinstance(value, Mapping):
                    for setting in [one for one in Setting if one not in value]:
                        yield f"{key}.{start}.{name}: {setting} has no value"
    yield from _below_zero(file)
    for start, hours in file.default_hours.root.items():
        if hours.value == 0:
            yield f"default_hours.{start}: must be above 0"


def _unusable(file: AssessmentsFile) -> Iterator[str]:
    """What an assessments file says that cannot be counted with."""
    yield from _below_zero(file)
    for start, bands in file.timeliness_bands.root.items():
        if bands.value.amber_from > bands.value.green_from:
            yield f"timeliness_bands.{start}: amber_from must not be above green_from"
    for name, rule in file.rules.items():
        for start, block in rule.due.root.items():
            if block.unit not in tuple(DueUnit):
                yield f"rules.{name}.due.{start}: unit {block.unit!r} is not one of {', '.join(DueUnit)}"


def _below_zero(file: WeightingsFile | AssessmentsFile) -> Iterator[str]:
    for key, values in _dated_of(file).items():
        for start, block in values.root.items():
            for name, value in _leaves(block.value):
                if value < 0:
                    yield f"{key}.{start}{name}: {value} is below 0"


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Every single number of a value, with the path to it (empty for a plain number)."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, Mapping):
        for name, part in value.items():
            for path, leaf in _leaves(part):
                yield f".{name}{path}", leaf
    else:
        yield "", value


def _policy(
    weightings: WeightingsFile,
    assessments: AssessmentsFile,
    stated: dict[str, tuple[date, Stated[Any]]],
    as_at: date,
) -> Policy:
    rules = tuple(
        AssessmentRule(
            **rule.model_dump(exclude={"due"}),
            name=name,
            due=stated[f"rules.{name}"][1].value,
            due_unit=DueUnit(stated[f"rules.{name}"][1].unit),
        )
        for name, rule in assessments.rules.items()
    )
    numbers = tuple(
        Number(
            key=f"{key}{path}",
            value=str(leaf),
            unit=block.unit,
            since=since,
            status=block.status,
            reference=block.reference,
        )
        for key, (since, block) in stated.items()
        for path, leaf in _leaves(block.value)
    )
    return Policy(
        name=weightings.name,
        title=weightings.title,
        as_at=as_at,
        tiers=weightings.tiers,
        highest_tiers=weightings.highest_tiers,
        rounding=weightings.rounding,
        rules=rules,
        numbers=numbers,
        **{key: block.value for key, (_, block) in stated.items() if not key.startswith("rules.")},
    )


def _canonical(value: Any) -> Any:
    """Plain data in which equal numbers look equal: 25 and 25.0 are one number."""
    if isinstance(value, Mapping):
        return {str(key): _canonical(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(part) for part in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, bool | int | None) else str(value)
