"""What the pages of scenarios show: stored scenarios and plans -> the models that their templates write down."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerts.wording import clean, count_of
from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.text import describe_no_effect
from monitor.redistribution.robust.chances import WEEKS
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.model import Change, Scenario
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.auth.permissions import WHAT_IF
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.page import Page, Table
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.fields import FORMS
from monitor.web.what_if.grounds import Grounds
from monitor.web.what_if.pages.models import (
    ChangeLine,
    GonePage,
    ListPage,
    PlanLine,
    ScenarioHead,
    ScenarioLine,
    ScenarioPage,
    WaitingPage,
)
from monitor.web.what_if.text import change_in_words, fault_in_words, limits_in_words, scope_in_words, verdict

MENU: Final = "/what-if"
TRAIL: Final = ("What-if", MENU)
SAID: Final = {
    "added": "The change is in the list.",
    "removed": "The change is out of the list.",
    "limits": "The limits are as you set them.",
    "day": "The day of the plan is as you set it.",
    "copied": "This is a copy. The one it came from stays as it is.",
    "stays": "It stays: see the list of changes. Find the best plan again, with this settled.",
    "proposed": "The move is proposed: the only change of this what-if.",
    "there": "That is in the list already.",
    "pin": "Settled: stays where it is. Find the best plan again to see what that does.",
    "bar": "Settled: never goes to them. Find the best plan again to see what that does.",
    "fix": "Settled: goes as in this plan. Find the best plan again to see what that does.",
    "receiver": "Settled: goes to the person you chose. Find the best plan again to see what that does.",
    "left_out": "Settled: neither gives nor takes. Find the best plan again to see what that does.",
    "agreed": "The plan is agreed. It stays as it is now.",
    "undone": "This is no longer settled. Find the best plan again to see what that does.",
}
"""What was just done, by the word in the address."""

_LONGEST_UNIT: Final = 60
"""Characters of a unit in the name of a file: a scope may have many teams."""

Trail = tuple[tuple[str, str], ...]

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
    """A scenario that a planner may see: its row, its week, and how they see both."""

    row: ScenarioRow
    week: SnapshotView
    asked: Reader
    mine: bool
    now: datetime

    @property
    def number(self) -> int:
        if self.row.id is None:
            raise AssertionError("a stored scenario has a number")
        return self.row.id

    @property
    def address(self) -> str:
        return f"{MENU}/{self.number}"

    @property
    def is_for_planner(self) -> bool:
        """Whether the reader plans; others read plans only."""
        return WHAT_IF.is_for(self.asked.sight.person)

    @property
    def trail(self) -> Trail:
        return (TRAIL, (self.row.name, self.address)) if self.is_for_planner else ()


def page_of(
    template: str,
    title: str,
    *models: object,
    trail: Trail = (TRAIL,),
    tables: Mapping[str, Table] | None = None,
    file_part: str = "",
) -> Page:
    """A page of models: their fields are the words of its template."""
    words: dict[str, object] = {}
    for model in models:
        words |= vars(model)
    return Page(template, title, words, trail, tables or {}, file_part=file_part)


def list_page(
    rows: Sequence[ScenarioRow], plans: Mapping[int, Sequence[PlanRow]], week: SnapshotView, now: datetime
) -> Page:
    """Every what-if of the planner's scope, with how its newest plan stands."""
    lines = []
    for row in rows:
        own = plans[row.id or 0]
        lines.append(ScenarioLine(row, scope_of(row, week), _plan_line(own[0], now) if own else None))
    return page_of("what_if.html", "What-if", ListPage(tuple(lines)), trail=())


def _plan_line(plan: PlanRow, now: datetime) -> PlanLine:
    figures = None if plan.figures is None else PlanFigures.model_validate_json(plan.figures)
    tag = _TAGS[repository.state_of(plan, now)]
    return PlanLine(plan, tag, figures, "" if figures is None else verdict(figures))


def scope_of(row: ScenarioRow, week: SnapshotView) -> str:
    """The scope of a scenario with its name."""

    def name(level: str, code: str) -> str:
        unit = week.unit(level, code)
        return code if unit is None else clean(unit.name)

    return scope_in_words(row.scope_level, repository.codes_of(row), name)


