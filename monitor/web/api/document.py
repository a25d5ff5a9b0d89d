"""The OpenAPI document of the API, with what a session and a problem are."""

from collections.abc import Sequence
from typing import Final

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from monitor.web.problems import PROBLEM, ProblemDetails

_SUMMARY: Final = "Read-only figures of the weekly snapshots, as far as you may see them."
_PROBLEMS: Final = {
    401: "No one is signed in.",
    403: "Outside your role or scope; the answer is the same whether it exists or not.",
    404: "There is no such unit, no snapshot for that date, or nothing of yours in it.",
    410: "The case-level rows for that week were removed.",
    422: "A parameter is wrong.",
    503: "There is no snapshot yet, the access log could not be written, or no one can sign in.",
}


def described_problems() -> dict[int | str, dict[str, object]]:
    """The problems that every answer of the API may be instead."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": says, "content": {PROBLEM: {"schema": schema}}} for status, says in _PROBLEMS.items()
    }


def openapi_document(every_route: Sequence[BaseRoute], prefix: str) -> dict[str, object]:
    """The document of every route whose path begins with the prefix."""
    routes = [route for route in every_route if isinstance(route, APIRoute) and route.path.startswith(prefix)]
    document = get_openapi(title="Caseload hotspots", version="1", summary=_SUMMARY, routes=routes)
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    components = document["components"]
    components["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "hotspots"}}
    return {**document, "security": [{"session": []}]}
