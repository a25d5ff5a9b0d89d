"""The secret of a session that every form carries, so that no other site can send a form in a reader's name."""

import hmac
import secrets
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from monitor.web.requests import UNREADABLE, form_of

EXPIRED: Final = "Your session has expired, so nothing was changed. Sign in again, then send the form once more."


def token_of(request: Request) -> str:
    """The session's own secret."""
    token: str = request.session.setdefault("csrf", secrets.token_urlsafe(24))
    return token


def is_genuine(request: Request, token: object) -> bool:
    """Whether a form carries the secret of this session."""
    mine = request.session.get("csrf")
    return isinstance(token, str) and isinstance(mine, str) and hmac.compare_digest(token.encode(), mine.encode())


async def genuine_form(request: Request) -> FormData:
    """The form that these pages sent.

    Raises HTTPException: 400 if it cannot be read or holds a file, 403 without the secret of the session.
    """
    form = await form_of(request)
    if not all(isinstance(value, str) for _, value in form.multi_items()):
        await form.close()
        raise HTTPException(400, UNREADABLE)
    if not is_genuine(request, form.get("csrf")):
        raise HTTPException(403, EXPIRED)
    return form


GenuineForm = Annotated[FormData, Depends(genuine_form)]
