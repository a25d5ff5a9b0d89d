"""Every number a week is judged by, together: from the configuration on a date, or as a snapshot stores them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, TypedDict

import pandas as pd
from pydantic import ValidationError

from alerts.detection.rules import Rule, load_rules
from alerts.detection.rules import fingerprint as rules_fingerprint
from alerts.forecasting.parameters import ForecastNumbers, load_forecast_numbers
from monitor.reference.known_events import fingerprint as events_fingerprint
from monitor.snapshots.tables import Snapshot
from tiering.faults import ConfigFault
from tiering.policy import Policy
from tiering.policy_files import load_policy

_LATER_NUMBERS: Final = {"experienced_after_years": 0}
"""Numbers that the policy of the first snapshots lacked, and what stands for them: 0 years, no one inexperienced."""


class StoredNumbers(TypedDict):
    """The columns of a snapshot that hold its numbers, each as JSON."""

    policy_json: str
    rules_json: str
    forecast_json: str


@dataclass(frozen=True)
class Parameters:
    """Every number a week is judged by: the policy's, the rules' and the forecast's.

    * forecast: None for a snapshot from before there were forecasts.
    """

    policy: Policy
    rules: tuple[Rule, ...]
    forecast: ForecastNumbers | None

    @classmethod
    def stored_with(cls, snapshot: Snapshot) -> "Parameters":
        """Read the numbers that a snapshot of this or an earlier version was computed with.

        Raises ConfigFault if its policy lacks a number for which nothing can stand.
        """
        try:
            policy = Policy.model_validate_json(json.dumps(_LATER_NUMBERS | json.loads(snapshot.policy_json)))
        except ValidationError:
            raise ConfigFault(
                [
                    f"the snapshot of {snapshot.as_at} was stored by an earlier version, which kept fewer numbers of "
                    "the policy; take it again with hotspots run, or choose a later one"
                ]
            ) from None
        rules = tuple(Rule.model_validate(rule) for rule in json.loads(snapshot.rules_json))
        stored = snapshot.forecast_json
        return cls(policy, rules, None if stored is None else ForecastNumbers.model_validate_json(stored))

    def to_columns(self) -> StoredNumbers:
        """The columns of a snapshot that hold these numbers, as ``stored_with`` reads them."""
        return {
            "policy_json": self.policy.model_dump_json(),
            "rules_json": json.dumps([rule.model_dump(mode="json") for rule in self.rules]),
            "forecast_json": self.need_forecast().model_dump_json(),
        }

    def need_forecast(self) -> ForecastNumbers:
        """The numbers of the forecast; raises ConfigFault for a snapshot from before there were any."""
        if self.forecast is None:
            raise ConfigFault(
                [
                    f"the snapshot of {self.policy.as_at} is from before forecasts: it cannot be derived again, and "
                    "has no trend"
                ]
            )
        return self.forecast

    def rule(self, name: str) -> Rule:
        """The rule of that name."""
        return next(rule for rule in self.rules if rule.name == name)

    @property
    def count(self) -> int:
        """How many numbers there are in all."""
        rules = sum(rule.numbers_in_force for rule in self.rules)
        ahead = 0 if self.forecast is None else self.forecast.numbers_in_force
        return len(self.policy.numbers) + rules + ahead

    @property
    def local_assumptions(self) -> int:
        """How many of them have no published source."""
        rules = sum(rule.local_assumptions for rule in self.rules)
        ahead = 0 if self.forecast is None else self.forecast.local_assumptions
        return self.policy.local_assumptions + rules + ahead


def load_numbers(config: Path, policy: str, as_at: date) -> Parameters:
    """Every number in force on a date; raises ConfigFault with the faults of every file."""
    loaded: list[Any] = []
    faults = []
    for load in (
        partial(load_policy, config, policy),
        partial(load_rules, config),
        partial(load_forecast_numbers, config),
    ):
        try:
            loaded.append(load(as_at))
        except ConfigFault as fault:
            faults += fault.faults
    if faults:
        raise ConfigFault(faults)
    return Parameters(*loaded)


def fingerprint_of(numbers: Parameters, known_events: pd.DataFrame) -> str:
    """Hash of what a week is judged by besides the policy: rules, numbers of the forecast, known events."""
    ahead = numbers.need_forecast()
    parts = (rules_fingerprint(numbers.rules), ahead.fingerprint, events_fingerprint(known_events))
    return hashlib.sha256("/".join(parts).encode()).hexdigest()
