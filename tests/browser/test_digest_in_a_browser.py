"""The digest in a browser: readable by everyone, at every width, in light and dark, without styles or pictures."""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from alerts.digest.digest import write_digest
from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from tests.alerts.pictures import Team, hotspot, london, picture

from .accessibility import violations

ROOT = Path(__file__).parents[2]
LINKED = DigestSettings(base_url="https://hotspots.example.org")
CHECKS = "tests/browser/mail_checks.mjs"

# What caniemail says some client cannot do, and why that is no harm.
ALLOWED = {
    "color-scheme meta tag": "a hint; the colours are readable without it",
    "display:none": "hides the preheader, which is also tiny and of the colour of the page",
    "max-height property": "as display:none",
    "overflow": "as display:none",
    "white-space": "keeps a figure on one line where it can",
    "word-break": "only for a name without spaces; Outlook widens the cell instead",
    "aria-hidden attribute": "on bars and preheader; where it is dropped, they hold no words or harmless ones",
    "role attribute": "for screen readers; where it is dropped, the client is used without one",
    "<body> element": "its colour is on the table inside it too",
}
ALLOWED_IN_STYLE = {
    "@media": "narrow screens and dark mode get nicer; nothing depends on it",
    "<style> element": "everything that matters is inline",
}


@dataclass(frozen=True)
class Mail:
    """A digest as HTML: as it is sent, and with its pictures in it."""

    sent: str
    drawn: str


@cache
def mails() -> dict[str, Mail]:
    name = "W" * 60
    long = Team("T1", "F1", "C1", office_name=name, cluster_name=name, area_name=name, load=130)
    other = Team("T2", "F2", "C2", office_name=name, cluster_name=name, area_name=name, load=80)
    no_hours = Team("T3", "F3", "C3", has_hours=False)
    found = [hotspot("hot_and_late", "office", "F1"), hotspot("no_capacity", "office", "F3")]
    pictures = {
        "busy": (london(), ReaderScope("area", "N", "North London")),
        "small": (london(), ReaderScope("cluster", "C06", "Havering & Essex Fringe")),
        "long": (picture([long, other, no_hours], found), ReaderScope("area", "N", name)),
        "quiet": (
            picture([Team("T1", "F1", "C1", load=90), Team("T2", "F2", "C2", load=80)]),
            ReaderScope("area", "N", "N"),
        ),
    }
    written = {which: write_digest(drawn, scope, "A Reader", LINKED) for which, (drawn, scope) in pictures.items()}
    return {which: Mail(digest.html, _with_pictures(digest.html, digest.images)) for which, digest in written.items()}


def _with_pictures(html: str, images: dict[str, bytes]) -> str:
    for content_id, png in images.items():
        html = html.replace(f"cid:{content_id}", f"data:image/png;base64,{base64.b64encode(png).decode()}")
    return html


def without_style(html: str) -> str:
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def without_pictures(html: str) -> str:
    return re.sub(r'src="[^"]*"', "", html)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())
    yield page
    page.close()


def show(page: Page, html: str, width: int = 360, scheme: str = "light") -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content(html)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 360, 320])
def test_the_digest_is_accessible_at_every_width_in_light_and_dark(page: Page, width: int, scheme: str) -> None:
    show(page, mails()["busy"].drawn, width, scheme)
    assert violations(page) == []


@pytest.mark.parametrize("which", ["small", "long", "quiet"])
def test_other_digests_are_accessible_too(page: Page, which: str) -> None:
    show(page, mails()[which].drawn)
    assert violations(page) == []


@pytest.mark.parametrize("change", [without_style, without_pictures])
def test_the_digest_is_accessible_when_a_client_takes_things_away(page: Page, change: object) -> None:
    assert callable(change)
    show(page, change(mails()["busy"].drawn))
    assert violations(page) == []


def test_the_check_of_accessibility_is_awake(page: Page) -> None:
    show(page, mails()["busy"].drawn.replace("alt=", "data-alt=").replace("#505a5f", "#c5cacd"))
    assert {one.split(":")[0] for one in violations(page)} == {"image-alt", "color-contrast"}


@pytest.mark.parametrize("which", ["busy", "small", "long", "quiet"])
@pytest.mark.parametrize("change", [str, without_style], ids=["whole", "without style"])
def test_nothing_has_to_be_scrolled_sideways_on_the_narrowest_phone(page: Page, which: str, change: object) -> None:
    assert callable(change)
    show(page, change(mails()[which].drawn), 320)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_the_pictures_are_shown_as_wide_as_the_text_and_no_wider(page: Page) -> None:
    for width, shown in ((600, 552), (360, 332)):
        show(page, mails()["busy"].drawn, width)
        assert page.evaluate("Array.from(document.images, image => image.width)") == [shown]


def test_a_digest_fits_six_screens_of_a_phone_and_its_five_answers_the_first(page: Page) -> None:
    show(page, mails()["busy"].drawn)
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 6 * 740
    answers = page.locator("h2.ask")
    assert answers.count() == 3
    details = page.get_by_role("heading", name="Too hot and too late").bounding_box()
    assert details is not None
    assert details["y"] <= 740


def test_body_text_is_never_small(page: Page) -> None:
    show(page, mails()["busy"].drawn, 360)
    sizes = page.evaluate(
        "Array.from(document.querySelectorAll('p, li, td, th, caption, h1, h2, h3'))"
        ".filter(e => e.innerText.trim() && !e.closest('.bar')).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 14


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    folder = tmp_path_factory.mktemp("mails")
    for which, mail in mails().items():
        (folder / which).write_text(mail.sent, encoding="utf-8")
    command = ["node", CHECKS, *(str(folder / which) for which in mails())]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {Path(file).name: found for file, found in json.loads(answer.stdout).items()}


@pytest.mark.parametrize("which", ["busy", "small", "long", "quiet"])
def test_the_html_is_valid(checked: dict[str, dict[str, list[str]]], which: str) -> None:
    assert checked[which]["faults"] == []


def test_what_mail_clients_cannot_do_is_known_and_harmless(checked: dict[str, dict[str, list[str]]]) -> None:
    assert set(checked["busy"]["whole"]) <= set(ALLOWED) | set(ALLOWED_IN_STYLE)
    assert set(checked["busy"]["stripped"]) <= set(ALLOWED)


def test_the_check_of_mail_clients_is_awake(tmp_path: Path) -> None:
    file = tmp_path / "bad.html"
    file.write_text('<!DOCTYPE html><html lang="en"><body style="display: flex; color: var(--x)"><p>x<body></html>')
    answer = subprocess.run(["node", CHECKS, str(file)], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)[str(file)]
    assert found["faults"]
    assert not set(found["stripped"]) <= set(ALLOWED)
