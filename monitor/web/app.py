"""The pages as a web application: doors, sign-in, headers. Everything it shows comes from monitor.web.pages."""

import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.people import Person, Role, scope_of
from alerts.wording import counted, long_date
from monitor.operations.sign_in_provider import missing_settings
from monitor.operations.status import STALE_AFTER_DAYS, state_now
from monitor.settings import Settings
from monitor.snapshots.export import render_table
from monitor.snapshots.sessions import Sessions
from monitor.snapshots.store import RowsRemoved, Store
from monitor.web import access_log
from monitor.web.api.router import Reading, add_api
from monitor.web.auth import oidc
from monitor.web.auth.permissions import (
    OPENS,
    Forbidden,
    NotInFigures,
    PageName,
    People,
    Visibility,
    is_from,
    is_loopback,
    named,
)
from monitor.web.formatting import HERE, written
from monitor.web.pages.page import NotFound, Page, Reader, address, answer, before_the_first
from monitor.web.read_model import snapshot
from monitor.web.read_model.snapshot import SnapshotCache, SnapshotView
from monitor.web.requests import UNREADABLE, body_length, form_of, host_asked, is_in_utf8, is_known_host, path_asked
from monitor.web.routers.digests import Letterbox, add_resending, version
from monitor.web.routers.health import WATCHED, add_health
from monitor.web.what_if.router import LARGEST_FORM, add_planning
from monitor.web.what_if.visibility import WhatIfService
from monitor.web.what_if.worker import Workbench
from tiering.faults import ConfigFault

CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TRUSTED_FOR_YEARS: Final = "max-age=63072000; includeSubDomains"
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_SESSION: Final = "session"
"""Where the cookie has the secret of somebody's session."""

_LOG: Final = logging.getLogger(__name__)


class Door(NamedTuple):
    """One address a reader can open: its path, which page is behind it, and of which level of unit."""

    path: str
    room: PageName
    level: str = ""


DOORS: Final = (
    Door("/", PageName.HOME),
    Door("/area/{code:path}", PageName.UNIT, "area"),
    Door("/cluster/{code:path}", PageName.UNIT, "cluster"),
    Door("/office/{code:path}", PageName.UNIT, "office"),
    Door("/team/{code:path}", PageName.UNIT, "team"),
    Door("/offender-manager/{code:path}", PageName.OFFENDER_MANAGER),
    Door("/overdue", PageName.OVERDUE),
    Door("/data-quality", PageName.DATA_QUALITY),
    Door("/snapshots", PageName.SNAPSHOTS),
    Door("/digests", PageName.DIGESTS),
    Door("/digests/{code}", PageName.DIGEST),
    Door("/digests/{code}/mail", PageName.MAIL),
    Door("/definitions", PageName.DEFINITIONS),
    Door("/policy", PageName.POLICY),
    Door("/search", PageName.SEARCH),
)
NAVIGATION: Final = (
    ("Where it is hot", "/", PageName.HOME),
    ("Overdue", "/overdue", PageName.OVERDUE),
    ("Data quality", "/data-quality", PageName.DATA_QUALITY),
    ("Snapshots", "/snapshots", PageName.SNAPSHOTS),
    ("Digests", "/digests", PageName.DIGESTS),
    ("Definitions", "/definitions", PageName.DEFINITIONS),
    ("Policy", "/policy", PageName.POLICY),
    ("What-if", "/what-if", PageName.WHAT_IF),
)


class SignInNeeded(Exception):
    """Nobody is signed in."""


class NoSnapshot(Exception):
    """There is nothing to show yet, or nothing of the date that was asked for."""


@dataclass(frozen=True)
class Service:
    """What the pages are served from, and how one signs in."""

    settings: Settings
    shelf: SnapshotCache
    people: People
    sessions: Sessions
    clock: Callable[[], datetime]

    @property
    def local(self) -> bool:
        return self.settings.auth == "local"


