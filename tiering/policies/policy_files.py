"""Read and check the policy files of config/weightings and config/assessments."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from tiering.dated import Dated, Stated
from tiering.faults import ConfigFault
from tiering.policies.policy import (
    DRAWN,
    AssessmentRule,
    Bands,
    BulkCompletion,
    BySetting,
    CountersigningSample,
    DueUnit,
    Number,
    Policy,
    Rounding,
    RuleTerms,
    TimelinessBands,
)
from tiering.policies.tier_weights import (
    TierWeights,
    points_in_force,
    read_schemes,
    schemes_in_force,
    setting_faults,
    tier_faults,
)
from tiering.terms import (
    PRIORITISED,
    REPORT_KINDS,
    UNCLASSIFIED,
    Activity,
    DutyKind,
    Grade,
    Rosh,
    TeamType,
)
from tiering.tiers.schemes import TierScheme, calculation_of
from tiering.yaml_files import read_yaml


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str


class WeightingsFile(_File, TierWeights):
    """A file of config/weightings: what a case, a duty and an hour are worth, by date."""

    rounding: Rounding
    assessments: str
    rosh_points: Dated[dict[str, BySetting]]
    activity_share: Dated[dict[Activity, Decimal]]
    report_points: Dated[dict[DutyKind, Decimal]]
    report_window: Dated[int]
    nominal_target: Dated[dict[Grade, Decimal]]
    default_hours: Dated[Decimal]
    team_type_factor: Dated[dict[TeamType, Decimal]]
    bands: Dated[Bands]
    experienced_after_years: Dated[int]
    default_contracted_hours: Dated[dict[Grade, Decimal]] | None = None
    contact_points: Dated[dict[str, Decimal]] | None = None
    contact_days: Dated[int] | None = None


class RuleFile(RuleTerms):
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
    bulk_completion: Dated[BulkCompletion] | None = None
    countersigning_sample: Dated[CountersigningSample] | None = None


def load_policy(config: Path, name: str, as_at: date) -> Policy:
    """Load the policy that is in force on one date.

    config: the folder that holds weightings/ and assessments/.
    name: the name of the file in weightings/, without ``.yaml``. The file itself names its assessments file.

    Raises ConfigFault with every fault of both files, in blocks of any date, so that one reading finds them all.
    """
    path = config / "weightings" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in (config / "weightings").glob("*.yaml"))) or "none"
        raise ConfigFault([f"{path}: there is no policy with this name; known here: {known}"])
    weightings = read_yaml(path, WeightingsFile)
    known_schemes, scheme_faults = read_schemes(config, weightings)
    own_faults = _name_faults(weightings, path) + list(_weighting_faults(weightings, known_schemes))
    faults = scheme_faults + [f"{path}: {fault}" for fault in own_faults]
    schemes = schemes_in_force(weightings, known_schemes, as_at)
    waiting = {f"{SCHEME_POINTS}{name}" for name in weightings.scheme_points} - {
        f"{SCHEME_POINTS}{scheme.name}" for scheme in schemes
    }
    assessments_path = config / "assessments" / f"{weightings.assessments}.yaml"
    try:
        assessments = read_yaml(assessments_path, AssessmentsFile)
    except ConfigFault as fault:
        raise ConfigFault(faults + fault.faults) from None
    faults += [f"{assessments_path}: {fault}" for fault in _name_faults(assessments, assessments_path)]
    faults += [f"{assessments_path}: {fault}" for fault in _assessment_faults(assessments)]
    dated = {path: _dated_values(weightings), assessments_path: _dated_values(assessments)}
    stated: dict[str, tuple[date, Stated[Any]]] = {}
    for source, values in dated.items():
        for key, choices in values.items():
            value = choices.in_force(as_at)
            if key in waiting:
                continue
            if value is None:
                first = min(choices.root, default=None)
                faults.append(f"{source}: {key}: nothing is in force on {as_at}; the first value starts on {first}")
            else:
                stated[key] = value
    if faults:
        raise ConfigFault(faults)
    if weightings.tier_schemes is not None and not schemes:
        first = min(weightings.tier_schemes.root, default=None)
        raise ConfigFault([f"{path}: tier_schemes: nothing is in force on {as_at}; the first value starts on {first}"])
    return _policy_from(weightings, assessments, stated, schemes, as_at)


def check_policies(config: Path, as_at: date) -> list[str]:
    """Every fault of every policy file below ``config``."""
    faults: list[str] = []
    names = sorted(path.stem for path in (config / "weightings").glob("*.yaml"))
    if not names:
        return [f"{config / 'weightings'}: no policy file (*.yaml) in this folder"]
    for name in names:
        try:
            load_policy(config, name, as_at)
        except ConfigFault as fault:
            faults += fault.faults
    return faults


def _dated_values(file: WeightingsFile | AssessmentsFile) -> dict[str, Dated[Any]]:
    """Every dated value of a file by its key; a rule's due time has the key ``rules.<name>``."""
    skipped = set(_File.model_fields) | _NOT_DATED_NUMBERS
    values = {key: getattr(file, key) for key in type(file).model_fields if key not in skipped}
    dated: dict[str, Dated[Any]] = {key: value for key, value in values.items() if value is not None}
    if isinstance(file, AssessmentsFile):
        dated |= {f"rules.{name}": rule.due for name, rule in file.rules.items()}
    else:
        dated |= {f"{SCHEME_POINTS}{name}": points for name, points in file.scheme_points.items()}
    return dated


