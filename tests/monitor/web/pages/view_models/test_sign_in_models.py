"""The pages of signing in: each shows in its template where to go afterwards, and whether a form waits."""

from pathlib import Path

import pytest

from monitor import web
from monitor.web.pages.view_models.sign_in_models import ErrorPage, LocalSignInPage, ProviderSignInPage

TEMPLATES = Path(web.__file__).parent / "templates"


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        (LocalSignInPage, ("people", "wanted", "keeps")),
        (ProviderSignInPage, ("begin", "wanted", "keeps")),
        (ErrorPage, ("says", "ways")),
    ],
)
def test_a_page_shows_each_of_its_fields(page: type, fields: tuple[str, ...]) -> None:
    text = (TEMPLATES / page.template).read_text(encoding="utf-8")
    assert [field for field in fields if field not in text] == []