def make_app(settings: Settings, store: Store, clock: Callable[[], datetime], host: str = "127.0.0.1") -> FastAPI:
    """The application; raises ConfigFault where the way of signing in does not go with where it is served."""
    _check(settings, host)
    people = People(settings.people_file, settings.mail_domains)
    service = Service(settings, SnapshotCache(store), people, Sessions(store.engine), clock)
    bench = Workbench(store, settings.config, clock)
    # The library's own redirects go to whatever host a request names; see _without_slash.
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=bench.open,
        redirect_slashes=False,
    )
    app.state.service = service
    box = Letterbox(store, settings, clock, partial(_who, service), _genuine)
    app.state.planning = bench
    for door in DOORS:
        app.add_api_route(door.path, _opens(service, door, box), methods=["GET"], name=door.path, response_model=None)
    _add_sign_in(app, service)
    add_resending(app, box)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    _add_faults(app, service)
    given = settings.session_secret
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32) if given is None else given.get_secret_value(),
        session_cookie="hotspots",
        max_age=int(settings.session_hours * 3600),
        same_site="lax",
        https_only=not service.local,
    )
    app.add_middleware(_Headers, service=service)
    add_api(app, Reading(settings, service.shelf, clock, lambda request: _who(service, request), SignInNeeded))
    add_health(app, settings, store, clock)
    front = WhatIfService(
        settings,
        service.shelf,
        clock,
        bench,
        who=partial(_who, service),
        no_snapshot=NoSnapshot,
        genuine=_genuine,
        shown=partial(_shown, service),
    )
    add_planning(app, front)
    return app


def _check(settings: Settings, host: str) -> None:
    if missing := missing_settings(settings):
        raise ConfigFault(missing)
    if settings.auth == "local" and not is_loopback(host):
        raise ConfigFault(
            [
                f"HOTSPOTS_AUTH: local lets everybody be anybody, so it is served on this machine only, not on {host}; "
                "leave --host out, or set HOTSPOTS_AUTH=proxy behind a proxy that signs people in"
            ]
        )


class _Headers:
    """Security headers on every answer; nothing but style sheets may be stored. Refuses what is not meant for here."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        kept = scope["path"].startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = dict(HEADERS)
                given = {name for name, _ in message["headers"]}
                added["cache-control"] = "public, max-age=3600" if kept else "no-store"
                if _is_https(request, self._service.settings):
                    added["strict-transport-security"] = _TRUSTED_FOR_YEARS
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in added.items() if name.encode() not in given),
                ]
            await send(message)

        if refused := self._refused(request, kept):
            await refused(scope, receive, with_headers)
            return
        try:
            await self._app(scope, receive, with_headers)
        except Exception:
            # The address itself is not told: it may name a person or a case.
            _LOG.exception("a page failed: %s", getattr(scope.get("route"), "path", "no such address"))
            words = "Something went wrong, and whoever runs the service can see what. Try again in a minute."
            await Response(words, 500, media_type="text/plain")(scope, receive, with_headers)

    def _refused(self, request: Request, kept: bool) -> Response | None:
        """The answer to a request from another machine, to another host, or in another encoding than these pages'."""
        if self._service.local and not kept and _is_from_elsewhere(request):
            words = "Local sign-in is for this machine only. Set HOTSPOTS_AUTH=proxy to serve others."
            return Response(words, 403, media_type="text/plain")
        # Watchers ask by whatever address the machine has, and read no page.
        known = is_known_host(host_asked(request), self._service.settings.known_hosts)
        if not known and request.scope["path"] not in WATCHED:
            words = "These pages are not served under that host name. Check HOTSPOTS_BASE_URL and HOTSPOTS_HOSTS."
            return Response(words, 400, media_type="text/plain")
        if not is_in_utf8(request):
            return Response(UNREADABLE, 400, media_type="text/plain")
        # Without a length the size is known only once it is too large.
        if "transfer-encoding" in request.headers or body_length(request) > LARGEST_FORM:
            return Response(
                "That is more than a what-if can be, or its size is not given.", 413, media_type="text/plain"
            )
        return None


