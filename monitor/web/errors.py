"""Every reason why a request gets no page, in words: one table, answered as a page or as problem+json (RFC 9457)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from alerts.people import Person, Role
from alerts.recipients import absence_in_words
from alerts.wording import count_of, long_date
from monitor.snapshots.object_storage.connection import StorageOutOfReach
from monitor.snapshots.store import RowsRemoved
from monitor.web.auth.permissions import OPERATIONS
from monitor.web.auth.seal import COOKIE, COOKIE_PATH, LASTS, UNSENT, UnsentForm, looks_like_token
from monitor.web.dependencies import Service
from monitor.web.exceptions import (
    Elsewhere,
    Forbidden,
    FormExpired,
    NoRecord,
    NoSnapshot,
    NotFound,
    NotInFigures,
    SignInNeeded,
)
from monitor.web.pages.unsent import unsent_page
from monitor.web.pages.view_models.page import Link
from monitor.web.pages.view_models.sign_in_models import ErrorPage
from monitor.web.problems import Faults, problem_answer
from monitor.web.rendering import Renderer
from monitor.web.requests import UNREADABLE, form_of
from monitor.web.urls import path_asked, with_query
from tiering.faults import ConfigFault

API: Final = "/api/"
_SIGNING: Final = ("/sign-in", "/sign-out")

InWords = Callable[[Exception], str]
Ways = Callable[[Exception, Request, Person], tuple[Link, ...]]


def _always(sentence: str) -> InWords:
    return lambda _: sentence


def _no_ways(_error: Exception, _request: Request, _person: Person) -> tuple[Link, ...]:
    return ()


@dataclass(frozen=True)
class Refusal:
    """One line of the table: the status, and what a page says.

    detail: what a program reads, if it is not what the page says. ways: where else a reader of the page can go.
    """

    status: int
    title: InWords
    says: InWords
    detail: InWords | None = None
    ways: Ways = _no_ways


def _absence(error: Exception) -> str:
    return absence_in_words(cast(NotInFigures, error).units)


def _why_absent(error: Exception) -> str:
    as_at = long_date(cast(NotInFigures, error).as_at)
    return (
        f"These figures are as at {as_at}, and the extract for that week has no such code. If it should have one, ask "
        "the person who runs this service to check the extract and your entry in the people file."
    )


def _ways_from_absence(_error: Exception, request: Request, person: Person) -> tuple[Link, ...]:
    """Where readers can go whose units are not in the figures of a week."""
    latest = (Link("The latest figures", "/"),) if request.query_params.get("as_at") else ()
    return (*latest, Link("All snapshots", "/snapshots")) if OPERATIONS.is_for(person) else latest


def _removal(error: Exception) -> str:
    removed = cast(RowsRemoved, error)
    return (
        f"This needs the case-level rows for {long_date(removed.as_at)}. They were removed on "
        f"{long_date(removed.removed_on)}, because case-level rows are kept for {count_of(removed.weeks, 'week')}. "
        "The figures of units, hotspots and timeliness for that week are still here."
    )


def _ways_from_removal(error: Exception, _request: Request, person: Person) -> tuple[Link, ...]:
    """Where readers can go whose page needs rows that were removed."""
    latest = Link("The latest figures", "/")
    if person.role is Role.OFFENDER_MANAGER:
        return (latest,)
    ways = (Link("All snapshots", "/snapshots"), latest)
    if person.role is Role.OPERATOR:
        return ways
    as_at = cast(RowsRemoved, error).as_at
    return (Link(f"Hotspots on {long_date(as_at)}", f"/?as_at={as_at}"), *ways)


ERRORS: Final[Mapping[type[Exception], Refusal]] = {
    SignInNeeded: Refusal(401, _always("Sign in"), _always("Sign in first.")),
    NotInFigures: Refusal(
        404,
        _absence,
        _why_absent,
        lambda error: f"{_absence(error)}. {_why_absent(error)}",
        _ways_from_absence,
    ),
    FormExpired: Refusal(
        403,
        _always("You cannot do this"),
        _always("Your session has expired, so nothing was changed. Sign in again, then send the form once more."),
    ),
    Forbidden: Refusal(
        403, _always("You cannot see this page"), _always("This is outside what your role and scope let you see.")
    ),
    NotFound: Refusal(404, _always("Page not found"), str),
    NoSnapshot: Refusal(
        503,
        _always("No figures yet"),
        _always("There is no snapshot yet. Figures will appear after the first weekly run."),
    ),
    RowsRemoved: Refusal(410, _always("These rows are no longer kept"), _removal, ways=_ways_from_removal),
    NoRecord: Refusal(
        503,
        _always("This page cannot be shown now"),
        _always("We record who looks at a person or a case, and that could not be done just now. Try again later."),
    ),
    StorageOutOfReach: Refusal(
        503,
        _always("This page cannot be shown now"),
        _always("The place where these figures are stored does not answer. Nothing is lost. Try again later."),
    ),
    ConfigFault: Refusal(
        503,
        _always("You cannot sign in now"),
        _always("The configuration has a fault, so no one can sign in. To see the fault, run: hotspots check"),
    ),
}
"""What each exception means to a reader; a subclass stands before its base."""


def add_error_answers(app: FastAPI) -> None:
    """Answer every expected exception in words."""
    # Plain functions run in a thread, and do not keep other readers waiting while the database is asked who signs in.
    handlers: dict[type[Exception], Callable[[Request, Exception], Response | Awaitable[Response]]] = {
        **dict.fromkeys(ERRORS, _answer_error),
        SignInNeeded: _answer_signed_out,
        FormExpired: _answer_signed_out,
        Elsewhere: _lead_elsewhere,
        RequestValidationError: _answer_invalid,
        HTTPException: _answer_http,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _answer_error(request: Request, error: Exception) -> Response:
    """The answer to an exception of the table."""
    refusal = next(refusal for kind, refusal in ERRORS.items() if isinstance(error, kind))
    if _is_for_programs(request):
        return problem_answer(refusal.status, (refusal.detail or refusal.says)(error))
    if isinstance(error, SignInNeeded):
        wanted = quote(with_query(path_asked(request), request), safe="")
        return RedirectResponse(f"/sign-in?next={wanted}", 303)
    person = _renderer(request).person
    ways = () if person is None else refusal.ways(error, request, person)
    return _page(request, refusal.status, refusal.title(error), refusal.says(error), ways)


async def _answer_signed_out(request: Request, error: Exception) -> Response:
    """The answer to a reader whose session has ended; what they typed in a form is shown again after they sign in."""
    form = await _unsent_form(request)
    if form is None:
        return await run_in_threadpool(_answer_error, request, error)
    return await run_in_threadpool(_keep_form, request, error, form)


async def _unsent_form(request: Request) -> UnsentForm | None:
    """The form of a request, if these pages can have made it and it holds more than who signs in or out."""
    path = path_asked(request)
    if request.method != "POST" or path in _SIGNING or _is_for_programs(request):
        return None
    try:
        form = await form_of(request)
    except HTTPException:
        return None
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"]
    token = form.get("csrf")
    return UnsentForm(with_query(path, request), str(token), tuple(fields)) if looks_like_token(token) else None


def _keep_form(request: Request, error: Exception, form: UnsentForm) -> Response:
    """Show a form to its sender, or keep it in their browser until they have signed in."""
    service: Service = request.app.state.service
    render = _renderer(request)
    if render.person is not None:
        if service.seal.is_for(form.token, render.person.email):
            return render.page(unsent_page(form), status=403)
        return _answer_error(request, error)
    sealed = service.seal.close(form, service.clock())
    if sealed is None:
        return render.page(unsent_page(form, signs_in=True), status=401)
    response = RedirectResponse(f"/sign-in?next={quote(UNSENT, safe='')}", 303)
    secure, lasts = service.settings.auth != "local", int(LASTS.total_seconds())
    response.set_cookie(COOKIE, sealed, lasts, path=COOKIE_PATH, secure=secure, httponly=True, samesite="lax")
    return response


def _lead_elsewhere(_request: Request, error: Exception) -> Response:
    return RedirectResponse(cast(Elsewhere, error).path, 303)


def _answer_invalid(request: Request, error: Exception) -> Response:
    """The answer to a form or a parameter that is not what its route declares."""
    if not _is_for_programs(request):
        return _page(request, 400, "This did not work", UNREADABLE)
    faults = cast(RequestValidationError, error).errors()
    wrong = [Faults(parameter=str(fault["loc"][-1]), says=fault["msg"]) for fault in faults]
    return problem_answer(422, "A parameter is wrong.", wrong)


def _answer_http(request: Request, error: Exception) -> Response:
    """The answer to a status that a route or the framework gives."""
    refusal = cast(HTTPException, error)
    status, says = refusal.status_code, str(refusal.detail)
    if says == HTTPStatus.NOT_FOUND.phrase:
        says = "There is no such page."
    if _is_for_programs(request):
        return problem_answer(status, says, headers=refusal.headers)
    if status == 404 and (shorter := _without_slash(request)):
        return RedirectResponse(with_query(shorter, request), 307)
    title = {403: "You cannot do this", 404: "Page not found"}.get(status, "This did not work")
    return _page(request, status, title, says)


def _is_for_programs(request: Request) -> bool:
    return str(request.scope["path"]).startswith(API)


def _renderer(request: Request) -> Renderer:
    return Renderer(request, request.app.state.service)


def _page(request: Request, status: int, title: str, says: str, ways: tuple[Link, ...] = ()) -> Response:
    return _renderer(request).page(ErrorPage(title=title, says=says, ways=ways), status=status)


def _without_slash(request: Request) -> str:
    """The path without the slash at its end, if there is a page behind that; else empty."""
    path = request.scope["path"].rstrip("/")
    if path == request.scope["path"]:
        return ""
    shorter = {**request.scope, "path": path}
    pages = (route for route in request.app.routes if isinstance(route, Route))
    return quote(path) if any(route.matches(shorter)[0] is Match.FULL for route in pages) else ""
