"""The secret that a form carries: only the session's own is genuine."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from monitor.web.auth.csrf import genuine_form, is_genuine, token_of
from monitor.web.auth.seal import Seal
from monitor.web.exceptions import FormExpired

SEAL = Seal("secret")


def request_with(session: dict[str, object]) -> Request:
    return Request({"type": "http", "session": session, "headers": []})


def test_a_session_has_one_secret() -> None:
    request = request_with({})
    token = token_of(request, SEAL, "a@example.org")
    assert token_of(request, SEAL, "a@example.org") == token
    assert is_genuine(request, token)
    assert SEAL.is_for(token, "a@example.org")


@pytest.mark.parametrize(("session", "token"), [({}, None), ({}, ""), ({"csrf": "a"}, "b"), ({"csrf": "a"}, None)])
def test_anything_else_is_not_genuine(session: dict[str, object], token: object) -> None:
    assert not is_genuine(request_with(session), token)


def posted(session: dict[str, object], body: bytes) -> Request:
    """A form as a browser sends it."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    return Request({"type": "http", "method": "POST", "session": session, "headers": headers}, receive)


def test_a_form_with_the_secret_of_the_session_is_read() -> None:
    form = asyncio.run(genuine_form(posted({"csrf": "a"}, b"csrf=a&note=Why")))
    assert form["note"] == "Why"


@pytest.mark.parametrize("body", [b"csrf=b&note=Why", b"csrf=&note=Why", b"note=Why", b"csrf=a&csrf=b"])
def test_a_form_without_it_is_refused(body: bytes) -> None:
    with pytest.raises(FormExpired):
        asyncio.run(genuine_form(posted({"csrf": "a"}, body)))
