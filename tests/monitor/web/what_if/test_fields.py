"""The questions of a what-if's forms."""

from dataclasses import fields
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from monitor.redistribution.scenario.model import AskedLimits, Change
from monitor.web.what_if.fields import FORMS, LIMITS, MOST_SECONDS, Field, Form, kind_of
from monitor.web.what_if.forms import Choices, FormLimits
from tiering.terms import Grade, ReductionReason, Rosh, Setting, TeamType

from .test_forms import CHANGES

KINDS = {"text", "number", "whole", "moves", "percent", "date", "choice", "several", "post", "tick", "words"}
EVERY_FORM = pytest.mark.parametrize("form", [*FORMS.values(), LIMITS], ids=lambda form: form.kind)


def model_of(form: Form) -> type[BaseModel]:
    """The part of a scenario that a form fills in."""
    if form is LIMITS:
        return FormLimits
    return next(part for part in get_args(Change.model_fields[kind_of(form)].annotation) if get_origin(part) is None)


def keys_of(model: type[BaseModel]) -> dict[str, bool]:
    """The keys of a part of a scenario, and whether each is needed."""
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


def question(form: str, name: str) -> Field:
    return next(field for field in FORMS[form].fields if field.name == name)


def test_every_change_of_a_scenario_has_a_form_and_a_tested_example() -> None:
    assert {kind_of(form) for form in FORMS.values()} == set(Change.model_fields)
    assert {kind for kind, _, _ in CHANGES} == set(FORMS)


def test_every_limit_has_its_question() -> None:
    assert {field.name for field in LIMITS.fields} == set(FormLimits.model_fields)
    assert not any(field.needed for field in LIMITS.fields)


@EVERY_FORM
def test_a_form_fills_keys_that_there_are_and_asks_for_all_that_are_needed(form: Form) -> None:
    if form.kind == "policy":  # its number is a path into the policy, so that it fills no key by name
        return
    keys = keys_of(model_of(form))
    filled = {key for field in form.fields for key in field.fills}
    assert filled <= set(keys)
    assert {key for key, needed in keys.items() if needed} <= {
        key for field in form.fields if field.needed for key in field.fills
    }


@EVERY_FORM
def test_a_question_has_words_a_known_kind_and_choices_if_it_is_one(form: Form) -> None:
    names = [field.name for field in form.fields]
    assert len(set(names)) == len(names)
    lists = {field.name for field in fields(Choices)}
    for field in form.fields:
        assert field.label
        assert field.kind in KINDS
        assert bool(field.options) is (field.kind in {"choice", "several", "post"})
        assert not isinstance(field.options, str) or field.options in lists
        assert field.finds is (field.options in ("people", "holders", "posts", "receivers"))


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("absent", "people"),
        ("leaves", "people"),
        ("hours", "posts"),
        ("move", "receivers"),
        ("pin-person", "holders"),
        ("bar", "holders"),
    ],
)
def test_only_those_who_hold_cases_are_asked_about_where_it_is_about_holding_cases(form: str, options: str) -> None:
    assert [field.options for field in FORMS[form].fields if field.finds] == [options]


@pytest.mark.parametrize(
    ("form", "name", "words"),
    [
        ("absent", "reason", ReductionReason),
        ("joins", "grade", Grade),
        ("widen", "team_type", TeamType),
        ("widen", "takes", TeamType),
        ("arrivals", "rosh", Rosh),
        ("arrivals", "setting", Setting),
    ],
)
def test_a_choice_offers_every_word_of_the_field_once(form: str, name: str, words: Any) -> None:
    options = question(form, name).options
    assert sorted(value for value, _ in options) == sorted(word.value for word in words)
    assert len({says for _, says in options}) == len(options)


def test_the_likeliest_reason_of_an_absence_stands_first() -> None:
    assert question("absent", "reason").options[0] == ("other", "Other")


def test_a_search_on_the_pages_is_shorter_than_one_of_the_command() -> None:
    assert AskedLimits(seconds=MOST_SECONDS).seconds == MOST_SECONDS
    assert f"At most {MOST_SECONDS:g}" in next(field.hint for field in LIMITS.fields if field.name == "seconds")
