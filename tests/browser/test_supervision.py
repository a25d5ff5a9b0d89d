"""An SPO's week in a browser: at a desk, on a phone, with the keyboard alone, and on paper."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PageObject, PdfReader

from monitor.web.app import make_app
from tests.monitor.conftest import AS_AT, _leave_out_settings, home_in
from tests.monitor.extracts.small import a_case, a_post, a_team, an_assessment, write_csv
from tests.monitor.web.conftest import listening

from .accessibility import wrong_with
from .test_planning import A4_ACROSS, A4_UPRIGHT, size_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PEOPLE = """\
people:
  - {email: spo@example.org, name: Spo of Team, role: spo, teams: [T1]}
  - {email: officer@example.org, name: An Officer, role: offender_manager, om_code: P01}
"""
MARKING = "OFFICIAL-SENSITIVE"
TEAM = [f"P{number:02}" for number in range(1, 41)]
CASELOAD = [f"X{number:06}" for number in range(1, 61)]
PATHS = [
    "/team/T1",
    "/coming",
    "/benchmark",
    "/sheet?unit=offender_manager/P01",
    "/sheet?unit=team/T1",
    "/offender-manager/P01",
]


def extract(folder: Path) -> str:
    """A team of forty, the first with sixty cases with a review due or overdue each; four plans to read again."""
    of_p01 = [a_case(crn, om_code="P01", tier="2", mappa_level=None) for crn in CASELOAD]
    others = [a_case(f"X9000{number}", om_code=f"P{number}", mappa_level=None) for number in range(10, 41)]
    signed = {"kind": "risk_management_plan", "completed_on": date(2026, 10, 1), "countersigned_on": date(2026, 10, 9)}
    plans = [an_assessment(f"X9000{number}", **signed) for number in range(10, 14)]
    reviews = [
        an_assessment(crn, completed_on=date(2026, 7, 1) + timedelta(days=number))
        for number, crn in enumerate(CASELOAD)
    ]
    return write_csv(
        folder,
        {
            "organisation": [a_team("T1", "O1"), a_team("T2", "O1")],
            "offender_managers": [
                *(a_post(code, om_name=f"Person-{code} of-the-Team") for code in TEAM),
                a_post("S1", "T2", grade="SPO", om_name="Sue of-the-Office"),
            ],
            "cases": [*of_p01, *others],
            "assessments": [*reviews, *plans],
        },
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("supervision")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder, PEOPLE)
        home.take(extract(folder / "extract"), AS_AT)
        with listening(make_app(home.settings, home.store, lambda: NOW)) as served:
            yield served
        home.store.engine.dispose()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The browser of the SPO."""
    page = browser.new_page(base_url=address)
    page.goto("/sign-in")
    page.check("input[value='spo@example.org']")
    page.get_by_role("button", name="Sign in").click()
    yield page
    page.close()


Printed = Callable[[str], list[PageObject]]


@pytest.fixture
def printed(page: Page) -> Printed:
    """The sheets that an address comes to on paper, as the browser saves them."""

    def sheets(path: str) -> list[PageObject]:
        page.goto(path)
        return list(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)

    return sheets


def check_paper(sheets: list[PageObject], size: tuple[int, int]) -> list[str]:
    """The texts of the sheets, each A4 with its marking and date, and without an address of a link."""
    texts = [sheet.extract_text() for sheet in sheets]
    assert {size_of(sheet) for sheet in sheets} == {size}
    for text in texts:
        assert text.count(MARKING) == 2
        assert "as at 20 November 2026" in text
        assert "Sign out" not in text
        assert not re.search(r"\(/|https?:", text)
    return texts


def check_ends(texts: list[str], page: Page) -> None:
    """No sheet ends with a heading whose text or rows are on the next."""
    found = page.locator("main :is(h2, h3, caption, thead tr, .hotspots-day)").all_inner_texts()
    headings = tuple(" ".join(text.split()) for text in found if text.strip())
    assert [text[-80:] for text in texts if " ".join(text.split()).endswith(headings)] == []


