"""The search for units, offender managers and cases."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import PERSON_FIGURES
from monitor.web.dependencies import Reader, reader_for, words_in_query
from monitor.web.pages.search import search_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get("/search")
def search(
    reader: Annotated[Reader, Depends(reader_for(PERSON_FIGURES, words_in_query))], render: Rendering
) -> Response:
    return render.answer(search_page(reader), reader)
