"""What a planner typed into a what-if's form: read, checked, and shown again with what is wrong in words."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from monitor.redistribution.scenario.model import NO_LIMIT, AskedLimits, Change, NumberOfDraws, Scenario
from monitor.web.what_if.fields import LIMITS, MOST_SECONDS, PLAN_FOR, Field, Form, Option, kind_of

Made = TypeVar("Made")

Value = str | int | float | bool | list[str]
"""What a field says, once it is read."""

Typed = str | int | bool | list[str] | dict[str, str]
"""What stands in a field: a text, a tick, choices, or the parts of a date."""


@dataclass(frozen=True)
class Choices:
    """The people, posts and units to choose from in a scenario's scope.

    - holders, receivers: the people and the posts of grades that hold cases, so without SPOs.
    - offices_of: the office of each person and post, by their values.
    """

    people: tuple[Option, ...]
    holders: tuple[Option, ...]
    posts: tuple[Option, ...]
    receivers: tuple[Option, ...]
    offices_of: tuple[Option, ...]
    teams: tuple[Option, ...]
    all_teams: tuple[Option, ...]
    offices: tuple[Option, ...]
    tiers: tuple[Option, ...]
    numbers: tuple[Option, ...]


@dataclass(frozen=True)
class Filled:
    """A form as it was sent.

    - content: what it says, by the keys of a change; typed: what stands in each field, to be shown again.
    - faults: what is wrong, by field; the key "" is the form as a whole.
    """

    content: Mapping[str, Value] = field(default_factory=dict)
    typed: Mapping[str, Typed] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def read_form(form: Form, sent: Mapping[str, Sequence[str]], choices: Choices | None) -> Filled:
    """Read what was sent: numbers as numbers, dates as dates; and what cannot be read, by field."""
    content: dict[str, Value] = {}
    typed: dict[str, Typed] = {}
    faults: dict[str, str] = {}
    for question in form.fields:
        typed |= _typed_in(question, sent, choices)
        try:
            _check_search(question, typed, choices)
            values = _values(question, typed[question.name], choices)
        except ValueError as error:
            faults[question.name] = str(error)
            continue
        content |= values
        if not values and question.needed:
            faults[question.name] = _missing(question)
    return Filled(content, typed, faults)


def search_form(form: Form, sent: Mapping[str, Sequence[str]], choices: Choices) -> Filled:
    """What stands in a form after a search: only the search is checked, and who alone matches is chosen."""
    typed: dict[str, Typed] = {}
    faults: dict[str, str] = {}
    for question in form.fields:
        typed |= _typed_in(question, sent, choices)
        words = str(typed.get(question.find, ""))
        if words and not matching(question, choices, words):
            faults[question.name] = _no_match(question, words)
    return Filled(typed=typed, faults=faults)


def change_of(form: Form, filled: Filled) -> Change | Filled:
    """The change that a form says, or the form with what the scenario's own rules have against it."""
    content: Any = filled.content
    if form.kind == "policy":
        content = _nest(json.loads(str(filled.content["number"])), filled.content["value"])
    return _validate(form, filled, lambda: Change.model_validate({kind_of(form): content}), skip=1)


class FormLimits(AskedLimits):
    """What the form of limits asks: the limits, and how many draws to judge the plan against."""

    robust: NumberOfDraws | None = None


def limits_of(filled: Filled) -> FormLimits | Filled:
    """The limits that a form says, or the form with what is wrong."""
    seconds = filled.content.get("seconds")
    if isinstance(seconds, float) and seconds > MOST_SECONDS:
        return Filled(filled.content, filled.typed, {"seconds": f"The longest time must be {MOST_SECONDS:g} or less"})
    return _validate(LIMITS, filled, lambda: FormLimits.model_validate(filled.content), skip=0)


