"""Notices in a browser: readable by everyone, at every width, in light and dark, without styles."""

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from alerts.digest.no_figures import Cause
from alerts.digest.notice import no_figures_notice, refused_run_notice, write_notice
from tests.browser.test_digest_in_a_browser import (
    ALLOWED,
    ALLOWED_IN_STYLE,
    CHECKS,
    ROOT,
    show,
    without_style,
)

from .accessibility import violations

LONG = "hotspots run --extract " + "/srv/" + "w" * 80 + "/2026-11-20 --as-at 2026-11-20"
MAILS = {
    which: write_notice(notice, "A Reader", "OFFICIAL-SENSITIVE").html
    for which, notice in {
        "reader": no_figures_notice(date(2026, 11, 23), date(2026, 11, 13), Cause.REFUSED),
        "operator": refused_run_notice("2026-W48", "3 faults in /srv/" + "w" * 80, LONG),
    }.items()
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 320])
@pytest.mark.parametrize("which", MAILS)
def test_a_notice_is_accessible_at_every_width_in_light_and_dark(
    page: Page, which: str, width: int, scheme: str
) -> None:
    show(page, MAILS[which], width, scheme)
    assert violations(page) == []


@pytest.mark.parametrize("which", MAILS)
def test_a_notice_is_accessible_without_its_styles(page: Page, which: str) -> None:
    show(page, without_style(MAILS[which]))
    assert violations(page) == []


@pytest.mark.parametrize("which", MAILS)
def test_nothing_has_to_be_scrolled_sideways_on_the_narrowest_phone(page: Page, which: str) -> None:
    show(page, MAILS[which], 320)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


@pytest.mark.parametrize("which", MAILS)
def test_the_html_is_valid_and_what_clients_cannot_do_is_known(tmp_path: Path, which: str) -> None:
    file = tmp_path / "notice.html"
    file.write_text(MAILS[which], encoding="utf-8")
    answer = subprocess.run(["node", CHECKS, str(file)], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)[str(file)]
    assert found["faults"] == []
    assert set(found["whole"]) <= set(ALLOWED) | set(ALLOWED_IN_STYLE)
    assert set(found["stripped"]) <= set(ALLOWED)
