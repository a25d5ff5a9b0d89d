"""The form on which an offender manager says "I cannot carry this safely", and the SPO's answer to it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from monitor.follow_through.concerns import answer_concern, raise_concern
from monitor.web.access_log import Subject
from monitor.web.auth.csrf import GenuineForm
from monitor.web.auth.permissions import ANSWER_CONCERN, RAISE_CONCERN
from monitor.web.dependencies import Reader, ServiceUsed, reader_for
from monitor.web.pages.follow_through.concerns import answer_page, concern_asked, own_code, raise_page
from monitor.web.rendering import Rendering
from monitor.web.requests import whole_number
from monitor.web.urls import address
from tiering.terms import Level

MEANWHILE: Final = (
    "This was raised already, perhaps because the form was sent twice. "
    "Look at your page; if there is more to say, send this again."
)
ANSWERED: Final = "Another SPO has answered this meanwhile. Read the answer below."

router: Final = APIRouter()
RaisingReader = Annotated[Reader, Depends(reader_for(RAISE_CONCERN))]


async def _concern_in_path(request: Request) -> Subject:
    """The concern whose number the path has."""
    return Subject("concern", request.path_params["number"])


AnsweringReader = Annotated[Reader, Depends(reader_for(ANSWER_CONCERN, _concern_in_path))]


@router.get("/concern")
def show_raise(reader: RaisingReader, service: ServiceUsed, render: Rendering) -> Response:
    return render.answer(raise_page(reader, service.sign_in.people.all()), reader)


@router.post("/concern")
def send_concern(reader: RaisingReader, form: GenuineForm, service: ServiceUsed, render: Rendering) -> Response:
    """Store the concern; whatever is wrong, the form comes back with what was typed."""
    people, code, note = service.sign_in.people.all(), own_code(reader), str(form.get("note", ""))
    seen = whole_number(str(form.get("seen", "")))
    outcome = raise_concern(
        service.store,
        reader.week.snapshot,
        code,
        reader.sight.person,
        note,
        seen=seen,
        people=people,
        today=service.today,
        now=service.clock(),
    )
    if outcome.is_stored:
        return RedirectResponse(f"{address(Level.OFFENDER_MANAGER, code)}#concerns", 303)
    if outcome.made_meanwhile:
        return render.answer(raise_page(reader, people, note, MEANWHILE), reader, 409)
    return render.answer(raise_page(reader, people, note, outcome.fault, seen), reader, 400)


@router.get("/concern/{number}/answer")
def show_answer(reader: AnsweringReader, number: str, render: Rendering) -> Response:
    return render.answer(answer_page(reader, concern_asked(reader, whole_number(number))), reader)


@router.post("/concern/{number}/answer")
def send_answer(
    reader: AnsweringReader, number: str, form: GenuineForm, service: ServiceUsed, render: Rendering
) -> Response:
    """Store the answer; whatever is wrong, the form comes back with what was typed."""
    concern, note = concern_asked(reader, whole_number(number)), str(form.get("note", ""))
    outcome = answer_concern(
        service.store,
        reader.week.snapshot,
        concern,
        reader.sight.person,
        note,
        people=service.sign_in.people.all(),
        today=service.today,
        now=service.clock(),
    )
    if outcome.is_stored:
        return RedirectResponse(f"{address(Level.OFFENDER_MANAGER, concern.om_code)}#concerns", 303)
    if outcome.made_meanwhile:
        again = concern_asked(reader, concern.id)
        return render.answer(answer_page(reader, again, note, ANSWERED), reader, 409)
    return render.answer(answer_page(reader, concern, note, outcome.fault), reader, 400)
