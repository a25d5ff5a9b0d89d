"""What is stored now next to what a planner sent from an earlier version: they save theirs over it, or drop it."""

from dataclasses import dataclass

from monitor.redistribution.scenario.model import Scenario
from monitor.web.pages.view_models.page import Page
from monitor.web.what_if.fields import LIMITS, PLAN_FOR, Form
from monitor.web.what_if.forms import Choices, Filled
from monitor.web.what_if.grounds import Grounds
from monitor.web.what_if.pages.form import Question, questions_of
from monitor.web.what_if.pages.move_list import query_left, row_left
from monitor.web.what_if.pages.scenario import OpenedScenario, change_key, head_of, page_of
from monitor.web.what_if.text import change_in_words, limits_in_words

_TITLE = "This what-if was changed since you opened the page"


@dataclass(frozen=True)
class Attempt:
    """What a planner tried to do with an earlier version.

    - says: that in words; action: where it is sent again; button: what that does, empty if it cannot be done any more.
    - hidden: what is sent with it; questions: what was typed; faults: field and words of what is wrong with that.
    """

    says: str
    action: str = ""
    button: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    questions: tuple[Question, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ConflictPage:
    """Both texts: the changes and limits that are stored, and what was sent.

    row_address: the address of the row in a plan that the form was opened from; empty if it was opened elsewhere.
    """

    stored_changes: tuple[str, ...]
    stored_limits: tuple[tuple[str, str], ...]
    attempt: Attempt
    row_address: str


def conflict_page(opened: OpenedScenario, scenario: Scenario, grounds: Grounds | None, attempt: Attempt) -> Page:
    """The page that shows both texts.

    - grounds: of the stored scenario; None if it has faults, so that codes stand without names.
    """
    names = {} if grounds is None else grounds.names
    page = ConflictPage(
        stored_changes=tuple(change_in_words(change, names) for change in scenario.changes),
        stored_limits=() if grounds is None else tuple(limits_in_words(grounds.limits)),
        attempt=attempt,
        row_address=row_left(opened.asked),
    )
    return page_of("what_if_conflict.html", _TITLE, head_of(opened), page, trail=opened.trail)


def attempt_to_fill(opened: OpenedScenario, form: Form, filled: Filled, choices: Choices | None) -> Attempt:
    """A form that was filled in: a further change, the limits, or the day of the plan."""
    sets = form in (LIMITS, PLAN_FOR)
    return Attempt(
        says=form.title if sets else f"You added a change. {form.title}",
        action=f"{opened.address}/{'' if sets else 'add/'}{form.kind}{query_left(opened.asked)}",
        button="Save yours instead" if sets else "Add your change to what is stored",
        questions=questions_of(form, filled, choices),
        faults=tuple(filled.faults.items()),
    )


def attempt_to_remove(opened: OpenedScenario, scenario: Scenario, grounds: Grounds | None, key: str) -> Attempt:
    """The removal of a change, which may stand at another place now, or not at all."""
    places = [place for place, change in enumerate(scenario.changes, start=1) if change_key(change) == key]
    if not places:
        return Attempt("You removed a change. It is no longer in the list.")
    names = {} if grounds is None else grounds.names
    place = places[0]
    return Attempt(
        says=f"You removed this change: {change_in_words(scenario.changes[place - 1], names)}",
        action=f"{opened.address}/remove",
        button="Remove it from what is stored",
        hidden=(("place", str(place)), ("change", key)),
    )


def attempt_to_solve(opened: OpenedScenario) -> Attempt:
    """The wish for a plan."""
    return Attempt("You asked for the best plan.", f"{opened.address}/solve", "Find the best plan for what is stored")
