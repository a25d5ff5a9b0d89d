"""The pages in a browser: readable by everybody, at every width, with the keyboard alone, and the readers' journeys."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from monitor.web.app import make_app
from tests.monitor.conftest import AS_AT, WEEK, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import a_case, write_csv

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE = """\
people:
  - {email: north@example.org, name: Director North, role: director, area: N, digest: weekly}
  - {email: spo@example.org, name: Spo of Office, role: spo, office: O1}
  - {email: officer@example.org, name: An Officer, role: offender_manager, om_code: M1}
  - {email: planner@example.org, name: A Planner, role: planner, area: all}
  - {email: operator@example.org, name: On Call, role: operator}
"""
PAGES = {
    "planner": [
        "/sign-in",
        "/",
        "/area/N",
        "/cluster/C1",
        "/office/O1",
        "/office/O2",
        "/team/T1",
        "/team/T4",
        "/offender-manager/M1",
        "/offender-manager/M6",
        "/overdue",
        "/overdue?rosh=low",
        "/data-quality",
        "/snapshots",
        "/definitions",
        "/policy",
        "/search?q=M",
        "/nowhere",
        "/?as_at=2026-11-13",
    ],
    "north": ["/", "/digests", "/data-quality", "/area/S"],
    "operator": ["/snapshots", "/digests", "/data-quality"],
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages of two weeks of the little service are served."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder, PEOPLE)
        for day, cases in ((AS_AT - WEEK, []), (AS_AT, [a_case("X000109", om_code="M3", team_code="T3")])):
            home.take(write_csv(folder / "extracts" / day.isoformat(), little_london(cases=cases)), day)
        app = make_app(home.settings, home.store, lambda: NOW)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            server.should_exit = True
            thread.join()
        home.store.engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def open_as(browser: Browser, address: str) -> Iterator[Open]:
    """A page as somebody sees it who has signed in; ``said`` collects what the browser complains of."""
    pages: dict[str, Page] = {}

    def opened(name: str, path: str = "/", width: int = 1280) -> Page:
        if name not in pages:
            page = pages[name] = browser.new_page(base_url=address)
            page.goto("/sign-in")
            page.check(f"input[value='{name}@example.org']")
            page.get_by_role("button", name="Sign in").click()
        page = pages[name]
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        return page

    yield opened
    for page in pages.values():
        page.close()


@cache
def axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    page.evaluate(axe())
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits_its_screen(name: str, width: int, open_as: Open) -> None:
    wrong: list[str] = []
    for path in PAGES[name]:
        page = open_as(name, path, width)
        wrong += [f"{path}: {one}" for one in violations(page)]
        if page.evaluate("document.scrollingElement.scrollWidth") > width:
            wrong.append(f"{path}: has to be scrolled sideways")
    assert wrong == []


def test_twice_the_size_still_fits(open_as: Open) -> None:
    for path in PAGES["planner"]:
        page = open_as("planner", path, 640)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 640


def test_the_check_of_accessibility_is_awake(open_as: Open) -> None:
    page = open_as("planner", "/office/O1")
    page.evaluate("document.querySelector('#search').labels[0].remove()")
    page.evaluate("document.querySelector('h1').style.color = '#c5cacd'")
    assert {one.split(":")[0] for one in violations(page)} == {"label", "color-contrast"}


def test_no_page_makes_the_browser_complain(browser: Browser, address: str, open_as: Open) -> None:
    said: list[str] = []
    page = open_as("planner", "/")
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    for path in PAGES["planner"]:
        if path not in ("/nowhere",):
            open_as("planner", path)
    assert said == []


def test_everything_is_reached_with_the_keyboard(open_as: Open) -> None:
    page = open_as("north", "/cluster/C1")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.id"))
        assert page.evaluate(
            "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle(document.activeElement))"
        ), reached[-1]
    assert reached[0] == "Skip to main content"
    assert {"Where it is hot", "Overdue", "Definitions", "Sign out", "search", "Find", "North", "CSV"} <= {
        one.splitlines()[0] if one else one for one in reached
    }
    page.goto("/cluster/C1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


def test_a_chart_says_what_it_shows(open_as: Open) -> None:
    page = open_as("planner", "/cluster/C1")
    chart = page.get_by_role("img", name="Capacity of Cluster 1 over the weeks")
    assert chart.count() == 1
    assert re.search(r"\d% of capacity on 20 November 2026", page.locator("svg desc").text_content() or "")
    page.get_by_text("The numbers of the chart").click()
    assert page.get_by_role("table", name="Capacity over the weeks").get_by_role("row").count() == 3


def test_a_director_follows_the_mail_to_the_hottest_unit_and_finds_why(open_as: Open) -> None:
    page = open_as("north", "/area/N")
    page.get_by_role("table", name=re.compile("Clusters")).get_by_role("link", name="Cluster 1").click()
    page.get_by_role("table", name=re.compile("Offices")).get_by_role("row").nth(1).get_by_role("link").click()
    assert page.locator("h1").inner_text() == "Office O1"
    row = page.get_by_role("table", name=re.compile("Offender managers")).get_by_role("row").nth(1)
    row.get_by_role("link").click()
    assert page.locator("h1").inner_text() == "Ann Arbuthnot"
    heaviest = page.get_by_role("table", name="Heaviest first").get_by_role("row").nth(1)
    assert "(85 + 30) \N{MULTIPLICATION SIGN} 20 cases" in heaviest.inner_text()


def test_an_spo_sees_who_is_drowning_and_who_has_room_and_takes_it_along(open_as: Open) -> None:
    page = open_as("spo")
    page.get_by_role("link", name="Team T1").first.click()
    people = page.get_by_role("table", name=re.compile("Offender managers"))
    assert "Red" in people.get_by_role("row").nth(1).inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX of these offender managers").click()
    assert download.value.suggested_filename == "people-2026-11-20.xlsx"


def test_an_offender_manager_explains_their_own_number(open_as: Open) -> None:
    page = open_as("officer")
    assert page.url.endswith("/offender-manager/M1")
    posts = page.get_by_role("table", name="Points of each post").get_by_role("row")
    assert posts.count() == 3
    page.get_by_role("link", name="capacity", exact=True).click()
    assert page.url.endswith("/definitions#capacity")
    assert page.locator("dt#capacity").inner_text() == "Capacity percentage"


def test_the_overdue_are_filtered_without_any_script(open_as: Open) -> None:
    page = open_as("planner", "/overdue")
    every = page.locator(".govuk-body-l").inner_text()
    page.get_by_label("RoSH").select_option("high")
    page.get_by_role("button", name="Show").click()
    assert "rosh=high" in page.url
    assert page.locator(".govuk-body-l").inner_text() != every


def test_whoever_asks_for_anothers_page_reads_why_not(open_as: Open) -> None:
    page = open_as("spo", "/office/O3")
    assert page.locator("h1").inner_text() == "You cannot see this page"
