"""The types of team of a unit next to each other."""

from dataclasses import replace

import pytest

from monitor.web.pages.home import home_page
from monitor.web.pages.unit import unit_page
from monitor.web.read_model.rows import TeamTypeFigures
from monitor.web.read_model.team_types import team_types_of
from tests.monitor.conftest import Home
from tests.monitor.web.conftest import ReaderAs, reader_of_newest, served, sign_in


def test_the_types_of_a_unit_stand_most_loaded_first(reader_as: ReaderAs) -> None:
    week = reader_as("planner").week
    types = team_types_of(week, "all", "all")
    assert len(types) > 1
    assert types["capacity_percentage"].is_monotonic_decreasing
    assert types["teams"].sum() == 4


@pytest.mark.parametrize(("level", "code"), [("office", "O1"), ("cluster", "NONE")])
def test_a_unit_in_which_no_types_are_compared_has_none(level: str, code: str, reader_as: ReaderAs) -> None:
    assert team_types_of(reader_as("planner").week, level, code).empty


def test_one_type_alone_is_compared_with_nothing(reader_as: ReaderAs) -> None:
    week = reader_as("planner").week
    for code in ("C1", "C2"):
        stored = week.frame_if_stored("team_types")
        own = stored[stored["level"].eq("cluster") & stored["code"].eq(code)]
        assert len(team_types_of(week, "cluster", code)) == (len(own) if len(own) > 1 else 0)


def test_start_page_and_unit_page_show_and_offer_them(home: Home) -> None:
    reader = reader_of_newest(home, "planner")
    start = home_page(reader)
    assert [row.team_type for row in start.team_types] == list(team_types_of(reader.week, "all", "all")["team_type"])
    assert isinstance(start.team_types[0], TeamTypeFigures)
    assert len(start.tables["team-types"]()) == len(start.team_types)
    units = {code: unit_page(reader, "cluster", code) for code in ("C1", "C2")}
    assert {code: "team-types" in page.tables for code, page in units.items()} == {
        code: bool(page.team_types) for code, page in units.items()
    }
    page = sign_in(served(home), "planner").get("/").text
    assert "Teams added up by type, as at 20 November 2026" in page
    assert replace(start, team_types=()).team_types == ()
