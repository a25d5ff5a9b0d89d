"""What the planner's pages show: kept scenarios and plans -> the words of their templates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alerts.wording import clean
from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.redistribution.scenario.model import Scenario
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.dependencies import Reader
from monitor.web.pages.page import Page
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.fields import FORMS, LIMITS, Form
from monitor.web.what_if.forms import Choices, Filled, options_of
from monitor.web.what_if.text import change_in_words, limits_in_words, scope_in_words, verdict
from monitor.web.what_if.validation import Grounds

MENU: Final = "/what-if"
TRAIL: Final = ("What-if", MENU)
FORM: Final = "what_if_form.html"
SAID: Final = {
    "added": "The change is in the list.",
    "removed": "The change is out of the list.",
    "limits": "The limits are as you set them.",
    "replaced": "The what-if is as the text says.",
    "copied": "This is a copy. The one it came from stays as it is.",
    "stays": "It stays: see the list of changes. Find the best plan again, with this settled.",
    "there": "That is in the list already.",
}
"""What was just done, by the word in the address."""

_TAGS: Final = {
    PlanState.WAITING: ("govuk-tag--blue", "Waiting"),
    PlanState.SOLVING: ("govuk-tag--blue", "Being solved"),
    PlanState.DONE: ("govuk-tag--green", "Found"),
    PlanState.FAILED: ("govuk-tag--red", "Not possible"),
    PlanState.CANCELLED: ("govuk-tag--grey", "Cancelled"),
    PlanState.BROKEN_OFF: ("govuk-tag--orange", "Broken off"),
}


@dataclass(frozen=True)
class OpenedScenario:
    """A scenario that somebody may see: its row, its week, and how they see both."""

    row: ScenarioRow
    week: SnapshotView
    asked: Reader
    mine: bool
    now: datetime

    @property
    def number(self) -> int:
        if self.row.id is None:
            raise AssertionError("a kept scenario has a number")
        return self.row.id

    @property
    def address(self) -> str:
        return f"{MENU}/{self.number}"

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        return (TRAIL, (self.row.name, self.address))


def listing(
    rows: Sequence[ScenarioRow], plans: Mapping[int, Sequence[PlanRow]], week: SnapshotView, now: datetime
) -> Page:
    """Every what-if of the planner's scope, with how its newest plan stands."""
    found = []
    for row in rows:
        own = plans[row.id or 0]
        found.append({"row": row, "scope": scope_of(row, week), "plan": _told(own[0], now) if own else None})
    return Page("what_if.html", "What-if", {"found": found})


def _told(plan: PlanRow, now: datetime) -> dict[str, Any]:
    """A plan for a list: its state, its figures, its verdict."""
    figures = None if plan.figures is None else json.loads(plan.figures)
    return {
        "row": plan,
        "tag": _TAGS[repository.state_of(plan, now)],
        "figures": figures,
        "verdict": "" if figures is None else verdict(figures),
        "moves": None if figures is None else moves_in(figures),
    }


def moves_in(figures: Mapping[str, Any]) -> int:
    """All moves of a plan."""
    return int(figures["moves_elective"] + figures["moves_forced"] + figures["moves_named"])


def scope_of(row: ScenarioRow, week: SnapshotView) -> str:
    """The scope of a scenario with its name."""

    def name(level: str, code: str) -> str:
        unit = week.unit(level, code)
        return code if unit is None else clean(str(unit["name"]))

    return scope_in_words(row.scope_level, repository.codes_of(row), name)


