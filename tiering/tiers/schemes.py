"""The files of config/tier_schemes: which tiers a scheme has, and by which numbers a calculated one is found."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.yaml_files import read_yaml

Name = Annotated[str, Field(coerce_numbers_to_str=True)]


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RsrBand(_Numbers):
    """The points of an RSR from ``at_least``: below one limit, or up to and including another."""

    at_least: Decimal
    below: Decimal | None = None
    up_to: Decimal | None = None
    points: int


class ProtectPoints(_Numbers):
    """Points of the protect axis of v2."""

    rsr: tuple[RsrBand, ...]
    rosh: dict[str, int]
    mappa_level: dict[str, int]
    complexity_factor: int
    parental_responsibilities: int
    impulsivity_or_temper_control: int
    previous_enforcement_activity: int


class ChangePoints(_Numbers):
    """Points of the change axis of v2."""

    severity: dict[str, int]
    need_weight: dict[str, int]
    ogrs_per_point: int = Field(gt=0)
    iom: int


class Levels(_Numbers):
    """From how many points each level of v2 applies, and which one applies without any points."""

    protect: dict[Name, int]
    change: dict[Name, int]
    without_mandate: Name
    without_assessment: Name
    unsupervised_suffix: str

    @model_validator(mode="after")
    def _check_lowest(self) -> Self:
        for axis, levels in (("protect", self.protect), ("change", self.change)):
            if min(levels.values(), default=1) > 0:
                raise ValueError(f"{axis}: one level must start at 0 points")
        return self

    def tiers(self) -> set[str]:
        """Every tier that the levels can give."""
        change = {*self.change, self.without_mandate, self.without_assessment}
        return {"".join(parts) for parts in product(self.protect, change, ("", self.unsupervised_suffix))}


class NeedThresholds(_Numbers):
    """The score from which a section has each severity; ``san`` applies to SAN assessments, if it is there."""

    ordinary: dict[str, int]
    san: dict[str, int] | None = None


class PointsNumbers(_Numbers):
    """Every number of v2 in force on one date."""

    protect: ProtectPoints
    change: ChangePoints
    levels: Levels
    assessment_valid_days: int | None
    needs: dict[str, NeedThresholds]


class ReoffendingRow(_Numbers):
    """The tiers of a CSRP from ``csrp_from``, one for each limit of the ARP."""

    csrp_from: Decimal
    tiers: tuple[str, ...]


class ScoreTier(_Numbers):
    """The tier of a score from ``at_least``."""

    at_least: Decimal
    tier: str


class ReleaseTier(_Numbers):
    """The tier of a lifer released within so many years."""

    years: int
    tier: str


class CertainTier(_Numbers):
    """The tiers from which a missing RoSH leaves no doubt."""

    mappa: str
    other: str


class StepsNumbers(_Numbers):
    """Every number of v3 in force on one date."""

    lowest_first: tuple[str, ...]
    without_active_event: str
    without_predictors: str
    otherwise: str
    arp_from: tuple[Decimal, ...]
    reoffending: tuple[ReoffendingRow, ...]
    sexual_reoffending: dict[str, str]
    sexual_reoffending_by_score: dict[str, tuple[ScoreTier, ...]]
    rosh_with_mappa: dict[str, str]
    other_rosh_with_mappa: str
    rosh_without_mappa: dict[str, str]
    released_within_years: tuple[ReleaseTier, ...]
    released_earlier: str
    domestic_abuse: str
    stalking: str
    child_protection: str
    sexual_offences: str
    certain_without_rosh: CertainTier

    @model_validator(mode="after")
    def _check_table(self) -> Self:
        if list(self.arp_from) != sorted(set(self.arp_from), reverse=True) or not self.arp_from or self.arp_from[-1]:
            raise ValueError("arp_from: must fall to 0")
        starts = [row.csrp_from for row in self.reoffending]
        if starts != sorted(set(starts), reverse=True) or not starts or starts[-1]:
            raise ValueError("reoffending: csrp_from must fall to 0")
        for row in self.reoffending:
            if len(row.tiers) != len(self.arp_from):
                raise ValueError(f"reoffending: the row from {row.csrp_from} needs {len(self.arp_from)} tiers")
        for tier in sorted(_named_tiers(self.model_dump(exclude={"lowest_first"})) - set(self.lowest_first)):
            raise ValueError(f"lowest_first: {tier} is missing")
        return self


class PointsCalculation(_Numbers):
    """How a scheme with two axes of points is calculated, by date."""

    kind: Literal["points"]
    protect: Dated[ProtectPoints]
    change: Dated[ChangePoints]
    levels: Dated[Levels]
    assessment_valid_days: Dated[int | None]
    needs: Dated[dict[str, NeedThresholds]]


class StepsCalculation(_Numbers):
    """How a scheme that takes the highest of several steps is calculated, by date."""

    kind: Literal["steps"]
    steps: Dated[StepsNumbers]


class CalculationInForce(_Numbers):
    """A scheme whose tiers can be calculated, with its numbers on one date."""

    scheme: str
    tiers: tuple[str, ...]
    numbers: PointsNumbers | StepsNumbers


class TierScheme(BaseModel):
    """A file of config/tier_schemes.

    calculation: None for tiers that people decide.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    tiers: tuple[Name, ...]
    highest_tiers: tuple[Name, ...]
    calculation: Annotated[PointsCalculation | StepsCalculation, Field(discriminator="kind")] | None = None

    @model_validator(mode="after")
    def _check_tiers(self) -> Self:
        for tier in sorted({tier for tier in self.tiers if self.tiers.count(tier) > 1}):
            raise ValueError(f"tiers: {tier} is named more than once")
        for tier in sorted({*self.highest_tiers, *_calculated_tiers(self.calculation)} - set(self.tiers)):
            raise ValueError(f"tiers: {tier} is missing")
        return self


