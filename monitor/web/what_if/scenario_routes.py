"""What each address of a scenario does: built from forms, changed by its creator, copied by everyone else."""

from collections.abc import Sequence

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from monitor.redistribution.scenario.accepted_risk import without_accepted_risks
from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import Change, Scenario
from monitor.redistribution.scenario.yaml_file import parse_scenario, read_scenario
from monitor.web.exceptions import NotFound
from monitor.web.requests import LONGEST_CODE
from monitor.web.what_if.fields import FORMS, LIMITS, PLAN_FOR, Form
from monitor.web.what_if.forms import (
    Filled,
    change_of,
    field_of,
    limits_of,
    planned_for,
    read_form,
    search_form,
    typed_day,
    typed_of,
    with_limits,
)
from monitor.web.what_if.grounds import NAMED, Grounds, choices_within
from monitor.web.what_if.pages.conflict import (
    Attempt,
    attempt_to_fill,
    attempt_to_remove,
    attempt_to_solve,
    conflict_page,
)
from monitor.web.what_if.pages.form import change_form, day_form, limits_form
from monitor.web.what_if.pages.move_list import row_left
from monitor.web.what_if.pages.new_scenario import NEW, new_page, units_of
from monitor.web.what_if.pages.scenario import (
    MENU,
    OpenedScenario,
    faulty_scenario_page,
    gone_page,
    list_page,
    scenario_page,
)
from monitor.web.what_if.service import (
    LONGEST_AUTHOR,
    Scenarios,
    Sent,
    is_stale,
    number_sent,
    plan_address,
    redirect_to,
    scenario_in,
)
from monitor.web.what_if.text import fault_in_words
from monitor.web.what_if.visibility import unless_gone
from tiering.terms import Level