SCHEME_POINTS = "scheme_points."
"""What the key of the tier points of one scheme starts with."""
_NOT_DATED_NUMBERS = {"tiers", "highest_tiers", "tier_schemes", "scheme_points", "rounding", "assessments", "rules"}


def _name_faults(file: _File, path: Path) -> list[str]:
    """The fault of a copied file that still has its original's name inside.

    A snapshot stores the name inside, and people type the name of the file, so the two must agree.
    """
    return [] if file.name == path.stem else [f"name: {file.name!r} does not match the file name; write {path.stem}"]


def _weighting_faults(file: WeightingsFile, schemes: Mapping[str, TierScheme]) -> Iterator[str]:
    """What a weightings file leaves out or contradicts."""
    yield from tier_faults(file, schemes)
    for start, bands in file.bands.root.items():
        if not bands.value.green_from <= bands.value.amber_above <= bands.value.red_above:
            yield f"bands.{start}: must rise from green_from to amber_above to red_above"
    needed: list[tuple[str, Dated[Any], list[str]]] = [
        ("rosh_points", file.rosh_points, [*Rosh, UNCLASSIFIED]),
        ("activity_share", file.activity_share, list(Activity)),
        ("report_points", file.report_points, list(REPORT_KINDS)),
        ("nominal_target", file.nominal_target, list(Grade)),
        ("team_type_factor", file.team_type_factor, list(TeamType)),
    ]
    if file.default_contracted_hours is not None:
        needed.append(("default_contracted_hours", file.default_contracted_hours, list(Grade)))
    for key, values, names in needed:
        for start, block in values.root.items():
            for name in [name for name in names if name not in block.value and name not in PRIORITISED]:
                yield f"{key}.{start}: {name} has no value"
            for name in [name for name in block.value if name not in names]:
                yield f"{key}.{start}: {name} is not one of {', '.join(names)}"
            if key == "rosh_points":
                yield from setting_faults(f"{key}.{start}", block.value)
    yield from _below_zero_faults(file)
    yield from _range_faults(file)
    for start, hours in file.default_hours.root.items():
        if hours.value == 0:
            yield f"default_hours.{start}: must be above 0"


def _assessment_faults(file: AssessmentsFile) -> Iterator[str]:
    """What an assessments file contradicts, and the units of time that it may not use."""
    yield from _below_zero_faults(file)
    yield from _range_faults(file)
    for start, bands in file.timeliness_bands.root.items():
        if bands.value.amber_from > bands.value.green_from:
            yield f"timeliness_bands.{start}: amber_from must not be above green_from"
    for start, bulk in ({} if file.bulk_completion is None else file.bulk_completion.root).items():
        for key in ("at_least", "times_usual"):
            if getattr(bulk.value, key) < 1:
                yield f"bulk_completion.{start}.{key}: must be 1 or more"
    for name, rule in file.rules.items():
        for start, block in rule.due.root.items():
            if block.unit not in tuple(DueUnit):
                yield f"rules.{name}.due.{start}: unit {block.unit!r} is not one of {', '.join(DueUnit)}"


def _below_zero_faults(file: WeightingsFile | AssessmentsFile) -> Iterator[str]:
    for key, values in _dated_values(file).items():
        for start, block in values.root.items():
            for name, value in _leaves(block.value):
                if value < 0:
                    yield f"{key}.{start}{name}: {value} is below 0"


def _range_faults(file: WeightingsFile | AssessmentsFile) -> Iterator[str]:
    """Ranges of values that no draw changes: they would have no effect."""
    for key, values in _dated_values(file).items():
        if key.startswith(SCHEME_POINTS) or key in DRAWN:
            continue
        for start, block in values.root.items():
            if block.has_range:
                yield f"{key}.{start}: low and high are for weights ({', '.join(DRAWN)}); leave them out"


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Every number of a value, with the path to it (empty for a plain number)."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, Mapping):
        for name, part in value.items():
            for path, leaf in _leaves(part):
                yield f".{name}{path}", leaf
    else:
        yield "", value


def _policy_from(
    weightings: WeightingsFile,
    assessments: AssessmentsFile,
    stated: dict[str, tuple[date, Stated[Any]]],
    schemes: list[TierScheme],
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
            low=block.low,
            high=block.high,
        )
        for key, (since, block) in stated.items()
        for path, leaf in _leaves(block.value)
    )
    return Policy(
        name=weightings.name,
        title=weightings.title,
        as_at=as_at,
        tiers=tuple(tier for scheme in schemes for tier in scheme.tiers),
        highest_tiers=tuple(tier for scheme in schemes for tier in scheme.highest_tiers),
        tier_points=points_in_force(weightings, schemes, as_at),
        tier_calculations=tuple(part for scheme in schemes if (part := calculation_of(scheme, as_at)) is not None),
        rounding=weightings.rounding,
        rules=rules,
        numbers=numbers,
        **{key: block.value for key, (_, block) in stated.items() if "." not in key and key != "tier_points"},
    )
