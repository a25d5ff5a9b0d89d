"""The pages of the limits of tolerable risk, and of one snapshot under several policies."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import UNIT_FIGURES
from monitor.web.dependencies import Reader, reader_for
from monitor.web.pages.by_policy import by_policy_page
from monitor.web.pages.limits import limits_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get("/limits")
def limits(reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES))], render: Rendering) -> Response:
    return render.answer(limits_page(reader), reader)


@router.get("/by-policy")
def by_policy(reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES))], render: Rendering) -> Response:
    return render.answer(by_policy_page(reader), reader)
