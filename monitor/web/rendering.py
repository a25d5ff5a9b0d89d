"""Pages as answers: a template with what surrounds every page, or one table of the page as a file."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from alerts.intake_gaps import describe_gaps
from alerts.people import Person
from alerts.recipients import absence_in_words
from alerts.wording import count_of, long_date
from monitor.operations.status import STALE_AFTER_DAYS
from monitor.snapshots.exports.export import render_table
from monitor.web.auth import permissions
from monitor.web.auth.csrf import token_of
from monitor.web.dependencies import Reader, Service, ServiceUsed, record_looks
from monitor.web.downloads.workbook import About, write_table
from monitor.web.exceptions import Forbidden, NotFound, SignInNeeded
from monitor.web.formatting import render_template
from monitor.web.pages.view_models.page import Link, Renderable
from monitor.web.read_model.history import failed_week
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.urls import address
from tiering.faults import ConfigFault

MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAVIGATION: Final = (
    (Link("Hotspots", "/"), permissions.PERSON_FIGURES),
    (Link("Decisions", "/decisions"), permissions.DECISIONS),
    (Link("Plans", "/plans"), permissions.PLANS),
    (Link("Overdue", "/overdue"), permissions.UNIT_FIGURES),
    (Link("What is coming", "/coming"), permissions.PERSON_FIGURES),
    (Link("Data quality", "/data-quality"), permissions.DATA_QUALITY),
    (Link("Snapshots", "/snapshots"), permissions.OPERATIONS),
    (Link("Digests", "/digests"), permissions.OPERATIONS),
    (Link("Definitions", "/definitions"), permissions.REFERENCE),
    (Link("Policy", "/policy"), permissions.REFERENCE),
    (Link("What-if", "/what-if"), permissions.WHAT_IF),
    (Link("Questions", "/questions"), permissions.QUESTIONS),
)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What surrounds every page: who is signed in, where they can go, and how links are written."""

    title: str
    marking: str
    contact: str
    person: Person | None
    signs_out: bool
    csrf: str
    path: str
    navigation: tuple[Link, ...]
    can_search: bool
    can_ask_who: bool
    trail: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    week: SnapshotView | None = None
    as_at: date | None = None
    asked_as_at: str = ""
    tables: tuple[str, ...] = ()
    link: Callable[[str, str], str] = address
    again: Callable[..., str] | None = None
    download: Callable[[str, str], str] | None = None


class Renderer:
    """Answers one request with pages."""

    def __init__(self, request: Request, service: Service) -> None:
        self._request = request
        self._service = service

    def answer(self, page: Renderable, reader: Reader, status: int = 200) -> Response:
        """A page, or the table of it that is asked for; what it shows of people and cases is recorded first."""
        form = reader.query.get("format")
        made = (
            self.page(page, reader, status)
            if form is None
            else _download(page, reader, form, self._service.settings.marking)
        )
        record_looks(self._service, reader, page.subjects)
        return made

    def page(self, page: Renderable, reader: Reader | None = None, status: int = 200) -> HTMLResponse:
        """A page with what surrounds it; without a reader, a page of no snapshot."""
        around = self._surroundings(page, reader)
        context = {field.name: getattr(around, field.name) for field in fields(around)}
        return HTMLResponse(render_template(page.template, {**page.context, **context}), status)

    def _surroundings(self, page: Renderable, reader: Reader | None) -> Surroundings:
        request, service = self._request, self._service
        person = self.person
        known = Surroundings(
            title=page.title,
            marking=service.settings.marking,
            contact=service.settings.contact,
            person=person,
            signs_out=service.settings.auth != "proxy",
            csrf=token_of(request, service.seal, "" if person is None else person.email),
            path=request.scope["path"],
            navigation=tuple(link for link, permission in NAVIGATION if person and permission.is_for(person)),
            can_search=person is not None and permissions.PERSON_FIGURES.is_for(person),
            can_ask_who=person is not None and permissions.WHO_FOR_A_CASE.is_for(person),
            trail=page.trail,
            tables=tuple(page.tables),
        )
        return known if reader is None else _of_week(known, request, reader, service)

    @property
    def person(self) -> Person | None:
        """Who is signed in; None if that is no one, or cannot be found out."""
        try:
            return self._service.sign_in.person_asking(self._request)
        except (SignInNeeded, Forbidden, ConfigFault):
            return None


async def renderer_of(request: Request, service: ServiceUsed) -> Renderer:
    """What answers a request with pages."""
    return Renderer(request, service)


Rendering = Annotated[Renderer, Depends(renderer_of)]


def _of_week(around: Surroundings, request: Request, reader: Reader, service: Service) -> Surroundings:
    """The surroundings of a page that shows a snapshot."""
    asked_as_at = request.query_params.get("as_at", "")

    def link(level: str, code: str) -> str:
        return address(level, code, asked_as_at)

    def download(table: str, form: str) -> str:
        return reader.again(table=table, format=form)

    return replace(
        around,
        warnings=tuple(_warnings(reader, service)),
        week=reader.week,
        as_at=reader.week.as_at,
        asked_as_at=asked_as_at,
        link=link,
        again=reader.again,
        download=download,
    )


def _warnings(reader: Reader, service: Service) -> Iterator[str]:
    """What a reader has to know before any figure: old data, missing units, a run that failed, an earlier week."""
    newest = service.snapshots.week() if reader.text("as_at") else reader.week
    age = (service.clock().date() - reader.week.as_at).days
    if newest is not None and newest.number != reader.week.number:
        yield f"You are looking at an earlier snapshot. The latest is for {long_date(newest.as_at)}."
    elif age > STALE_AFTER_DAYS:
        yield f"These figures are {count_of(age, 'day')} old. There is no later snapshot."
    yield from describe_gaps(reader.week.summary.gaps)
    if reader.sight.absent:
        yield f"{absence_in_words(reader.sight.absent)}."
    failed = failed_week(reader.snapshots)
    if failed is not None:
        yield (
            f"The last weekly run ({failed}) failed, so later figures may be missing. "
            f"These figures are as at {long_date(reader.week.as_at)}."
        )


def _download(page: Renderable, reader: Reader, form: str, marking: str) -> Response:
    """One table of a page as a file, the first if none is named; raises NotFound.

    A workbook is to be handed over, with headings in words. CSV is for programs and stays as it is stored; the mark in
    front of it tells spreadsheets that it is UTF-8.
    """
    name = reader.query.get("table") or next(iter(page.tables), "")
    if name not in page.tables or form not in MEDIA:
        raise NotFound("There is no such table in that format. The formats are csv and xlsx.")
    frame, as_at = page.tables[name](), reader.week.as_at.isoformat()
    if "as_at" not in frame:
        frame = frame.copy()
        frame.insert(0, "as_at", as_at)
    file = "-".join(filter(None, (name.replace("_", "-"), page.file_part, f"{as_at}.{form}")))
    if form == "xlsx":
        content = write_table(frame, _about(page, reader, name, marking))
    else:
        content = codecs.BOM_UTF8 + render_table(frame, form)
    return Response(content, media_type=MEDIA[form], headers={"content-disposition": f'attachment; filename="{file}"'})


def _about(page: Renderable, reader: Reader, table: str, marking: str) -> About:
    week = reader.week
    policy = f"{week.policy.title} ({week.snapshot.policy_fingerprint[:12]})"
    return About(page.title, table, week.as_at, week.snapshot.revision, policy, marking)
