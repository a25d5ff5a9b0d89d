"""The pages of units."""

import pytest
from starlette.testclient import TestClient

from ..conftest import SignIn


def test_asking_twice_gives_the_same_page(signed_in: SignIn) -> None:
    browser: TestClient = signed_in("north")
    assert browser.get("/cluster/C1").text == browser.get("/cluster/C1").text


@pytest.mark.parametrize(
    ("name", "to"), [("officer", "/offender-manager/M1"), ("operator", "/snapshots"), ("north", None)]
)
def test_those_without_a_scope_of_units_start_elsewhere(name: str, to: str | None, signed_in: SignIn) -> None:
    answer = signed_in(name).get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (200 if to is None else 303, to)


@pytest.mark.parametrize("path", ["/area/N", "/cluster/C1", "/office/O1", "/team/T1", "/team/?code=T1"])
def test_every_level_of_unit_has_a_page(path: str, signed_in: SignIn) -> None:
    answer = signed_in("planner").get(path)
    assert (answer.status_code, "What the load is made of" in answer.text) == (200, True)
