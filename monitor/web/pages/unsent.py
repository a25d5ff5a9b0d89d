"""What a reader typed into a form whose session had ended: shown again, and sent again with one click."""

from dataclasses import dataclass
from typing import ClassVar, Final

from monitor.web.auth.seal import UnsentForm
from monitor.web.formatting import capitalize_first, words
from monitor.web.pages.view_models.page import PageModel

_UNSEEN: Final = frozenset({"csrf", "version", "seen", "place"})
"""Fields that no one types."""

_LABELS: Final = {"om_code": "Offender manager", "crn": "CRN", "rosh": "RoSH"}


@dataclass(frozen=True, kw_only=True)
class UnsentPage(PageModel):
    """A form that was not stored.

    - says: why, and what to do; button: what sends it again, to action with all its fields; typed: label and value.
    - signs_in: whether the reader first has to sign in, in another window.
    """

    template: ClassVar[str] = "unsent_form.html"

    says: str
    action: str
    fields: tuple[tuple[str, str], ...]
    token: str
    typed: tuple[tuple[str, str], ...]
    signs_in: bool


def unsent_page(form: UnsentForm, *, signs_in: bool = False) -> UnsentPage:
    """The page of a form that was not stored.

    - signs_in: the form is too large to be kept while the reader signs in, so this page keeps it.
    """
    return UnsentPage(
        title="You were signed out. This is what you typed",
        says=(
            "Your session has expired, and what you typed is too long to be kept for you. Leave this page open, sign "
            "in in another window, then come back and send it again."
            if signs_in
            else "Nothing was changed. Check what you typed, then send it again or drop it."
        ),
        action=form.path,
        fields=form.fields,
        token=form.token if signs_in else "",
        typed=tuple((_label(name), value) for name, value in form.fields if value and name not in _UNSEEN),
        signs_in=signs_in,
    )


def _label(name: str) -> str:
    """The name of a field as a label: from-day is From: day."""
    start, _, part = name.partition("-")
    label = _LABELS.get(start) or capitalize_first(words(start))
    return f"{label}: {part}" if part else label
