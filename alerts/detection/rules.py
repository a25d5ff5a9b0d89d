"""Load, check and fingerprint the hotspot rules: config/hotspot_rules, one rule per file."""

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tiering.dated import Dated, SourceStatus
from tiering.faults import ConfigFault
from tiering.projection import WEEKS_AHEAD
from tiering.terms import Level
from tiering.yaml_files import read_yaml

NEEDED = {
    "watch": {"threshold"},
    "over_threshold": {"threshold", "clear_below", "weeks_on", "weeks_off", "escalate_at"},
    "no_capacity": {"threshold"},
    "unallocated": {"threshold"},
    "spare_capacity": {"threshold", "clear_above", "weeks_on", "weeks_off"},
    "hot_and_late": {"threshold", "high_risk_overdue_from"},
    "rising": {
        "weeks_apart",
        "weeks_averaged",
        "times_usual",
        "least_rise",
        "least_capacity",
        "least_offender_managers",
        "clear_share",
        "size_bands",
        "least_units_a_band",
        "weeks_learned",
        "weeks_needed",
        "cool_off",
    },
    "forecast_over": {"threshold", "weeks_ahead"},
    "spo_load": {"span"},
}
"""Every rule there is, with the numbers it needs."""


LEVELS = (Level.OFFENDER_MANAGER, Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)
"""The levels at which a rule can judge."""


class RuleFile(BaseModel):
    """A file of config/hotspot_rules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    says: str
    levels: tuple[Level, ...]
    sent: bool
    numbers: dict[str, Dated[float | tuple[int, ...]]]


class Rule(BaseModel):
    """One rule as it is in force on one date.

    levels: at which it judges.
    sent: whether its hotspots go into digests; if not, pages alone show them.
    numbers: value of each number by name.
    escalate_at: after how many weeks a hotspot asks for a decision.
    local_assumptions: how many of its numbers have no published source.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    says: str
    levels: tuple[Level, ...]
    sent: bool
    numbers: dict[str, float]
    escalate_at: tuple[int, ...] = ()
    local_assumptions: int = 0

    @property
    def numbers_in_force(self) -> int:
        """How many numbers the rule rests on, the weeks of escalation counted as one."""
        return len(self.numbers) + bool(self.escalate_at)

    def number(self, name: str) -> float:
        return self.numbers[name]


def load_rules(config: Path, as_at: date) -> tuple[Rule, ...]:
    """Every rule in force on one date, in the order of ``NEEDED``.

    config: the folder that holds hotspot_rules/.
    Raises ConfigFault with every fault of every file.
    """
    folder = config / "hotspot_rules"
    faults = [
        f"{path}: there is no rule {path.stem!r}; the rules are {', '.join(NEEDED)}"
        for path in sorted(folder.glob("*.yaml"))
        if path.stem not in NEEDED
    ]
    rules = []
    for name in NEEDED:
        try:
            rules.append(_load(folder / f"{name}.yaml", name, as_at))
        except ConfigFault as fault:
            faults += fault.faults
    if faults:
        raise ConfigFault(faults)
    return tuple(rules)


def fingerprint(rules: tuple[Rule, ...]) -> str:
    """Hash of every number and level of the rules, independent of their wording."""
    content = [rule.model_dump(mode="json", exclude={"title", "says", "local_assumptions"}) for rule in rules]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _load(path: Path, name: str, as_at: date) -> Rule:
    file = read_yaml(path, RuleFile)
    faults = []
    if file.name != name:
        faults.append(f"{path}: name: {file.name!r} does not match the file name; write {name}")
    faults += [
        f"{path}: levels: no rule judges {level}; the levels are {', '.join(LEVELS)}"
        for level in file.levels
        if level not in LEVELS
    ]
    if len(set(file.levels)) < len(file.levels):
        faults.append(f"{path}: levels: a level is listed twice; list each level once")
    faults += [f"{path}: numbers.{number}: is missing" for number in sorted(NEEDED[name] - set(file.numbers))]
    faults += [
        f"{path}: numbers.{number}: is not a number of the rule {name}; remove it"
        for number in sorted(set(file.numbers) - NEEDED[name])
    ]
    numbers: dict[str, float] = {}
    escalate_at: tuple[int, ...] = ()
    local_assumptions = 0
    for number, dated in file.numbers.items():
        in_force = dated.in_force(as_at)
        if in_force is None:
            faults.append(
                f"{path}: numbers.{number}: nothing is in force on {as_at}; add a value dated then or earlier"
            )
            continue
        _, stated = in_force
        local_assumptions += stated.status is SourceStatus.LOCAL_ASSUMPTION
        if isinstance(stated.value, tuple) != (number == "escalate_at"):
            faults.append(f"{path}: numbers.{number}: only escalate_at is a list of weeks; all others are one number")
        elif isinstance(stated.value, tuple):
            escalate_at = stated.value
        else:
            numbers[number] = stated.value
    faults += [f"{path}: numbers.{fault}" for fault in _number_faults(numbers, escalate_at)]
    if faults:
        raise ConfigFault(faults)
    return Rule(
        **file.model_dump(exclude={"numbers"}),
        numbers=numbers,
        escalate_at=escalate_at,
        local_assumptions=local_assumptions,
    )


def _number_faults(numbers: dict[str, float], escalate_at: tuple[int, ...]) -> Iterator[str]:
    """Faults of numbers that no rule can judge by, or that contradict each other."""
    for number, value in numbers.items():
        if not (math.isfinite(value) and value >= 0):
            yield f"{number}: {value} must be 0 or more"
        elif number.startswith("weeks_") and (value < 1 or value != int(value)):
            yield f"{number}: {value:g} must be a whole number of weeks, 1 or more"
        elif number in ("cool_off", "size_bands") and value != int(value):
            yield f"{number}: {value:g} must be a whole number"
    if any(weeks < 1 for weeks in escalate_at):
        yield "escalate_at: must be whole numbers of weeks, 1 or more"
    if numbers.get("weeks_ahead", 1) > WEEKS_AHEAD:
        yield f"weeks_ahead: must not be above {WEEKS_AHEAD}, the furthest week of the forecast"
    if numbers.get("size_bands", 1) < 1:
        yield "size_bands: must be 1 or more"
    threshold = numbers.get("threshold", 0.0)
    if numbers.get("clear_below", threshold) > threshold:
        yield "clear_below: must not be above threshold"
    if numbers.get("clear_above", threshold) < threshold:
        yield "clear_above: must not be below threshold"
