"""The pages of data quality: findings and rejected rows, and the intake report."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import DATA_QUALITY
from monitor.web.dependencies import Reader, reader_for
from monitor.web.pages.service.data_quality import data_quality_page
from monitor.web.pages.service.intake import intake_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()


@router.get("/data-quality")
def data_quality(reader: Annotated[Reader, Depends(reader_for(DATA_QUALITY))], render: Rendering) -> Response:
    return render.answer(data_quality_page(reader), reader)


@router.get("/data-quality/intake")
def intake(reader: Annotated[Reader, Depends(reader_for(DATA_QUALITY))], render: Rendering) -> Response:
    return render.answer(intake_page(reader), reader)
