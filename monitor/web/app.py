"""The web application: its routes, middleware and error answers put together, and nothing else."""

import secrets
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware

from monitor.settings import Settings
from monitor.snapshots.service.sessions import Sessions
from monitor.snapshots.store import Store
from monitor.web.api.router import router as api
from monitor.web.auth import oidc
from monitor.web.auth.csrf import is_genuine
from monitor.web.auth.permissions import People
from monitor.web.auth.seal import Seal
from monitor.web.auth.sign_in import SignIn, check_sign_in
from monitor.web.dependencies import Reader, Service
from monitor.web.errors import add_error_answers
from monitor.web.exceptions import NoSnapshot
from monitor.web.formatting import HERE
from monitor.web.middleware import RequestGuard, SecurityHeaders
from monitor.web.pages.view_models.page import Page
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.rendering import Renderer
from monitor.web.routers import (
    alternatives,
    assessments,
    concerns,
    data_quality,
    decisions,
    digests,
    limits,
    offender_managers,
    questions,
    reference,
    search,
    sign_in,
    snapshots,
    supervision,
    units,
)
from monitor.web.routers.observability.health import WATCHED, add_health
from monitor.web.urls import safe_path
from monitor.web.what_if.router import LARGEST_FORM, add_planning
from monitor.web.what_if.visibility import WhatIfService
from monitor.web.what_if.worker import Workbench

_ROUTERS = (
    units.router,
    offender_managers.router,
    questions.router,
    alternatives.router,
    supervision.router,
    decisions.router,
    concerns.router,
    assessments.router,
    data_quality.router,
    snapshots.router,
    digests.router,
    limits.router,
    reference.router,
    search.router,
    sign_in.router,
    api,
)


def make_app(settings: Settings, store: Store, clock: Callable[[], datetime], host: str = "127.0.0.1") -> FastAPI:
    """The application; raises ConfigFault if people cannot sign in like this at that address."""
    check_sign_in(settings, host)
    people = People(settings.people_file, settings.mail_domains)
    secret = _secret_of(settings)
    sign_in_of = SignIn(settings, people, Sessions(store.engine), clock)
    service = Service(settings, SnapshotCache(store), sign_in_of, Seal(secret), clock)
    bench = Workbench(store, settings.config, clock)
    # The library's own redirects go to whatever host a request names; see monitor.web.errors.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=bench.open, redirect_slashes=False)
    app.state.service = service
    app.state.planning = bench
    for router in _ROUTERS:
        # Not include_router: each address is to be a route of the application by itself, also for the metrics.
        app.router.routes.extend(router.routes)
    if settings.auth == "oidc":
        oidc.add_sign_in(app, settings, clock, _let_in(service))
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    add_error_answers(app)
    _add_middleware(app, settings, secret)
    add_health(app, settings, store, clock)
    add_planning(app, _what_ifs(service, bench))
    return app


def _secret_of(settings: Settings) -> str:
    """The secret of the sessions; a new one for this process if none is set."""
    given = settings.session_secret
    return secrets.token_urlsafe(32) if given is None else given.get_secret_value()


def _add_middleware(app: FastAPI, settings: Settings, secret: str) -> None:
    """What stands around the routes; the last one added is the outermost."""
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret,
        session_cookie="hotspots",
        max_age=int(settings.session_hours * 3600),
        same_site="lax",
        https_only=settings.auth != "local",
    )
    app.add_middleware(RequestGuard, settings=settings, watched=WATCHED, largest_body=LARGEST_FORM)
    app.add_middleware(SecurityHeaders, settings=settings)


def _let_in(service: Service) -> oidc.LetIn:
    def let_in(request: Request, email: str, wanted: str) -> Response:
        service.sign_in.begin(request, email)
        return RedirectResponse(safe_path(wanted), 303)

    return let_in


def _what_ifs(service: Service, bench: Workbench) -> WhatIfService:
    def show(request: Request, page: Page, reader: Reader, status: int = 200) -> Response:
        return Renderer(request, service).answer(page, reader, status)

    return WhatIfService(
        service.settings,
        service.snapshots,
        service.clock,
        bench,
        who=service.sign_in.person_asking,
        no_snapshot=NoSnapshot,
        genuine=is_genuine,
        shown=show,
    )
