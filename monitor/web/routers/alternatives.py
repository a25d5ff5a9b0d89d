"""The page of alternative histories."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import UNIT_FIGURES
from monitor.web.dependencies import Reader, reader_for, unit_in_query
from monitor.web.pages.alternatives import PATH, alternatives_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get(PATH)
def alternatives(
    reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES, unit_in_query))], render: Rendering
) -> Response:
    return render.answer(alternatives_page(reader), reader)
