"""Use an access token again until shortly before it ends."""

import time
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from monitor.mail.log_in.access_token import AccessToken, TokenSource

# The token must outlive the log-in, and clocks differ.
_SECONDS_BEFORE_THE_END = 60.0


class AccessTokens:
    """The token in use, and where the next one comes from."""

    def __init__(self, source: TokenSource, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._token: AccessToken | None = None
        self._use_until = 0.0
        self._lock = Lock()

    def current(self) -> str:
        """The token in use, or a new one if it is about to end; raises NoToken."""
        with self._lock:
            if self._token is None or self._clock() >= self._use_until:
                return self._fetch()
            return self._token.value

    def renew(self) -> str:
        """A new token, because a server has refused the one in use; raises NoToken."""
        with self._lock:
            return self._fetch()

    def _fetch(self) -> str:
        # A source that fails now must not leave a token behind that was refused.
        self._token = None
        token = self._source.fetch()
        self._token, self._use_until = token, self._clock() + token.seconds - _SECONDS_BEFORE_THE_END
        return token.value


@lru_cache(maxsize=1)
def tokens_of(source: TokenSource) -> AccessTokens:
    """The tokens of a source, the same for every round of delivery in this process."""
    return AccessTokens(source)