class ScenarioRoutes:
    """What each address of a scenario does; ``show_`` answers a GET, everything else a form."""

    def __init__(self, scenarios: Scenarios) -> None:
        self._scenarios = scenarios
        self._access = scenarios.access

    def show_list(self, request: Request) -> Response:
        asked = self._access.enter(request)
        rows, plans = self._scenarios.list_visible(asked)
        return self._access.shown(request, list_page(rows, plans, asked.week, self._access.now()), asked)

    def show_new(self, request: Request) -> Response:
        asked = self._access.enter(request)
        return self._access.shown(request, new_page(Filled(), units_of(asked)), asked)

    def create(self, request: Request, sent: Sent) -> Response:
        asked = self._access.enter(request)
        units = units_of(asked)
        filled = read_form(NEW, sent, units)
        if filled.faults:
            return self._access.shown(request, new_page(filled, units), asked, 400)
        level, _, code = str(filled.content["unit"]).partition("/")
        facts = {
            "name": filled.content["name"],
            "author": asked.sight.person.name[:LONGEST_AUTHOR],
            "as_at": asked.week.as_at,
            "revision": asked.week.snapshot.revision,
            "scope": "all" if level == Level.ALL else {level: code},
        }
        try:
            scenario = parse_scenario(facts, NAMED)
        except ScenarioFault:
            wrong = Filled(filled.content, filled.typed, {"name": "Name must be 120 letters or less, on one line"})
            return self._access.shown(request, new_page(wrong, units), asked, 400)
        return redirect_to(f"{MENU}/{self._scenarios.save(scenario, asked.week, asked.sight.person)}")

    def show(self, request: Request, number: str) -> Response:
        opened = self._access.open(request, number, look=True)
        plans = self._scenarios.plans_of(opened)
        if opened.row.removal_id is not None:
            return self._access.shown(request, gone_page(opened, plans), opened.asked)
        scenario: Scenario | None = None
        try:
            scenario = read_scenario(opened.row.text, NAMED)
            page = scenario_page(opened, scenario, self._scenarios.examine(opened, scenario), plans)
        except ScenarioFault as error:
            page = faulty_scenario_page(opened, scenario, error.scenario_faults, plans)
        return self._access.shown(request, page, opened.asked)

    def show_change_form(self, request: Request, number: str, kind: str) -> Response:
        opened, form = self._access.mine(request, number), _form(kind)
        grounds = self._scenarios.grounds(opened, scenario_in(opened))
        choices = choices_within(grounds.choices, opened.asked.sight)
        asked = {field.find: [opened.asked.text("find")] for field in form.fields if field.finds}
        # What the page that led here knows already: nothing has to be typed twice.
        asked |= {name: [opened.asked.text(name, LONGEST_CODE)] for name in ("crn", "om_code")}
        return self._access.shown(
            request, change_form(opened, form, search_form(form, asked, choices), choices), opened.asked
        )

    def add_change(self, request: Request, sent: Sent, number: str, kind: str) -> Response:
        opened, form = self._access.mine(request, number), _form(kind)
        scenario = scenario_in(opened)
        choices = choices_within(self._scenarios.grounds(opened, scenario).choices, opened.asked.sight)
        filled = read_form(form, sent, choices)
        if crn := filled.typed.get("crn"):
            # Anyone who types a CRN is after that case, whether there is one or not.
            self._access.look(request, opened, crn=str(crn))
        if is_stale(opened, sent):
            return self._conflict(request, opened, scenario, attempt_to_fill(opened, form, filled, choices))
        if sent.get("search"):
            searched = search_form(form, sent, choices)
            return self._access.shown(request, change_form(opened, form, searched, choices), opened.asked)
        change = filled if filled.faults else change_of(form, filled)
        if isinstance(change, Change):
            changes = (*scenario.changes, change)
            candidate = scenario.model_copy(update={"changes": changes})
            faults = self._scenarios.faults(opened, candidate)
            if not faults:
                return self._scenarios.replace(opened, candidate, "added", row_left(opened.asked, "added"))
            change = Filled(filled.content, filled.typed, _by_field(form, faults, len(changes)))
        return self._access.shown(request, change_form(opened, form, change, choices), opened.asked, 400)

    def remove_change(self, request: Request, sent: Sent, number: str) -> Response:
        opened = self._access.mine(request, number)
        scenario = scenario_in(opened)
        place = number_sent(sent, "place")
        if is_stale(opened, sent) or not 1 <= place <= len(scenario.changes):
            key, grounds = next(iter(sent.get("change", ())), ""), self._grounds(opened, scenario)
            return self._conflict(request, opened, scenario, attempt_to_remove(opened, scenario, grounds, key))
        changes = (*scenario.changes[: place - 1], *scenario.changes[place:])
        candidate = scenario.model_copy(update={"changes": changes})
        faults = self._scenarios.faults(opened, candidate)
        # A scenario with several faults is fixed change by change: only a fault that was not there before counts.
        known = {fault.says for fault in self._scenarios.faults(opened, scenario)} if faults else set()
        caused = [fault.says for fault in faults if fault.says not in known]
        if caused:
            raise HTTPException(409, f"Another change rests on this one, remove that first: {'; '.join(caused)}.")
        return self._scenarios.replace(opened, candidate, "removed")

    def show_limits_form(self, request: Request, number: str) -> Response:
        opened = self._access.mine(request, number)
        filled = Filled(typed=typed_of(scenario_in(opened)))
        return self._access.shown(request, limits_form(opened, filled), opened.asked)

    def set_limits(self, request: Request, sent: Sent, number: str) -> Response:
        opened = self._access.mine(request, number)
        scenario = scenario_in(opened)
        filled = read_form(LIMITS, sent, None)
        if is_stale(opened, sent):
            return self._conflict(request, opened, scenario, attempt_to_fill(opened, LIMITS, filled, None))
        limits = filled if filled.faults else limits_of(filled)
        if isinstance(limits, Filled):
            return self._access.shown(request, limits_form(opened, limits), opened.asked, 400)
        candidate = with_limits(scenario, limits)
        if faults := self._scenarios.faults(opened, candidate):
            wrong = Filled(filled.content, filled.typed, {"": "; ".join(map(fault_in_words, faults))})
            return self._access.shown(request, limits_form(opened, wrong), opened.asked, 400)
        return self._scenarios.replace(opened, candidate, "limits", row_left(opened.asked, "limits"))

    def show_day_form(self, request: Request, number: str) -> Response:
        opened = self._access.mine(request, number)
        filled = Filled(typed=typed_day(scenario_in(opened).plan_for))
        return self._access.shown(request, day_form(opened, filled), opened.asked)

    def set_day(self, request: Request, sent: Sent, number: str) -> Response:
        """Set the day that the plan is for; none for the as-at date."""
        opened = self._access.mine(request, number)
        scenario, filled = scenario_in(opened), read_form(PLAN_FOR, sent, None)
        if is_stale(opened, sent):
            return self._conflict(request, opened, scenario, attempt_to_fill(opened, PLAN_FOR, filled, None))
        candidate = filled if filled.faults else planned_for(scenario, filled)
        if isinstance(candidate, Scenario):
            faults = self._scenarios.faults(opened, candidate)
            if not faults:
                return self._scenarios.replace(opened, candidate, "day")
            candidate = Filled(filled.content, filled.typed, {"": "; ".join(map(fault_in_words, faults))})
        return self._access.shown(request, day_form(opened, candidate), opened.asked, 400)

    def download(self, request: Request, number: str) -> Response:
        """The scenario as a YAML file, for the terminal and for keeping."""
        opened = self._access.open(request, number, look=True)
        unless_gone(opened)
        headers = {"content-disposition": f'attachment; filename="what-if-{opened.number}.yaml"'}
        return Response(opened.row.text, media_type="application/yaml; charset=utf-8", headers=headers)

    def copy(self, request: Request, _: Sent, number: str) -> Response:
        opened = self._access.open(request, number, look=True)
        unless_gone(opened)
        # The one who copies it has accepted no risk yet.
        scenario, person = without_accepted_risks(scenario_in(opened)), opened.asked.sight.person
        facts = {
            "name": f"{scenario.name[:108]}, another way",
            "author": person.name[:LONGEST_AUTHOR],
            "policy_fingerprint": None,
            "prices_fingerprint": None,
        }
        number_of_copy = self._scenarios.save(scenario.model_copy(update=facts), opened.week, person)
        return redirect_to(f"{MENU}/{number_of_copy}?said=copied")

    def solve(self, request: Request, sent: Sent, number: str) -> Response:
        """Ask for a plan, unless one for the same version is on its way."""
        opened = self._access.mine(request, number)
        if is_stale(opened, sent):
            return self._conflict(request, opened, scenario_in(opened), attempt_to_solve(opened))
        bench, person = self._scenarios.front.bench, opened.asked.sight.person
        return redirect_to(plan_address(self._scenarios.number_at_work(opened) or bench.ask(opened.row, person.email)))

    def _conflict(self, request: Request, opened: OpenedScenario, scenario: Scenario, attempt: Attempt) -> Response:
        """What is stored now next to what was sent from an earlier version."""
        page = conflict_page(opened, scenario, self._grounds(opened, scenario), attempt)
        return self._access.shown(request, page, opened.asked, 409)

    def _grounds(self, opened: OpenedScenario, scenario: Scenario) -> Grounds | None:
        """What a stored scenario comes to; None if it has faults."""
        try:
            return self._scenarios.examine(opened, scenario)
        except ScenarioFault:
            return None


def _form(kind: str) -> Form:
    if kind not in FORMS:
        raise NotFound("There is no such change.")
    return FORMS[kind]


def _by_field(form: Form, faults: Sequence[Fault], place: int) -> dict[str, str]:
    """Faults by the field of the form that they are about; what is about other changes stands at the top."""
    by_field: dict[str, str] = {}
    for fault in faults:
        mine = fault.place == place
        by_field.setdefault(field_of(form, fault.field) if mine else "", fault.says if mine else fault_in_words(fault))
    return by_field
