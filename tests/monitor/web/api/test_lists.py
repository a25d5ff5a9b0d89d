"""The rows of the API's lists: what a reader may see, narrowed."""

import pytest

from monitor.web.api.lists import explain, narrow, snapshot_list, visible_rows

from ..conftest import ReaderAs


def test_a_list_holds_the_units_and_people_that_a_reader_sees_and_no_posts(reader_as: ReaderAs) -> None:
    rows = visible_rows(reader_as("spo1"), "units")
    assert set(rows["code"]) == {"O1", "T1", "T2", "M1", "M2"}
    assert "post" not in set(visible_rows(reader_as("planner"), "units")["level"])


def test_a_filter_that_is_not_given_wants_everything(reader_as: ReaderAs) -> None:
    rows = visible_rows(reader_as("planner"), "units")
    assert len(narrow(rows, level=None)) == len(rows)
    assert set(narrow(rows, level="team", parent_code="O1")["code"]) == {"T1", "T2"}


def test_a_hotspot_names_only_units_above_that_the_reader_sees(reader_as: ReaderAs) -> None:
    def above(name: str) -> set[str]:
        rows = explain(reader_as(name), narrow(visible_rows(reader_as(name), "hotspots"), code="M1"))
        return set(rows["explained_by"].dropna())

    assert "O1" in above("planner")
    assert above("spo2") == {"T1"}


@pytest.mark.parametrize(("name", "source"), [("north", False), ("operator", True)])
def test_sources_are_for_those_who_see_everything_and_operators(name: str, source: bool, reader_as: ReaderAs) -> None:
    assert snapshot_list(reader_as(name))["source"].notna().all() == source


def test_types_of_team_are_those_of_units_that_a_reader_sees(reader_as: ReaderAs) -> None:
    assert set(visible_rows(reader_as("north"), "team_types")["code"]) == {"C1", "N"}
    assert set(visible_rows(reader_as("planner"), "team_types")["code"]) == {"C1", "C2", "N", "S", "all"}
    assert visible_rows(reader_as("spo1"), "team_types").empty
