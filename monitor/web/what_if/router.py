"""The planner's pages: what-ifs are built from forms, solved behind the pages, read, compared and taken out.

Nobody but planners gets in, each within their own area; only whoever saved a what-if changes it. Nothing here changes a
snapshot or a source system.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from alerts.people import Person
from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.redistribution.scenario.model import Change, Scenario
from monitor.redistribution.scenario.yaml_file import LARGEST_FILE, read_scenario, scenario_of, written
from monitor.snapshots.tables import ScenarioRow
from monitor.web.auth.csrf import EXPIRED
from monitor.web.auth.permissions import Visibility
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.requests import form_of, whole_number
from monitor.web.what_if import pages, plan_pages
from monitor.web.what_if.fields import FORMS, LIMITS, Form
from monitor.web.what_if.forms import Filled, change_of, field_of, limits_of, read, typed_of
from monitor.web.what_if.new_scenario import NEW, area_of, new_page, units_of
from monitor.web.what_if.pages import MENU, OpenedScenario
from monitor.web.what_if.plan_pages import answer_in
from monitor.web.what_if.validation import Fault, Grounds, faults_of, grounds_of, seen
from monitor.web.what_if.visibility import GONE, Gate, WhatIfService, only_mine, unless_gone
from monitor.web.what_if.worker import NAMED
from tiering.faults import ConfigFault
from tiering.terms import Level

REFRESH: Final = "3"
"""Seconds until a page about a plan in the making asks again."""

LARGEST_FORM: Final = 3 * LARGEST_FILE
"""Bytes: a scenario as text, each character of which may be written as three."""

Sent = Mapping[str, Sequence[str]]


def add_planning(app: FastAPI, front: WhatIfService) -> None:
    """Open the planner's pages."""
    planning = _Planning(front)
    gets: dict[str, Callable[..., Response]] = {
        MENU: planning.listing,
        f"{MENU}/new": planning.new,
        f"{MENU}/compare": planning.compare,
        f"{MENU}/{{number}}": planning.scenario,
        f"{MENU}/{{number}}/add/{{kind}}": planning.adding,
        f"{MENU}/{{number}}/limits": planning.limiting,
        f"{MENU}/{{number}}/text": planning.text,
        f"{MENU}/plan/{{number}}": planning.plan,
        f"{MENU}/plan/{{number}}/print": planning.printed,
    }
    posts: dict[str, Callable[..., Response]] = {
        f"{MENU}/new": planning.made,
        f"{MENU}/{{number}}/add/{{kind}}": planning.added,
        f"{MENU}/{{number}}/remove": planning.removed,
        f"{MENU}/{{number}}/limits": planning.limited,
        f"{MENU}/{{number}}/text": planning.replaced,
        f"{MENU}/{{number}}/copy": planning.copied,
        f"{MENU}/{{number}}/solve": planning.solve,
        f"{MENU}/plan/{{number}}/cancel": planning.cancel,
        f"{MENU}/plan/{{number}}/stays": planning.stays,
    }
    for path, page in gets.items():
        app.add_api_route(path, page, methods=["GET"], name=path, response_model=None)
    for path, action in posts.items():
        app.add_api_route(path, _sent_to(front, action), methods=["POST"], name=f"{path} sent", response_model=None)


def _sent_to(front: WhatIfService, action: Callable[..., Response]) -> Callable[..., Any]:
    """An action on what a form of these pages sends; what comes from elsewhere is refused."""

    async def sent(request: Request) -> Response:
        form = await form_of(request)
        if not front.genuine(request, form.get("csrf")):
            raise HTTPException(403, EXPIRED)
        values = {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}
        return await run_in_threadpool(action, request, values, **request.path_params)

    return sent


