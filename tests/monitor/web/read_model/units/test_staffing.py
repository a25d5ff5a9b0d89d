"""The staff of a unit on its page and in the API, as it was exported; nothing in a snapshot from before."""

from sqlalchemy import text

from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.staffing import staffing_of, staffing_table
from tests.monitor.conftest import Home

from ...conftest import SignIn, served, sign_in
from ...pages.conftest import read


def test_a_unit_has_the_figures_that_were_stored(week: SnapshotView) -> None:
    staff = staffing_of(week, "team", "T2")
    assert staff is not None
    assert (staff.weeks, staff.people, staff.leavers, staff.joiners) == (2, 2, 0, 0)
    assert staffing_table(week, "team", "T2")["contracted_hours"].tolist() == [55.5]
    assert staffing_of(week, "team", "T99") is None


def test_the_page_of_a_unit_says_over_how_many_weeks(signed_in: SignIn) -> None:
    page = read(signed_in("north").get("/office/O1").text)
    assert "0 left, 0 joined in 2 weeks; 2 people in post now." in page
    answer = signed_in("north").get("/api/v1/units/office/O1").json()["staffing"]
    assert (answer["weeks"], answer["people"], answer["leavers"], answer["sick_hours"]) == (2, 2, 0, 0)


def test_a_snapshot_from_before_has_no_staff_and_no_heading(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM archived_frame WHERE name IN ('staffing', 'people_seen')"))
    browser = sign_in(served(home), "north")
    assert 'id="staff"' not in browser.get("/office/O1").text
    assert browser.get("/api/v1/units/office/O1").json()["staffing"] is None
    assert browser.get("/office/O1", params={"format": "csv", "table": "staffing"}).text.count("\n") == 1
