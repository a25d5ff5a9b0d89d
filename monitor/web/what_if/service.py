"""Stored scenarios behind the pages: read, examined, and stored again as they are now."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from alerts.people import Person
from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import read_scenario, scenario_yaml
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.dependencies import Reader
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.requests import whole_number
from monitor.web.what_if.grounds import NAMED, Grounds, find_grounds
from monitor.web.what_if.pages.new_scenario import area_of
from monitor.web.what_if.pages.scenario import MENU, OpenedScenario
from monitor.web.what_if.text import fault_in_words
from monitor.web.what_if.validation import find_faults
from monitor.web.what_if.visibility import WhatIfAccess, WhatIfService
from tiering.terms import Level

Sent = Mapping[str, Sequence[str]]
"""What a form sent: the values of each field."""

LONGEST_AUTHOR: Final = 120
"""Characters: as many as a scenario's author may have."""


class ChangedMeanwhile(HTTPException):
    """The what-if was changed after the form was made, so nothing was stored."""

    def __init__(self) -> None:
        super().__init__(409, "This what-if was changed in another window, so nothing was stored. Open it again.")


class Scenarios:
    """Scenarios as the pages read and store them."""

    def __init__(self, front: WhatIfService) -> None:
        self.front = front
        self.access = WhatIfAccess(front)
        self.engine = front.snapshots.store.engine

    def list_visible(self, asked: Reader) -> tuple[list[ScenarioRow], dict[int, list[PlanRow]]]:
        """The scenarios that a planner sees, changed last first, and their plans by scenario, newest first."""
        areas = None if asked.sight.everything else [code for level, code in asked.sight.units if level == Level.AREA]
        rows = repository.scenarios(self.engine, areas)
        return rows, repository.plans(self.engine, [row.id for row in rows if row.id is not None])

    def plans_of(self, opened: OpenedScenario) -> list[PlanRow]:
        """The plans of a scenario, newest first."""
        return repository.plans(self.engine, [opened.number])[opened.number]

    def examine(self, opened: OpenedScenario, scenario: Scenario) -> Grounds:
        """What a stored scenario comes to, found once for each version; raises ScenarioFault."""
        store, config = self.front.snapshots.store, self.front.settings.config
        key = ("what-if", opened.number, opened.row.version)
        grounds: Grounds = opened.week.recent.get(key, lambda: find_grounds(scenario, opened.week, store, config))
        return grounds

    def grounds(self, opened: OpenedScenario, scenario: Scenario) -> Grounds:
        """What a stored scenario comes to, for a form that rests on it; refuses the form if it has faults."""
        try:
            return self.examine(opened, scenario)
        except ScenarioFault as error:
            raise refusal(409, error.scenario_faults) from None

    def faults(self, opened: OpenedScenario, scenario: Scenario) -> list[Fault]:
        """Everything that keeps a scenario from being solved."""
        store, config = self.front.snapshots.store, self.front.settings.config
        return find_faults(scenario, opened.week, opened.asked.sight, store, config)

    def save(self, scenario: Scenario, week: SnapshotView, person: Person) -> int:
        """Store a new scenario; its number."""
        now = self.access.now()
        row = ScenarioRow(
            name=scenario.name,
            author=person.email,
            created_at=now,
            changed_at=now,
            version=1,
            snapshot_id=week.number,
            as_at=week.as_at,
            scope_level=scenario.scope.level.value,
            scope_codes=json.dumps(scenario.scope.codes),
            area_code=area_of(scenario.scope, week),
            text=scenario_yaml(scenario),
        )
        return repository.save(self.engine, row)

    def number_at_work(self, opened: OpenedScenario) -> int | None:
        """The number of a plan for this version of a scenario that is on its way; None if there is none."""
        on_its_way = (
            plan.id
            for plan in self.plans_of(opened)
            if plan.scenario_version == opened.row.version
            and repository.state_of(plan, opened.now) in repository.AT_WORK
        )
        return next(on_its_way, None)

    def replace(self, opened: OpenedScenario, scenario: Scenario, said: str, address: str = "") -> Response:
        """Store what a scenario is now, and go to an address or to its page; raises ChangedMeanwhile."""
        row, text = opened.row, scenario_yaml(scenario)
        now = self.access.now()
        if not repository.change(self.engine, opened.number, row.version, now, name=scenario.name, text=text):
            raise ChangedMeanwhile
        return redirect_to(address or f"{opened.address}?said={said}")


def scenario_in(opened: OpenedScenario) -> Scenario:
    """The scenario of a row; refuses the request if its text cannot be read."""
    try:
        return read_scenario(opened.row.text, NAMED)
    except ScenarioFault as error:
        raise refusal(409, error.scenario_faults) from None


def can_be_read(plan: PlanRow) -> bool:
    """Whether a plan was found and its rows are still kept."""
    return plan.state == PlanState.DONE and plan.removal_id is None


def refusal(status: int, faults: Sequence[Fault]) -> HTTPException:
    """An answer that says why nothing was done."""
    return HTTPException(status, "; ".join(map(fault_in_words, faults)))


def is_stale(opened: OpenedScenario, sent: Sent) -> bool:
    """Whether a form was made from another version of the what-if than the one that is stored."""
    return number_sent(sent, "version") != opened.row.version


def number_sent(sent: Sent, name: str) -> int:
    """A number that a form sent; 0, which nothing has, if it is none."""
    return whole_number(next(iter(sent.get(name, ())), ""))


def redirect_to(path: str) -> Response:
    """Answer a form with the page to show next."""
    return RedirectResponse(path, 303)


def plan_address(number: int) -> str:
    """The address of a plan."""
    return f"{MENU}/plan/{number}"