def planned_for(scenario: Scenario, filled: Filled) -> Scenario | Filled:
    """A scenario whose plan is for the day that a form says, or the form with what is wrong."""

    def made() -> Scenario:
        day = Scenario.model_validate({"name": "day", "scope": "all", **filled.content}).plan_for
        return scenario.model_copy(update={"plan_for": day})

    return _validate(PLAN_FOR, filled, made, skip=0)


def typed_day(day: date | None) -> dict[str, Typed]:
    """The day of a plan as it is typed."""
    return {} if day is None else {"plan_for": {"day": str(day.day), "month": str(day.month), "year": str(day.year)}}


def with_limits(scenario: Scenario, asked: FormLimits) -> Scenario:
    """The scenario with the limits and the draws of the form."""
    limits = AskedLimits(**asked.model_dump(exclude={"robust"}, exclude_unset=True))
    # A key that is left out stays out of the text of the scenario.
    draws = {} if asked.robust == scenario.robust else {"robust": asked.robust}
    return scenario.model_copy(update={"limits": limits, **draws})


def typed_of(scenario: Scenario) -> dict[str, Typed]:
    """Limits and draws as they are typed."""
    limits = FormLimits(**scenario.limits.model_dump(), robust=scenario.robust)
    typed: dict[str, Any] = {name: "" if value is None else value for name, value in limits.model_dump().items()}
    if limits.gap is not None:
        typed["gap"] = f"{100 * limits.gap:g}"
    return {name: f"{value:g}" if isinstance(value, float) else value for name, value in typed.items()}


def field_of(form: Form, key: str) -> str:
    """The field that a key of a change was typed in; "" for none."""
    if form.kind == "policy":
        return "value"
    return next((question.name for question in form.fields if key in question.fills), "")


def _validate(form: Form, filled: Filled, made: Callable[[], Made], skip: int) -> Made | Filled:
    try:
        return made()
    except ValidationError as error:
        faults: dict[str, str] = {}
        for details in error.errors(include_url=False):
            location = [str(part) for part in details["loc"][skip:]]
            name = field_of(form, location[0] if location else "")
            label = next((field.label for field in form.fields if field.name == name), "")
            said = details["msg"].removeprefix("Value error, ").replace("Input should", "should")
            faults.setdefault(name, f"{label}: {said}" if label else said[:1].upper() + said[1:])
        return Filled(filled.content, filled.typed, faults)


def _typed(question: Field, sent: Mapping[str, Sequence[str]]) -> Typed:
    """What stands in the field, to be shown again as it was typed."""
    if question.kind == "date":
        return {part: _first(sent, f"{question.name}-{part}", question.longest) for part in ("day", "month", "year")}
    if question.kind == "several":
        return list(sent.get(question.name, ()))
    if question.kind == "tick":
        return bool(_first(sent, question.name, question.longest))
    if question.kind == "words":
        # Nothing of what was written is cut off: someone who wrote too much shortens it, and does not write it again.
        return next(iter(sent.get(question.name, ())), "").replace("\r\n", "\n").strip()
    return _first(sent, question.name, question.longest)


def _typed_in(question: Field, sent: Mapping[str, Sequence[str]], choices: Choices | None) -> dict[str, Typed]:
    """What stands in a field and, if it asks for a person, in the search for it."""
    typed = _typed(question, sent)
    if not question.finds:
        return {question.name: typed}
    words = _first(sent, question.find, question.longest)
    matches = matching(question, choices, words)
    return {question.name: typed or (matches[0][0] if words and len(matches) == 1 else ""), question.find: words}


def _check_search(question: Field, typed: Mapping[str, Typed], choices: Choices | None) -> None:
    """Raise ValueError in words if a search finds no one, several people, or another than the one who is chosen."""
    if not question.finds or not (words := typed[question.find]):
        return
    matches = matching(question, choices, str(words))
    if not matches:
        raise ValueError(_no_match(question, str(words)))
    if not typed[question.name]:
        raise ValueError(f"{question.label}: {len(matches)} match {words}. Choose one of them")
    if typed[question.name] not in {value for value, _ in matches}:
        raise ValueError(f"{question.label}: you chose someone whom your search does not find. Change one of the two")


