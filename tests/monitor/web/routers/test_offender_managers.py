"""The address of an offender manager's page: open to those who see the person."""

import pytest

from ..conftest import SignIn


@pytest.mark.parametrize(("name", "status"), [("spo2", 200), ("officer", 200), ("officer5", 403), ("operator", 403)])
def test_a_person_is_seen_by_their_managers_and_themselves(name: str, status: int, signed_in: SignIn) -> None:
    answer = signed_in(name).get("/offender-manager/M1")
    assert (answer.status_code, "Ann Arbuthnot</h1>" in answer.text) == (status, status == 200)


def test_an_odd_code_stands_in_the_query(signed_in: SignIn) -> None:
    assert "Ann Arbuthnot</h1>" in signed_in("spo2").get("/offender-manager/?code=M1").text
