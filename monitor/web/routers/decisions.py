"""The list of decisions, the form that records one, and the list of plans."""

from functools import partial
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from monitor.follow_through.record import record_decision
from monitor.follow_through.terms import SentTerms
from monitor.redistribution.proposals.recall import load_start, number_of_proposal
from monitor.web.auth.csrf import GenuineForm
from monitor.web.auth.permissions import DECIDE, DECISIONS, PLANS
from monitor.web.dependencies import Reader, Service, ServiceUsed, reader_for, unit_in_query
from monitor.web.pages.follow_through.decide import agreed_about, decide_page, episode_asked, proposal_about
from monitor.web.pages.follow_through.decisions import decisions_page
from monitor.web.pages.follow_through.plans import plans_page
from monitor.web.pages.view_models.proposals import NO_PROPOSAL, ShownProposal
from monitor.web.read_model.snapshot import START
from monitor.web.rendering import Rendering
from monitor.web.requests import whole_number
from monitor.web.urls import address

MEANWHILE: Final = (
    "Another decision about this hotspot was made while you wrote yours. Read it below. "
    "If yours still stands, record it again."
)

router: Final = APIRouter()
DecidingReader = Annotated[Reader, Depends(reader_for(DECIDE, unit_in_query))]


@router.get("/decisions")
def decisions(reader: Annotated[Reader, Depends(reader_for(DECISIONS, unit_in_query))], render: Rendering) -> Response:
    return render.answer(decisions_page(reader), reader)


@router.get("/plans")
def plans(reader: Annotated[Reader, Depends(reader_for(PLANS))], render: Rendering) -> Response:
    return render.answer(plans_page(reader), reader)


@router.get("/decide")
def show_form(reader: DecidingReader, service: ServiceUsed, render: Rendering) -> Response:
    return render.answer(decide_page(reader, service.sign_in.people.all()), reader)


@router.post("/decide")
def decide(
    reader: DecidingReader,
    form: GenuineForm,
    service: ServiceUsed,
    render: Rendering,
) -> Response:
    """Record the decision; whatever is wrong, the form comes back with what was typed."""
    episode, people = episode_asked(reader), service.sign_in.people.all()
    sent = SentTerms(*(str(form.get(name, "")) for name in ("kind", "owner", "note", "review_on")))
    wants_plan, agreed = bool(form.get("plan")), str(form.get("agreed", ""))
    if agreed and agreed not in [choice.number for choice in agreed_about(reader, episode)]:
        raise HTTPException(400, "There is no such agreed plan. Load the page again, and choose.")
    proposal = proposal_about(reader, episode) if wants_plan else NO_PROPOSAL
    seen = whole_number(str(form.get("seen", "")))
    answer = record_decision(
        service.store,
        reader.week.snapshot,
        episode,
        reader.sight.person,
        sent,
        seen=seen,
        people=people,
        today=service.today,
        now=service.clock(),
        plan=int(agreed) if agreed else _number_of(proposal, reader, service),
    )
    if answer.decision is not None:
        to_plan = f"{proposal.plan}&{urlencode({'decision': episode.identity})}" if proposal.plan else ""
        return RedirectResponse(to_plan or f"{address(episode.level, episode.code)}#hotspots", 303)
    shown = partial(decide_page, reader, people, sent, seen=seen, wants_plan=wants_plan, agreed=agreed)
    if answer.faults and not answer.made_meanwhile:
        return render.answer(shown(answer.faults), reader, 400)
    return render.answer(shown({"": MEANWHILE, **answer.faults}), reader, 409)


def _number_of(proposal: ShownProposal, reader: Reader, service: Service) -> int | None:
    """The number of the plan that a run proposes; None without one that the reader may read."""
    if not proposal.plan:
        return None
    store, week = service.store, reader.week
    start = partial(week.recent.get, START, partial(load_start, store, week.snapshot))
    return number_of_proposal(store, week.snapshot, proposal.cluster, service.clock(), start)