def _is_https(request: Request, settings: Settings) -> bool:
    if request.scope["scheme"] == "https":
        return True
    trusted = is_from(_client(request), settings.proxy_from)
    return trusted and request.headers.get("x-forwarded-proto", "") == "https"


def _is_from_elsewhere(request: Request) -> bool:
    """Whether a request came from another machine, through a proxy, or under a name that is not this machine's."""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return forwarded or not is_loopback(_client(request)) or not is_loopback(host_asked(request))


def _client(request: Request) -> str | None:
    return None if request.client is None else request.client.host


def _opens(service: Service, door: Door, box: Letterbox) -> Callable[..., Response]:
    """What a door does: who asks, for which week, and the page behind it, written down or as a file."""

    def show(request: Request) -> Response:
        person = _who(service, request)
        away = _elsewhere(person, door)
        if away:
            return RedirectResponse(away, 303)
        if door.room is PageName.SNAPSHOTS and person.role is Role.OPERATOR and service.shelf.week() is None:
            page = before_the_first(service.shelf, state_now(service.shelf.store, service.settings, service.clock))
            return _written(service, request, page.template, {"title": page.title, **page.words})
        week = _week(service, request)
        asked = Reader(
            shelf=service.shelf,
            week=week,
            previous=service.shelf.before(week),
            sight=Visibility(person, week.places),
            query=dict(request.query_params),
            path=path_asked(request),
            config=service.settings.config,
            state=partial(state_now, service.shelf.store, service.settings, service.clock),
            resending=box.candidate,
        )
        asked_for = (door.room, asked, door.path, _place(door, request))
        engine = service.shelf.store.engine
        try:
            page = answer(door.room, asked, *_place(door, request))
        except Forbidden:
            access_log.record(engine, access_log.refusal(*asked_for, service.clock()))
            raise
        made = page.document or _shown(service, request, page, asked)
        access_log.record(engine, access_log.looks(*asked_for, page, service.clock()))
        return made

    return show


def _shown(service: Service, request: Request, page: Page, asked: Reader, status: int = 200) -> Response:
    """A page written down, or the table of it that is asked for as a file."""
    form = request.query_params.get("format")
    if form is not None:
        return _download(page, asked, form)
    around = _around(service, request, page, asked)
    return _written(service, request, page.template, {**page.words, **around}, status)


def _place(door: Door, request: Request) -> list[str]:
    """Level and code of the unit behind a door, as far as it has them; the code behind the question mark if need be."""
    code = request.path_params.get("code")
    if code == "":
        code = request.query_params.get("code", "")
    return [*([door.level] if door.level else []), *([] if code is None else [code])]


def _elsewhere(person: Person, door: Door) -> str:
    """Where somebody is sent who has no scope to see the heat of; empty for everybody else."""
    if door.room is not PageName.HOME:
        return ""
    if person.role is Role.OFFENDER_MANAGER:
        return address("offender_manager", str(person.om_code))
    return "/snapshots" if person.role is Role.OPERATOR else ""


def _who(service: Service, request: Request) -> Person:
    """Who is asking; raises SignInNeeded, or Forbidden where the proxy names nobody of the people file."""
    known: Person | None = getattr(request.state, "person", None)
    if known is None:
        known = _by_proxy(service, request) if service.settings.auth == "proxy" else _by_session(service, request)
        request.state.person = known
    return known


def _by_proxy(service: Service, request: Request) -> Person:
    """Who the proxy says is asking: it says so once. With two names, one of them is not the proxy's."""
    settings = service.settings
    names = request.headers.getlist(settings.proxy_header)
    believed = is_from(_client(request), settings.proxy_from) and len(names) == 1
    person = service.people.named(names[0]) if believed else None
    if person is None:
        raise Forbidden("nobody of the people file")
    return person


