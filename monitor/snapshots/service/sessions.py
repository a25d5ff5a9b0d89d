"""Store who is signed in to the pages: ending a session here makes every copy of its cookie useless."""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, bindparam, delete, insert, select
from sqlmodel import col

from monitor.snapshots.tables import WebSession

# Every page asks this: to write the statement anew takes longer than to run it.
_EMAIL_OF: Final = select(col(WebSession.email)).where(
    col(WebSession.key) == bindparam("key"), col(WebSession.until) > bindparam("now")
)


class Sessions:
    """The sessions of the pages in the database, which stores only a hash of the secret in each cookie.

    An address is the same in capitals or not.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: frozenset[str] | None = None

    def begin(self, email: str, now: datetime, until: datetime) -> str:
        """Begin a session and return the secret for its cookie; also delete sessions whose time is over."""
        secret = secrets.token_urlsafe(32)
        row = {"key": _key(secret), "email": email.casefold(), "until": until}
        with self._engine.begin() as connection:
            connection.execute(delete(WebSession).where(col(WebSession.until) <= now))
            connection.execute(insert(WebSession).values(row))
        return secret

    def email_of(self, secret: object, now: datetime) -> str | None:
        """The address that a session belongs to; None if it has ended or never began."""
        if not isinstance(secret, str):
            return None
        with self._engine.connect() as connection:
            return connection.execute(_EMAIL_OF, {"key": _key(secret), "now": now}).scalar()

    def end(self, secret: object) -> None:
        """End a session; nothing happens if it has already ended."""
        if isinstance(secret, str):
            with self._engine.begin() as connection:
                connection.execute(delete(WebSession).where(col(WebSession.key) == _key(secret)))

    def keep_only(self, known: frozenset[str]) -> None:
        """End the sessions of everyone whose address is not known any more.

        * known: addresses without capitals

        It queries the database only if the addresses have changed since the last call.
        """
        if known == self._known:
            return
        with self._engine.connect() as connection:
            gone = set(connection.execute(select(col(WebSession.email)).distinct()).scalars()) - known
        if gone:
            with self._engine.begin() as connection:
                connection.execute(delete(WebSession).where(col(WebSession.email).in_(gone)))
        self._known = known


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
