"""The start page, the pages of areas, clusters, offices and teams, and the cases and posts behind what changed."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from alerts.people import Role
from monitor.web.access_log import Subject
from monitor.web.auth.permissions import UNIT_FIGURES
from monitor.web.dependencies import Reader, SignedIn, reader_for, unit_in_path, unit_in_query
from monitor.web.exceptions import Elsewhere
from monitor.web.pages.units.causes import cause_rows_page
from monitor.web.pages.units.home import home_page
from monitor.web.pages.units.unit import unit_page
from monitor.web.rendering import Rendering
from monitor.web.urls import address
from tiering.terms import Level

router: Final = APIRouter()


def start_elsewhere(person: SignedIn) -> None:
    """Lead offender managers to their own page, operators to the runs: they have no scope of units."""
    if person.role is Role.OFFENDER_MANAGER:
        raise Elsewhere(address(Level.OFFENDER_MANAGER, str(person.om_code)))
    if person.role is Role.OPERATOR:
        raise Elsewhere("/snapshots")


@router.get("/", dependencies=[Depends(start_elsewhere)])
def home(reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES))], render: Rendering) -> Response:
    return render.answer(home_page(reader), reader)


@router.get("/area/{code:path}")
@router.get("/cluster/{code:path}")
@router.get("/office/{code:path}")
@router.get("/team/{code:path}")
def unit(
    reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES, unit_in_path))],
    subject: Annotated[Subject, Depends(unit_in_path)],
    render: Rendering,
) -> Response:
    return render.answer(unit_page(reader, subject.level, subject.code), reader)


@router.get("/causes")
def causes(reader: Annotated[Reader, Depends(reader_for(UNIT_FIGURES, unit_in_query))], render: Rendering) -> Response:
    return render.answer(cause_rows_page(reader), reader)
