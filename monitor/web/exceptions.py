"""Why a request gets no page; monitor.web.errors says it in words, to browsers and to programs."""

from collections.abc import Sequence
from datetime import date


class SignInNeeded(Exception):
    """No one is signed in."""


class FormExpired(Exception):
    """A form does not carry the secret of the session: it is from an earlier session, or from elsewhere."""


class Elsewhere(Exception):
    """The reader has another start page; path: where that is."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


class NoSnapshot(Exception):
    """There is no snapshot yet."""


class NotFound(Exception):
    """There is no such unit, person, page or date; the message says which, for the reader."""


class Forbidden(Exception):
    """The request is outside the reader's role or scope."""


class NotInFigures(Forbidden):
    """The reader's own units are not in the figures; units: (level, code) of each, as_at: of the figures."""

    def __init__(self, units: Sequence[tuple[str, str]], as_at: date) -> None:
        self.units = units
        self.as_at = as_at
        super().__init__(units, as_at)


class NoRecord(Exception):
    """The access log could not be written, so nothing is shown."""