def _no_match(question: Field, words: str) -> str:
    return f"{question.label}: no one in this list matches {words}"


def matching(question: Field, choices: Choices | None, words: str) -> tuple[Option, ...]:
    """The choices of a field whose name, code, grade or office has every word; all of them for no words."""
    offices = {} if choices is None else dict(choices.offices_of)
    asked = words.casefold().split()
    return tuple(
        (value, says)
        for value, says in options_of(question, choices)
        if all(word in f"{says} {offices.get(value, '')}".casefold() for word in asked)
    )


def _first(sent: Mapping[str, Sequence[str]], name: str, longest: int) -> str:
    # One more than is allowed, so that what is too long is found to be.
    return next(iter(sent.get(name, ())), "").strip()[: longest + 1]


def _values(question: Field, typed: Any, choices: Choices | None) -> dict[str, Value]:
    """The keys of the change that a field fills in; none where it is empty. Raises ValueError in words."""
    if question.kind == "date":
        return _date(question, typed)
    if typed in ("", [], False):
        return {}
    if question.kind == "tick":
        return {question.name: True}
    if question.kind in ("choice", "several", "post"):
        return _chosen(question, typed, choices)
    if question.kind == "words":
        # On one line, as a scenario keeps it.
        typed = " ".join(typed.split())
    if len(typed) > question.longest:
        raise ValueError(f"{question.label} must be {question.longest} characters or less")
    return {question.name: typed if question.kind in ("text", "words") else _number(question, typed)}


def _chosen(question: Field, typed: Any, choices: Choices | None) -> dict[str, Value]:
    known = {value for value, _ in options_of(question, choices)}
    if not known.issuperset(typed if question.kind == "several" else [typed]):
        raise ValueError(f"{question.label}: choose one that is there")
    if question.kind == "post":
        return dict(zip(question.keys, json.loads(typed), strict=True))
    return {question.name: typed}


def options_of(question: Field, choices: Choices | None) -> tuple[Option, ...]:
    """What a field offers."""
    if isinstance(question.options, str):
        return () if choices is None else getattr(choices, question.options)
    return question.options


def _number(question: Field, typed: str) -> float | int | str:
    plain = typed.removesuffix("%").replace(",", "").strip()
    if question.kind == "moves":
        if plain.casefold() == NO_LIMIT:
            return NO_LIMIT
        if not (plain.isascii() and plain.isdigit() and len(plain) < 10):
            raise ValueError(f"{question.label} must be a whole number, like 60, or {NO_LIMIT}")
        return int(plain)
    if question.kind == "whole":
        if not (plain.isascii() and plain.isdigit() and len(plain) < 10):
            raise ValueError(f"{question.label} must be a whole number, like 6")
        return int(plain)
    with suppress(ValueError):
        value = float(plain)
        if value == value and abs(value) < float("inf"):
            return round(value / 100, 9) if question.kind == "percent" else value
    raise ValueError(f"{question.label} must be a number, like {'0.5' if question.kind == 'percent' else '22.2'}")


def _date(question: Field, typed: Mapping[str, str]) -> dict[str, Value]:
    if not any(typed.values()):
        return {}
    if not all(typed.values()):
        missing = " and ".join(part for part, value in typed.items() if not value)
        raise ValueError(f"{question.label} must include a {missing}")
    with suppress(ValueError, OverflowError):
        day, month, year = (int(typed[part]) for part in ("day", "month", "year"))
        return {question.name: date(year, month, day).isoformat()}
    raise ValueError(f"{question.label} must be a real date, like 27 3 2026")


def _missing(question: Field) -> str:
    choose = question.kind in ("choice", "several", "post")
    label = question.label if question.label.isupper() else question.label[:1].lower() + question.label[1:]
    return f"{'Select' if choose else 'Enter'} {label}"


def _nest(path: Sequence[str], value: object) -> object:
    """Return a value under the keys of its path."""
    for key in reversed(path):
        value = {key: value}
    return value
