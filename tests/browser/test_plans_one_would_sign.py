"""The journey of a planner in a browser: two officers fall sick, and a plan that one would sign is handed out."""

import io
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import cycle, islice
from typing import Any

import openpyxl
import pytest
import uvicorn
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from monitor.web.app import make_app
from tests.monitor.conftest import AS_AT, _leave_out_settings, home_in
from tests.monitor.extracts.small import Tables, a_case, a_duty, a_post, a_reduction, a_team, an_assessment, write_csv

from .accessibility import wrong_with
from .test_planning import A4_ACROSS, A4_UPRIGHT, Served, open_found, size_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE = "people:\n  - {email: planner@example.org, name: A Planner, role: planner, area: all}\n"
SICK = ("P01", "P02")
"""Two officers of the same team."""

TEAMS = {"T1": "O1", "T2": "O1", "T3": "O2", "T4": "O3"}
EACH = 14
"""Cases of each officer: with those of the sick ones, everyone else stays below the line."""

LONGEST = 6000
"""Pixels of a plan's page on a screen 1,000 pixels wide, however many moves it has."""

KINDS: tuple[dict[str, Any], ...] = (
    {"tier": "2", "rosh": "low", "setting": "community"},
    {"tier": "3", "rosh": "medium", "setting": "licence"},
    {"tier": "1", "rosh": "low", "setting": "community"},
    {"tier": "4", "rosh": "high", "setting": "licence"},
)


def a_cluster() -> Tables:
    """Twelve officers in four teams of three offices, and one SPO who holds nothing."""
    officers = [(f"P{number:02d}", f"T{(number + 2) // 3}") for number in range(1, 13)]
    holders = [officer for officer in officers for _ in range(EACH)]
    cases = [
        a_case(
            f"X{number:06d}",
            om_code=om_code,
            team_code=team_code,
            mappa_level=None,
            allocated_on=date(2025, 3, 3),
            **kind,
        )
        for number, ((om_code, team_code), kind) in enumerate(
            zip(holders, islice(cycle(KINDS), len(holders)), strict=True), start=1
        )
    ]
    return {
        "organisation": [a_team(team, office) for team, office in TEAMS.items()],
        "offender_managers": [*(a_post(*officer) for officer in officers), a_post("S01", "T1", grade="SPO")],
        "cases": cases,
        "assessments": [an_assessment(case["crn"], completed_on=date(2026, 9, 1)) for case in cases[::3]],
        "events": [],
        "duties": [a_duty(om_code="P12", team_code="T4", quantity=1.0)],
        "reductions": [a_reduction(om_code="P11", team_code="T4", hours=3.0)],
    }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pages of a service with one cluster."""
    folder = tmp_path_factory.mktemp("journey")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder, PEOPLE)
        home.take(write_csv(folder / "extracts" / AS_AT.isoformat(), a_cluster()), AS_AT)
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


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A planner who has signed in."""
    page = browser.new_page(base_url=served.address)
    page.goto("/sign-in")
    page.check("input[value='planner@example.org']")
    page.get_by_role("button", name="Sign in").click()
    yield page
    page.close()


def find_plan(page: Page, served: Served, button: str) -> str:
    """Press the button that finds a plan, and wait until everything about it is there; its address."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(lambda address: "/edit" not in address and "/what-if/plan/" in address and "said=" not in address)
    open_found(page, served)
    page.get_by_role("heading", name="Moves", exact=True).wait_for()
    return page.url.partition("?")[0]


def figure(page: Page, label: str) -> list[float]:
    """A figure before and after, from the table at the top of the plan's page."""
    row = page.get_by_role("table", name="Before and after").get_by_role("row", name=label).first
    return [float(cell.rstrip("%").replace(",", "")) for cell in row.get_by_role("cell").all_inner_texts()]


def on_paper(page: Page, address: str) -> list[tuple[tuple[int, int], str]]:
    """The sheets that an address comes to on paper: their size and their words."""
    page.goto(address)
    content = page.pdf(prefer_css_page_size=True)
    return [(size_of(sheet), sheet.extract_text()) for sheet in PdfReader(io.BytesIO(content)).pages]


