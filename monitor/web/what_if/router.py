"""The planner's pages: what-ifs are built from forms, solved behind the pages, read, compared and taken out.

Only planners get in, each within their own area, and SPOs to find who may take one of their cases; only its creator
changes a what-if. Directors and ACOs read the plans of their scope and agree them. Nothing here changes a snapshot or a
source system.

A form that changes a what-if, or asks for its plan, carries the version that it was made from. If another version is
stored, the answer is 409 and shows both texts. Three forms need no version: a new what-if and a copy overwrite nothing,
and a plan that is cancelled twice is cancelled.
"""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from monitor.web.exceptions import FormExpired
from monitor.web.requests import form_of
from monitor.web.what_if.edit_routes import EditRoutes
from monitor.web.what_if.pages.scenario import MENU
from monitor.web.what_if.pages.who import WHO
from monitor.web.what_if.plan_routes import PlanRoutes
from monitor.web.what_if.scenario_routes import ScenarioRoutes
from monitor.web.what_if.service import ChangedMeanwhile, Scenarios
from monitor.web.what_if.visibility import WhatIfService
from monitor.web.what_if.who_routes import WhoRoutes

LARGEST_FORM: Final = 1 << 18
"""Bytes: far more than a form of these pages sends, which is codes, names and numbers."""


def add_planning(app: FastAPI, front: WhatIfService) -> None:
    """Open the planner's pages."""
    scenarios = Scenarios(front)
    of_scenarios, of_plans, of_edits = ScenarioRoutes(scenarios), PlanRoutes(scenarios), EditRoutes(scenarios)
    of_one_case = WhoRoutes(scenarios)
    # The order matters: the first path that fits is taken, and {number} fits new and compare too.
    gets: dict[str, Callable[..., Response]] = {
        MENU: of_scenarios.show_list,
        f"{MENU}/new": of_scenarios.show_new,
        f"{MENU}/compare": of_plans.show_comparison,
        f"{MENU}/proposal": of_plans.show_proposal,
        WHO: of_one_case.show,
        f"{MENU}/{{number}}": of_scenarios.show,
        f"{MENU}/{{number}}/add/{{kind}}": of_scenarios.show_change_form,
        f"{MENU}/{{number}}/limits": of_scenarios.show_limits_form,
        f"{MENU}/{{number}}/plan-for": of_scenarios.show_day_form,
        f"{MENU}/{{number}}/text": of_scenarios.download,
        f"{MENU}/plan/{{number}}": of_plans.show,
        f"{MENU}/plan/{{number}}/print": of_plans.show_for_printing,
        f"{MENU}/plan/{{number}}/case": of_plans.show_case,
        f"{MENU}/plan/{{number}}/workbook": of_plans.download_workbook,
        f"{MENU}/plan/{{number}}/receiver": of_edits.show_receivers,
    }
    posts: dict[str, Callable[..., Response]] = {
        f"{MENU}/new": of_scenarios.create,
        WHO: of_one_case.propose,
        f"{MENU}/{{number}}/add/{{kind}}": of_scenarios.add_change,
        f"{MENU}/{{number}}/remove": of_scenarios.remove_change,
        f"{MENU}/{{number}}/limits": of_scenarios.set_limits,
        f"{MENU}/{{number}}/plan-for": of_scenarios.set_day,
        f"{MENU}/{{number}}/copy": of_scenarios.copy,
        f"{MENU}/{{number}}/solve": of_scenarios.solve,
        f"{MENU}/plan/{{number}}/agree": of_plans.agree,
        f"{MENU}/plan/{{number}}/cancel": of_plans.cancel,
        f"{MENU}/plan/{{number}}/copy": of_plans.copy,
        f"{MENU}/plan/{{number}}/edit": of_edits.edit,
        f"{MENU}/plan/{{number}}/receiver": of_edits.change_receiver,
        f"{MENU}/plan/{{number}}/solve": of_edits.solve_again,
    }
    for path, page in gets.items():
        app.add_api_route(path, page, methods=["GET"], name=path, response_model=None)
    for path, action in posts.items():
        app.add_api_route(path, _form_action(front, action), methods=["POST"], name=f"{path} sent", response_model=None)


def _form_action(front: WhatIfService, action: Callable[..., Response]) -> Callable[..., Any]:
    """An action on what a form of these pages sends; what comes from elsewhere is refused."""

    async def answer(request: Request) -> Response:
        form = await form_of(request)
        if not front.genuine(request, form.get("csrf")):
            raise FormExpired
        values = {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
        try:
            return await run_in_threadpool(action, request, values, **request.path_params)
        except ChangedMeanwhile:
            # Another window was faster by a moment. Asked again, the action finds its form stale and shows both texts.
            return await run_in_threadpool(action, request, values, **request.path_params)

    return answer
