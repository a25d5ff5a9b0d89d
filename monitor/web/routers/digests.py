"""The pages of digests, and sending a message again: an operator's decision, refused as the command refuses it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from alerts.people import Role
from monitor.mail.resend import Candidate, queue_again, resend_candidates
from monitor.web.auth.csrf import GenuineForm
from monitor.web.auth.permissions import OPERATIONS
from monitor.web.dependencies import Reader, Service, ServiceUsed, SignedIn, message_in_path, reader_for
from monitor.web.exceptions import Forbidden
from monitor.web.pages.service.digests import digest_page, digests_page, message_document, version_of
from monitor.web.rendering import Rendering
from monitor.web.requests import whole_number

router: Final = APIRouter()
MessageReader = Annotated[Reader, Depends(reader_for(OPERATIONS, message_in_path))]


@router.get("/digests")
def digests(reader: Annotated[Reader, Depends(reader_for(OPERATIONS))], render: Rendering) -> Response:
    return render.answer(digests_page(reader), reader)


@router.get("/digests/{code}")
def digest(code: str, reader: MessageReader, service: ServiceUsed, render: Rendering) -> Response:
    return render.answer(digest_page(reader, code, lambda number: candidate(service, number, twice=True)), reader)


@router.get("/digests/{code}/mail")
def message(code: str, reader: MessageReader) -> Response:
    return message_document(reader, code)


@router.post("/digests/{code}/resend")
def send_again(code: str, person: SignedIn, form: GenuineForm, service: ServiceUsed) -> Response:
    if person.role is not Role.OPERATOR:
        raise Forbidden("role")
    number = whole_number(code)
    wanted = candidate(service, number, twice=form.get("twice") == "yes")
    if wanted.message is None or wanted.against is not None:
        raise HTTPException(404 if wanted.message is None else 409, f"Message {number}: {wanted.against}.")
    if form.get("recipient") != wanted.message.recipient:
        raise HTTPException(409, f"First confirm that it is to go to {wanted.message.recipient} again.")
    now = service.clock()
    if form.get("seen") != version_of(wanted.message) or not queue_again(
        service.store, wanted.message, person.email, now
    ):
        raise HTTPException(409, "The message has changed since you opened it, so nothing was done. Open it again.")
    return RedirectResponse(f"/digests/{number}", 303)


def candidate(service: Service, number: int, *, twice: bool) -> Candidate:
    """The message of a number, and what speaks against sending it again. twice: also if it was sent."""
    return resend_candidates(service.store, service.settings, [number], even_if_sent=twice)[0]
