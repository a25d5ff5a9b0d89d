"""The pages of offender managers."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.access_log import Subject
from monitor.web.auth.permissions import PERSON_FIGURES
from monitor.web.dependencies import Reader, reader_for, unit_in_path
from monitor.web.pages.offender_manager import offender_manager_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get("/offender-manager/{code:path}")
def offender_manager(
    reader: Annotated[Reader, Depends(reader_for(PERSON_FIGURES, unit_in_path))],
    subject: Annotated[Subject, Depends(unit_in_path)],
    render: Rendering,
) -> Response:
    return render.answer(offender_manager_page(reader, subject.code), reader)
