"""The comparisons on the page of a unit, and the cases and posts behind a part, as far as a reader may see them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from starlette.testclient import TestClient

from monitor.operations.retention import apply_retention
from monitor.snapshots.store import RowsRemoved
from monitor.web.access_log import Subject
from monitor.web.app import make_app
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.units.causes import cause_rows_page, causes_table
from monitor.web.pages.units.unit import unit_page
from monitor.web.read_model.units.causes import compared_weeks
from tests.monitor.conftest import AS_AT, NOW, Home

from ...conftest import ReaderAs, reader_of_newest, sign_in


@pytest.fixture(scope="module")
def reading(week_later: Home) -> ReaderAs:
    """A reader of a week in which a case ended, one changed its tier and one its team."""
    return partial(reader_of_newest, week_later)


@pytest.fixture(scope="module")
def browsing(week_later: Home) -> Callable[[str], TestClient]:
    app = make_app(week_later.settings, week_later.store, lambda: NOW + timedelta(weeks=1))
    return partial(sign_in, app)


def test_a_unit_shows_each_comparison_with_a_chart_and_what_is_behind_each_part(reading: ReaderAs) -> None:
    (change,) = unit_page(reading("spo1"), "team", "T1").causes
    assert change.compared.since == AS_AT
    assert change.drawing is not None
    assert [bar.says for bar in change.drawing.bars][1:-1] == [part.name for part, _ in change.parts]
    behind = {part.part: address for part, address in change.parts}
    assert behind["ends"] == "/causes?unit=team%2FT1&weeks=1&part=ends"


def test_the_page_of_a_unit_has_a_table_a_chart_in_words_and_files(browsing: Callable[[str], TestClient]) -> None:
    browser = browsing("planner")
    page = browser.get("/team/T1").text
    assert "What changed, and why" in page
    assert "in percentage points: " in page
    assert "Cases that ended<span" in page
    assert browser.get("/team/T1?table=causes&format=csv").text.startswith("\ufeffas_at,weeks_back,since,part,points,")
    # Nothing changed in T4 since last week, so there is no heading.
    assert "What changed, and why" not in browser.get("/team/T2").text


def test_the_cases_behind_a_part_are_listed_and_can_be_downloaded(browsing: Callable[[str], TestClient]) -> None:
    browser = browsing("planner")
    asked = "/causes?unit=team/T1&weeks=1&part=ends"
    page = browser.get(asked).text
    assert "X000001" in page
    assert "X000002" not in page
    assert "1 to 1 of 1" in page
    assert "X000001" in browser.get(f"{asked}&format=csv").text
    assert browser.get(f"{asked}&format=xlsx").status_code == 200
    posts = browser.get("/causes?unit=team/T3&weeks=1&part=duties").text
    assert ">CRN</th>" not in posts
    assert (
        "No single case or post is behind this part." in browser.get("/causes?unit=team/T1&weeks=1&part=weights").text
    )


def test_a_look_at_the_rows_behind_a_part_is_of_its_unit(reading: ReaderAs) -> None:
    page = cause_rows_page(reading("spo1", unit="team/T1", weeks="1", part="transfers"))
    assert page.subjects == (Subject("team", "T1"),)
    assert [item.crn for item in page.items] == ["X000007"]
    assert page.trail[-1][0] == page.unit.name


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"unit": "team/T4", "weeks": "1", "part": "ends"}, Forbidden),
        ({"unit": "post/T1", "weeks": "1", "part": "ends"}, NotFound),
        ({"unit": "", "weeks": "1", "part": "ends"}, NotFound),
        ({"unit": "team/T1", "weeks": "2", "part": "ends"}, NotFound),
        ({"unit": "team/T1", "weeks": "1", "part": "luck"}, NotFound),
    ],
)
def test_what_is_no_unit_of_the_reader_is_refused(
    query: dict[str, str], error: type[Exception], reading: ReaderAs
) -> None:
    with pytest.raises(error):
        cause_rows_page(reading("spo1", **query))


def test_the_parts_stay_when_the_rows_behind_them_are_removed(own_week_later: Home) -> None:
    home = own_week_later
    home.settings = home.with_settings(keep_cases_weeks=1)
    day = AS_AT + timedelta(weeks=2)
    home.take(home.extract, day)
    apply_retention(home.store, home.settings, NOW + timedelta(weeks=10))
    reader = reader_of_newest(home, "planner", unit="team/T1", weeks="1", part="ends")
    week = reader.snapshots.week(AS_AT + timedelta(weeks=1))
    assert week is not None
    assert compared_weeks(week, "team", "T1")
    with pytest.raises(RowsRemoved):
        week.frame("cause_rows")


def test_the_table_of_causes_has_every_part_of_every_comparison(reading: ReaderAs) -> None:
    compared = compared_weeks(reading("planner").week, "team", "T1")
    assert len(causes_table(compared)) == sum(len(week.parts) for week in compared)
    assert causes_table(()).empty
