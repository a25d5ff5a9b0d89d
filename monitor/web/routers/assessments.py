"""The list of overdue assessments."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import UNIT_FIGURES
from monitor.web.dependencies import Reader, reader_for, unit_in_query
from monitor.web.pages.assessments import assessments_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get("/overdue")
def overdue(reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES, unit_in_query))], render: Rendering) -> Response:
    return render.answer(assessments_page(reader), reader)
