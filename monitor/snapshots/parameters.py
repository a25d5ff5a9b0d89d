"""Every number that a week is judged by: from the configuration on a date, or as a snapshot stores them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd

from alerts.detection.direction import DirectionNumbers, load_direction_numbers
from alerts.detection.rules import Rule, load_rules
from alerts.detection.rules import fingerprint as rules_fingerprint
from alerts.forecasting.parameters import ForecastNumbers, load_forecast_numbers
from alerts.risk_limits.definitions import RiskLimit, load_limits
from alerts.risk_limits.definitions import fingerprint as limits_fingerprint
from monitor.reference.known_events import fingerprint as events_fingerprint
from monitor.settings import shipped_config
from monitor.snapshots.tables import Snapshot
from tiering.caseload import Caseload
from tiering.dated import SourceStatus
from tiering.faults import ConfigFault
from tiering.oversight.items import rules_on_record
from tiering.oversight.rules import OversightRule, load_oversight_rules
from tiering.oversight.rules import fingerprint as oversight_fingerprint
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.sensitivity.firmness import FILE as FIRMNESS
from tiering.sensitivity.firmness import FirmnessNumbers, load_firmness_numbers
from tiering.sensitivity.ranges import FILE as RANGE


class StoredNumbers(TypedDict):
    """The columns of a snapshot that hold its numbers, each as JSON."""

    policy_json: str
    rules_json: str
    forecast_json: str
    direction_json: str
    limits_json: str
    oversight_json: str
    firmness_json: str


@dataclass(frozen=True)
class Parameters:
    """Every number that a week is judged by: of policy, rules, forecast, direction, limits, oversight, firmness.

    * direction: None for snapshots of earlier versions, which have no limits either.
    * oversight: the rules beyond assessments; of a snapshot, those that judge what its extract records.
    * firmness: how its assumed weights are drawn; None for snapshots of earlier versions.
    """

    policy: Policy
    rules: tuple[Rule, ...]
    forecast: ForecastNumbers
    direction: DirectionNumbers | None
    limits: tuple[RiskLimit, ...] = ()
    oversight: tuple[OversightRule, ...] = ()
    firmness: FirmnessNumbers | None = None

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> "Parameters":
        """Read the numbers that a snapshot was calculated with."""
        return cls.of_columns(
            {
                "policy_json": snapshot.policy_json,
                "rules_json": snapshot.rules_json,
                "forecast_json": snapshot.forecast_json,
                "direction_json": snapshot.direction_json,
                "limits_json": snapshot.limits_json,
                "oversight_json": snapshot.oversight_json,
                "firmness_json": snapshot.firmness_json,
            }
        )

    @classmethod
    def of_columns(cls, stored: StoredNumbers) -> "Parameters":
        """Read numbers as ``to_columns`` writes them."""
        policy = Policy.model_validate_json(stored["policy_json"])
        rules = tuple(Rule.model_validate(rule) for rule in json.loads(stored["rules_json"]))
        forecast = ForecastNumbers.model_validate_json(stored["forecast_json"])
        judged = stored["direction_json"]
        direction = DirectionNumbers.model_validate_json(judged) if judged else None
        limits = tuple(RiskLimit.model_validate(limit) for limit in json.loads(stored["limits_json"]))
        oversight = tuple(OversightRule.model_validate(rule) for rule in json.loads(stored["oversight_json"]))
        drawn = stored["firmness_json"]
        firmness = FirmnessNumbers.model_validate_json(drawn) if drawn else None
        return cls(policy, rules, forecast, direction, limits, oversight, firmness)

    def to_columns(self) -> StoredNumbers:
        """The columns of a snapshot that hold these numbers, as ``of_snapshot`` reads them."""
        return {
            "policy_json": self.policy.model_dump_json(),
            "rules_json": json.dumps([rule.model_dump(mode="json") for rule in self.rules]),
            "forecast_json": self.forecast.model_dump_json(),
            "direction_json": "" if self.direction is None else self.direction.model_dump_json(),
            "limits_json": json.dumps([limit.model_dump(mode="json") for limit in self.limits]),
            "oversight_json": json.dumps([rule.model_dump(mode="json") for rule in self.oversight]),
            "firmness_json": "" if self.firmness is None else self.firmness.model_dump_json(),
        }

    def for_extract(self, caseload: Caseload) -> "Parameters":
        """The numbers for one extract: without the rules whose work it does not record, which change no figure."""
        return replace(self, oversight=rules_on_record(self.oversight, caseload))

    def rule(self, name: str) -> Rule:
        """The rule of that name."""
        return next(rule for rule in self.rules if rule.name == name)

    @property
    def count(self) -> int:
        """How many numbers the figures rest on; no figure rests on a limit or on draws, which only judge them."""
        rules = sum(rule.numbers_in_force for rule in self.rules)
        direction = 0 if self.direction is None else self.direction.numbers_in_force
        return len(self.policy.numbers) + rules + self.forecast.numbers_in_force + direction + len(self.oversight)

    @property
    def local_assumptions(self) -> int:
        """How many of them have no published source."""
        rules = sum(rule.local_assumptions for rule in self.rules)
        direction = 0 if self.direction is None else self.direction.local_assumptions
        oversight = sum(rule.status is SourceStatus.LOCAL_ASSUMPTION for rule in self.oversight)
        return self.policy.local_assumptions + rules + self.forecast.local_assumptions + direction + oversight


def load_numbers(config: Path, policy: str, as_at: date) -> Parameters:
    """Load every number in force on a date; raises ConfigFault with the faults of every file."""
    loaded: list[Any] = []
    faults = []
    for load in (
        partial(load_policy, config, policy),
        partial(load_rules, config),
        partial(load_forecast_numbers, config),
        partial(load_direction_numbers, _folder_with(config, "direction.yaml")),
        partial(load_limits, config),
        partial(load_oversight_rules, _folder_with(config, "oversight.yaml")),
        partial(load_firmness_numbers, _folder_with(config, RANGE), _folder_with(config, FIRMNESS)),
    ):
        try:
            loaded.append(load(as_at))
        except ConfigFault as fault:
            faults += fault.faults
    if faults:
        raise ConfigFault(faults)
    return Parameters(*loaded)


def _folder_with(config: Path, name: str) -> Path:
    """The shipped folder for a policy that was copied before there was such a file: an update stops no run."""
    return config if (config / name).exists() else shipped_config()


def fingerprint_of(
    numbers: Parameters, known_events: pd.DataFrame, proposing: str = "", also: Sequence[Policy] = ()
) -> str:
    """Hash of what a week is judged by other than the policy: rules, forecast, direction, limits and so on.

    * proposing: the fingerprint of the numbers that its proposals go by; empty for a week without proposals.
    * also: the further policies that the week is weighed under.
    """
    parts = [rules_fingerprint(numbers.rules), numbers.forecast.fingerprint, events_fingerprint(known_events)]
    if numbers.direction is not None:
        parts.append(numbers.direction.fingerprint)
    # A snapshot from before there were limits has the hash of the other parts alone.
    parts += [limits_fingerprint(numbers.limits)] if numbers.limits else []
    # So has a snapshot of an extract that records nothing beyond assessments.
    parts += [oversight_fingerprint(numbers.oversight)] if numbers.oversight else []
    parts += [] if numbers.firmness is None else [numbers.firmness.fingerprint_for(numbers.policy)]
    parts += [proposing] if proposing else []
    checked = numbers.policy.tier_check_fingerprint
    parts += [checked] if checked else []
    parts += [f"{policy.name} {policy.fingerprint}" for policy in also]
    return hashlib.sha256("/".join(parts).encode()).hexdigest()
