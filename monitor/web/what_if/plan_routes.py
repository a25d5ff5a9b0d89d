"""What each address of a plan does: shown, printed, cancelled, settled, and compared with another."""

from typing import Final

from fastapi import Request, Response

from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.redistribution.results.workbook import WorkbookHead, write_workbook
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.yaml_file import parse_scenario
from monitor.snapshots.tables import PlanRow
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.rendering import MEDIA
from monitor.web.requests import whole_number
from monitor.web.what_if.grounds import NAMED
from monitor.web.what_if.pages.compare import ComparedPlan, compare_page
from monitor.web.what_if.pages.handout import case_page, print_page
from monitor.web.what_if.pages.plan import plan_page, record_in
from monitor.web.what_if.pages.scenario import OpenedScenario, file_stem, scope_of, waiting_page
from monitor.web.what_if.service import Scenarios, Sent, plan_address, redirect_to, refusal, scenario_in
from monitor.web.what_if.visibility import GONE, only_mine, unless_gone

REFRESH: Final = "3"
"""Seconds until a page about a plan in the making asks again."""

_DO_NOT_COMPARE: Final = "These two start from different snapshots, so they do not compare. Choose two of one snapshot."


class PlanRoutes:
    """What each address of a plan does; ``show_`` answers a GET, everything else a form."""

    def __init__(self, scenarios: Scenarios) -> None:
        self._scenarios = scenarios
        self._access = scenarios.access

    def show(self, request: Request, number: str) -> Response:
        opened, plan = self._access.open_plan(request, number)
        if plan.removal_id is not None:
            raise NotFound(GONE)
        if plan.state == PlanState.DONE:
            return self._access.shown(request, plan_page(opened, plan, record_in(plan)), opened.asked)
        response = self._access.shown(request, waiting_page(opened, plan), opened.asked)
        if repository.state_of(plan, opened.now) in repository.AT_WORK and opened.asked.text("refresh") != "off":
            response.headers["refresh"] = REFRESH
        return response

    def show_for_printing(self, request: Request, number: str) -> Response:
        opened, plan = self._open_readable(request, number)
        return self._access.shown(request, print_page(opened, plan, record_in(plan)), opened.asked)

    def show_case(self, request: Request, number: str) -> Response:
        opened, plan = self._open_readable(request, number)
        return self._access.shown(request, case_page(opened, plan, record_in(plan)), opened.asked)

    def download_workbook(self, request: Request, number: str) -> Response:
        opened, plan = self._open_readable(request, number)
        head = WorkbookHead(
            plan.id, scope_of(opened.row, opened.week), plan.author, self._access.front.settings.marking
        )
        name = f"{file_stem(opened, plan)}-{plan.as_at.isoformat()}.xlsx"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(write_workbook(record_in(plan), head), media_type=MEDIA["xlsx"], headers=headers)

    def _open_readable(self, request: Request, number: str) -> tuple[OpenedScenario, PlanRow]:
        """A plan that was found and that the reader may see."""
        opened, plan = self._access.open_plan(request, number)
        if not _can_be_read(plan):
            raise NotFound("There is no such plan to print.")
        return opened, plan

    def cancel(self, request: Request, _: Sent, number: str) -> Response:
        opened, plan = self._access.open_plan(request, number)
        only_mine(opened)
        repository.cancel(self._scenarios.engine, whole_number(number), self._access.now())
        return redirect_to(plan_address(plan.id or 0))

    def settle(self, request: Request, sent: Sent, number: str) -> Response:
        """Settle that a case of the list of moves, or a person, stays; the plan has to be found again."""
        opened, _ = self._access.open_plan(request, number)
        only_mine(opened)
        unless_gone(opened)
        scenario = scenario_in(opened)
        key = next((name for name in ("crn", "om_code") if sent.get(name)), "crn")
        code = next(iter(sent.get(key, ())), "")
        try:
            pin = parse_scenario({"name": "pin", "scope": "all", "changes": [{"pin": {key: code}}]}, NAMED).changes[0]
        except ScenarioFault as error:
            raise refusal(400, error.scenario_faults) from None
        if pin in scenario.changes:
            return redirect_to(f"{opened.address}?said=there")
        candidate = scenario.model_copy(update={"changes": (*scenario.changes, pin)})
        if faults := self._scenarios.faults(opened, candidate):
            raise refusal(400, faults)
        return self._scenarios.replace(opened, candidate, "stays")

    def show_comparison(self, request: Request) -> Response:
        asked = self._access.enter(request)
        numbers = [request.query_params.get(name, "") for name in ("a", "b")]
        sides, said = [], ""
        for number in filter(None, numbers):
            opened, plan = self._access.open_plan(request, number)
            if _can_be_read(plan):
                sides.append(ComparedPlan(opened, plan, record_in(plan)))
        if len(sides) == 2 and sides[0].plan.snapshot_id != sides[1].plan.snapshot_id:
            sides, said = [], _DO_NOT_COMPARE
        page = compare_page(self._choices(asked), numbers, sides, said)
        return self._access.shown(request, page, sides[0].opened.asked if sides else asked)

    def _choices(self, asked: Reader) -> list[tuple[int, str]]:
        """Every plan that can be compared: its number, and how it is named."""
        rows, plans = self._scenarios.list_visible(asked)
        return [
            (plan.id or 0, f"{row.name} (plan {plan.id}, as at {plan.as_at})")
            for row in rows
            for plan in plans[row.id or 0]
            if _can_be_read(plan)
        ]


def _can_be_read(plan: PlanRow) -> bool:
    return plan.state == PlanState.DONE and plan.removal_id is None
