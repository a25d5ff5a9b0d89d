"""The page of snapshots and runs, which operators read also while there is no snapshot."""

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from alerts.people import Role
from monitor.operations.status import state_now
from monitor.web.access_log import NO_SUBJECT
from monitor.web.auth.permissions import OPERATIONS
from monitor.web.dependencies import Reader, ServiceUsed, SignedIn, reader_for
from monitor.web.pages.service.runs import page_before_the_first, shows_details, snapshots_page
from monitor.web.rendering import Rendering

router: Final = APIRouter()
_reader: Final = reader_for(OPERATIONS)


def reader_if_any(request: Request, service: ServiceUsed, person: SignedIn) -> Iterator[Reader | None]:
    """A reader of the newest snapshot; None for an operator while there is no snapshot."""
    if person.role is Role.OPERATOR and service.snapshots.week() is None:
        yield None
    else:
        yield from _reader(request, service, NO_SUBJECT)


@router.get("/snapshots")
def snapshots(
    reader: Annotated[Reader | None, Depends(reader_if_any)], service: ServiceUsed, render: Rendering
) -> Response:
    if reader is None:
        return render.page(
            page_before_the_first(service.snapshots, state_now(service.store, service.settings, service.clock))
        )
    detailed = shows_details(reader.sight)
    state = state_now(service.store, service.settings, service.clock) if detailed else None
    return render.answer(snapshots_page(reader, state), reader)
