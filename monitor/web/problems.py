"""Why a program gets no answer, as a problem document (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Literal

from fastapi import Response
from pydantic import BaseModel

PROBLEM: Final = "application/problem+json"


class Faults(BaseModel):
    """One parameter that is wrong."""

    parameter: str
    says: str


class ProblemDetails(BaseModel):
    """Why there is no answer, as RFC 9457 has it."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Faults] | None = None


def problem_answer(
    status: int, detail: str, errors: list[Faults] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A problem as an answer. errors: the parameters that are wrong."""
    problem = ProblemDetails(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors)
    return Response(problem.model_dump_json(exclude_none=True), status, headers, PROBLEM)
