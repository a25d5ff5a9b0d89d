"""The dated numbers of the configuration as its files have them today, each with its unit, status and source."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.policies.policy_files import SCHEME_POINTS, AssessmentsFile, WeightingsFile
from tiering.yaml_files import file_fingerprint, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Figures = Mapping[tuple[str, ...], str]
"""The numbers of a value as they are written, by their path in it; of a single number the path is empty."""


class Origin(NamedTuple):
    """Since when a value holds, in what unit, and how it is founded."""

    since: date
    unit: str
    status: str
    reference: str


class Block(NamedTuple):
    """One dated form of a value in the configuration."""

    figures: Figures
    origin: Origin


def blocks_of(dated: Dated[Any] | None) -> list[Block]:
    """The dated forms of a value, the earliest first."""
    if dated is None:
        return []
    made = []
    for start, block in sorted(dated.root.items()):
        value = block.model_dump(mode="json")["value"]
        made.append(Block(figures_of(value), Origin(start, block.unit, block.status.value, block.reference)))
    return made


def dated_values(file: BaseModel | None) -> dict[str, Dated[Any]]:
    """Every dated value of a file by its key; a rule's due time has the key ``rules.<name>``, the points of a scheme
    ``scheme_points.<name>``."""
    # The schemes of tiers are dated names, not numbers.
    found = {key: value for key, value in file or () if isinstance(value, Dated) and key != "tier_schemes"}
    if isinstance(file, AssessmentsFile):
        found |= {f"rules.{name}": rule.due for name, rule in file.rules.items()}
    if isinstance(file, WeightingsFile):
        found |= {f"{SCHEME_POINTS}{name}": points for name, points in file.scheme_points.items()}
    return found


def figures_of(value: Any) -> dict[tuple[str, ...], str]:
    """Every number of a value by its path; a list of weeks is one."""
    if isinstance(value, Mapping):
        return {(str(name), *path): text for name, part in value.items() for path, text in figures_of(part).items()}
    if isinstance(value, list | tuple):
        return {(): ", ".join(_in_digits(one) for one in value)}
    return {(): _in_digits(value)}


def _in_digits(number: Any) -> str:
    """A number without the zeros that say nothing: 25 and 25.0 are one."""
    return f"{Decimal(str(number)).normalize():f}"


def config_file(path: Path, model: type[Model]) -> Model | None:
    """A file of the configuration, read again when it changes; None where it is missing or has a fault."""
    found = _read(path, file_fingerprint(path), model)
    return found if isinstance(found, model) else None


@lru_cache(maxsize=64)
def _read(path: Path, _fingerprint: str, model: type[BaseModel]) -> BaseModel | None:
    try:
        return read_yaml(path, model)
    except ConfigFault:
        return None