def file_stem(opened: OpenedScenario, plan: PlanRow) -> str:
    """What the name of a file from a plan begins with: another one for each plan and unit."""
    codes = "-".join(repository.codes_of(opened.row))
    unit = re.sub(r"[^A-Za-z0-9]+", "-", f"{opened.row.scope_level}-{codes}").strip("-")[:_LONGEST_UNIT].strip("-")
    return f"plan-{plan.id}-{unit}"


def head_of(opened: OpenedScenario) -> ScenarioHead:
    """What stands on every page of one scenario."""
    row = opened.row
    return ScenarioHead(
        row=row,
        scope=scope_of(row, opened.week),
        address=opened.address,
        mine=opened.mine,
        is_for_planner=opened.is_for_planner,
        said=SAID.get(opened.asked.text("said"), ""),
        revision=opened.week.snapshot.revision,
    )


def _draws(scenario: Scenario) -> list[tuple[str, str]]:
    """What the plan is judged against, next to the limits; nothing unless it was asked for."""
    if scenario.robust is None:
        return []
    return [("Judged against", f"{count_of(scenario.robust, 'draw')} of the next {WEEKS} weeks")]


def scenario_page(opened: OpenedScenario, scenario: Scenario, grounds: Grounds, plans: Sequence[PlanRow]) -> Page:
    """One what-if: its changes, its limits, its plans, what can be done with it."""
    at_work = (plan.id for plan in plans if repository.state_of(plan, opened.now) in repository.AT_WORK)
    page = ScenarioPage(
        changes=tuple(
            ChangeLine(place, change_key(change), change_in_words(change, grounds.names), _notes(grounds, place))
            for place, change in enumerate(scenario.changes, start=1)
        ),
        forms=tuple((form.kind, form.link) for form in FORMS.values()),
        limits=(*limits_in_words(grounds.limits), *_draws(scenario)),
        plans=tuple(_plan_line(plan, opened.now) for plan in plans),
        faults=(),
        text=opened.row.text,
        at_work=next(at_work, None),
        plan_for=scenario.plan_for,
    )
    return page_of("what_if_scenario.html", opened.row.name, head_of(opened), page)


def faulty_scenario_page(
    opened: OpenedScenario, scenario: Scenario | None, faults: Sequence[Fault], plans: Sequence[PlanRow]
) -> Page:
    """A what-if that its snapshot does not bear any more: what is wrong, and the changes to remove.

    - scenario: None where its text cannot be read at all.
    """
    changes = () if scenario is None else scenario.changes
    page = ScenarioPage(
        changes=tuple(
            ChangeLine(place, change_key(change), change_in_words(change, {}), ())
            for place, change in enumerate(changes, start=1)
        ),
        forms=(),
        limits=(),
        plans=tuple(_plan_line(plan, opened.now) for plan in plans),
        faults=tuple(map(fault_in_words, faults)),
        text=opened.row.text,
        at_work=None,
        plan_for=None if scenario is None else scenario.plan_for,
    )
    return page_of("what_if_scenario.html", opened.row.name, head_of(opened), page)


def change_key(change: Change) -> str:
    """What tells one change from every other, wherever it stands in the list."""
    return change.model_dump_json(by_alias=True, exclude_unset=True)


def _notes(grounds: Grounds, place: int) -> tuple[str, ...]:
    return tuple(describe_no_effect(remark) for remark in grounds.remarks if remark.place == place)


def gone_page(opened: OpenedScenario, plans: Sequence[PlanRow]) -> Page:
    """A what-if whose text the retention removed."""
    page = GonePage(tuple(_plan_line(plan, opened.now) for plan in plans))
    return page_of("what_if_gone.html", opened.row.name, head_of(opened), page)


def waiting_page(opened: OpenedScenario, plan: PlanRow) -> Page:
    """A plan that is not there yet, or will not be."""
    state = repository.state_of(plan, opened.now)
    page = WaitingPage(
        plan=plan,
        state=state.value,
        tag=_TAGS[state],
        faults=tuple((plan.message or "").splitlines()),
        stays=opened.asked.text("refresh") == "off",
        seconds=None if plan.started_at is None else int((opened.now - plan.started_at).total_seconds()),
    )
    return page_of("what_if_waiting.html", f"Plan: {opened.row.name}", head_of(opened), page, trail=opened.trail)
