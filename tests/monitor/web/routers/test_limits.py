"""The address of the limits of tolerable risk."""

from monitor.snapshots.contracts.frames import LIMITS

from ..conftest import SignIn


def test_a_director_reads_and_downloads_the_limits(signed_in: SignIn) -> None:
    browser = signed_in("north")
    page = browser.get("/limits").text
    assert "Regional probation director" in page
    assert "local assumption" in page
    heading = browser.get("/limits?table=limits&format=csv").text.splitlines()[0]
    assert heading == ",".join(["\ufeffas_at", *LIMITS.column_names])


def test_who_sees_no_area_reads_that_there_is_none(signed_in: SignIn) -> None:
    assert "No limit is set for the areas that you see." in signed_in("spo1").get("/limits").text


def test_the_start_page_leads_there_for_those_who_have_limits(signed_in: SignIn) -> None:
    assert 'href="/limits"' in signed_in("north").get("/").text
    assert 'href="/limits"' not in signed_in("spo1").get("/").text


def test_an_officer_is_refused(signed_in: SignIn) -> None:
    assert signed_in("officer").get("/limits").status_code == 403
