"""What surrounds every page: navigation, warnings, and its tables as files."""

import codecs
import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest

from tests.monitor.conftest import FORMULA, Home

from .conftest import NOW, SignIn, served, sign_in


@pytest.mark.parametrize("path", ["/", "/office/O2", "/offender-manager/M1", "/definitions", "/sign-in"])
def test_no_page_has_script_or_style_of_its_own(path: str, signed_in: SignIn) -> None:
    page = signed_in("planner").get(path).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|(?:href|src|action)=\"https?:", page)


@pytest.mark.parametrize(("days", "warned"), [(10, False), (11, True)])
def test_old_figures_say_so_on_every_page(days: int, warned: bool, home: Home) -> None:
    # The snapshot is of 20 November.
    now = NOW - timedelta(days=2) + timedelta(days=days)
    browser = sign_in(served(home, now), "north")
    for path in ("/", "/office/O1", "/offender-manager/M1", "/overdue", "/definitions", "/search?q=T1"):
        assert (f"These figures are {days} days old" in browser.get(path).text) is warned


def test_an_earlier_week_is_shown_as_one_and_links_stay_in_it(signed_in: SignIn) -> None:
    page = signed_in("north").get("/?as_at=2026-11-13").text
    assert "You are looking at an earlier snapshot. The latest is for 20 November 2026." in page
    assert 'href="/cluster/C1?as_at=2026-11-13"' in page
    assert "as at 13 November 2026" in page


def test_names_are_shown_as_they_are_written_and_never_run(signed_in: SignIn, home: Home) -> None:
    page = signed_in("north").get("/cluster/C1").text
    assert html.escape(FORMULA, quote=False).replace('"', "&#34;") in page
    assert FORMULA not in page
    answer = signed_in("planner").get("/search", params={"q": "<script>alert(1)</script>"})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    person = signed_in("south").get("/offender-manager/M6").text
    assert "Fay &#39;Zed&#39; Örnsköld" in person
    assert "\u202e" not in person


@pytest.mark.parametrize(
    ("path", "table", "name"),
    [
        ("/cluster/C1", "parts", "parts-cluster-1"),
        ("/office/O1", "people", "people-office-o1"),
        ("/overdue", "overdue", "overdue-area-north"),
        ("/data-quality", "findings", "findings-area-north"),
        ("/", "parts", "parts-area-north"),
        ("/overdue?unit=team/T1", "overdue", "overdue-team-t1"),
        ("/offender-manager/M1", "cases", "cases-offender-manager-m1"),
    ],
)
def test_a_table_downloads_as_csv_and_as_a_workbook_with_its_date(
    path: str, table: str, name: str, signed_in: SignIn
) -> None:
    browser = signed_in("north")
    path = f"{path}{'&' if '?' in path else '?'}table={table}"
    answer = browser.get(f"{path}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}-2026-11-20.csv"'
    assert answer.content.startswith(codecs.BOM_UTF8 + b"as_at,")
    _, *lines = answer.text.splitlines()
    assert lines
    assert all(line.startswith("2026-11-20,") for line in lines)
    workbook = browser.get(f"{path}&format=xlsx")
    assert workbook.headers["content-disposition"] == f'attachment; filename="{name}-2026-11-20.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(workbook.content))
    assert book.sheetnames == ["Table", "About"]
    assert book["Table"].max_row == len(lines) + 1
    facts = {row[0]: row[1] for row in book["About"].values}
    assert facts["Figures as at"] == "2026-11-20, revision 1"
    assert facts["Marking"] == "OFFICIAL-SENSITIVE"


@pytest.mark.parametrize(
    ("name", "path", "tables"),
    [
        (
            "north",
            "/office/O1",
            {
                "parts",
                "people",
                "load_by_person",
                "weeks",
                "reductions",
                "timeliness",
                "load",
                "changes",
                "forecast",
                "staffing",
            },
        ),
        ("north", "/offender-manager/M1", {"posts", "changes", "cases", "overdue", "due_soon", "findings", "weeks"}),
        ("north", "/", {"parts", "hotspots", "timeliness", "weeks", "quadrant"}),
        ("north", "/snapshots", {"snapshots"}),
        ("operator", "/digests", {"digests"}),
    ],
)
def test_every_table_of_a_page_can_be_taken_along(name: str, path: str, tables: set[str], signed_in: SignIn) -> None:
    page = signed_in(name).get(path).text
    assert set(re.findall(r"table=(\w+)&amp;format=xlsx", page)) - {"forecast"} <= tables
    for table in tables:
        answer = signed_in(name).get(path, params={"format": "csv", "table": table})
        assert (answer.status_code, answer.text.count("\n") > 1 or table in ("due_soon", "changes")) == (200, True), (
            table
        )


def test_no_spreadsheet_takes_a_name_for_a_formula(signed_in: SignIn) -> None:
    browser = signed_in("north")
    text = browser.get("/cluster/C1?format=csv&table=parts").text
    assert "'=HYPERLINK" in text
    people = browser.get("/office/O2?format=csv&table=people").text
    assert "'-Cy Minusham" in people
    assert "'@Di Atterbury" in people
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/cluster/C1?format=xlsx&table=parts").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []


def test_every_page_names_the_contact_if_there_is_one(home: Home, signed_in: SignIn) -> None:
    assert "Questions about these figures" not in signed_in("north").get("/").text
    browser = sign_in(served(home, contact="Ann & team, 020 7946 0000"), "north")
    for path in ("/", "/office/O1", "/definitions"):
        assert "Questions about these figures: Ann &amp; team, 020 7946 0000" in browser.get(path).text
