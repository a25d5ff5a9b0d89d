"""Bulk days on the pages of a unit and of those above it, from an extract that has one."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.extracts import Insistence
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.units.bulk_days import bulk_days_of
from tests.monitor.conftest import Home, HomeLike, Template, little_london
from tests.monitor.extracts.small import a_case, an_assessment, write_csv

from ...conftest import served, sign_in
from ...pages.conftest import read


def take_a_bulk_day(home: Home) -> None:
    """Take the week again with 25 assessments of team T2 on one day."""
    crns = [f"X0005{number:02d}" for number in range(25)]
    cases = [a_case(crn, om_code="M2", team_code="T2") for crn in crns]
    done = [an_assessment(crn, completed_on=date(2026, 11, 12)) for crn in crns]
    extract = write_csv(Path(home.extract).with_name("busy"), little_london(cases=cases, assessments=done))
    home.take(extract, insistence=Insistence(swing=True))


@pytest.fixture(scope="module")
def _busy(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("busy"), take_a_bulk_day, _three_weeks)


@pytest.fixture
def busy(_busy: Template, home_like: HomeLike) -> Home:
    return home_like(_busy)


def test_a_unit_has_the_days_of_its_teams_and_of_its_whole_offices(busy: Home) -> None:
    week = SnapshotCache(busy.store).week()
    assert week is not None
    keys = {
        teams: [tuple(row) for row in bulk_days_of(week, frozenset(teams))[["level", "code"]].to_numpy().tolist()]
        for teams in (("T1",), ("T2",), ("T1", "T2"), ("T4",))
    }
    assert keys == {
        ("T1",): [],
        ("T2",): [("team", "T2")],
        ("T1", "T2"): [("office", "O1"), ("team", "T2")],
        ("T4",): [],
    }


def test_the_page_of_a_unit_lists_them_without_a_verdict(busy: Home) -> None:
    browser = sign_in(served(busy), "north")
    page = read(browser.get("/cluster/C1").text)
    assert "Many assessments on one day" in page
    assert "ask before you judge" in page
    assert "12 November 2026 Completed 25 " in page
    file = browser.get("/team/T2", params={"format": "csv", "table": "bulk_days"}).text.splitlines()
    assert file[0].startswith("\ufeffas_at,level,code,name,what,on,assessments,usual")
    assert len(file) == 2
    assert "bulk-days" not in sign_in(served(busy), "south").get("/area/S").text


def test_a_snapshot_from_before_has_none(busy: Home) -> None:
    with busy.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM archived_frame WHERE name = 'bulk_days'"))
    assert "bulk-days" not in sign_in(served(busy), "north").get("/team/T2").text
