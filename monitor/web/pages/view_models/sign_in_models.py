"""What the pages of signing in and of errors show."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from alerts.people import Person
from monitor.web.pages.view_models.page import Link, PageModel


class SignInChoice(NamedTuple):
    """Someone who can sign in, and their scope in words."""

    person: Person
    scope: str


@dataclass(frozen=True, kw_only=True)
class LocalSignInPage(PageModel):
    """Sign-in on this machine: choose who you are. wanted: the path to go to; keeps: a form waits for that."""

    template: ClassVar[str] = "sign_in.html"

    people: tuple[SignInChoice, ...]
    wanted: str
    keeps: bool


@dataclass(frozen=True, kw_only=True)
class ProviderSignInPage(PageModel):
    """Sign-in with the organisation's provider, which starts at begin. wanted, keeps: as of ``LocalSignInPage``."""

    template: ClassVar[str] = "sign_in_oidc.html"

    begin: str
    wanted: str
    keeps: bool


@dataclass(frozen=True, kw_only=True)
class ErrorPage(PageModel):
    """Why there is no page, and where else the reader can go."""

    template: ClassVar[str] = "error.html"

    says: str
    ways: tuple[Link, ...]