class _Planning:
    """What each address does."""

    def __init__(self, front: WhatIfService) -> None:
        self._front = front
        self._gate = Gate(front)
        self._engine = front.shelf.store.engine

    def listing(self, request: Request) -> Response:
        asked = self._gate.enter(request)
        areas = None if asked.sight.everything else [code for level, code in asked.sight.units if level == Level.AREA]
        rows = repository.scenarios(self._engine, areas)
        plans = repository.plans(self._engine, [row.id for row in rows if row.id is not None])
        return self._gate.shown(request, pages.listing(rows, plans, asked.week, self._gate.now()), asked)

    def new(self, request: Request) -> Response:
        asked = self._gate.enter(request)
        return self._gate.shown(request, new_page(Filled(), units_of(asked)), asked)

    def made(self, request: Request, sent: Sent) -> Response:
        asked = self._gate.enter(request)
        units = units_of(asked)
        filled = read(NEW, sent, units)
        if filled.faults:
            return self._gate.shown(request, new_page(filled, units), asked, 400)
        level, _, code = str(filled.content["unit"]).partition("/")
        facts = {
            "name": filled.content["name"],
            "author": asked.sight.person.name[:120],
            "as_at": asked.week.as_at,
            "revision": asked.week.snapshot.revision,
            "scope": "all" if level == Level.ALL else {level: code},
        }
        try:
            scenario = scenario_of(facts, NAMED)
        except ConfigFault:
            wrong = Filled(filled.content, filled.typed, {"name": "Name must be 120 letters or less, on one line"})
            return self._gate.shown(request, new_page(wrong, units), asked, 400)
        number = repository.save(self._engine, self._row(scenario, asked.week, asked.sight.person))
        return _to(f"{MENU}/{number}")

    def scenario(self, request: Request, number: str) -> Response:
        opened = self._gate.open(request, number, look=True)
        plans = repository.plans(self._engine, [opened.number])[opened.number]
        if opened.row.removal_id is not None:
            return self._gate.shown(request, pages.gone_page(opened, plans), opened.asked)
        try:
            scenario, grounds = self._found(opened)
        except ConfigFault as error:
            return self._gate.shown(request, pages.text_page(opened, opened.row.text, _plainly(error)), opened.asked)
        return self._gate.shown(request, pages.scenario_page(opened, scenario, grounds, plans), opened.asked)

    def adding(self, request: Request, number: str, kind: str) -> Response:
        opened, form = self._gate.mine(request, number), _form(kind)
        _, grounds = self._ground(opened)
        choices = seen(grounds.choices, opened.asked.sight)
        return self._gate.shown(request, pages.change_form(opened, form, Filled(), choices), opened.asked)

    def added(self, request: Request, sent: Sent, number: str, kind: str) -> Response:
        opened, form = self._gate.mine(request, number), _form(kind)
        scenario, grounds = self._ground(opened)
        choices = seen(grounds.choices, opened.asked.sight)
        filled = read(form, sent, choices)
        if crn := filled.typed.get("crn"):
            self._gate.look(request, opened, crn=crn)
        change = filled if filled.faults else change_of(form, filled)
        if isinstance(change, Change):
            changes = (*scenario.changes, change)
            candidate = scenario.model_copy(update={"changes": changes})
            faults = self._faults(opened, candidate)
            if not faults:
                return self._keep(opened, candidate, "added")
            change = Filled(filled.content, filled.typed, _by_field(form, faults, len(changes)))
        return self._gate.shown(request, pages.change_form(opened, form, change, choices), opened.asked, 400)

    def removed(self, request: Request, sent: Sent, number: str) -> Response:
        opened = self._gate.mine(request, number)
        scenario = _read(opened)
        place, version = _number(sent, "place"), _number(sent, "version")
        if version != opened.row.version or not 1 <= place <= len(scenario.changes):
            raise HTTPException(409, "The list has changed meanwhile. Go back, load the page again, and try once more.")
        changes = (*scenario.changes[: place - 1], *scenario.changes[place:])
        candidate = scenario.model_copy(update={"changes": changes})
        faults = self._faults(opened, candidate)
        if faults:
            told = "; ".join(fault.says for fault in faults)
            raise HTTPException(409, f"Another change rests on this one, remove that first: {told}.")
        return self._keep(opened, candidate, "removed")

    def limiting(self, request: Request, number: str) -> Response:
        opened = self._gate.mine(request, number)
        filled = Filled(typed=typed_of(_read(opened).limits))
        return self._gate.shown(request, pages.limits_form(opened, filled), opened.asked)

    def limited(self, request: Request, sent: Sent, number: str) -> Response:
        opened = self._gate.mine(request, number)
        scenario = _read(opened)
        filled = read(LIMITS, sent, None)
        limits = filled if filled.faults else limits_of(filled)
        if isinstance(limits, Filled):
            return self._gate.shown(request, pages.limits_form(opened, limits), opened.asked, 400)
        candidate = scenario.model_copy(update={"limits": limits})
        if faults := self._faults(opened, candidate):
            told = Filled(filled.content, filled.typed, {"": "; ".join(fault.whole for fault in faults)})
            return self._gate.shown(request, pages.limits_form(opened, told), opened.asked, 400)
        return self._keep(opened, candidate, "limits")

    def text(self, request: Request, number: str) -> Response:
        opened = self._gate.open(request, number, look=True)
        unless_gone(opened)
        if request.query_params.get("format") == "yaml":
            file = f'attachment; filename="what-if-{opened.number}.yaml"'
            return Response(
                opened.row.text, media_type="application/yaml; charset=utf-8", headers={"content-disposition": file}
            )
        return self._gate.shown(request, pages.text_page(opened, opened.row.text, ()), opened.asked)

    def replaced(self, request: Request, sent: Sent, number: str) -> Response:
        opened = self._gate.mine(request, number)
        typed = next(iter(sent.get("text", ())), "")
        try:
            if len(typed.encode()) > LARGEST_FILE:
                raise ConfigFault([f"is larger than {LARGEST_FILE:,} bytes; a what-if is a page or two"])
            return self._taken_over(opened, read_scenario(typed.replace("\r\n", "\n"), "The text"))
        except ConfigFault as error:
            return self._gate.shown(request, pages.text_page(opened, typed, _plainly(error)), opened.asked, 400)

    def copied(self, request: Request, _: Sent, number: str) -> Response:
        opened = self._gate.open(request, number, look=True)
        unless_gone(opened)
        scenario, person = _read(opened), opened.asked.sight.person
        name = f"{scenario.name[:108]}, another way"
        facts = {"name": name, "author": person.name[:120], "policy_fingerprint": None, "prices_fingerprint": None}
        candidate = scenario.model_copy(update=facts)
        return _to(f"{MENU}/{repository.save(self._engine, self._row(candidate, opened.week, person))}?said=copied")

    def solve(self, request: Request, _: Sent, number: str) -> Response:
        opened = self._gate.mine(request, number)
        plans = repository.plans(self._engine, [opened.number])[opened.number]
        going = [one for one in plans if repository.state_of(one, opened.now) in repository.AT_WORK]
        same = next((one.id for one in going if one.scenario_version == opened.row.version), None)
        return _to(f"{MENU}/plan/{same or self._front.bench.ask(opened.row, opened.asked.sight.person.email)}")

    def plan(self, request: Request, number: str) -> Response:
        opened, plan = self._gate.open_plan(request, number)
        if plan.removal_id is not None:
            raise NotFound(GONE)
        if plan.state == PlanState.DONE:
            return self._gate.shown(request, plan_pages.plan_page(opened, plan, answer_in(plan)), opened.asked)
        made = self._gate.shown(request, pages.waiting_page(opened, plan), opened.asked)
        if repository.state_of(plan, opened.now) in repository.AT_WORK and opened.asked.text("refresh") != "off":
            made.headers["refresh"] = REFRESH
        return made

    def printed(self, request: Request, number: str) -> Response:
        opened, plan = self._gate.open_plan(request, number)
        if plan.state != PlanState.DONE or plan.removal_id is not None:
            raise NotFound("There is no such plan to print.")
        return self._gate.shown(request, plan_pages.print_page(opened, plan, answer_in(plan)), opened.asked)

    def cancel(self, request: Request, _: Sent, number: str) -> Response:
        opened, plan = self._gate.open_plan(request, number)
        only_mine(opened)
        repository.cancel(self._engine, whole_number(number), self._gate.now())
        return _to(f"{MENU}/plan/{plan.id}")

    def stays(self, request: Request, sent: Sent, number: str) -> Response:
        """Settle that a case of the list of moves, or a person, stays; the plan has to be found again."""
        opened, _ = self._gate.open_plan(request, number)
        only_mine(opened)
        unless_gone(opened)
        scenario = _read(opened)
        key = next((one for one in ("crn", "om_code") if sent.get(one)), "crn")
        code = next(iter(sent.get(key, ())), "")
        try:
            pin = scenario_of({"name": "pin", "scope": "all", "changes": [{"pin": {key: code}}]}, NAMED).changes[0]
        except ConfigFault as error:
            raise HTTPException(400, _plainly(error)[0]) from None
        if pin in scenario.changes:
            return _to(f"{opened.address}?said=there")
        candidate = scenario.model_copy(update={"changes": (*scenario.changes, pin)})
        if faults := self._faults(opened, candidate):
            raise HTTPException(400, "; ".join(fault.says for fault in faults))
        return self._keep(opened, candidate, "stays")

    def compare(self, request: Request) -> Response:
        asked = self._gate.enter(request)
        numbers = [request.query_params.get(name, "") for name in ("a", "b")]
        sides, said = [], ""
        for number in filter(None, numbers):
            opened, plan = self._gate.open_plan(request, number)
            if plan.state == PlanState.DONE and plan.removal_id is None:
                sides.append((opened, plan, answer_in(plan)))
        if len(sides) == 2 and sides[0][1].snapshot_id != sides[1][1].snapshot_id:
            sides, said = (
                [],
                "These two start from different snapshots, so they do not compare. Choose two of one snapshot.",
            )
        page = plan_pages.compare_page(self._done(asked), numbers, sides, said)
        return self._gate.shown(request, page, sides[0][0].asked if sides else asked)

    def _done(self, asked: Reader) -> list[tuple[int, str]]:
        """The newest plan of every scenario that may be seen, for choosing two."""
        areas = None if asked.sight.everything else [code for level, code in asked.sight.units if level == Level.AREA]
        rows = repository.scenarios(self._engine, areas)
        plans = repository.plans(self._engine, [row.id for row in rows if row.id is not None])
        found = []
        for row in rows:
            for plan in [one for one in plans[row.id or 0] if one.state == PlanState.DONE and one.removal_id is None]:
                found.append((plan.id or 0, f"{row.name} (plan {plan.id}, as at {plan.as_at})"))
        return found

    def _ground(self, opened: OpenedScenario) -> tuple[Scenario, Grounds]:
        """A scenario and what it comes to, for a form that rests on both."""
        try:
            return self._found(opened)
        except ConfigFault as error:
            raise HTTPException(409, "; ".join(_plainly(error))) from None

    def _found(self, opened: OpenedScenario) -> tuple[Scenario, Grounds]:
        """A scenario and what it comes to, found once for each version; raises ConfigFault."""
        scenario, store = read_scenario(opened.row.text, NAMED), self._front.shelf.store
        key = ("what-if", opened.number, opened.row.version)
        config = self._front.settings.config
        return scenario, opened.week.recent.get(key, lambda: grounds_of(scenario, opened.week, store, config))

    def _faults(self, opened: OpenedScenario, scenario: Scenario) -> list[Fault]:
        store, config = self._front.shelf.store, self._front.settings.config
        return faults_of(scenario, opened.week, opened.asked.sight, store, config)

    def _keep(self, opened: OpenedScenario, scenario: Scenario, said: str, **values: Any) -> Response:
        """Keep what a scenario is now, unless another window was faster."""
        row = opened.row
        facts = {"name": scenario.name, "text": written(scenario), **values}
        if not repository.change(self._engine, opened.number, row.version, self._gate.now(), **facts):
            raise HTTPException(
                409, "It was changed meanwhile in another window. Go back, load it again, and try once more."
            )
        return _to(f"{opened.address}?said={said}")

    def _taken_over(self, opened: OpenedScenario, scenario: Scenario) -> Response:
        """Keep a scenario that was written as text, whatever its scope and snapshot; raises ConfigFault."""
        week = self._week_of(scenario)
        person = opened.asked.sight.person
        facts = {"author": person.name[:120], "as_at": week.as_at, "revision": week.snapshot.revision}
        candidate = scenario.model_copy(update=facts)
        store, config = self._front.shelf.store, self._front.settings.config
        sight = Visibility(person, week.places)
        if faults := faults_of(candidate, week, sight, store, config):
            raise ConfigFault([fault.whole for fault in faults])
        values = self._row(candidate, week, person).model_dump(
            include={"snapshot_id", "as_at", "scope_level", "scope_codes", "area_code"}
        )
        return self._keep(opened, candidate, "replaced", **values)

    def _week_of(self, scenario: Scenario) -> SnapshotView:
        """The snapshot that a text names, or the newest; raises ConfigFault where there is none such."""
        store = self._front.shelf.store
        known = [] if scenario.as_at is None else store.revisions(scenario.as_at)
        if scenario.revision is not None:
            known = [one for one in known if one.revision == scenario.revision]
        number = known[-1].id if known else None
        if number is None and (scenario.as_at is not None or scenario.revision is not None):
            raise ConfigFault(
                [f"as_at: there is no snapshot of {scenario.as_at}; leave as_at and revision out for the newest"]
            )
        week = self._front.shelf.week() if number is None else self._front.shelf.by_number(number)
        if week is None:
            raise ConfigFault(["as_at: there is no snapshot yet"])
        return week

    def _row(self, scenario: Scenario, week: SnapshotView, person: Person) -> ScenarioRow:
        now = self._gate.now()
        return ScenarioRow(
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
            text=written(scenario),
        )


def _read(opened: OpenedScenario) -> Scenario:
    try:
        return read_scenario(opened.row.text, NAMED)
    except ConfigFault as error:
        raise HTTPException(409, "; ".join(_plainly(error))) from None


def _plainly(error: ConfigFault) -> list[str]:
    """The faults without what stands for the scenario in them."""
    return [fault.removeprefix(f"{NAMED}: ").removeprefix("The text: ") for fault in error.faults]


def _form(kind: str) -> Form:
    if kind not in FORMS:
        raise NotFound("There is no such change.")
    return FORMS[kind]


def _by_field(form: Form, faults: Sequence[Fault], place: int) -> dict[str, str]:
    """Faults by the field of the form that they are about; what is about other changes stands at the top."""
    found: dict[str, str] = {}
    for fault in faults:
        mine = fault.place == place
        name = field_of(form, fault.key.partition(".")[0]) if mine else ""
        found.setdefault(name, fault.says if mine else fault.whole)
    return found


def _number(sent: Sent, name: str) -> int:
    return whole_number(next(iter(sent.get(name, ())), ""))


def _to(path: str) -> Response:
    return RedirectResponse(path, 303)
