"""Weeks whose cases retention removed: every page says what it still can."""

import html

import pytest
from starlette.testclient import TestClient

from monitor.operations.retention import apply_retention
from monitor.web.app import make_app
from tests.monitor.conftest import WEEK, Home

from ..conftest import NOW, PEOPLE, sign_in

OLD = "2026-11-06"
NEXT = "2026-11-13"


@pytest.fixture
def thinned(home: Home) -> Home:
    """The same service after the retention took the cases of the two earlier weeks."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    apply_retention(home.store, home.with_settings(keep_cases_weeks=1), NOW + WEEK)
    return home


def browser_of(home: Home, name: str) -> TestClient:
    return sign_in(make_app(home.settings, home.store, lambda: NOW), name)


@pytest.mark.parametrize("path", ["/offender-manager/M1", "/overdue", "/overdue?format=csv", "/data-quality"])
def test_a_page_of_cases_that_are_not_kept_says_so_and_leads_on(path: str, thinned: Home) -> None:
    joined = "&" if "?" in path else "?"
    answer = browser_of(thinned, "planner").get(f"{path}{joined}as_at={OLD}")
    assert answer.status_code == 410
    words = html.unescape(answer.text)
    assert "These rows are no longer kept" in words
    assert "This needs the case-level rows for 6 November 2026. They were removed on 29 November 2026" in words
    assert "because case-level rows are kept for 1 week" in words
    assert f'<a class="govuk-link" href="/?as_at={OLD}">Hotspots on 6 November 2026</a>' in words


def test_everybody_is_led_to_what_they_may_see(thinned: Home) -> None:
    operator = browser_of(thinned, "operator").get(f"/data-quality?as_at={OLD}")
    assert (operator.status_code, f"/?as_at={OLD}" in operator.text) == (410, False)
    officer = browser_of(thinned, "officer").get(f"/offender-manager/M1?as_at={OLD}")
    assert (officer.status_code, "The latest figures" in officer.text) == (410, True)
    assert "/snapshots" not in officer.text
    assert browser_of(thinned, "officer").get(f"/offender-manager/M5?as_at={OLD}").status_code == 403


def test_the_figures_of_units_are_still_shown(thinned: Home) -> None:
    browser = browser_of(thinned, "planner")
    for path in ("/", "/area/N", "/cluster/C1", "/office/O1", "/team/T1", "/digests", "/definitions", "/policy"):
        for as_at in (OLD, NEXT):
            assert browser.get(f"{path}?as_at={as_at}").status_code == 200, path
    page = browser.get(f"/office/O1?as_at={OLD}").text
    assert "The case-level rows for 6 November 2026 were removed on 29 November 2026" in page
    assert "131.2%" in page
    assert "Ann Arbuthnot" in page
    assert "Case points by tier" not in page
    assert browser.get(f"/api/v1/units/office/O1?as_at={OLD}").json()["change"] is None
    newest = browser.get("/office/O1").text
    assert "What changed can no longer be shown: the case-level rows for 13 November 2026" in newest
    assert "Case points by tier" in newest
    assert browser.get("/offender-manager/M1").status_code == 200
    found = browser.get(f"/search?q=x000101&as_at={OLD}").text
    assert "Cases of this week cannot be found" in found
    assert "/team/T1" in browser.get(f"/search?q=T1&as_at={OLD}").text


def test_nobody_sees_more_of_such_a_week(thinned: Home) -> None:
    spo = browser_of(thinned, "spo2")
    for path, status in (("/team/T1", 200), ("/team/T2", 403), ("/office/O1", 403), ("/offender-manager/M5", 403)):
        assert spo.get(f"{path}?as_at={OLD}").status_code == status, path
    # M1 has a second post in T2: the figures of the posts still say so.
    assert browser_of(thinned, "spo1").get(f"/offender-manager/M1?as_at={OLD}").status_code == 410