def _by_session(service: Service, request: Request) -> Person:
    """Whose session it is. Without a place in the people file there is none, from the next request of anyone on."""
    service.sessions.keep_only(service.people.addresses())
    person = service.people.named(service.sessions.email_of(request.session.get(_SESSION), service.clock()))
    if person is None:
        raise SignInNeeded
    return person


def _week(service: Service, request: Request) -> SnapshotView:
    text = request.query_params.get("as_at") or None
    try:
        as_at = None if text is None else date.fromisoformat(text)
    except ValueError:
        raise NotFound("as_at is a date such as 2026-11-20.") from None
    week = service.shelf.week(as_at)
    if week is None and as_at is not None:
        raise NotFound(f"There is no snapshot of {as_at}.")
    if week is None:
        raise NoSnapshot
    return week


def _download(page: Page, asked: Reader, form: str) -> Response:
    """One table of a page as a file."""
    name = asked.query.get("table") or next(iter(page.tables), "")
    if name not in page.tables or form not in MEDIA:
        raise NotFound("There is no such table, or not in that format; the formats are csv and xlsx.")
    frame = page.tables[name]()
    if "as_at" not in frame:
        frame = frame.copy()
        frame.insert(0, "as_at", asked.week.as_at.isoformat())
    file = f"{name.replace('_', '-')}-{asked.week.as_at.isoformat()}.{form}"
    return Response(
        render_table(frame, form),
        media_type=MEDIA[form],
        headers={"content-disposition": f'attachment; filename="{file}"'},
    )


def _around(service: Service, request: Request, page: Page, asked: Reader) -> dict[str, Any]:
    """What stands around every page: title, trail, warnings, tables to download, how links are written."""
    as_at = request.query_params.get("as_at", "")

    def link(level: str, code: str) -> str:
        return address(level, code, as_at)

    def download(table: str, form: str) -> str:
        return asked.again(table=table, format=form)

    return {
        "title": page.title,
        "trail": page.trail,
        "week": asked.week,
        "as_at": asked.week.as_at,
        "asked_as_at": as_at,
        "warnings": _warnings(service, asked),
        "tables": tuple(page.tables),
        "link": link,
        "download": download,
        "again": asked.again,
        "version": version,
        "sight": asked.sight,
    }


def _warnings(service: Service, asked: Reader) -> list[str]:
    """What a reader has to know before any figure: old data, a run that failed, an earlier week."""
    found = []
    newest = service.shelf.week() if asked.text("as_at") else asked.week
    age = (service.clock().date() - asked.week.as_at).days
    if newest is not None and newest.number != asked.week.number:
        found.append(f"You are looking at an earlier snapshot. The newest is of {long_date(newest.as_at)}.")
    elif age > STALE_AFTER_DAYS:
        found.append(f"These figures are {age} days old. No newer snapshot has been taken.")
    if asked.sight.absent:
        absent = asked.sight.absent
        found.append(f"Your {named(absent)} {'is' if len(absent) == 1 else 'are'} not in these figures.")
    failed = snapshot.failed_week(asked.shelf)
    if failed is not None:
        found.append(
            f"The last weekly run ({failed}) failed, so newer figures may be missing. "
            f"What is shown is as at {long_date(asked.week.as_at)}."
        )
    return found


def _written(
    service: Service, request: Request, template: str, words: dict[str, Any], status: int = 200
) -> HTMLResponse:
    """A template written down, with who is signed in and what they can open."""
    try:
        person = _who(service, request)
    except (SignInNeeded, Forbidden, ConfigFault):
        person = None
    chrome = {
        "marking": service.settings.marking,
        "person": person,
        "signs_out": service.settings.auth != "proxy",
        "csrf": _token(request),
        "path": request.scope["path"],
        "navigation": [
            (says, path)
            for says, path, room in NAVIGATION
            if person is not None
            and person.role in OPENS[room]
            and not (room is PageName.HOME and person.role is Role.OPERATOR)
        ],
        "can_search": person is not None and person.role in OPENS[PageName.SEARCH],
        "trail": (),
        "warnings": [],
        "asked_as_at": "",
        "download": None,
        "as_at": None,
        "tables": (),
    }
    return HTMLResponse(written(template, {**chrome, **words}), status)


