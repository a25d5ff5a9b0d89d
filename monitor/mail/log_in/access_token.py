"""An access token as a value, and the error of a source that has none."""

import re
from dataclasses import dataclass, field
from typing import Protocol

_TOKEN = re.compile(r"[\x21-\x7e]+")


class NoToken(OSError):
    """No access token could be had. The text says why and what to do, and holds neither secret nor token."""


@dataclass(frozen=True)
class AccessToken:
    """A token that a mail server may accept.

    seconds: for how long it may be used again.
    """

    value: str = field(repr=False)
    seconds: float


class TokenSource(Protocol):
    """Where access tokens come from."""

    def fetch(self) -> AccessToken:
        """Fetch a token; raises NoToken."""

    def __hash__(self) -> int:
        """The same for two sources that are equal, so that they share a token."""


def is_token(text: str) -> bool:
    """Whether a text can be a token: printable ASCII without blanks. Anything else could end the log-in early."""
    return _TOKEN.fullmatch(text) is not None
