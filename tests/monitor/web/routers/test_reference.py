"""The addresses of definitions and policy: open to everyone who is signed in."""

import pytest

from ..conftest import SignIn


@pytest.mark.parametrize("name", ["north", "officer", "operator"])
@pytest.mark.parametrize(("path", "title"), [("/definitions", "Definitions"), ("/policy", "Policy")])
def test_reference_is_for_everyone(path: str, title: str, name: str, signed_in: SignIn) -> None:
    answer = signed_in(name).get(path)
    assert (answer.status_code, f">{title}</h1>" in answer.text) == (200, True)


def test_reference_stays_in_the_week_that_was_asked_for(signed_in: SignIn) -> None:
    page = signed_in("north").get("/definitions?as_at=2026-11-13").text
    assert 'href="/policy?as_at=2026-11-13"' in page
    assert "Figures as at 13 November 2026" in page
