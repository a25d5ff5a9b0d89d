"""The range within which each assumed weight is drawn: its own, or the default of config/sensitivity.yaml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tiering.dated import Dated, SourceStatus
from tiering.faults import ConfigFault
from tiering.policies.policy import DRAWN, Number, Policy
from tiering.yaml_files import numbers_in_force, read_yaml

FILE = "sensitivity.yaml"


class SensitivityFile(BaseModel):
    """The file config/sensitivity.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    low: Dated[float]
    high: Dated[float]


@dataclass(frozen=True)
class Range:
    """The lowest and the highest multiple of its value that a weight is drawn as."""

    low: float
    high: float


def load_default_range(config: Path, as_at: date) -> Range:
    """Load the range of assumptions that state none of their own; raises ConfigFault with every fault."""
    path = config / FILE
    values, _, faults = numbers_in_force(path, read_yaml(path, SensitivityFile), ("low", "high"), as_at)
    if not faults and not 0 < values["low"] <= 1 <= values["high"]:
        faults = [f"{path}: low must be above 0 and at most 1, high at least 1; they are multiples of the value"]
    if faults:
        raise ConfigFault(faults)
    return Range(values["low"], values["high"])


def weights_of(policy: Policy) -> dict[str, Decimal]:
    """Every weight that can be drawn, by its place in the policy, such as ``rosh_points.low.custody``."""
    return {place: value for name in DRAWN for place, value in _leaves(name, getattr(policy, name))}


def ranges_of(policy: Policy, default: Range) -> dict[str, Range]:
    """The range of every weight that is a local assumption, by its place, in the order of ``weights_of``."""
    stated = {_place(number): number for number in policy.numbers}
    assumed = {
        place: stated[place]
        for place in weights_of(policy)
        if place in stated and stated[place].status is SourceStatus.LOCAL_ASSUMPTION
    }
    return {place: _range(number, default) for place, number in assumed.items()}


def _place(number: Number) -> str:
    """The place of a number in the policy: the points of a scheme's tier are among the tier points."""
    name, _, rest = number.key.partition(".")
    return f"tier_points.{rest.partition('.')[2]}" if name == "scheme_points" else number.key


def _range(number: Number, default: Range) -> Range:
    low = default.low if number.low is None else float(number.low)
    return Range(low, default.high if number.high is None else float(number.high))


def _leaves(key: str, value: object) -> Iterator[tuple[str, Decimal]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(f"{key}.{name}", part)
    elif isinstance(value, Decimal):
        yield key, value
