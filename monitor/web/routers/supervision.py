"""The pages of an SPO's week: what is coming, its calendar, and the sheets for supervision."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from monitor.follow_through.readings import record_reading
from monitor.web.access_log import Subject
from monitor.web.auth.csrf import GenuineForm
from monitor.web.auth.permissions import PERSON_FIGURES, READ_AGAIN, UNIT_FIGURES
from monitor.web.dependencies import Reader, ServiceUsed, reader_for, record_looks, unit_in_query
from monitor.web.pages.supervision import calendar
from monitor.web.pages.supervision.benchmark import LIST, benchmark_page, plan_asked, reading_of, reading_page
from monitor.web.pages.supervision.coming import coming_page
from monitor.web.pages.supervision.sheet import sheet_page
from monitor.web.rendering import Rendering

MEANWHILE: Final = "This plan was read meanwhile, perhaps because the form was sent twice. Read what was found below."

router: Final = APIRouter()

OfAnyone = Annotated[Reader, Depends(reader_for(PERSON_FIGURES, unit_in_query))]
OfUnits = Annotated[Reader, Depends(reader_for(UNIT_FIGURES, unit_in_query))]


async def _plan_in_path(request: Request) -> Subject:
    """The plan whose key the path has."""
    return Subject("plan", request.path_params["key"])


SecondReader = Annotated[Reader, Depends(reader_for(READ_AGAIN, _plan_in_path))]


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


@router.get("/benchmark/{key}")
def show_reading(reader: SecondReader, key: str, render: Rendering) -> Response:
    return render.answer(reading_page(reader, plan_asked(reader, key)[0]), reader)


@router.post("/benchmark/{key}")
def send_reading(
    reader: SecondReader, key: str, form: GenuineForm, service: ServiceUsed, render: Rendering
) -> Response:
    """Store what the second SPO found; whatever is wrong, the form comes back with what was typed."""
    plan, drawn = plan_asked(reader, key)
    verdict, note = str(form.get("verdict", "")), str(form.get("note", ""))
    outcome = record_reading(
        service.store,
        reader.week.snapshot,
        drawn,
        reader.sight.person,
        verdict,
        note,
        number=str(form.get("number", "1")),
        former=reading_of(reader, plan),
        people=service.sign_in.people.all(),
        today=service.today,
        now=service.clock(),
    )
    if outcome.is_stored:
        return RedirectResponse(LIST, 303)
    fault, status = (MEANWHILE, 409) if outcome.made_meanwhile else (outcome.fault, 400)
    return render.answer(reading_page(reader, plan, verdict, note, fault), reader, status)
