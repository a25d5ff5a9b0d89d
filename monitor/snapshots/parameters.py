"""Every number that a week is judged by: from the configuration on a date, or as a snapshot stores them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd

from alerts.detection.rules import Rule, load_rules
from alerts.detection.rules import fingerprint as rules_fingerprint
from alerts.forecasting.parameters import ForecastNumbers, load_forecast_numbers
from alerts.risk_limits.definitions import RiskLimit, load_limits
from alerts.risk_limits.definitions import fingerprint as limits_fingerprint
from monitor.reference.known_events import fingerprint as events_fingerprint
from monitor.snapshots.tables import Snapshot
from tiering.faults import ConfigFault
from tiering.policy import Policy
from tiering.policy_files import load_policy


class StoredNumbers(TypedDict):
    """The columns of a snapshot that hold its numbers, each as JSON."""

    policy_json: str
    rules_json: str
    forecast_json: str
    limits_json: str


@dataclass(frozen=True)
class Parameters:
    """Every number that a week is judged by: those of the policy, the rules, the forecast and the service's limits."""

    policy: Policy
    rules: tuple[Rule, ...]
    forecast: ForecastNumbers
    limits: tuple[RiskLimit, ...] = ()

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> "Parameters":
        """Read the numbers that a snapshot was calculated with."""
        policy = Policy.model_validate_json(snapshot.policy_json)
        rules = tuple(Rule.model_validate(rule) for rule in json.loads(snapshot.rules_json))
        limits = tuple(RiskLimit.model_validate(limit) for limit in json.loads(snapshot.limits_json))
        return cls(policy, rules, ForecastNumbers.model_validate_json(snapshot.forecast_json), limits)

    def to_columns(self) -> StoredNumbers:
        """The columns of a snapshot that hold these numbers, as ``of_snapshot`` reads them."""
        return {
            "policy_json": self.policy.model_dump_json(),
            "rules_json": json.dumps([rule.model_dump(mode="json") for rule in self.rules]),
            "forecast_json": self.forecast.model_dump_json(),
            "limits_json": json.dumps([limit.model_dump(mode="json") for limit in self.limits]),
        }

    def rule(self, name: str) -> Rule:
        """The rule of that name."""
        return next(rule for rule in self.rules if rule.name == name)

    @property
    def count(self) -> int:
        """How many numbers the figures rest on; no figure rests on a limit, which only judges them."""
        rules = sum(rule.numbers_in_force for rule in self.rules)
        return len(self.policy.numbers) + rules + self.forecast.numbers_in_force

    @property
    def local_assumptions(self) -> int:
        """How many of them have no published source."""
        rules = sum(rule.local_assumptions for rule in self.rules)
        return self.policy.local_assumptions + rules + self.forecast.local_assumptions


def load_numbers(config: Path, policy: str, as_at: date) -> Parameters:
    """Load every number in force on a date; raises ConfigFault with the faults of every file."""
    loaded: list[Any] = []
    faults = []
    for load in (
        partial(load_policy, config, policy),
        partial(load_rules, config),
        partial(load_forecast_numbers, config),
        partial(load_limits, config),
    ):
        try:
            loaded.append(load(as_at))
        except ConfigFault as fault:
            faults += fault.faults
    if faults:
        raise ConfigFault(faults)
    return Parameters(*loaded)


def fingerprint_of(numbers: Parameters, known_events: pd.DataFrame) -> str:
    """Hash of what a week is judged by other than the policy: rules, numbers of the forecast, known events, limits."""
    ahead = numbers.forecast
    parts = [rules_fingerprint(numbers.rules), ahead.fingerprint, events_fingerprint(known_events)]
    # A snapshot from before there were limits has the hash of the other parts alone.
    parts += [limits_fingerprint(numbers.limits)] if numbers.limits else []
    return hashlib.sha256("/".join(parts).encode()).hexdigest()
