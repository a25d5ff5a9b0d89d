"""What a planner does in the list of a plan's moves: settles cases, changes who takes one, and finds the plan again."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import EarlierMove, Scenario
from monitor.redistribution.scenario.yaml_file import scenario_yaml
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.exceptions import NotFound
from monitor.web.read_model.rows import rows_of
from monitor.web.requests import LONGEST_CODE
from monitor.web.what_if.candidates import Candidates, find_candidates
from monitor.web.what_if.edits import CaseMove, Edit, leave_out, settle_moves, without_change
from monitor.web.what_if.grounds import baseline_of
from monitor.web.what_if.pages.move_list import NO_ROW, anchor_of, anchor_of_person, place_in, within_plan
from monitor.web.what_if.pages.plan import Refusal, Trouble, moves_of, plan_page, record_in
from monitor.web.what_if.pages.plan_rows import Move
from monitor.web.what_if.pages.receivers import receivers_page, value_of
from monitor.web.what_if.pages.scenario import OpenedScenario
from monitor.web.what_if.service import (
    Scenarios,
    Sent,
    can_be_read,
    is_stale,
    number_sent,
    plan_address,
    redirect_to,
    refusal,
    scenario_in,
)
from monitor.web.what_if.text import fault_in_words
from monitor.web.what_if.visibility import only_mine, unless_gone

_STALE: Final = (
    "This what-if was changed in another window, so nothing was stored. This page shows it as it is now. Check it, and "
    "send yours again"
)
_NONE_TICKED: Final = "Tick at least one move"
_NONE_CHOSEN: Final = "Choose who takes the case"


class OpenedPlan(NamedTuple):
    """A plan that its planner edits: its scenario as it is now, and its record."""

    opened: OpenedScenario
    plan: PlanRow
    scenario: Scenario
    record: PlanRecord

    @property
    def address(self) -> str:
        return plan_address(self.plan.id or 0)


class EditRoutes:
    """What each address of the edits does; ``show_`` answers a GET, everything else a form."""

    def __init__(self, scenarios: Scenarios) -> None:
        self._scenarios = scenarios
        self._access = scenarios.access

    def edit(self, request: Request, sent: Sent, number: str) -> Response:
        """Settle something about one or several cases or a person, or undo that."""
        edited = self._open(request, number)
        place = number_sent(sent, "undo")
        if is_stale(edited.opened, sent) or place > len(edited.scenario.changes):
            return self._show_conflict(request, edited, sent)
        if place:
            return self._store(edited, without_change(edited.scenario, place), "undone", "")
        if om_code := next(iter(sent.get("leave_out", ())), ""):
            return self._store_if_sound(request, edited, leave_out(edited.scenario, om_code), "left_out", ())
        edit, crns = _edit_in(sent)
        if edit is None or not crns:
            return self._show_trouble(request, edited, Trouble((_NONE_TICKED,), ()))
        moves = [move for move in moves_of(edited.record) if move.crn in crns]
        if len(moves) < len(set(crns)):
            raise HTTPException(400, "Not all of these cases move in this plan. Go back and load the page again.")
        return self._store_if_sound(request, edited, settle_moves(edited.scenario, edit, moves), edit.value, crns)

    def show_receivers(self, request: Request, number: str) -> Response:
        """Those who may take one case of the plan."""
        edited = self._open(request, number)
        crn = edited.opened.asked.text("crn", LONGEST_CODE)
        if not crn:
            return redirect_to(f"{edited.address}{place_in(edited.opened.asked)}#moves")
        self._access.look(request, edited.opened, crn=crn)
        return self._show_receivers(request, edited, _move_of(edited.record, crn))

    def change_receiver(self, request: Request, sent: Sent, number: str) -> Response:
        """Let someone else take one case of the plan."""
        edited = self._open(request, number)
        move = _move_of(edited.record, next(iter(sent.get("crn", ())), ""))
        wanted = next(iter(sent.get("to", ())), "")
        if is_stale(edited.opened, sent):
            return self._show_receivers(request, edited, move, _STALE, 409, wanted)
        receivers = self._candidates(edited).of_case(move.crn)
        chosen = next((taker for taker in receivers if value_of(taker.om_code, taker.team_code) == wanted), None)
        if chosen is None:
            return self._show_receivers(request, edited, move, _NONE_CHOSEN, 400)
        named = CaseMove(move.crn, chosen.om_code, chosen.team_code)
        scenario = settle_moves(edited.scenario, Edit.FIX, [named])
        if faults := self._scenarios.faults(edited.opened, scenario):
            says = "; ".join(map(fault_in_words, faults))
            return self._show_receivers(request, edited, move, says, 400, wanted)
        return self._store(edited, scenario, "receiver", move.crn)

    def solve_again(self, request: Request, sent: Sent, number: str) -> Response:
        """Find the best plan for the scenario as it is now, keeping this plan's moves; come back to the same row."""
        edited = self._open(request, number)
        opened = edited.opened
        if is_stale(opened, sent):
            return self._show_conflict(request, edited, sent)
        row = _row_to_solve(opened.row, edited.scenario, moves_of(edited.record))
        bench, person = self._scenarios.front.bench, opened.asked.sight.person
        new = self._scenarios.number_at_work(opened) or bench.ask(row, person.email)
        at = opened.asked.text("row", LONGEST_CODE) or NO_ROW
        return redirect_to(f"{plan_address(new)}{place_in(opened.asked, row='', at=at)}")

    def _open(self, request: Request, number: str) -> OpenedPlan:
        opened, plan = self._access.open_plan(request, number)
        only_mine(opened)
        unless_gone(opened)
        if not can_be_read(plan):
            raise NotFound("There is no such plan to change.")
        return OpenedPlan(opened, plan, scenario_in(opened), record_in(plan))

    def _store_if_sound(
        self, request: Request, edited: OpenedPlan, scenario: Scenario, said: str, crns: Sequence[str]
    ) -> Response:
        """Store the scenario, or show what is wrong with it: at its row if a risk has to be accepted there first."""
        faults = [] if scenario == edited.scenario else self._scenarios.faults(edited.opened, scenario)
        if not faults:
            return self._store(edited, scenario, said, next(iter(crns), ""))
        known = edited.scenario.changes
        own = {place for place, change in enumerate(scenario.changes, start=1) if change not in known}
        refused = [fault for fault in faults if fault.risk and fault.place in own]
        trouble = Trouble(
            faults=tuple(fault_in_words(fault) for fault in faults if fault not in refused),
            ticked=tuple(crns),
            refusals=tuple(_refusal(edited, scenario, fault) for fault in refused),
        )
        return self._show_trouble(request, edited, trouble)

    def _store(self, edited: OpenedPlan, scenario: Scenario, said: str, crn: str) -> Response:
        """Store the scenario, and lead back to the same filters, page and row."""
        asked = edited.opened.asked
        row = crn or asked.text("row", LONGEST_CODE)
        address = f"{edited.address}{place_in(asked, row=row, said=said)}#{anchor_of(row) if row else 'moves'}"
        if scenario == edited.scenario:
            return redirect_to(address)
        return self._scenarios.replace(edited.opened, scenario, said, address)

    def _show_conflict(self, request: Request, edited: OpenedPlan, sent: Sent) -> Response:
        """The plan's page as it is now, for a form that was made from an earlier version: the same rows are ticked."""
        crns, people = tuple(_edit_in(sent)[1]), tuple(sent.get("leave_out", ())[:1])
        if people:
            says = Trouble(refusals=tuple(Refusal(code, True, anchor_of_person(code), f"{_STALE}.") for code in people))
        elif len(crns) == 1:
            says = Trouble((), crns, tuple(Refusal(crn, False, anchor_of(crn), f"{_STALE}.") for crn in crns))
        else:
            says = Trouble((_STALE,), crns)
        return self._show_trouble(request, edited, says, 409)

    def _show_trouble(self, request: Request, edited: OpenedPlan, trouble: Trouble, status: int = 400) -> Response:
        """The plan's page with what is wrong, and what was ticked."""
        page = plan_page(edited.opened, edited.plan, edited.record, trouble)
        return self._access.shown(request, page, within_plan(edited.opened.asked, edited.address), status)

    def _show_receivers(
        self, request: Request, edited: OpenedPlan, move: Move, fault: str = "", status: int = 200, wanted: str = ""
    ) -> Response:
        receivers = self._candidates(edited).of_case(move.crn)
        page = receivers_page(edited.opened, edited.plan, move, receivers, fault, wanted)
        return self._access.shown(request, page, edited.opened.asked, status)

    def _candidates(self, edited: OpenedPlan) -> Candidates:
        """Who may take the cases of a plan, found once for each version of its scenario."""
        opened, front = edited.opened, self._scenarios.front
        baseline = baseline_of(front.snapshots.store, opened.week)
        moves = list(moves_of(edited.record))

        def find() -> Candidates:
            return find_candidates(edited.scenario, baseline, front.settings.config, moves)

        try:
            candidates: Candidates = opened.week.recent.get(
                ("what-if candidates", edited.plan.id, opened.row.version), find
            )
        except ScenarioFault as error:
            raise refusal(409, error.scenario_faults) from None
        return candidates


