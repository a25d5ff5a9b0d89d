"""Try other numbers of the policy in a scenario: this makes a new policy and never changes one."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from monitor.redistribution.scenario.model import PolicyNumbers
from tiering.policies.policy import Policy, Rounding
from tiering.terms import Grade

_PLACES = 3
"""The most decimals of a number, because points are counted exactly, in whole units of all their fractions."""

_POINTS = ("tier_points", "rosh_points", "activity_share")
"""The numbers that make up the points of a case; they must be whole if the policy rounds what a post holds."""


def with_numbers(policy: Policy, numbers: PolicyNumbers) -> Policy:
    """Make a policy with these numbers and all others as they were."""
    asked = {name: getattr(numbers, name) for name in numbers.model_fields_set}
    return policy.model_copy(update={name: _merge(getattr(policy, name), value) for name, value in asked.items()})


def with_line(policy: Policy, over: float) -> Policy:
    """Make a policy with another line above which a unit is red."""
    return policy.model_copy(update={"bands": policy.bands.model_copy(update={"red_above": _decimal(over)})})


def number_faults(policy: Policy, numbers: PolicyNumbers) -> Iterator[tuple[str, str]]:
    """List every number that cannot be used: its key, and its value with what to write instead."""
    for tier in numbers.tier_points:
        if tier not in policy.tier_points:
            yield f"tier_points.{tier}", f"is no tier of {policy.name}; they are {', '.join(policy.tier_points)}"
    if numbers.nominal_target.get(Grade.SPO):
        target = numbers.nominal_target[Grade.SPO]
        yield "nominal_target.SPO", f"{target:g}: an SPO manages and holds no cases; leave it 0"
    rounds = policy.rounding is not Rounding.NONE
    for name in numbers.model_fields_set:
        for key, value in _leaves(name, getattr(numbers, name)):
            if rounds and name in _POINTS and value != round(value):
                yield key, f"{value!r}: {policy.name} counts in whole points; write {round(value)}"
            elif value != round(value, _PLACES):
                yield key, f"{value!r}: has more than {_PLACES} decimals; write {round(value, _PLACES)!r}"


def _merge(old: Any, new: Any) -> Any:
    if isinstance(new, Mapping):
        return {**old, **{name: _merge(old.get(name), value) for name, value in new.items()}}
    return _decimal(new)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _leaves(key: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(f"{key}.{name}", part)
    elif value is not None:
        yield key, value
