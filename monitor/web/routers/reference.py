"""The pages of reference: definitions and policy."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import REFERENCE
from monitor.web.dependencies import Reader, reader_for
from monitor.web.pages.reference import definitions_page, policy_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()
AnyReader = Annotated[Reader, Depends(reader_for(REFERENCE))]


@router.get("/definitions")
def definitions(reader: AnyReader, render: Rendering) -> Response:
    return render.answer(definitions_page(reader), reader)


@router.get("/policy")
def policy(reader: AnyReader, render: Rendering) -> Response:
    return render.answer(policy_page(reader), reader)