def test_two_officers_fall_sick_and_a_plan_that_one_would_sign_is_handed_out(page: Page, served: Served) -> None:
    # The what-if: two officers are found by their code, and nothing else is asked for.
    page.goto("/what-if")
    page.get_by_role("link", name="New what-if").or_(page.get_by_role("button", name="New what-if")).click()
    page.get_by_label("Name").fill("Two away")
    page.get_by_label("Cluster, office or area").select_option("cluster/C1")
    page.get_by_role("button", name="Save and go on").click()
    for om_code in SICK:
        page.get_by_role("link", name="An offender manager is absent").click()
        page.get_by_label("Offender manager", exact=True).select_option(om_code)
        page.get_by_label("Reason").select_option("sickness")
        page.get_by_role("button", name="Add this change", exact=True).last.click()

    # The plan is small: only the cases of the two move, and it says how to have more.
    first = find_plan(page, served, "Find the best plan")
    said = page.locator("#moves ~ p").first.inner_text()
    assert said.startswith(f"{2 * EACH} necessary")
    assert "; 0 by choice" in said
    assert figure(page, "People over 110%")[1] == 0
    assert page.get_by_text("Only cases that must be placed move. To relieve others,").is_visible()
    assert page.get_by_role("table", name="The best that so many moves by choice can do").is_visible()
    assert wrong_with(page, "a small plan") == []
    # More moves take more pages of the list, not a longer page.
    assert page.get_by_role("navigation", name="Pages of moves").count() == 1
    page.set_viewport_size({"width": 1000, "height": 800})
    assert page.evaluate("document.documentElement.scrollHeight") < LONGEST
    moves = page.get_by_role("table", name="necessary ones first")
    rows = moves.locator("tbody")
    risks = dict(zip(moves.get_by_role("rowheader").all_inner_texts(), rows.all_inner_texts(), strict=True))

    # A dangerous case may not stay with someone who is away: the row says so, and knows the way out.
    dangerous = next(crn for crn, text in risks.items() if ", high," in text)
    page.locator(f"[id='case-{dangerous}']").get_by_role("button", name="This one stays").click()
    row = page.locator(f"[id='case-{dangerous}']")
    assert "no available hours: a dangerous case" in row.inner_text()
    assert page.url.endswith(f"#case-{dangerous}")
    assert row.evaluate("row => row.getBoundingClientRect().top") < 200
    assert wrong_with(page, "a dangerous pin") == []
    page.goto(first)

    # One case stays, another goes to someone else, each in its row.
    stays, other = [crn for crn, text in risks.items() if ", low," in text][:2]
    page.locator(f"[id='case-{stays}']").get_by_role("button", name="This one stays").click()
    page.wait_for_url(f"**#case-{stays}")
    assert f"Next plan: Case {stays} stays where it is." in page.locator(f"[id='case-{stays}']").inner_text()
    page.locator(f"[id='case-{other}']").get_by_role("link", name="Someone else").click()
    assert re.search(r"[\d.]+% to [\d.]+%", page.get_by_role("table").first.inner_text())
    chosen = page.locator("[name=to]:not(:checked)").first
    taker = re.search(r'"(P\d\d)"', chosen.get_attribute("value") or "")
    assert taker
    chosen.check()
    page.get_by_role("button", name="Choose this person").click()
    page.wait_for_url(f"**#case-{other}")

    # The next plan keeps the rest, and says once what changed.
    second = find_plan(page, served, "Find the best plan again")
    assert second != first
    box = page.locator("#changed")
    assert "as before." in box.inner_text()
    changed = re.search(r"(\d+|No) other moves? changed", box.inner_text())
    assert changed
    assert changed[1] == "No" or int(changed[1]) <= 10
    assert page.get_by_text("of the earlier plan").count() == 0
    assert page.locator(f"[id='case-{stays}']").count() == 0
    assert f"({taker[1]})" in page.locator(f"[id='case-{other}']").inner_text()
    assert wrong_with(page, "a plan found again") == []

    # Two plans are compared.
    page.get_by_role("link", name="compare with another plan").click()
    page.locator("[name=b]").select_option(first.rpartition("/")[2])
    page.get_by_role("button", name="Compare").click()
    whole = page.get_by_role("table").first.inner_text()
    assert f"{2 * EACH}" in whole
    assert f"{2 * EACH - 1}" in whole
    assert wrong_with(page, "two plans") == []

    # It is handed out: lists for each office on A4, and a workbook.
    sheets = on_paper(page, f"{second}/print")
    assert {size for size, _ in sheets} == {A4_ACROSS}
    assert all(text.count(served.home.settings.marking) == 2 for _, text in sheets)
    offices = {office for _, text in sheets for office in re.findall(r"\((O\d)\) gives", text)}
    assert len(offices) >= 2
    page.goto(second)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="a workbook of it").click()
    book = openpyxl.load_workbook(io.BytesIO(downloading.value.path().read_bytes()))
    assert downloading.value.suggested_filename.startswith(f"plan-{second.rpartition('/')[2]}-cluster-C1")
    assert any(other == cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line)

    # An ACO reads the case for it, on one page.
    ((size, text),) = on_paper(page, f"{second}/case")
    assert size == A4_UPRIGHT
    for words in ("What happens", "(P01) is absent (sickness)", "What the planner decided beforehand", stays):
        assert words in text