def _token(request: Request) -> str:
    """The session's own secret, which every form carries."""
    token: str = request.session.setdefault("csrf", secrets.token_urlsafe(24))
    return token


def _add_sign_in(app: FastAPI, service: Service) -> None:
    def sign_in(request: Request) -> Response:
        wanted = _safe(request.query_params.get("next", "/"))
        if service.settings.auth == "oidc":
            words = {"title": "Sign in", "begin": oidc.BEGIN, "next": wanted}
            return _written(service, request, "sign_in_oidc.html", words)
        if not service.local:
            return RedirectResponse("/", 303)
        people = [(person, _scope_in_words(person)) for person in service.people.all()]
        return _written(service, request, "sign_in.html", {"title": "Sign in", "people": people, "next": wanted})

    def let_in(request: Request, email: str, wanted: str) -> Response:
        person = service.people.named(email)
        if person is None:
            raise HTTPException(403, "Nobody of that address may sign in here.")
        now = service.clock()
        service.sessions.end(request.session.get(_SESSION))
        secret = service.sessions.begin(person.email, now, now + timedelta(hours=service.settings.session_hours))
        request.session.clear()
        request.session[_SESSION] = secret
        return RedirectResponse(_safe(wanted), 303)

    async def signed_in(request: Request) -> Response:
        form = await form_of(request)
        if not _genuine(request, form.get("csrf")):
            raise HTTPException(403, "This form was not sent from these pages, or is too old. Go back and try again.")
        email = str(form.get("email", "")) if service.local else ""
        return await run_in_threadpool(let_in, request, email, str(form.get("next", "/")))

    async def signed_out(request: Request) -> Response:
        form = await form_of(request)
        if not _genuine(request, form.get("csrf")):
            raise HTTPException(403, "This form was not sent from these pages, or is too old. Go back and try again.")
        await run_in_threadpool(service.sessions.end, request.session.get(_SESSION))
        request.session.clear()
        return RedirectResponse("/sign-in", 303)

    app.add_api_route("/sign-in", sign_in, methods=["GET"], name="sign in", response_model=None)
    app.add_api_route("/sign-in", signed_in, methods=["POST"], name="signed in", response_model=None)
    app.add_api_route("/sign-out", signed_out, methods=["POST"], name="signed out", response_model=None)
    if service.settings.auth == "oidc":
        oidc.add_sign_in(app, service.settings, service.clock, let_in)


def _genuine(request: Request, token: object) -> bool:
    """Whether a form carries the secret of this session."""
    mine = request.session.get("csrf")
    return isinstance(token, str) and isinstance(mine, str) and hmac.compare_digest(token.encode(), mine.encode())


def _safe(path: str) -> str:
    """A path of these pages; the start page where it leads elsewhere."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"


def _scope_in_words(person: Person) -> str:
    scopes = [f"{level.replace('_', ' ')} {code}" for level, code in scope_of(person)]
    return "everything" if scopes == ["all all"] else ", ".join(scopes) or "runs and mail, no caseloads"


def _with_query(path: str, request: Request) -> str:
    """A path with what stood behind the question mark of a request."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _without_slash(app: FastAPI, request: Request) -> str:
    """The path without the slash at its end, if a page of these is behind that; else empty."""
    path = request.scope["path"].rstrip("/")
    if path == request.scope["path"]:
        return ""
    shorter = {**request.scope, "path": path}
    pages = (route for route in app.routes if isinstance(route, Route))
    return quote(path) if any(route.matches(shorter)[0] is Match.FULL for route in pages) else ""


def _other_weeks(person: Person, request: Request) -> list[tuple[str, str]]:
    """Where somebody can go whose units are not in the figures of a week."""
    newest = [("The latest figures", "/")] if request.query_params.get("as_at") else []
    return [*newest, ("Every snapshot", "/snapshots")] if person.role in OPENS[PageName.SNAPSHOTS] else newest


