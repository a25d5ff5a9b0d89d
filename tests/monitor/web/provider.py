"""OpenID Connect providers in a process of their own: one that is honest, and others with one thing wrong each.

Prints the port of each as one JSON object, and serves until it is ended.
"""

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import oidc_provider_mock
from werkzeug.serving import make_server

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
KINDS = ("honest", "of_another_name", "tokens_of_another", "keys_of_another")
USERS = [
    ("north", {"email": "North@Example.org", "email_verified": True}),
    ("stranger", {"email": "stranger@example.org", "email_verified": True}),
    ("unverified", {"email": "north@example.org", "email_verified": False}),
    ("unsaid", {"email": "north@example.org"}),
    ("in_words", {"email": "north@example.org", "email_verified": "false"}),
    ("nameless", {"email_verified": True}),
]
ELSEWHERE = {"of_another_name": "/.well-known/openid-configuration", "tokens_of_another": "/oauth2/token"}


def provider() -> Wsgi:
    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in USERS]
    made: Wsgi = oidc_provider_mock.app(require_nonce=True, user_claims=users)
    return made


def with_one_thing_wrong(kind: str) -> Wsgi:
    """A provider that wants PKCE, and is not quite itself."""
    right, other = provider(), provider()
    challenges: set[str] = set()

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/oauth2/authorize":
            query = parse_qs(environ["QUERY_STRING"])
            challenges.update(query.get("code_challenge", []) if query.get("code_challenge_method") == ["S256"] else [])
        if path == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
            (verifier,) = parse_qs(body.decode()).get("code_verifier", [""])
            found = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            if found not in challenges:
                start("400 Bad Request", [("content-type", "application/json")])
                return [b'{"error": "invalid_grant"}']
        if path == ELSEWHERE.get(kind):
            environ["HTTP_HOST"] = "localhost:1"
        return (other if kind == "keys_of_another" and path == "/jwks" else right)(environ, start)

    return answer


if __name__ == "__main__":
    servers = {kind: make_server("localhost", 0, with_one_thing_wrong(kind), threaded=True) for kind in KINDS}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({kind: server.port for kind, server in servers.items()}), flush=True)
    threading.Event().wait()
