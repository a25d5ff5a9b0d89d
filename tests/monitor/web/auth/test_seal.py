"""Sealed forms: opened for a while, by the service that sealed them; and tokens that are marked for one person."""

from datetime import timedelta

import pytest

from monitor.web.auth.seal import LASTS, Seal, UnsentForm, looks_like_token

from ..conftest import NOW

SEAL = Seal("secret")
FORM = UnsentForm("/what-if/1/add/pin", SEAL.new_token("a@example.org"), (("crn", "X000103"), ("crn", "Ö\n")))


def test_a_form_is_opened_as_it_was_sealed_until_its_time_is_over() -> None:
    sealed = SEAL.close(FORM, NOW)
    assert SEAL.open(sealed, NOW + LASTS - timedelta(seconds=1)) == FORM
    assert SEAL.open(sealed, NOW + LASTS) is None


def test_a_sealed_form_cannot_be_read_or_changed_or_opened_elsewhere() -> None:
    sealed = SEAL.close(FORM, NOW)
    assert sealed is not None
    assert "X000103" not in sealed
    assert Seal("another").open(sealed, NOW) is None
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for text in (changed, "", None, "nonsense", "a.b.c.d.e", "\N{SNOWMAN}"):
        assert SEAL.open(text, NOW) is None


def test_a_form_that_a_cookie_cannot_hold_is_not_sealed() -> None:
    lines = tuple((f"field-{number}", f"{number * 7919:x}" * 3) for number in range(600))
    assert SEAL.close(UnsentForm("/", FORM.token, lines), NOW) is None


def test_a_token_is_for_the_person_it_was_made_for_however_they_write_their_address() -> None:
    token = SEAL.new_token("A@example.org")
    assert SEAL.is_for(token, "a@Example.org")
    assert not SEAL.is_for(token, "b@example.org")
    assert not Seal("another").is_for(token, "A@example.org")
    assert SEAL.new_token("A@example.org") != token


@pytest.mark.parametrize("token", ["", None, "guessed", 1, "a" * 76, "\N{SNOWMAN}" * 32 + "." + "a" * 43])
def test_what_is_no_token_does_not_look_like_one(token: object) -> None:
    assert looks_like_token(FORM.token)
    assert not looks_like_token(token)
