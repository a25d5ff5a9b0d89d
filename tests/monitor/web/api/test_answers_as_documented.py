"""The API keeps what its document promises, whatever it is asked: made-up questions, the same ones every time."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import hypothesis
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis.strategies import SearchStrategy, one_of
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth

from ..conftest import SignIn, listening

SEED: Final = 20261120
EXAMPLES: Final = 15
THERE: Final[Mapping[str, dict[str, str]]] = {
    "/api/v1/units/{level}/{code}": {"level": "office", "code": "O1"},
    "/api/v1/offender-managers/{code}": {"code": "M1"},
}
"""Units that there are: made-up codes would only ever be answered that there is no such unit."""

PATHS: Final = [
    "/api/v1/snapshots",
    "/api/v1/units",
    "/api/v1/units/{level}/{code}",
    "/api/v1/hotspots",
    "/api/v1/decisions",
    "/api/v1/decision-outcomes",
    "/api/v1/concerns",
    "/api/v1/timeliness",
    "/api/v1/oversight",
    "/api/v1/team-types",
    "/api/v1/limits",
    "/api/v1/overdue",
    "/api/v1/coming",
    "/api/v1/findings",
    "/api/v1/offender-managers/{code}",
]


@pytest.fixture(scope="module")
def document(pages: FastAPI, signed_in: SignIn) -> Iterator[schemathesis.BaseSchema]:
    """The document of the API as it is really served."""
    with listening(pages) as address:
        described = signed_in("planner").get("/api/openapi.json").json()
        config = SchemathesisConfig.from_dict(
            {"seed": SEED, "generation": {"database": "none", "with-security-parameters": False}}
        )
        schema = schemathesis.openapi.from_dict(described, config=config)
        schema.config.update(base_url=address)
        yield schema


@pytest.fixture(scope="module")
def session(signed_in: SignIn) -> Iterator[requests.Session]:
    """The browser of a person who sees everything."""
    with requests.Session() as made:
        made.cookies.set("hotspots", signed_in("planner").cookies["hotspots"])
        yield made


def test_every_address_is_asked(document: schemathesis.BaseSchema) -> None:
    assert [one.ok().path for one in document.get_all_operations()] == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_document_says(
    path: str, document: schemathesis.BaseSchema, session: requests.Session
) -> None:
    statuses = set()

    @hypothesis.given(case=questions(document[path]["GET"]))
    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=_ALL)
    def asked(case: schemathesis.Case) -> None:
        # The session signs in again behind the check of strangers; test_router asks every address as a stranger.
        answer = case.call_and_validate(session=session, excluded_checks=[ignored_auth])
        statuses.add(answer.status_code)

    asked()
    assert statuses >= {200, 422}


def questions(operation: APIOperation[Any, Any, Any, Any]) -> SearchStrategy[schemathesis.Case]:
    """Questions as the document allows them, others that it does not, and some about a unit that there is."""
    modes = schemathesis.GenerationMode
    there = THERE.get(operation.path)
    made_up = [operation.as_strategy(mode) for mode in (modes.POSITIVE, modes.NEGATIVE)]
    return one_of(*made_up, operation.as_strategy(path_parameters=there)) if there else one_of(*made_up)


_ALL: Final = list(HealthCheck)