def test_every_page_is_accessible_and_fits_its_screen(page: Page) -> None:
    wrong = []
    for path in PATHS:
        page.goto(path)
        wrong += wrong_with(page, path)
    assert wrong == []


def test_a_phone_reads_the_load_by_person_without_scrolling_the_table(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/team/T1")
    region = page.get_by_role("region", name="Offender managers, table")
    assert region.evaluate("node => node.scrollWidth <= node.clientWidth")
    headings = [text.strip() for text in region.get_by_role("columnheader").all_inner_texts()]
    assert headings == ["Name", "Capacity", "Change", "Overdue (high RoSH)", "Due this week"]
    page.get_by_role("link", name="Show every column").click()
    assert page.get_by_role("region", name="Offender managers, table").get_by_role("columnheader").count() == 16


def test_a_desk_reads_every_column_without_scrolling_the_table(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/team/T1")
    region = page.get_by_role("region", name="Offender managers, table")
    assert region.get_by_role("columnheader").count() == 16
    assert region.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_the_table_is_sorted_with_the_keyboard_alone(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/team/T1")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == "Cases":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=cases**")
    table = page.get_by_role("table", name="Offender managers by cases, descending")
    assert "Person-P01" in table.get_by_role("row").nth(1).inner_text()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Cases")
    page.locator("th[aria-sort] a").press("Enter")
    page.wait_for_url("**order=ascending**")
    assert "Person-P01" not in page.get_by_role("table").first.get_by_role("row").nth(1).inner_text()


def test_what_comes_next_week_is_one_choice_away(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/coming")
    page.get_by_label("Week", exact=True).select_option("2026-11-23")
    page.get_by_role("button", name="Show").click()
    listed = page.get_by_role("table", name=re.compile("^1 to"))
    assert "Monday 23 November 2026" in listed.inner_text()
    weeks = page.get_by_role("heading", name="Each week, Monday to Sunday")
    assert weeks.is_visible()
    assert page.get_by_role("table", name="Each week, Monday to Sunday").is_hidden()
    assert page.get_by_role("link", name="23 Nov to 29 Nov").locator("..").inner_text().startswith("23 Nov to 29 Nov: ")
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar file (.ics) of these").click()
    assert download.value.suggested_filename == "coming-2026-11-20.ics"


def test_a_workbook_to_hand_over_has_dates_as_dates_and_names_what_it_is(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/coming")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX of all of these").click()
    assert download.value.suggested_filename == "coming-team-t1-2026-11-20.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    headings, first, *_ = book["Table"].values
    assert headings[:3] == ("As at", "Day", "Kind")
    assert all(isinstance(value, datetime) for value in first[:2])
    assert (book.sheetnames, book["Table"].freeze_panes) == (["Table", "About"], "A2")


def test_a_team_of_forty_prints_whole_with_its_headings(printed: Printed, page: Page) -> None:
    texts = check_paper(printed("/team/T1"), A4_ACROSS)
    assert all(any(f"Person-{code}" in text for text in texts) for code in TEAM)
    for text in texts:
        if "Person-" in text and "Weeks" not in text:
            assert "Hours a week" in text
    assert nothing_is_cut(page, 1047)


def test_a_caseload_of_sixty_prints_whole_with_its_headings(printed: Printed, page: Page) -> None:
    texts = check_paper(printed("/offender-manager/P01"), A4_UPRIGHT)
    assert all(any(crn in text for text in texts) for crn in CASELOAD)
    assert all("How the points are made" in text or "CRN" in text for text in texts if "X0000" in text)
    check_ends(texts, page)
    assert nothing_is_cut(page, 703)


@pytest.mark.parametrize(("path", "rows"), [("/overdue", "X0000"), ("/coming", "X0000")])
def test_a_long_list_is_printed_whole(path: str, rows: str, printed: Printed, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    count = int(re.findall(r"of (\d+)", page.locator("caption").last.inner_text())[0])
    more = page.get_by_role("link", name="Show the whole list on one page")
    part = check_paper(printed(path), A4_UPRIGHT)
    assert ("To print all of it, open" in part[-1]) is (count > 50)
    assert "Next page" not in part[-1]
    texts = check_paper(printed(f"{path}?all=yes"), A4_UPRIGHT)
    check_ends(texts, page)
    assert "To print all of it" not in texts[-1]
    assert sum(len(re.findall(rows, text)) for text in texts) >= min(count, 50)
    assert more.count() == 0
    assert all("CRN" in text for text in texts if rows in text)
    assert nothing_is_cut(page, 703)


def test_the_list_of_plans_says_on_paper_which_are_not_read_yet(printed: Printed) -> None:
    (text,) = check_paper(printed("/benchmark"), A4_UPRIGHT)
    assert text.count("Not read") == text.count("X9000") == 4


def test_a_sheet_for_supervision_is_one_page(printed: Printed) -> None:
    (text,) = check_paper(printed("/sheet?unit=offender_manager/P01&since=2026-10-20"), A4_UPRIGHT)
    for words in ("Cases by risk", "Since 20 October 2026", "Overdue, high RoSH first", "What is coming", "MAPPA"):
        assert words in text


def test_the_sheet_of_a_team_of_forty_is_one_page(printed: Printed) -> None:
    (text,) = check_paper(printed("/sheet?unit=team/T1"), A4_ACROSS)
    assert all(f"Person-{code}" in text for code in TEAM)


@pytest.mark.parametrize(("width", "height", "plan"), [(360, 800, "X900010"), (1280, 900, "X900011")])
def test_ten_minutes_before_supervision(width: int, height: int, plan: str, page: Page) -> None:
    """By links alone: who is over and why, what is late, what comes, a sheet, a file, and a second reading."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")
    follow(page, "Team T1")
    first = page.get_by_role("region", name="Offender managers, table").get_by_role("row").nth(1)
    assert "Person-P01" in first.inner_text()
    follow(page, "Person-P01 of-the-Team")
    assert page.get_by_role("heading", name="How the number is made").is_visible()
    assert page.get_by_role("table", name="Points of each post").is_visible()
    late = page.get_by_text(re.compile(r"^\d+ assessments\. Open a case above")) if width < 600 else None
    late = late or page.get_by_role("table", name="Longest overdue first")
    assert late.first.is_visible()
    if width < 600:
        page.locator("details.hotspots-case summary").first.click()
    assert "X0000" in page.locator("main").inner_text()
    follow(page, "Sheet for supervision")
    assert "Person-P01" in page.locator("h1").inner_text()
    page.go_back()
    follow(page, "What is coming in four weeks")
    page.get_by_label("Week", exact=True).select_option("2026-11-23")
    page.get_by_role("button", name="Show").click()
    assert "Monday 23 November 2026" in page.get_by_role("table", name=re.compile("^1 to")).inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX of all of these").click()
    rows = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))["Table"].values
    assert {type(row[1]) for row in list(rows)[1:]} == {datetime}
    page.goto("/team/T1")
    follow(page, "Countersigned plans to read again")
    record = page.get_by_role("link", name=f"Record whether you agree: {plan}")
    place = record.bounding_box()
    assert place is not None
    assert place["x"] + place["width"] <= width
    record.click()
    assert wrong_with(page, "reading") == []
    page.get_by_role("button", name="Record what you found").click()
    page.get_by_role("link", name="Choose whether you agree").click()
    page.get_by_label("No, I disagree").check()
    page.get_by_label("What do you judge otherwise?").fill("The plan names no contact for a crisis.")
    page.get_by_role("button", name="Record what you found").click()
    assert "No, 22 November 2026" in page.get_by_role("row", name=plan).inner_text()
    assert page.get_by_role("table", name=re.compile("^Plans of October 2026")).is_visible()
    region = page.get_by_role("region", name="How often two SPOs agree, table")
    assert region.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def nothing_is_cut(page: Page, width: int) -> bool:
    """Whether every table of the page fits on paper of that width in pixels."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(media="print")
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('table')].map(table => table.getBoundingClientRect().right))"
    )
    page.emulate_media(media="null")
    return bool(widest <= width)
