"""The pages of a what-if's forms: what was typed in them, and what is wrong with that."""

from dataclasses import dataclass

from monitor.web.pages.page import Page
from monitor.web.what_if.fields import LIMITS, Field, Form, Option
from monitor.web.what_if.forms import Choices, Filled, Typed, options_of
from monitor.web.what_if.pages.scenario import TRAIL, OpenedScenario, Trail, head_of, page_of


@dataclass(frozen=True)
class Question:
    """A question of a form as it is shown: what it asks, what stands in it, and what is wrong with that."""

    name: str
    label: str
    hint: str
    kind: str
    needed: bool
    options: tuple[Option, ...]
    typed: Typed
    fault: str


@dataclass(frozen=True)
class FormPage:
    """A form.

    - faults: field and words of each, for the summary at the top.
    - action: where it is sent; button: what that does; address: where the way back leads.
    """

    heading: str
    form: Form
    questions: tuple[Question, ...]
    faults: tuple[tuple[str, str], ...]
    action: str
    button: str
    address: str


def form_page(
    form: Form,
    filled: Filled,
    choices: Choices | None,
    action: str,
    button: str,
    address: str,
    *heads: object,
    trail: Trail = (TRAIL,),
) -> Page:
    """A form with what was typed in it; heads: further models whose words its template needs."""
    page = FormPage(
        heading=form.title,
        form=form,
        questions=tuple(_question(field, filled, choices) for field in form.fields),
        faults=tuple(filled.faults.items()),
        action=action,
        button=button,
        address=address,
    )
    return page_of("what_if_form.html", form.title, *heads, page, trail=trail)


def change_form(opened: OpenedScenario, form: Form, filled: Filled, choices: Choices) -> Page:
    """The form of one kind of change."""
    action = f"{opened.address}/add/{form.kind}"
    head = head_of(opened)
    return form_page(form, filled, choices, action, "Add this change", opened.address, head, trail=opened.trail)


def limits_form(opened: OpenedScenario, filled: Filled) -> Page:
    """The form of the limits."""
    action, head = f"{opened.address}/limits", head_of(opened)
    return form_page(LIMITS, filled, None, action, "Set these limits", opened.address, head, trail=opened.trail)


def _question(field: Field, filled: Filled, choices: Choices | None) -> Question:
    return Question(
        name=field.name,
        label=field.label,
        hint=field.hint,
        kind=field.kind,
        needed=field.needed,
        options=options_of(field, choices),
        typed=filled.typed.get(field.name, _empty(field.kind)),
        fault=filled.faults.get(field.name, ""),
    )


def _empty(kind: str) -> Typed:
    if kind == "date":
        return {"day": "", "month": "", "year": ""}
    return [] if kind == "several" else ""
