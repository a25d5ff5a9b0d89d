"""What-ifs in a browser: readable by everyone, at every width, with the keyboard alone, and without any script."""

import io
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page
from pypdf import PageObject, PdfReader

from monitor.redistribution import repository
from monitor.redistribution.results.handout import arrange_by_office
from monitor.snapshots.tables import PlanRow
from monitor.web.app import make_app
from monitor.web.what_if.pages.handout import MOST_LINES
from monitor.web.what_if.pages.plan import record_in
from tests.monitor.conftest import AS_AT, Home, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import a_case, write_csv

from .accessibility import wrong_with

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE = """\
people:
  - {email: planner@example.org, name: A Planner, role: planner, area: all}
  - {email: spo@example.org, name: Spo of Office, role: spo, office: O1}
"""
HEAVY = [
    a_case(f"X0000{number}", om_code="M3", team_code="T3", tier="3", rosh="low", setting="community", mappa_level=None)
    for number in range(50, 90)
]
KINDS = ["absent", "joins", "leaves", "hours", "team", "widen", "policy", "arrivals", "threshold", "move", "pin"]


A4_ACROSS, A4_UPRIGHT = (842, 595), (595, 842)


class Served:
    """The pages at an address, with the home and the application behind them."""

    def __init__(self, home: Home, app: FastAPI, address: str) -> None:
        self.home, self.app, self.address = home, app, address


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The little service, in which one offender manager holds forty cases too many."""
    folder = tmp_path_factory.mktemp("planning")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder, PEOPLE)
        home.take(write_csv(folder / "extracts" / AS_AT.isoformat(), little_london(cases=HEAVY)), AS_AT)
        app = make_app(home.settings, home.store, lambda: NOW)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield Served(home, app, f"http://127.0.0.1:{listening.getsockname()[1]}")
            server.should_exit = True
            thread.join()
        home.store.engine.dispose()


SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(browser: Browser, served: Served) -> Iterator[SignIn]:
    """A page of a person who has signed in."""
    pages: list[Page] = []

    def opened(name: str) -> Page:
        page = browser.new_page(base_url=served.address)
        page.goto("/sign-in")
        page.check(f"input[value='{name}@example.org']")
        page.get_by_role("button", name="Sign in").click()
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


def a_what_if(page: Page, name: str = "Without Cy") -> str:
    """A new what-if of cluster C1 through its form; its address."""
    page.goto("/what-if/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Cluster, office or area").select_option("cluster/C1")
    page.get_by_role("button", name="Save and go on").click()
    return page.url


def open_found(page: Page, served: Served) -> None:
    """Open the plan again that this page waits for, once everything about it is found."""
    # Until its moves are there the page opens itself anew, and would interrupt what is opened in between.
    page.wait_for_url("**/what-if/plan/*")
    page.get_by_role("heading", name="Moves", exact=True).wait_for(timeout=60_000)
    served.app.state.planning.finish()
    page.goto(page.url)


def solved(page: Page, served: Served, what_if: str) -> str:
    """The address of its plan, once everything about it is found."""
    page.goto(what_if)
    page.get_by_role("button", name="Find the best plan").click()
    open_found(page, served)
    return page.url.partition("?")[0]


def plan_row(served: Served, address: str) -> PlanRow:
    row = repository.plan(served.home.store.engine, int(address.rpartition("/")[2]))
    assert row is not None
    return row


def test_every_page_of_a_what_if_is_accessible_and_fits_its_screen(sign_in: SignIn, served: Served) -> None:
    page, wrong, said = sign_in("planner"), [], []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.goto("/what-if")
    wrong += wrong_with(page, "an empty list")
    what_if = a_what_if(page)
    plan = solved(page, served, what_if)
    assert page.get_by_role("img", name="Share of the gain by number of moves").count() == 1
    row = repository.scenario(served.home.store.engine, int(what_if.rpartition("/")[2]))
    assert row is not None
    waiting = repository.ask(served.home.store.engine, row, row.author, "elsewhere:1", NOW)
    number = plan.rpartition("/")[2]
    moved = page.get_by_role("table", name="necessary ones first").get_by_role("rowheader").first.inner_text()
    for path in (
        "/what-if",
        what_if,
        f"{what_if}/limits",
        *(f"{what_if}/add/{kind}" for kind in KINDS),
        plan,
        f"{plan}?week=1&people=1&unmoved=1",
        f"{plan}?week=99",
        f"{plan}/receiver?crn={moved}",
        f"{plan}/print",
        f"{plan}/case",
        f"/what-if/plan/{waiting}?refresh=off",
        f"/what-if/compare?a={number}&b={number}",
    ):
        page.goto(path)
        wrong += wrong_with(page, path)
    assert wrong == []
    assert said == []


def test_whoever_makes_a_mistake_is_led_to_the_field(sign_in: SignIn) -> None:
    page = sign_in("planner")
    what_if = a_what_if(page)
    page.goto(f"{what_if}/add/absent")
    page.get_by_label("Offender manager", exact=True).select_option("M3")
    page.get_by_role("group", name="First day of the absence").get_by_label("Day").fill("31")
    page.get_by_role("button", name="Add this change").click()
    assert wrong_with(page, "a form with faults") == []
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="First day of the absence must include a month and year").click()
    assert page.evaluate("document.activeElement.id") == "from"
    assert page.locator("#from").input_value() == "31"
    assert page.locator("#om_code").input_value() == "M3"


def reach(page: Page, name: str) -> None:
    """Go to what is called so with the Tab key alone, forwards from where one is."""
    for _ in range(150):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(e => (e.labels?.length ? e.labels[0].innerText : e.innerText || '').trim())(document.activeElement)"
        )
        if at.startswith(name):
            assert page.evaluate(
                "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle(document.activeElement))"
            ), name
            return
    raise AssertionError(f"{name} was not reached")


def test_a_planner_finds_a_plan_and_settles_a_case_with_the_keyboard_alone(sign_in: SignIn, served: Served) -> None:
    page = sign_in("planner")
    page.goto("/what-if")
    reach(page, "New what-if")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    reach(page, "Name")
    page.keyboard.type("By keyboard")
    reach(page, "Cluster, office or area")
    page.keyboard.press("ArrowDown")
    reach(page, "Save and go on")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/what-if/\d+$"))
    reach(page, "An offender manager leaves")
    page.keyboard.press("Enter")
    page.wait_for_url("**/add/leaves")
    reach(page, "Offender manager")
    # Someone whose cases may stay: those of others are of high RoSH or under MAPPA.
    while page.locator("#om_code").input_value() != "M3":
        page.keyboard.press("ArrowDown")
    reach(page, "Add this change")
    page.keyboard.press("Enter")
    page.wait_for_url("**?said=added")
    assert "leaves" in page.locator("#changes + dl").inner_text()
    reach(page, "Find the best plan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/what-if/plan/*")
    open_found(page, served)
    moved = page.get_by_role("table", name="necessary ones first").get_by_role("rowheader").first.inner_text()
    reach(page, "This one stays")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**said=pin#case-{moved}")
    row = page.locator(f"#case-{moved}")
    assert f"Next plan: Case {moved} stays where it is." in row.inner_text()
    # What was settled is where the next press of the Tab key goes on, so that it is undone at once.
    reach(page, "Undo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**said=undone#case-{moved}")
    assert "Next plan" not in row.inner_text()


def test_a_planner_chooses_someone_else_and_finds_the_plan_again_with_the_keyboard_alone(
    sign_in: SignIn, served: Served
) -> None:
    page = sign_in("planner")
    page.goto(solved(page, served, a_what_if(page)))
    reach(page, "To")
    page.keyboard.press("ArrowDown")
    taker = page.locator("#receiver").input_value()
    reach(page, "Show")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**receiver={taker}*#moves")
    first = page.get_by_role("table", name="necessary ones first").get_by_role("rowheader").first.inner_text()
    reach(page, "Someone else")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receiver?*")
    assert page.locator("h1").inner_text() == f"Who takes {first}"
    page.locator("[name=to]:checked").focus()
    page.keyboard.press("ArrowDown")
    reach(page, "Choose this person")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**said=receiver#case-{first}")
    assert "Next plan" in page.locator(f"#case-{first}").inner_text()
    page.get_by_role("button", name="Find the best plan again").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(
        lambda address: f"receiver={taker}" in address and "/edit" not in address and "said" not in address
    )
    open_found(page, served)
    assert page.locator("#receiver").input_value() == taker


def test_several_moves_are_settled_with_one_button(sign_in: SignIn, served: Served) -> None:
    page = sign_in("planner")
    page.goto(solved(page, served, a_what_if(page)))
    rows = page.get_by_role("table", name="necessary ones first").get_by_role("rowheader").all_inner_texts()[:3]
    for crn in rows:
        page.get_by_role("checkbox", name=crn).check()
    page.get_by_role("button", name="Keep as they are").click()
    page.wait_for_url("**said=fix*")
    for crn in rows:
        assert f"Next plan: Case {crn} goes to" in page.locator(f"#case-{crn}").inner_text()
    assert wrong_with(page, "a plan with what is settled") == []
    page.get_by_role("button", name="These cases stay").click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error: ")
    assert wrong_with(page, "a plan with a fault") == []


def test_a_plan_in_the_making_looks_again_by_itself_until_it_is_there(sign_in: SignIn, served: Served) -> None:
    page = sign_in("planner")
    page.goto(a_what_if(page))
    page.get_by_role("button", name="Find the best plan").click()
    page.get_by_role("heading", name="Moves", exact=True).wait_for(timeout=30_000)
    served.app.state.planning.finish()
    assert "proven" in page.locator(".govuk-body-l").inner_text()


def pages_on_paper(page: Page, address: str) -> list[PageObject]:
    """The pages that an address comes to on paper, as a browser saves them."""
    page.goto(address)
    return list(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)


def size_of(sheet: PageObject) -> tuple[int, int]:
    return round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))


def plan_over_the_area(page: Page, served: Served) -> str:
    """A plan of two officers away, which gives and takes in several offices."""
    page.goto("/what-if/new")
    page.get_by_label("Name").fill("Two away")
    page.get_by_label("Cluster, office or area").select_option("area/N")
    page.get_by_role("button", name="Save and go on").click()
    return solved(page, served, page.url)


def test_on_paper_every_office_has_its_own_lists_with_everything_on_them(sign_in: SignIn, served: Served) -> None:
    page = sign_in("planner")
    plan = plan_over_the_area(page, served)
    record = record_in(plan_row(served, plan))
    offices, marking = arrange_by_office(record), served.home.settings.marking
    sheets = pages_on_paper(page, f"{plan}/print")
    texts = [sheet.extract_text() for sheet in sheets]
    assert {size_of(sheet) for sheet in sheets} == {A4_ACROSS}
    for text in texts:
        assert text.count(marking) == 2
        assert "/what-if" not in text
        assert "Sign out" not in text
    for office in offices:
        own = [text for text in texts if f"({office.code}) gives" in text]
        assert len(own) == 1
        later = texts[texts.index(own[0]) :]
        until = next((at for at, text in enumerate(later) if at and " gives " in text and " and takes " in text), None)
        on_paper = " ".join(later[:until])
        for crn in {*office.gives["crn"], *office.takes["crn"]}:
            assert on_paper.count(crn) == office.gives["crn"].eq(crn).sum() + office.takes["crn"].eq(crn).sum()
    assert any("X00005" in text and text.count("Who gives") == 1 for text in texts)


def test_a_list_that_goes_on_repeats_its_headings_and_takes_two_lines_a_move_at_most(
    sign_in: SignIn, served: Served
) -> None:
    page = sign_in("planner")
    plan = plan_over_the_area(page, served)
    moves = record_in(plan_row(served, plan)).tables["moves"]
    page.goto(f"{plan}/print")
    # The same moves again and again, with long names, stand for a large plan.
    page.evaluate(
        "document.querySelectorAll('.hotspots-list tbody').forEach(body => {"
        "  const rows = [...body.children];"
        "  for (let more = 0; more < 12; more++) body.append(...rows.map(row => row.cloneNode(true)));"
        "  body.querySelectorAll('td > div').forEach(cell => { cell.innerText += ' of the Lower Northern Quarter'; });"
        "})"
    )
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 718})
    heights = page.evaluate(
        "[...document.querySelectorAll('.hotspots-list tbody tr')].map(row => row.getBoundingClientRect().height)"
    )
    two_lines = (2 * 10.5 + 4) * 96 / 72
    assert len(heights) > 12 * len(moves)
    assert max(heights) <= two_lines
    texts = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    going_on = [text for text in texts if "X00005" in text]
    assert len(going_on) > 3
    for text in going_on:
        assert text.count("Tier, RoSH, setting") >= 1
        assert text.count("Points") >= 1
        assert text.count("Kind") >= 1
        assert text.count(served.home.settings.marking) == 2


def test_the_case_for_a_plan_prints_on_one_page(sign_in: SignIn, served: Served) -> None:
    page = sign_in("planner")
    plan = plan_over_the_area(page, served)
    (sheet,) = pages_on_paper(page, f"{plan}/case")
    text = sheet.extract_text()
    assert size_of(sheet) == A4_UPRIGHT
    assert text.count(served.home.settings.marking) == 2
    for words in ("What the plan does", "What it does not solve", "Offices most relieved", "Risks accepted", "20 Nov"):
        assert words in text
    assert "/what-if" not in text


def test_the_case_for_a_plan_with_all_that_it_can_say_prints_on_one_page(sign_in: SignIn, served: Served) -> None:
    page = sign_in("planner")
    plan = plan_over_the_area(page, served)
    page.goto(f"{plan}/case")
    long = (
        "Person with a Long Name (M00012) is absent from 16 November 2026 until 31 January 2027 (sickness), and so on"
    )
    page.evaluate(
        "([most, words]) => document.querySelectorAll('.hotspots-sheet__body > ul').forEach(list => {"
        "  while (list.children.length < most) list.append(list.children[0].cloneNode(true));"
        "  [...list.children].forEach(item => { item.innerText = words; });"
        "})",
        [MOST_LINES, long],
    )
    assert page.locator(".hotspots-sheet__body > ul > li").count() >= 2 * MOST_LINES
    assert len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1


def test_nobody_else_finds_the_way(sign_in: SignIn) -> None:
    page = sign_in("spo")
    assert page.get_by_role("link", name="What-if").count() == 0
    page.goto("/what-if")
    assert page.locator("h1").inner_text() == "You cannot see this page"