def scenario_page(opened: OpenedScenario, scenario: Scenario, grounds: Grounds, plans: Sequence[PlanRow]) -> Page:
    """One what-if: its changes, its limits, its plans, what can be done with it."""
    changes = [
        {"place": place, "says": change_in_words(one, grounds.names), "notes": _notes(grounds, place)}
        for place, one in enumerate(scenario.changes, start=1)
    ]
    return Page(
        "what_if_scenario.html",
        opened.row.name,
        {
            **around(opened),
            "changes": changes,
            "forms": [(form.kind, form.link) for form in FORMS.values()],
            "limits": limits_in_words(scenario, grounds.intake),
            "plans": [_told(one, opened.now) for one in plans],
            "text": opened.row.text,
            "at_work": next(
                (one.id for one in plans if repository.state_of(one, opened.now) in repository.AT_WORK), None
            ),
        },
        trail=(TRAIL,),
    )


def _notes(grounds: Grounds, place: int) -> list[str]:
    start = f"changes.{place}."
    return [note.partition(": ")[2] for note in grounds.notes if note.startswith(start)]


def around(opened: OpenedScenario) -> dict[str, Any]:
    """What stands on every page of one scenario."""
    row = opened.row
    return {
        "row": row,
        "scope": scope_of(row, opened.week),
        "address": opened.address,
        "mine": opened.mine,
        "said": SAID.get(opened.asked.text("said"), ""),
        "revision": opened.week.snapshot.revision,
        "removed": row.removal_id is not None,
    }


def gone_page(opened: OpenedScenario, plans: Sequence[PlanRow]) -> Page:
    """A what-if whose words the retention took away: who asked what when, and the figures."""
    told = [_told(one, opened.now) for one in plans]
    return Page("what_if_gone.html", opened.row.name, {**around(opened), "plans": told}, trail=(TRAIL,))


def form_page(
    title: str, form: Form, filled: Filled, choices: Choices | None, words: Mapping[str, Any], trail: Any = (TRAIL,)
) -> Page:
    """A form with what was typed in it and what is wrong with that."""
    fields = [
        {
            "name": one.name,
            "label": one.label,
            "hint": one.hint,
            "kind": one.kind,
            "needed": one.needed,
            "options": options_of(one, choices),
            "typed": filled.typed.get(one.name, _empty(one.kind)),
            "fault": filled.faults.get(one.name, ""),
        }
        for one in form.fields
    ]
    faults = [(name, says) for name, says in filled.faults.items()]
    return Page(FORM, title, {"heading": title, "form": form, "fields": fields, "faults": faults, **words}, trail=trail)


def _empty(kind: str) -> Any:
    return {"day": "", "month": "", "year": ""} if kind == "date" else [] if kind == "several" else ""


def change_form(opened: OpenedScenario, form: Form, filled: Filled, choices: Choices) -> Page:
    words = {**around(opened), "action": f"{opened.address}/add/{form.kind}", "button": "Add this change"}
    return form_page(form.title, form, filled, choices, words, opened.trail)


def limits_form(opened: OpenedScenario, filled: Filled) -> Page:
    words = {**around(opened), "action": f"{opened.address}/limits", "button": "Set these limits"}
    return form_page(LIMITS.title, LIMITS, filled, None, words, opened.trail)


def text_page(opened: OpenedScenario, typed: str, faults: Sequence[str]) -> Page:
    """The scenario as text, to take out, or to replace by another."""
    title = "The what-if as text"
    words = {**around(opened), "typed": typed, "faults": faults, "heading": title}
    return Page("what_if_text.html", title, words, trail=opened.trail)


def waiting_page(opened: OpenedScenario, plan: PlanRow) -> Page:
    """A plan that is not there: being solved, cancelled, broken off, or not possible."""
    state = repository.state_of(plan, opened.now)
    faults = [_plainly(one) for one in (plan.message or "").splitlines()]
    words = {
        **around(opened),
        "plan": plan,
        "state": state.value,
        "tag": _TAGS[state],
        "faults": faults,
        "stays": opened.asked.text("refresh") == "off",
        "seconds": None if plan.started_at is None else int((opened.now - plan.started_at).total_seconds()),
    }
    return Page("what_if_waiting.html", f"Plan: {opened.row.name}", words, trail=opened.trail)


def _plainly(fault: str) -> str:
    return fault.removeprefix("the scenario: ")
