"""Forms sent after a session ended: sealed in the browser of their sender, and opened when that person signs in again.

Every form carries a token that is marked for the person it was made for. Only these pages can make the mark, so a form
that another site or another person sends is never shown as if this reader had typed it.
"""

import hashlib
import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

COOKIE: Final = "hotspots_form"
COOKIE_PATH: Final = "/sign-in"
"""The cookie goes to the pages of signing in only."""

UNSENT: Final = "/sign-in/form"
"""Where a sealed form is shown to its sender."""

LASTS: Final = timedelta(minutes=30)
"""How long a sealed form can be opened."""

_LARGEST: Final = 3800
"""Characters of a sealed form: browsers keep 4,096 bytes of a cookie, name and path included."""

_HEADER: Final = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
_TOKEN: Final = re.compile(r"[\w-]{32}\.[\w-]{43}", re.ASCII)


@dataclass(frozen=True)
class UnsentForm:
    """What a form sent: to which path, with which token, and its other fields in order."""

    path: str
    token: str
    fields: tuple[tuple[str, str], ...]


class Seal:
    """Marks tokens for their person, and seals forms, with keys made from the secret of the sessions."""

    def __init__(self, secret: str) -> None:
        self._marks = hashlib.sha256(f"token {secret}".encode()).digest()
        self._forms = OctKey.import_key(hashlib.sha256(f"form {secret}".encode()).digest())

    def new_token(self, email: str) -> str:
        """A token that no one can guess, marked for the person with that address; empty if it is no one yet."""
        nonce = secrets.token_urlsafe(24)
        return f"{nonce}.{self._mark(nonce, email)}"

    def is_for(self, token: str, email: str) -> bool:
        """Whether a token was made for that person."""
        nonce, _, mark = token.partition(".")
        return hmac.compare_digest(mark.encode(), self._mark(nonce, email).encode())

    def _mark(self, nonce: str, email: str) -> str:
        mark = hmac.digest(self._marks, f"{nonce}.{email.casefold()}".encode(), "sha256")
        return urlsafe_b64encode(mark).decode().rstrip("=")

    def close(self, form: UnsentForm, now: datetime) -> str | None:
        """A form as encrypted text that lasts for a while; None if it is too large for a cookie."""
        content = [(now + LASTS).timestamp(), form.path, form.token, form.fields]
        sealed = jwe.encrypt_compact(_HEADER, json.dumps(content).encode(), self._forms)
        return sealed if len(sealed) <= _LARGEST else None

    def open(self, sealed: str | None, now: datetime) -> UnsentForm | None:
        """The form in a sealed text; None if there is none, it is too old, or it was sealed elsewhere."""
        try:
            content = jwe.decrypt_compact(sealed or "", self._forms).plaintext or b""
        except (JoseError, ValueError):
            return None
        until, path, token, fields = json.loads(content)
        return (
            UnsentForm(path, token, tuple((name, value) for name, value in fields)) if now.timestamp() < until else None
        )


def looks_like_token(text: object) -> bool:
    """Whether a text has the form of a token; whose it is shows only with the person."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None
