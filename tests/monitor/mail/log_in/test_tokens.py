"""How long a token is used."""

from dataclasses import dataclass

import pytest

from monitor.mail.log_in.access_token import AccessToken, NoToken
from monitor.mail.log_in.tokens import AccessTokens, tokens_of


class Source:
    """Gives t1, t2, ... each for ten minutes; or none."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = False

    def fetch(self) -> AccessToken:
        if self.fails:
            raise NoToken("down")
        self.count += 1
        return AccessToken(f"t{self.count}", 600)


@dataclass
class Clock:
    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds


def test_a_token_is_used_until_shortly_before_it_ends() -> None:
    clock = Clock(1000)
    tokens = AccessTokens(Source(), clock.now)
    used = []
    for clock.seconds in (1000, 1300, 1539, 1540, 2000, 2200):
        used.append(tokens.current())
    assert used == ["t1", "t1", "t1", "t2", "t2", "t3"]


def test_a_token_that_was_refused_is_not_used_again() -> None:
    source, clock = Source(), Clock()
    tokens = AccessTokens(source, clock.now)
    assert [tokens.current(), tokens.renew(), tokens.current()] == ["t1", "t2", "t2"]
    source.fails = True
    with pytest.raises(NoToken):
        tokens.renew()
    with pytest.raises(NoToken):
        tokens.current()
    source.fails = False
    assert tokens.current() == "t3"


def test_one_process_shares_the_tokens_of_equal_sources() -> None:
    source, other = Source(), Source()
    assert tokens_of(source) is tokens_of(source)
    assert tokens_of(source) is not tokens_of(other)
