"""The pages in a browser: readable by everyone, at every width, with the keyboard alone, and the readers' journeys."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from monitor.operations.run_ledger import RunState
from monitor.operations.weekly_run import run_if_due
from monitor.web.app import make_app
from tests.monitor.alternatives.test_compare import make_alternative
from tests.monitor.conftest import AS_AT, WEEK, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import a_case, write_csv
from tests.monitor.web.conftest import listening

from .accessibility import violations, wrong_with

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE = """\
people:
  - {email: north@example.org, name: Director North, role: director, area: N, digest: weekly}
  - {email: spo@example.org, name: Spo of Office, role: spo, office: O1}
  - {email: officer@example.org, name: An Officer, role: offender_manager, om_code: M1}
  - {email: planner@example.org, name: A Planner, role: planner, area: all}
  - {email: operator@example.org, name: On Call, role: operator}
"""
LATE = "hot_and_late:office:O1:2026-W46"
"""The episode of office O1, which is too hot and too late from the first week on."""

REFUSED = ("/nowhere", "/area/S")
"""Pages that are not there, or not for their reader."""

WAYS = ["600", "360", "plain", "no-images"]
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
        "/decisions",
        "/questions",
        "/questions?question=over-threshold-weeks&over=20&by=cluster",
        "/alternatives",
        "/alternatives?history=wmt&unit=office/O1",
        "/data-quality",
        "/data-quality/intake",
        "/snapshots",
        "/definitions",
        "/policy",
        "/search?q=M",
        "/nowhere",
        "/?as_at=2026-11-13",
    ],
    "north": [
        "/",
        "/decisions",
        f"/decide?unit=office/O1&episode={LATE}",
        "/digests",
        "/data-quality",
        "/data-quality/intake",
        "/area/S",
        *(f"/digests/2?as={way}" for way in WAYS),
    ],
    "operator": [
        "/decisions",
        "/snapshots",
        "/digests",
        "/digests/1",
        "/digests/2",
        "/data-quality",
        "/data-quality/intake",
    ],
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
        make_alternative(home, "wmt")
        refused = [a_case(f"X0007{number:02}", tier="9") for number in range(12)]
        write_csv(folder / "arrivals" / "2026-11-23", little_london(cases=refused))
        watching = home.with_settings(source=str(folder / "arrivals"))
        assert run_if_due(home.store, watching, lambda: datetime(2026, 11, 23, 6, tzinfo=UTC)).state is RunState.FAILED
        with home.store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE outbox SET state = 'failed', reason = 'no answer' WHERE id = 2")
        app = make_app(home.settings, home.store, lambda: NOW)
        with listening(app) as address:
            yield address
        home.store.engine.dispose()


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def open_as(browser: Browser, address: str) -> Iterator[Open]:
    """A page as a person sees it who has signed in; ``said`` collects what the browser complains of."""
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


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_fits_its_screen_and_makes_the_browser_complain_of_nothing(
    name: str, open_as: Open
) -> None:
    wrong: list[str] = []
    page = open_as(name, "/definitions")
    listen = partial(note_complaint, wrong)
    page.on("console", listen)
    for path in PAGES[name]:
        open_as(name, path)
        # Twice the size is half the width.
        page.set_viewport_size({"width": 640, "height": 800})
        if page.evaluate("document.scrollingElement.scrollWidth") > 640:
            wrong.append(f"{path}: has to be scrolled sideways at twice the size")
        wrong += wrong_with(page, path)
    page.remove_listener("console", listen)
    assert wrong == []


def note_complaint(said: list[str], message: ConsoleMessage) -> None:
    """Note what the browser says, but for the pages that are refused on purpose."""
    if not message.location["url"].endswith(REFUSED):
        said.append(f"{message.page and message.page.url}: {message.text}")


def test_the_check_of_complaints_is_awake(open_as: Open) -> None:
    page, said = open_as("planner", "/office/O1"), list[str]()
    listen = partial(note_complaint, said)
    page.on("console", listen)
    open_as("planner", "/nowhere")
    assert said == []
    open_as("planner", "/office/NONE")
    page.evaluate("document.querySelector('h1').setAttribute('onclick', 'this.remove()')")
    page.remove_listener("console", listen)
    assert len(said) == 2


def test_the_check_of_accessibility_is_awake(open_as: Open) -> None:
    page = open_as("planner", "/office/O1")
    page.evaluate("document.querySelector('#search').labels[0].remove()")
    page.evaluate("document.querySelector('h1').style.color = '#c5cacd'")
    assert {one.split(":")[0] for one in violations(page)} == {"label", "color-contrast"}


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
    assert {"Hotspots", "Overdue", "Definitions", "Sign out", "search", "Find", "North", "CSV"} <= {
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
    assert re.search(r"\d% of capacity on 20 November 2026", page.locator("#course-says").text_content() or "")
    page.get_by_text("The chart as a table").click()
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


def test_a_director_records_a_decision_with_the_keyboard_and_mends_what_was_refused(open_as: Open) -> None:
    page = open_as("north", "/office/O1", 360)
    page.get_by_role("link", name="Record a decision about Office O1").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/decide?*")
    page.get_by_label("Redistribute").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("ACO Hackney")
    page.keyboard.press("Tab")
    page.keyboard.type("Arbuthnot has too many.")
    page.get_by_role("button", name="Record the decision").focus()
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error:")
    page.get_by_role("link", name="“Arbuthnot” is the name of an offender manager; leave it out").click()
    assert page.evaluate("document.activeElement.id") == "note"
    assert violations(page) == []
    assert page.get_by_label("Who sees to it").input_value() == "ACO Hackney"
    page.get_by_label("Note (optional)").fill("Ten cases to the next office.")
    page.get_by_role("button", name="Record the decision").click()
    assert "/office/O1" in page.url
    line = "Decided 22 November, ACO Hackney: redistribute, review 20 December."
    page.get_by_text(line).first.wait_for()
    page = open_as("north", "/decisions", 360)
    assert page.locator("#open + ul").get_by_text(line).is_visible()
    assert violations(page) == []


def test_an_spo_sees_who_is_drowning_and_who_has_room_and_takes_it_along(open_as: Open) -> None:
    page = open_as("spo")
    page.get_by_role("link", name="Team T1").first.click()
    people = page.get_by_role("table", name=re.compile("Offender managers"))
    assert "Red" in people.get_by_role("row").nth(1).inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX of these offender managers").click()
    assert download.value.suggested_filename == "load-by-person-team-t1-2026-11-20.xlsx"


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


def test_the_digest_is_seen_as_its_reader_sees_it_and_shut_in(open_as: Open) -> None:
    page = open_as("north", "/digests")
    page.get_by_role("link", name=re.compile("20 November 2026")).click()
    mail = page.frame_locator("iframe")
    assert mail.locator("h1").inner_text()
    assert page.locator("iframe").bounding_box()["width"] == 600  # type: ignore[index]
    page.get_by_role("link", name="360 pixels").click()
    assert page.locator("iframe").bounding_box()["width"] == 360  # type: ignore[index]
    assert mail.locator("html").evaluate("node => node.scrollWidth") <= 360
    page.get_by_role("link", name="Plain text").click()
    assert page.locator("pre").inner_text().startswith("OFFICIAL-SENSITIVE")
    assert page.locator("iframe").count() == 0


def test_an_operator_finds_why_the_last_extract_was_refused(open_as: Open) -> None:
    page = open_as("operator")
    page.get_by_role("link", name="See every fault").click()
    assert page.url.endswith("#why-2026-W48")
    assert page.get_by_text("cases.tier: 12 of 34 rows in cases.csv are rejected: is not one of").is_visible()
    assert "X0007" not in page.content()


def test_an_operator_sends_a_mail_again_and_has_to_say_to_whom(open_as: Open) -> None:
    page = open_as("operator", "/digests/2")
    page.get_by_role("button", name="Send it again").click()
    assert page.get_by_text("no answer").is_visible()
    page.get_by_label("Yes, send message 2 to north@example.org again").check()
    page.get_by_role("button", name="Send it again").click()
    assert page.get_by_text("waits to be sent already").is_visible()
    assert page.get_by_role("table", name="Oldest first").get_by_role("row").count() == 2


def test_on_a_phone_a_case_is_a_line_that_opens_and_on_paper_a_row(open_as: Open) -> None:
    page = open_as("officer", "/offender-manager/M1", 360)
    tables = page.get_by_role("table", name="Heaviest first")
    assert tables.count() == 0
    case = page.locator("details.hotspots-case", has_text="X000101")
    assert not case.get_by_text("(85 + 30)").is_visible()
    case.locator("summary").focus()
    page.keyboard.press("Enter")
    assert case.get_by_text("(85 + 30) \N{MULTIPLICATION SIGN} 20 cases = 2,300 points.").is_visible()
    assert page.locator("details.hotspots-case").count() == page.locator("tr[id^='case-']").count()
    short = page.evaluate("document.scrollingElement.scrollHeight")
    page.emulate_media(media="print")
    assert page.get_by_role("table", name="Heaviest first").is_visible()
    assert not case.is_visible()
    page.emulate_media(media="screen")
    assert short < 6000


def test_load_and_lateness_are_a_picture_with_its_numbers_beside_it(open_as: Open) -> None:
    page = open_as("planner", "/")
    assert page.get_by_role("img", name="Load and lateness: the whole service").count() == 1
    page.get_by_text("Load and lateness as a table").click()
    table = page.get_by_role("table", name="Load and lateness")
    assert "Too hot and too late" in table.get_by_role("row").nth(1).inner_text()


def test_whoever_asks_for_anothers_page_reads_why_not(open_as: Open) -> None:
    page = open_as("spo", "/office/O3")
    assert page.locator("h1").inner_text() == "You cannot see this page"