def _ways(person: Person, gone: RowsRemoved) -> list[tuple[str, str]]:
    """Where somebody can go whose page is of rows that are not kept."""
    newest = ("The newest figures", "/")
    if person.role is Role.OFFENDER_MANAGER:
        return [newest]
    ways = [("Every snapshot", "/snapshots"), newest]
    if person.role is Role.OPERATOR:
        return ways
    return [(f"Where it was hot on {long_date(gone.as_at)}", f"/?as_at={gone.as_at}"), *ways]


def _add_faults(app: FastAPI, service: Service) -> None:
    """What is shown where there is no page to show, always in words."""

    def fault(request: Request, status: int, title: str, says: str) -> Response:
        return _written(service, request, "fault.html", {"title": title, "says": says, "ways": ()}, status)

    def sign_in_first(request: Request, _: Exception) -> Response:
        return RedirectResponse(f"/sign-in?next={quote(_with_query(path_asked(request), request), safe='')}", 303)

    def not_in_figures(request: Request, error: Exception) -> Response:
        found = cast(NotInFigures, error)
        says = (
            "The extract of that week has no such code. If it should have one, ask the person who runs this service to "
            "check the extract and your entry in the people file."
        )
        words = {"title": found.says, "says": says, "ways": _other_weeks(_who(service, request), request)}
        return _written(service, request, "fault.html", words, 404)

    def unreadable(request: Request, _: Exception) -> Response:
        return fault(request, 400, "This did not work", UNREADABLE)

    def forbidden(request: Request, _: Exception) -> Response:
        says = "You cannot see this page. It is outside what your role and scope open."
        return fault(request, 403, "You cannot see this page", says)

    def missing(request: Request, error: Exception) -> Response:
        return fault(request, 404, "Page not found", str(error) or "There is no such page.")

    def nothing_yet(request: Request, _: Exception) -> Response:
        says = "There is no snapshot yet. The first weekly run makes one."
        return fault(request, 503, "No figures yet", says)

    def removed(request: Request, error: Exception) -> Response:
        gone = cast(RowsRemoved, error)
        says = (
            f"This page needs the rows of single cases of {long_date(gone.as_at)}. They were removed on "
            f"{long_date(gone.removed_on)}, as the retention of {counted(gone.weeks, 'week')} asks. "
            "The figures of units, hotspots and timeliness of that week are still there."
        )
        words = {"title": "These rows are no longer kept", "says": says, "ways": _ways(_who(service, request), gone)}
        return _written(service, request, "fault.html", words, 410)

    def unrecorded(request: Request, _: Exception) -> Response:
        says = "Whoever looks at a person or a case is recorded, and just now that could not be done. Try again later."
        return fault(request, 503, "This page cannot be shown just now", says)

    def other(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404 and (shorter := _without_slash(app, request)):
            return RedirectResponse(_with_query(shorter, request), 307)
        if status == 404:
            return fault(request, 404, "Page not found", "There is no such page.")
        says = str(error.detail) if isinstance(error, HTTPException) else "Something went wrong."
        return fault(request, status, "You cannot do this" if status == 403 else "This did not work", says)

    def misconfigured(_request: Request, _: Exception) -> Response:
        says = "The configuration has a fault, so nobody can sign in. Whoever runs the service sees it with:"
        return Response(f"{says} hotspots check", 503, media_type="text/plain")

    # Plain functions, which do not keep other readers waiting while they ask the database who is signed in.
    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        SignInNeeded: sign_in_first,
        NotInFigures: not_in_figures,
        RequestValidationError: unreadable,
        Forbidden: forbidden,
        NotFound: missing,
        NoSnapshot: nothing_yet,
        RowsRemoved: removed,
        access_log.NoRecord: unrecorded,
        HTTPException: other,
        ConfigFault: misconfigured,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
