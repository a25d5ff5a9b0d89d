"""Problems for programs, as RFC 9457 has them."""

import json

import pytest

from monitor.web.problems import PROBLEM, Faults, problem_answer


@pytest.mark.parametrize(
    ("status", "title"), [(401, "Unauthorized"), (404, "Not Found"), (410, "Gone"), (503, "Service Unavailable")]
)
def test_a_problem_names_its_status_and_nothing_that_is_not_there(status: int, title: str) -> None:
    answer = problem_answer(status, "There is no such unit.")
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert json.loads(bytes(answer.body)) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "There is no such unit.",
    }


def test_every_wrong_parameter_is_named_and_headers_are_passed_on() -> None:
    wrong = [Faults(parameter="limit", says="should be positive"), Faults(parameter="as_at", says="is no date")]
    answer = problem_answer(422, "A parameter is wrong.", wrong, {"retry-after": "5"})
    assert json.loads(bytes(answer.body))["errors"] == [
        {"parameter": "limit", "says": "should be positive"},
        {"parameter": "as_at", "says": "is no date"},
    ]
    assert answer.headers["retry-after"] == "5"
