"""The pages of an SPO's week: what is coming, its calendar, and the sheets for supervision."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from monitor.web.auth.permissions import PERSON_FIGURES, UNIT_FIGURES
from monitor.web.dependencies import Reader, ServiceUsed, reader_for, record_looks, unit_in_query
from monitor.web.pages.supervision import calendar
from monitor.web.pages.supervision.benchmark import benchmark_page
from monitor.web.pages.supervision.coming import coming_page
from monitor.web.pages.supervision.sheet import sheet_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()

OfAnyone = Annotated[Reader, Depends(reader_for(PERSON_FIGURES, unit_in_query))]
OfUnits = Annotated[Reader, Depends(reader_for(UNIT_FIGURES, unit_in_query))]


@router.get("/coming")
def coming(reader: OfAnyone, render: Rendering) -> Response:
    return render.answer(coming_page(reader), reader)


@router.get("/coming/calendar")
def coming_calendar(reader: OfAnyone, service: ServiceUsed) -> Response:
    content, subjects = calendar.calendar_of(reader)
    record_looks(service, reader, subjects)
    name = f"coming-{reader.week.as_at}.ics"
    return Response(
        content, media_type=calendar.MEDIA, headers={"content-disposition": f'attachment; filename="{name}"'}
    )


@router.get("/sheet")
def sheet(reader: OfAnyone, render: Rendering) -> Response:
    return render.answer(sheet_page(reader), reader)


@router.get("/benchmark")
def benchmark(reader: OfUnits, render: Rendering) -> Response:
    return render.answer(benchmark_page(reader), reader)
