"""The types of team of a unit next to each other."""

import copy
from pathlib import Path

import pytest

from monitor.web.pages.units.home import home_page
from monitor.web.pages.units.unit import unit_page
from monitor.web.read_model.units.team_types import team_types_of
from tests.monitor.conftest import Home, little_london
from tests.monitor.extracts.small import write_csv
from tests.monitor.web.conftest import ReaderAs, reader_of_newest, served, sign_in


def with_two_types(home: Home, folder: Path) -> Home:
    """A home whose newest snapshot has a substance misuse team next to the ordinary ones of cluster C1."""
    tables = copy.deepcopy(little_london())
    tables["organisation"][2]["team_type"] = "substance_misuse"
    home.take(write_csv(folder, tables))
    return home


def test_types_of_team_stand_most_loaded_first_where_there_are_two(home: Home, tmp_path: Path) -> None:
    reader = reader_of_newest(with_two_types(home, tmp_path / "extract"), "planner")
    types = team_types_of(reader.week, "cluster", "C1")
    assert types["team_type"].tolist() == ["omu", "substance_misuse"]
    assert types["capacity_percentage"].is_monotonic_decreasing
    assert team_types_of(reader.week, "cluster", "C2").empty
    start, clusters = home_page(reader), [unit_page(reader, "cluster", code) for code in ("C1", "C2")]
    assert [row.team_type for row in start.team_types] == ["omu", "substance_misuse"]
    assert [len(page.team_types) for page in clusters] == [2, 0]
    assert ["team-types" in page.tables for page in (start, *clusters)] == [True, True, False]
    assert start.tables["team-types"]()["teams"].tolist() == [3, 1]
    browser = sign_in(served(home), "aco1")
    for path in ("/", "/cluster/C1"):
        page = browser.get(path).text
        assert "Teams added up by type, as at 20 November 2026" in page
        assert "Substance misuse</th>" in page
    assert browser.get("/cluster/C1?table=team-types&format=csv").text.count("\n") == 3


@pytest.mark.parametrize(("level", "code"), [("office", "O1"), ("cluster", "C1"), ("cluster", "NONE"), ("all", "all")])
def test_one_type_alone_is_compared_with_nothing(level: str, code: str, reader_as: ReaderAs) -> None:
    reader = reader_as("planner")
    assert team_types_of(reader.week, level, code).empty
    assert (home_page(reader).team_types, "team-types" in home_page(reader).tables) == ((), False)
