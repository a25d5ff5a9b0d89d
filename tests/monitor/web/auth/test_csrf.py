"""The secret that a form carries: only the session's own is genuine."""

import pytest
from starlette.requests import Request

from monitor.web.auth.csrf import is_genuine, token_of
from monitor.web.auth.seal import Seal

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