def _edit_in(sent: Sent) -> tuple[Edit | None, Sequence[str]]:
    """What a form settles about which cases: the one whose button it was, or those that are ticked."""
    for edit in Edit:
        if crns := sent.get(edit.value):
            return edit, crns[:1]
    wanted = next(iter(sent.get("do", ())), "")
    return (Edit(wanted) if wanted in tuple(Edit) else None), sent.get("crn", ())


def _refusal(edited: OpenedPlan, scenario: Scenario, fault: Fault) -> Refusal:
    """What a row shows of a decision that brings a danger, with the form in which the risk can be accepted."""
    what = scenario.changes[fault.place - 1].what
    of_person = what.crn is None
    kind = "pin-person" if of_person else scenario.changes[fault.place - 1].kind
    # The form leads back to this row, with the same filters and pages.
    words = {"plan": str(edited.plan.id), "row": what.crn or "", "crn": what.crn or "", "om_code": what.om_code or ""}
    return Refusal(
        code=what.om_code if of_person else what.crn,
        of_person=of_person,
        anchor=anchor_of_person(what.om_code) if of_person else anchor_of(what.crn),
        says=f"Not settled, because it {fault.risk}.",
        way_out=f"{edited.opened.address}/add/{kind}{place_in(edited.opened.asked, **words)}",
    )


def _move_of(record: PlanRecord, crn: str) -> Move:
    moves = record.tables["moves"]
    rows = moves[moves["crn"].eq(crn)]
    if rows.empty:
        raise NotFound("This case does not move in this plan.")
    return rows_of(Move, rows)[0]


def _row_to_solve(row: ScenarioRow, scenario: Scenario, moves: Iterable[CaseMove]) -> ScenarioRow:
    """The scenario as it is solved again, which keeps these moves; what is stored stays as the planner wrote it."""
    based_on = tuple(EarlierMove(**move._asdict()) for move in moves)
    text = scenario_yaml(scenario.model_copy(update={"based_on": based_on}))
    return ScenarioRow(**{**row.model_dump(), "text": text})
