"""The OpenAPI document: the routes of the API, and what each of them may answer instead."""

from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from monitor.web.api.document import described_problems, openapi_document
from monitor.web.errors import ERRORS
from monitor.web.problems import PROBLEM


class Answer(BaseModel):
    number: int


@pytest.fixture
def document() -> dict[str, Any]:
    """The document of an application with one route of the API and two others."""
    app = FastAPI()

    def answer() -> Answer:
        return Answer(number=1)

    for path in ("/api/v1/numbers", "/", "/apiary"):
        app.add_api_route(path, answer, responses=described_problems())
    return openapi_document(app.routes, "/api/v1")


def test_only_routes_of_the_api_are_described(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {"/api/v1/numbers"}


def test_every_answer_may_be_a_problem_that_the_document_describes(document: dict[str, Any]) -> None:
    answers = document["paths"]["/api/v1/numbers"]["get"]["responses"]
    assert set(answers) == {"200", *map(str, described_problems())}
    for status in described_problems():
        schema = answers[str(status)]["content"][PROBLEM]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
    schemas = document["components"]["schemas"]
    assert set(schemas) == {"Answer", "Problem", "Faults"}
    assert {"title", "status", "detail", "errors"} <= set(schemas["Problem"]["properties"])


def test_every_status_that_a_refusal_can_have_is_described() -> None:
    assert {refusal.status for refusal in ERRORS.values()} <= set(described_problems())


def test_a_program_signs_in_with_the_cookie_of_the_pages(document: dict[str, Any]) -> None:
    (name,) = document["security"][0]
    assert document["components"]["securitySchemes"][name] == {"type": "apiKey", "in": "cookie", "name": "hotspots"}
