"""Signing in and out: locally, by the organisation's provider, or not at all behind a proxy."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from alerts.people import Person
from alerts.recipients import scope_of
from monitor.web.auth import oidc
from monitor.web.auth.csrf import GenuineForm
from monitor.web.auth.seal import COOKIE, COOKIE_PATH, UNSENT
from monitor.web.dependencies import ServiceUsed, SignedIn
from monitor.web.pages.unsent import unsent_page
from monitor.web.pages.view_models.sign_in_models import ErrorPage, LocalSignInPage, ProviderSignInPage, SignInChoice
from monitor.web.rendering import Rendering
from monitor.web.urls import safe_path

router: Final = APIRouter()

_DROPPED: Final = (
    "Nothing was changed. A form is kept for 30 minutes, and only for the person who filled it in: another person's is "
    "dropped."
)


@router.get("/sign-in")
def sign_in(request: Request, service: ServiceUsed, render: Rendering) -> Response:
    wanted = safe_path(request.query_params.get("next", "/"))
    if service.settings.auth == "oidc":
        return render.page(ProviderSignInPage(title="Sign in", begin=oidc.BEGIN, wanted=wanted, keeps=wanted == UNSENT))
    if service.settings.auth == "proxy":
        return RedirectResponse("/", 303)
    people = tuple(SignInChoice(person, _scope_in_words(person)) for person in service.sign_in.people.all())
    return render.page(LocalSignInPage(title="Sign in", people=people, wanted=wanted, keeps=wanted == UNSENT))


@router.get(UNSENT)
def unsent_form(request: Request, person: SignedIn, service: ServiceUsed, render: Rendering) -> Response:
    """What the reader typed before they were signed out; a form of another person is dropped."""
    form = service.seal.open(request.cookies.get(COOKIE), service.clock())
    if form is not None and service.seal.is_for(form.token, person.email):
        return render.page(unsent_page(form))
    response = render.page(ErrorPage(title="There is no form to send again", says=_DROPPED, ways=()), status=404)
    response.delete_cookie(COOKIE, COOKIE_PATH)
    return response


@router.post("/sign-in")
def begin_session(request: Request, form: GenuineForm, service: ServiceUsed) -> Response:
    email = str(form.get("email", "")) if service.settings.auth == "local" else ""
    service.sign_in.begin(request, email)
    return RedirectResponse(safe_path(str(form.get("next", "/"))), 303)


@router.post("/sign-out")
def end_session(request: Request, _form: GenuineForm, service: ServiceUsed) -> Response:
    service.sign_in.end(request)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, COOKIE_PATH)
    return response


def _scope_in_words(person: Person) -> str:
    scopes = [f"{level.replace('_', ' ')} {code}" for level, code in scope_of(person)]
    return "everything" if scopes == ["all all"] else ", ".join(scopes) or "runs and digests, no caseloads"