def read_scheme(config: Path, name: str) -> TierScheme:
    """Read one scheme; raises ConfigFault with every fault of its file."""
    folder = config / "tier_schemes"
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml"))) or "none"
        raise ConfigFault([f"{path}: there is no tier scheme with this name; known here: {known}"])
    scheme = read_yaml(path, TierScheme)
    if scheme.name != name:
        raise ConfigFault([f"{path}: name: {scheme.name!r} does not match the file name; write {name}"])
    return scheme


def numbers_of(scheme: TierScheme, as_at: date) -> PointsNumbers | StepsNumbers | None:
    """The numbers by which a scheme's tiers are calculated on a date; None if they are not calculated.

    Raises ConfigFault if a number has no value on that date.
    """
    calculation = scheme.calculation
    if calculation is None:
        return None
    if isinstance(calculation, StepsCalculation):
        return StepsNumbers.model_validate(_value(scheme, "steps", calculation.steps, as_at))
    keys = PointsNumbers.model_fields
    return PointsNumbers(**{key: _value(scheme, key, getattr(calculation, key), as_at) for key in keys})


def calculation_of(scheme: TierScheme, as_at: date) -> CalculationInForce | None:
    """How a scheme's tiers are calculated on a date; None if they are not. Raises as ``numbers_of`` does."""
    numbers = numbers_of(scheme, as_at)
    return None if numbers is None else CalculationInForce(scheme=scheme.name, tiers=scheme.tiers, numbers=numbers)


def _value(scheme: TierScheme, key: str, dated: Dated[Any], as_at: date) -> Any:
    found = dated.in_force(as_at)
    if found is None:
        raise ConfigFault([f"tier_schemes/{scheme.name}.yaml: {key}: nothing is in force on {as_at}"])
    return found[1].value


def _calculated_tiers(calculation: PointsCalculation | StepsCalculation | None) -> set[str]:
    if isinstance(calculation, StepsCalculation):
        return {tier for block in calculation.steps.root.values() for tier in block.value.lowest_first}
    blocks = [] if calculation is None else calculation.levels.root.values()
    return {tier for block in blocks for tier in block.value.tiers()}


def _named_tiers(value: Any) -> set[str]:
    """Every text among the values of nested data."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return {text for part in parts for text in _named_tiers(part)}
