"""The page of a unit: its figures, parts and people, as far as the reader may see it."""

import pytest

from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.units.unit import unit_page

from ...conftest import ReaderAs, SignIn


def test_an_office_shows_its_teams_and_its_people(reader_as: ReaderAs) -> None:
    page = unit_page(reader_as("spo1"), "office", "O1")
    assert (page.unit.code, page.part, page.names_people) == ("O1", "team", True)
    assert {part.code for part in page.parts} == {"T1", "T2"}
    assert page.team is not None
    assert {person.code for person in page.team.members} == {"M1", "M2"}
    assert page.unit.capacity_percentage == pytest.approx(131.188365051903)
    assert page.comparison.change is not None


def test_a_cluster_names_no_people_and_has_what_inspectors_found(reader_as: ReaderAs) -> None:
    page = unit_page(reader_as("aco1"), "cluster", "C1")
    assert (page.names_people, page.team, page.reductions) == (False, None, ())
    assert page.inspections


def test_the_trail_leads_only_to_units_that_the_reader_may_see(reader_as: ReaderAs) -> None:
    trail = unit_page(reader_as("spo1", as_at="2026-11-20"), "team", "T1").trail
    assert [path for _, path in trail] == ["", "", "/office/O1?as_at=2026-11-20"]


def test_a_unit_of_others_is_forbidden_and_one_that_is_not_there_not_found(reader_as: ReaderAs) -> None:
    with pytest.raises(Forbidden):
        unit_page(reader_as("spo1"), "team", "T4")
    with pytest.raises(NotFound, match="There is no team T9 in the snapshot for 2026-11-20"):
        unit_page(reader_as("planner"), "team", "T9")


def test_months_are_not_drawn_before_there_are_six(reader_as: ReaderAs) -> None:
    page = unit_page(reader_as("spo1"), "office", "O1")
    assert (page.months_drawing, len(page.months)) == (None, 1)
    assert "months" not in page.tables


def test_reductions_that_end_soon_are_counted_only_if_there_are_any(signed_in: SignIn) -> None:
    browser = signed_in("planner")
    assert "reductions ending within 30 days" not in browser.get("/team/T3").text
    assert "of 1 reduction ending within 30 days" in browser.get("/team/T1").text
