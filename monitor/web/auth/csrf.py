"""The secret of a session that every form carries, so that no other site can send a form in a reader's name."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from monitor.web.auth.seal import Seal
from monitor.web.exceptions import FormExpired
from monitor.web.requests import UNREADABLE, form_of


def token_of(request: Request, seal: Seal, email: str) -> str:
    """The session's own secret, marked for the person who is signed in; email: theirs, empty for no one."""
    if "csrf" not in request.session:
        request.session["csrf"] = seal.new_token(email)
    token: str = request.session["csrf"]
    return token


def is_genuine(request: Request, token: object) -> bool:
    """Whether a form carries the secret of this session."""
    mine = request.session.get("csrf")
    return isinstance(token, str) and isinstance(mine, str) and hmac.compare_digest(token.encode(), mine.encode())


async def genuine_form(request: Request) -> FormData:
    """The form that these pages sent.

    Raises HTTPException (400) if it cannot be read or holds a file, FormExpired without the secret of the session.
    """
    form = await form_of(request)
    if not all(isinstance(value, str) for _, value in form.multi_items()):
        await form.close()
        raise HTTPException(400, UNREADABLE)
    if not is_genuine(request, form.get("csrf")):
        raise FormExpired
    return form


GenuineForm = Annotated[FormData, Depends(genuine_form)]
