"""Signing in and out: locally, by the organisation's provider, or not at all behind a proxy."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from alerts.people import Person
from alerts.recipients import scope_of
from monitor.web.auth import oidc
from monitor.web.auth.csrf import GenuineForm
from monitor.web.dependencies import ServiceUsed
from monitor.web.pages.models import LocalSignInPage, ProviderSignInPage, SignInChoice
from monitor.web.rendering import Rendering
from monitor.web.urls import safe_path

router: Final = APIRouter()


@router.get("/sign-in")
def sign_in(request: Request, service: ServiceUsed, render: Rendering) -> Response:
    wanted = safe_path(request.query_params.get("next", "/"))
    if service.settings.auth == "oidc":
        return render.page(ProviderSignInPage(title="Sign in", begin=oidc.BEGIN, wanted=wanted))
    if service.settings.auth == "proxy":
        return RedirectResponse("/", 303)
    people = tuple(SignInChoice(person, _scope_in_words(person)) for person in service.sign_in.people.all())
    return render.page(LocalSignInPage(title="Sign in", people=people, wanted=wanted))


@router.post("/sign-in")
def begin_session(request: Request, form: GenuineForm, service: ServiceUsed) -> Response:
    email = str(form.get("email", "")) if service.settings.auth == "local" else ""
    service.sign_in.begin(request, email)
    return RedirectResponse(safe_path(str(form.get("next", "/"))), 303)


@router.post("/sign-out")
def end_session(request: Request, _form: GenuineForm, service: ServiceUsed) -> Response:
    service.sign_in.end(request)
    return RedirectResponse("/sign-in", 303)


def _scope_in_words(person: Person) -> str:
    scopes = [f"{level.replace('_', ' ')} {code}" for level, code in scope_of(person)]
    return "everything" if scopes == ["all all"] else ", ".join(scopes) or "runs and digests, no caseloads"
