"""The page of questions over the stored weeks."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import QUESTIONS
from monitor.web.dependencies import Reader, reader_for
from monitor.web.pages.questions import questions_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get("/questions")
def questions(reader: Annotated[Reader, Depends(reader_for(QUESTIONS))], render: Rendering) -> Response:
    return render.answer(questions_page(reader), reader)
