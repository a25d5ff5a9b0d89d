"""What each address of a plan does: shown, printed, cancelled, and compared with another."""

import json
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from monitor.follow_through.agree import agree_plan, can_be_agreed
from monitor.operations.due_times import today_in
from monitor.redistribution import repository
from monitor.redistribution.proposals.recall import number_of_proposal
from monitor.redistribution.repository import PROPOSED_BY, PlanState
from monitor.redistribution.results.workbook import WorkbookHead, write_workbook
from monitor.redistribution.scenario.yaml_file import read_scenario, scenario_yaml
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.auth.permissions import AGREE, READ_PLANS
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.rendering import MEDIA
from monitor.web.requests import LONGEST_CODE, whole_number
from monitor.web.what_if.grounds import NAMED, baseline_of
from monitor.web.what_if.pages.agreement import decisions_to_carry_out
from monitor.web.what_if.pages.compare import ComparedPlan, compare_page
from monitor.web.what_if.pages.handout import case_page, print_page
from monitor.web.what_if.pages.move_list import anchor_of, page_of_case, place_in, within_plan
from monitor.web.what_if.pages.plan import plan_files, plan_page, record_in
from monitor.web.what_if.pages.scenario import OpenedScenario, file_stem, scope_of, waiting_page
from monitor.web.what_if.service import LONGEST_AUTHOR, Scenarios, Sent, can_be_read, plan_address, redirect_to
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
        opened, plan = self._access.open_plan(request, number, READ_PLANS)
        if plan.removal_id is not None:
            raise NotFound(GONE)
        if plan.state == PlanState.DONE:
            return self._show_found(request, opened, plan)
        response = self._access.shown(request, waiting_page(opened, plan), opened.asked)
        if repository.state_of(plan, opened.now) in repository.AT_WORK and opened.asked.text("refresh") != "off":
            response.headers["refresh"] = REFRESH
        return response

    def _show_found(self, request: Request, opened: OpenedScenario, plan: PlanRow) -> Response:
        """A plan that was found, or the way to the row that the address asks for."""
        record, address, at = record_in(plan), plan_address(plan.id or 0), opened.asked.text("at", LONGEST_CODE)
        if at:
            page = page_of_case(record, opened.asked, at)
            to = {"page": str(page), "row": at} if page else {}
            return redirect_to(f"{address}{place_in(opened.asked, **to)}#{anchor_of(at) if page else 'moves'}")
        made = plan_page if opened.asked.query.get("format") is None else plan_files
        return self._access.shown(request, made(opened, plan, record), within_plan(opened.asked, address))

    def show_proposal(self, request: Request) -> Response:
        """Lead to the plan that a run proposed for a cluster; its rows are stored when it is first opened."""
        week, cluster = self._access.open_proposal(request)
        store = self._access.front.snapshots.store
        number = number_of_proposal(store, week.snapshot, cluster, self._access.now(), lambda: baseline_of(store, week))
        if number is None:
            raise NotFound("The run proposed no plan for this cluster, or none was found.")
        decision = request.query_params.get("decision", "")
        chosen = f"?{urlencode({'decision': decision})}#agreement" if decision else ""
        return redirect_to(f"{plan_address(number)}{chosen}")

    def copy(self, request: Request, _: Sent, number: str) -> Response:
        """Let a planner change a copy of a proposal, from its moves on."""
        opened, plan = self._access.open_plan(request, number)
        unless_gone(opened)
        if opened.row.author != PROPOSED_BY:
            raise HTTPException(403, "Only a proposal of the run is copied with its moves. Copy the what-if instead.")
        person, now = opened.asked.sight.person, self._access.now()
        facts = {"name": f"{opened.row.name[:108]}, changed", "author": person.name[:LONGEST_AUTHOR]}
        asked = read_scenario(plan.text, NAMED).model_copy(update=facts)
        record = record_in(plan)
        figures = record.figures.model_copy(update=facts).model_dump(mode="json")
        text = scenario_yaml(asked.model_copy(update={"policy_fingerprint": None, "prices_fingerprint": None}))
        mine = {"id": None, "author": person.email, "created_at": now, "changed_at": now, "version": 1}
        scenario = ScenarioRow(**{**opened.row.model_dump(), **mine, "name": asked.name, "text": text})
        found = {"id": None, "author": person.email, "scenario_version": 1, "asked_at": now, "finished_at": now}
        found |= {"text": scenario_yaml(asked), "figures": json.dumps(figures, ensure_ascii=False)}
        copied = repository.save_copy(self._scenarios.engine, scenario, PlanRow(**{**plan.model_dump(), **found}))
        return redirect_to(f"{plan_address(copied)}?said=copied")

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
        opened, plan = self._access.open_plan(request, number, READ_PLANS)
        if not can_be_read(plan):
            raise NotFound("There is no such plan to print.")
        return opened, plan

    def agree(self, request: Request, sent: Sent, number: str) -> Response:
        """Freeze the plan as it is. Sent twice, it is agreed once."""
        opened, plan = self._access.open_plan(request, number, AGREE)
        if not can_be_agreed(plan):
            raise NotFound("There is no such plan to agree.")
        asked_for = next(iter(sent.get("decision", ())), "")
        choices = decisions_to_carry_out(opened, record_in(plan))
        decision = next((decision for decision in choices if decision.episode == asked_for), None)
        if asked_for and decision is None:
            raise HTTPException(400, "There is no such decision to carry out. Load the page again, and choose.")
        agree_plan(
            self._access.front.snapshots.store,
            opened.row,
            plan,
            opened.asked.sight.person,
            decision=decision,
            today=today_in(self._access.front.settings, self._access.now()),
            now=self._access.now(),
        )
        return redirect_to(f"{plan_address(plan.id or 0)}?said=agreed#agreement")

    def cancel(self, request: Request, _: Sent, number: str) -> Response:
        opened, plan = self._access.open_plan(request, number)
        only_mine(opened)
        repository.cancel(self._scenarios.engine, whole_number(number), self._access.now())
        return redirect_to(plan_address(plan.id or 0))

    def show_comparison(self, request: Request) -> Response:
        asked = self._access.enter(request)
        numbers = [request.query_params.get(name, "") for name in ("a", "b")]
        sides, said = [], ""
        for number in filter(None, numbers):
            opened, plan = self._access.open_plan(request, number)
            if can_be_read(plan):
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
            if can_be_read(plan)
        ]
