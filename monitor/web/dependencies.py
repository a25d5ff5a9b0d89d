"""What routes ask for: the service, who is signed in, and a reader of one snapshot who may open the page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from alerts.people import Person
from monitor.operations.status import STALE_AFTER_DAYS
from monitor.settings import Settings
from monitor.snapshots.reach import Database
from monitor.snapshots.store import Store
from monitor.web import access_log
from monitor.web.access_log import NO_SUBJECT, Subject, Visit, page_name, subject_of_search
from monitor.web.auth.permissions import Permission, Visibility
from monitor.web.auth.seal import Seal
from monitor.web.auth.sign_in import SignIn
from monitor.web.exceptions import Forbidden, NoSnapshot, NotFound
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.urls import path_asked


@dataclass(frozen=True)
class Service:
    """What the pages are served from."""

    settings: Settings
    snapshots: SnapshotCache
    sign_in: SignIn
    seal: Seal
    clock: Callable[[], datetime]

    @property
    def store(self) -> Store:
        return self.snapshots.store

    @property
    def engine(self) -> Database:
        return self.snapshots.store.engine

    @property
    def today(self) -> date:
        """The day by the clocks of the service."""
        return self.clock().astimezone(ZoneInfo(self.settings.timezone)).date()


@dataclass(frozen=True)
class Reader:
    """Who asks for what: the snapshot and the one before it, and the words of the query.

    small_team: how few offender managers make a unit too small to compare with.
    path: as it is in the address, percent-encoded. route: the path with its gaps, as the access log has it.
    is_stale: whether there should have been a later snapshot than the newest, which this is.
    today: the day by the clocks of the service; None for an earlier snapshot.
    """

    snapshots: SnapshotCache
    week: SnapshotView
    previous: SnapshotView | None
    sight: Visibility
    query: Mapping[str, str]
    path: str
    config: Path
    route: str = ""
    is_stale: bool = False
    small_team: int = 5
    today: date | None = None

    @property
    def day(self) -> date:
        """The day on which reviews are due or overdue: today, or the day of an earlier snapshot."""
        return self.week.as_at if self.today is None else self.today

    @cached_property
    def sees_newest(self) -> bool:
        """Whether the snapshot is the newest, about which alone decisions are made."""
        newest = self.snapshots.week()
        return newest is not None and newest.number == self.week.number

    def text(self, name: str, longest: int = 100) -> str:
        """One word of the query, without surrounding blanks."""
        return self.query.get(name, "").strip()[:longest]

    def number(self, name: str) -> int:
        """A page number of the query, from 1; 1 if it is none."""
        text = self.text(name, 6)
        return max(1, int(text)) if text.isascii() and text.isdigit() else 1

    def again(self, **change: str) -> str:
        """The address of this page with some words of the query changed; an empty one is left out."""
        words = {name: text for name, text in ({**self.query, **change}).items() if text}
        return f"{self.path}?{urlencode(words)}" if words else self.path

    def with_words(self, path: str, **words: str) -> str:
        """The address of another page with words of its own."""
        return f"{path}?{urlencode(words)}"

    def same_week(self, path: str) -> str:
        """The address of another page of the same snapshot."""
        as_at = self.text("as_at")
        return f"{path}?{urlencode({'as_at': as_at})}" if as_at else path

    @property
    def own_scope(self) -> tuple[Subject, ...]:
        """Everything the reader sees, for the access log: the units of their scope; an operator has none."""
        return tuple(Subject(level, code) for level, code in self.sight.units) or (NO_SUBJECT,)

    def visit(self, at: datetime) -> Visit:
        """This visit, for the access log."""
        page = page_name(self.route, self.text("table"), self.text("format"))
        return Visit(self.sight.person, page, self.week.as_at, at)


async def service_of(request: Request) -> Service:
    """The service behind the application."""
    service: Service = request.app.state.service
    return service


ServiceUsed = Annotated[Service, Depends(service_of)]


def signed_in(request: Request, service: ServiceUsed) -> Person:
    """Who asks. Depends on nothing but the request, so that a stranger learns nothing about parameters."""
    return service.sign_in.person_asking(request)


SignedIn = Annotated[Person, Depends(signed_in)]


def snapshot_of(service: Service, as_at: date | None) -> SnapshotView:
    """The newest snapshot for a date, or of all; raises NotFound or NoSnapshot."""
    week = service.snapshots.week(as_at)
    if week is None and as_at is not None:
        raise NotFound(f"There is no snapshot for {as_at}.")
    if week is None:
        raise NoSnapshot
    return week


def reader_of(
    request: Request, service: Service, person: Person, as_at: date | None, query: Mapping[str, str]
) -> Reader:
    """A reader of the newest snapshot for a date, or of all; raises NotFound or NoSnapshot."""
    week = snapshot_of(service, as_at)
    return Reader(
        snapshots=service.snapshots,
        week=week,
        previous=service.snapshots.before(week),
        sight=Visibility(person, week.places, compares=service.settings.compare == "siblings"),
        query=query,
        path=path_asked(request),
        config=service.settings.config,
        route=request.scope["route"].path,
        is_stale=as_at is None and (service.clock().date() - week.as_at).days > STALE_AFTER_DAYS,
        small_team=service.settings.small_team,
        today=service.today if as_at is None else None,
    )


def admit(service: Service, reader: Reader, permission: Permission, subject: Subject) -> Iterator[Reader]:
    """The reader while the page is made; a refusal, here or by the page, is recorded with what it was about."""
    try:
        reader.sight.enter(permission)
        yield reader
    except Forbidden:
        visit = reader.visit(service.clock())
        access_log.record(service.engine, access_log.entries(visit, [subject], allowed=False))
        raise


def record_looks(service: Service, reader: Reader, subjects: tuple[Subject, ...]) -> None:
    """Record what the reader is about to see; raises NoRecord."""
    access_log.record(service.engine, access_log.entries(reader.visit(service.clock()), subjects, allowed=True))


async def no_subject() -> Subject:
    """A page of no unit, person or case."""
    return NO_SUBJECT


async def unit_in_path(request: Request) -> Subject:
    """The unit or offender manager whose page it is, as ``/team/T1`` names it, or ``/team/?code=.`` of odd codes."""
    level = request.scope["route"].path.split("/")[1].replace("-", "_")
    return Subject(level, request.path_params["code"] or request.query_params.get("code", ""))


async def unit_in_query(request: Request) -> Subject:
    """The unit to which a list is narrowed, as ``unit=office/O1`` names it."""
    level, _, code = request.query_params.get("unit", "").strip().partition("/")
    return Subject(level, code)


async def message_in_path(request: Request) -> Subject:
    """The message whose number the path has."""
    return Subject("message", request.path_params["code"])


async def words_in_query(request: Request) -> Subject:
    """The words that are searched for."""
    return subject_of_search(request.query_params.get("q", "").strip()[:100])


def reader_for(permission: Permission, about: Callable[..., object] = no_subject) -> Callable[..., Iterator[Reader]]:
    """The dependency of a page: a reader who may open it. about: what the access log says a refusal was about."""

    def reader(request: Request, service: ServiceUsed, subject: Annotated[Subject, Depends(about)]) -> Iterator[Reader]:
        # Asked here and not as a dependency of its own, which would be one more thread for every page.
        person = service.sign_in.person_asking(request)
        asked = reader_of(request, service, person, _date_asked(request), dict(request.query_params))
        yield from admit(service, asked, permission, subject)

    return reader


def _date_asked(request: Request) -> date | None:
    """The date in the query; None if there is none; raises NotFound if it is no date."""
    text = request.query_params.get("as_at") or None
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise NotFound("as_at is a date such as 2026-11-20.") from None
