"""What somebody typed into a what-if's form: read, checked, and shown again with what is wrong in words."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from monitor.redistribution.scenario.model import AskedLimits, Change
from monitor.web.what_if.fields import LIMITS, MOST_SECONDS, Field, Form, Option, kind_of

Made = TypeVar("Made")

LONGEST: Final = 200
"""Characters of one field: no code or name is longer."""


@dataclass(frozen=True)
class Choices:
    """Who and what there is to choose from in a scenario's scope."""

    people: tuple[Option, ...]
    posts: tuple[Option, ...]
    teams: tuple[Option, ...]
    all_teams: tuple[Option, ...]
    offices: tuple[Option, ...]
    tiers: tuple[Option, ...]
    numbers: tuple[Option, ...]


@dataclass(frozen=True)
class Filled:
    """A form as somebody sent it: what it says, and what is wrong, by field; the key "" is the form as a whole."""

    content: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def read(form: Form, sent: Mapping[str, Sequence[str]], choices: Choices | None) -> Filled:
    """What somebody sent: numbers as numbers, dates as dates; and what cannot be read, by field."""
    content: dict[str, Any] = {}
    typed: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in form.fields:
        typed[one.name] = _typed(one, sent)
        try:
            values = _values(one, typed[one.name], choices)
        except ValueError as error:
            faults[one.name] = str(error)
            continue
        content |= values
        if not values and one.needed:
            faults[one.name] = _missing(one)
    return Filled(content, typed, faults)


def change_of(form: Form, filled: Filled) -> Change | Filled:
    """The change that a form says, or the form with what the scenario's own rules have against it."""
    content: Any = filled.content
    if form.kind == "policy":
        content = _nested(json.loads(filled.content["number"]), filled.content["value"])
    return _valid(form, filled, lambda: Change.model_validate({kind_of(form): content}), skip=1)


def limits_of(filled: Filled) -> AskedLimits | Filled:
    """The limits that a form says, or the form with what is wrong."""
    if filled.content.get("seconds", 0) > MOST_SECONDS:
        return Filled(filled.content, filled.typed, {"seconds": f"The longest time must be {MOST_SECONDS:g} or less"})
    return _valid(LIMITS, filled, lambda: AskedLimits.model_validate(filled.content), skip=0)


def typed_of(limits: AskedLimits) -> dict[str, Any]:
    """Limits as they are typed."""
    typed = {name: "" if value is None else value for name, value in limits.model_dump().items()}
    if limits.gap is not None:
        typed["gap"] = f"{100 * limits.gap:g}"
    return {name: f"{value:g}" if isinstance(value, float) else value for name, value in typed.items()}


def field_of(form: Form, key: str) -> str:
    """The field that a key of a change was typed in; "" for none."""
    if form.kind == "policy":
        return "value"
    return next((one.name for one in form.fields if key in one.fills), "")


def _valid(form: Form, filled: Filled, made: Callable[[], Made], skip: int) -> Made | Filled:
    try:
        return made()
    except ValidationError as error:
        faults: dict[str, str] = {}
        for one in error.errors(include_url=False):
            location = [str(part) for part in one["loc"][skip:]]
            name = field_of(form, location[0] if location else "")
            label = next((field.label for field in form.fields if field.name == name), "")
            said = one["msg"].removeprefix("Value error, ").replace("Input should", "should")
            faults.setdefault(name, f"{label}: {said}" if label else said[:1].upper() + said[1:])
        return Filled(filled.content, filled.typed, faults)


def _typed(one: Field, sent: Mapping[str, Sequence[str]]) -> Any:
    """What stands in the field, to be shown again as it was typed."""
    if one.kind == "date":
        return {part: _one(sent, f"{one.name}-{part}") for part in ("day", "month", "year")}
    if one.kind == "several":
        return list(sent.get(one.name, ()))
    if one.kind == "tick":
        return bool(_one(sent, one.name))
    return _one(sent, one.name)


def _one(sent: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(sent.get(name, ())), "").strip()[: LONGEST + 1]


def _values(one: Field, typed: Any, choices: Choices | None) -> dict[str, Any]:
    """The keys of the change that a field fills in; none where it is empty. Raises ValueError in words."""
    if one.kind == "date":
        return _date(one, typed)
    if typed in ("", [], False):
        return {}
    if one.kind == "tick":
        return {one.name: True}
    if one.kind in ("choice", "several", "post"):
        return _chosen(one, typed, choices)
    if len(typed) > LONGEST:
        raise ValueError(f"{one.label} must be {LONGEST} characters or less")
    return {one.name: _number(one, typed) if one.kind != "text" else typed}


def _chosen(one: Field, typed: Any, choices: Choices | None) -> dict[str, Any]:
    known = {value for value, _ in options_of(one, choices)}
    if not known.issuperset(typed if one.kind == "several" else [typed]):
        raise ValueError(f"{one.label}: choose one that is there")
    if one.kind == "post":
        return dict(zip(one.keys, json.loads(typed), strict=True))
    return {one.name: typed}


def options_of(one: Field, choices: Choices | None) -> tuple[Option, ...]:
    """What a field offers."""
    if isinstance(one.options, str):
        return () if choices is None else getattr(choices, one.options)
    return one.options


def _number(one: Field, typed: str) -> float | int:
    plain = typed.removesuffix("%").replace(",", "").strip()
    if one.kind == "whole":
        if not (plain.isascii() and plain.isdigit() and len(plain) < 10):
            raise ValueError(f"{one.label} must be a whole number, like 6")
        return int(plain)
    with suppress(ValueError):
        value = float(plain)
        if value == value and abs(value) < float("inf"):
            return round(value / 100, 9) if one.kind == "percent" else value
    raise ValueError(f"{one.label} must be a number, like {'0.5' if one.kind == 'percent' else '22.2'}")


def _date(one: Field, typed: Mapping[str, str]) -> dict[str, Any]:
    if not any(typed.values()):
        return {}
    if not all(typed.values()):
        missing = " and ".join(part for part, value in typed.items() if not value)
        raise ValueError(f"{one.label} must include a {missing}")
    with suppress(ValueError, OverflowError):
        day, month, year = (int(typed[part]) for part in ("day", "month", "year"))
        return {one.name: date(year, month, day).isoformat()}
    raise ValueError(f"{one.label} must be a real date, like 27 3 2026")


def _missing(one: Field) -> str:
    choose = one.kind in ("choice", "several", "post")
    label = one.label if one.label.isupper() else one.label[:1].lower() + one.label[1:]
    return f"{'Select' if choose else 'Enter'} {label}"


def _nested(path: Sequence[str], value: Any) -> dict[str, Any]:
    for key in reversed(path):
        value = {key: value}
    found: dict[str, Any] = value
    return found
