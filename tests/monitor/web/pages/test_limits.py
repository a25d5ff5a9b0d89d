"""The page of limits: those of the areas that a reader sees, and of the service for a director."""

import pytest

from monitor.snapshots.contracts.frames import LIMITS
from monitor.web.pages.limits import limits_page, visible_limits
from monitor.web.pages.units.home import home_page

from ...conftest import Home
from ..conftest import ReaderAs, reader_of_newest, remove_frames, served, sign_in


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("north", {"N", "all"}),
        ("south", {"S", "all"}),
        ("planner.south", {"S", "all"}),
        ("planner", {"N", "S", "all"}),
        ("aco1", {"N"}),
        ("spo1", set()),
    ],
)
def test_a_director_sees_the_limits_of_the_own_area_and_of_the_service(
    name: str, places: set[str], reader_as: ReaderAs
) -> None:
    page = limits_page(reader_as(name))
    assert {limit.figures.code for limit in page.limits} == places
    assert ("limits" in page.tables) == bool(places)


def test_breached_limits_come_first_each_with_its_source(reader_as: ReaderAs) -> None:
    page = limits_page(reader_as("north"))
    breached = [limit.figures.breached for limit in page.limits]
    assert breached == sorted(breached, reverse=True)
    assert page.breached == sum(breached) > 0
    assert {source.name for source in page.sources} == {limit.figures.name for limit in page.limits}
    assert list(page.tables["limits"]().columns) == LIMITS.column_names


def test_a_value_is_in_the_words_of_its_measure(reader_as: ReaderAs) -> None:
    shown = {limit.figures.name: limit for limit in limits_page(reader_as("planner")).limits}
    assert shown["Capacity of the whole service"].limit == "105%"
    assert shown["Unallocated cases in the whole service"].limit == "100"
    assert {limit.expected for limit in shown.values()} == {"not known"}


def test_a_snapshot_from_before_there_were_limits_and_types_of_team_has_neither(home: Home) -> None:
    remove_frames(home, "limits", "team_types")
    reader = reader_of_newest(home, "planner")
    assert visible_limits(reader).empty
    assert (limits_page(reader).limits, home_page(reader).limits) == ((), ())
    assert home_page(reader).team_types == ()
    page = sign_in(served(home), "planner").get("/").text
    assert ("Limits of tolerable risk" in page, "Types of team" in page) == (False, False)


def test_the_start_page_leads_to_the_limits_of_the_same_week(reader_as: ReaderAs) -> None:
    page = home_page(reader_as("north", as_at="2026-11-13"))
    assert (len(page.limits), page.limits_path) == (2, "/limits?as_at=2026-11-13")
    assert home_page(reader_as("spo1")).limits == ()
