"""The pages of a what-if's forms: what was typed in them, and what is wrong with that."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from monitor.web.pages.view_models.page import Page
from monitor.web.what_if.fields import LIMITS, PLAN_FOR, Field, Form, Option
from monitor.web.what_if.forms import Choices, Filled, Typed, matching, options_of
from monitor.web.what_if.pages.move_list import query_left, row_left
from monitor.web.what_if.pages.scenario import TRAIL, OpenedScenario, Trail, head_of, page_of

MOST_NAMES: Final = 500
"""Names that a search suggests; of more, the page would be slow to load."""


class Group(NamedTuple):
    """Choices under a heading."""

    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Question:
    """A question of a form as it is shown: what it asks, what stands in it, and what is wrong with that.

    - groups: its choices by office where they are people, else all under an empty heading.
    - find: what is searched for, None where no one is asked for; names: whom the search suggests while it is typed.
    """

    name: str
    label: str
    hint: str
    kind: str
    needed: bool
    groups: tuple[Group, ...]
    find: Typed | None
    names: tuple[str, ...]
    typed: Typed
    fault: str


@dataclass(frozen=True)
class FormPage:
    """A form.

    - faults: field and words of each, for the summary at the top.
    - action: where it is sent; button: what that does; address: where the way back leads.
    - version: of the what-if that it was made from; 0 for a new one.
    """

    heading: str
    form: Form
    questions: tuple[Question, ...]
    faults: tuple[tuple[str, str], ...]
    action: str
    button: str
    address: str
    version: int


def form_page(
    form: Form,
    filled: Filled,
    choices: Choices | None,
    action: str,
    button: str,
    address: str,
    *heads: object,
    trail: Trail = (TRAIL,),
    version: int = 0,
) -> Page:
    """A form with what was typed in it; heads: further models whose words its template needs."""
    page = FormPage(
        heading=form.title,
        form=form,
        questions=questions_of(form, filled, choices),
        faults=tuple(filled.faults.items()),
        action=action,
        button=button,
        address=address,
        version=version,
    )
    return page_of("what_if_form.html", form.title, *heads, page, trail=trail)


def change_form(opened: OpenedScenario, form: Form, filled: Filled, choices: Choices) -> Page:
    """The form of one kind of change."""
    return _form_of(opened, form, filled, choices, f"add/{form.kind}", "Add this change")


def limits_form(opened: OpenedScenario, filled: Filled) -> Page:
    """The form of the limits."""
    return _form_of(opened, LIMITS, filled, None, "limits", "Set these limits")


def day_form(opened: OpenedScenario, filled: Filled) -> Page:
    """The form of the day that the plan is for."""
    return _form_of(opened, PLAN_FOR, filled, None, "plan-for", "Set this day")


def _form_of(
    opened: OpenedScenario, form: Form, filled: Filled, choices: Choices | None, path: str, button: str
) -> Page:
    """A form that changes a stored what-if, with the version that it was made from.

    path: where it is sent, within the what-if; from there a form that was opened from a plan leads back to its row.
    """
    head, version = head_of(opened), opened.row.version
    action = f"{opened.address}/{path}{query_left(opened.asked)}"
    address = row_left(opened.asked) or opened.address
    return form_page(form, filled, choices, action, button, address, head, trail=opened.trail, version=version)


def questions_of(form: Form, filled: Filled, choices: Choices | None) -> tuple[Question, ...]:
    """The questions of a form with what was typed in them."""
    return tuple(_question(field, filled, choices) for field in form.fields)


def _question(field: Field, filled: Filled, choices: Choices | None) -> Question:
    typed = filled.typed.get(field.name, _empty(field.kind))
    return Question(
        name=field.name,
        label=field.label,
        hint=field.hint,
        kind=field.kind,
        needed=field.needed,
        groups=_groups(_options(field, filled, choices), choices if field.finds else None),
        find=filled.typed.get(field.find, "") if field.finds else None,
        names=_names(field, choices),
        typed=typed,
        fault=filled.faults.get(field.name, ""),
    )


def _groups(options: tuple[Option, ...], choices: Choices | None) -> tuple[Group, ...]:
    """Choices in their order, those of one office under its name."""
    offices = {} if choices is None else dict(choices.offices_of)
    grouped = groupby(options, key=lambda option: offices.get(option[0], ""))
    return tuple(Group(heading, tuple(of_office)) for heading, of_office in grouped)


def _names(field: Field, choices: Choices | None) -> tuple[str, ...]:
    """Whom a search suggests while it is typed."""
    options = options_of(field, choices) if field.finds else ()
    return tuple(says for _, says in options) if len(options) <= MOST_NAMES else ()


def _options(field: Field, filled: Filled, choices: Choices | None) -> tuple[Option, ...]:
    """What a field offers, only those who match a search if anyone does.

    What was chosen before and is no longer there is offered too, so that it can be read.
    """
    typed, options = filled.typed.get(field.name, ""), options_of(field, choices)
    if field.finds:
        options = matching(field, choices, str(filled.typed.get(field.find, ""))) or options
    if field.kind in ("choice", "post") and typed and typed not in {value for value, _ in options}:
        return ((str(typed), f"{typed} (not in the list)"), *options)
    return options


def _empty(kind: str) -> Typed:
    if kind == "date":
        return {"day": "", "month": "", "year": ""}
    return [] if kind == "several" else ""
