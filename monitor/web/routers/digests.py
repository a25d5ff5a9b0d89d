"""Sending a message again from the pages: an operator's decision, by name, and refused as the command refuses it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from alerts.people import Person, Role
from monitor.mail.resend import Candidate, queue_again, resend_candidates
from monitor.settings import Settings
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage
from monitor.web.auth.permissions import Forbidden, PageName
from monitor.web.requests import whole_number

AGAIN: Final = "/digests/{code}/resend"
_CHANGED: Final = "It has changed since you looked at it, so nothing was done. Look at it again."
_NOT_OURS: Final = "This form was not sent from these pages, or is too old. Go back and try again."


@dataclass(frozen=True)
class Letterbox:
    """The outbox, and how one knows who asks, and whether a form is really theirs; ``who`` raises for nobody."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]
    who: Callable[[Request], Person]
    genuine: Callable[[Request, object], bool]

    def candidate(self, number: int, *, twice: bool = True) -> Candidate:
        """The message of a number, with what speaks against sending it again. twice: even where it was sent."""
        return resend_candidates(self.store, self.settings, [number], even_if_sent=twice)[0]


def version(message: OutboxMessage) -> str:
    """What of a message changes with whatever becomes of it."""
    return f"{message.state} {message.claims}"


def add_resending(app: FastAPI, box: Letterbox) -> None:
    """Add the one address to which the form on a message's page is sent."""

    def send_again(
        request: Request,
        code: str,
        csrf: Annotated[str, Form()] = "",
        recipient: Annotated[str, Form()] = "",
        twice: Annotated[str, Form()] = "",
        seen: Annotated[str, Form()] = "",
    ) -> Response:
        person = box.who(request)
        if not box.genuine(request, csrf):
            raise HTTPException(403, _NOT_OURS)
        if person.role is not Role.OPERATOR:
            raise Forbidden(PageName.DIGEST.value)
        number = whole_number(code)
        found = box.candidate(number, twice=twice == "yes")
        if found.message is None or found.against is not None:
            raise HTTPException(404 if found.message is None else 409, f"Message {number}: {found.against}.")
        if recipient != found.message.recipient:
            raise HTTPException(409, f"Say first that it is to go to {found.message.recipient} again.")
        if seen != version(found.message) or not queue_again(box.store, found.message, person.email, box.clock()):
            raise HTTPException(409, _CHANGED)
        return RedirectResponse(f"/digests/{number}", 303)

    app.add_api_route(AGAIN, send_again, methods=["POST"], name="send again", response_model=None)
