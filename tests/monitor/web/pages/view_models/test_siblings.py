"""The units next to the reader's own: totals only, none of a small unit, and only of the reader's own units."""

from dataclasses import asdict, replace

from monitor.web.dependencies import Reader
from monitor.web.pages.units.home import home_page
from monitor.web.pages.units.unit import unit_page
from monitor.web.pages.view_models.siblings import siblings_of
from monitor.web.read_model.rows import UnitTotals

from ....conftest import TEAMS
from ...conftest import ReaderAs

O2 = TEAMS[2]["office_name"]


def comparing(reader: Reader, small_team: int = 1) -> Reader:
    return replace(reader, sight=replace(reader.sight, compares=True), small_team=small_team)


def test_a_reader_sees_the_totals_of_the_units_of_the_same_level_and_parent(reader_as: ReaderAs) -> None:
    reader = comparing(reader_as("spo1"))
    (office,) = siblings_of(reader, "office", "O1")
    assert (office.level, office.name) == ("office", O2)
    unit = reader.week.unit("office", "O2")
    assert unit is not None
    assert office.totals is not None
    assert {name: getattr(unit, name) for name in UnitTotals.__annotations__} == asdict(office.totals)
    assert home_page(reader).siblings == unit_page(reader, "office", "O1").siblings == (office,)


def test_a_small_unit_is_withheld_with_its_name(reader_as: ReaderAs) -> None:
    (office,) = siblings_of(comparing(reader_as("spo1"), small_team=5), "office", "O1")
    assert (office.name, office.totals) == (O2, None)


def test_an_area_is_next_to_the_other_areas(reader_as: ReaderAs) -> None:
    assert [area.name for area in siblings_of(comparing(reader_as("south")), "area", "S")] == ["North"]


def test_a_unit_below_the_readers_own_has_nothing_beside_it(reader_as: ReaderAs) -> None:
    reader = comparing(reader_as("spo1"))
    assert siblings_of(reader, "team", "T1") == unit_page(reader, "team", "T1").siblings == ()


def test_without_the_setting_nothing_stands_beside(reader_as: ReaderAs) -> None:
    assert home_page(reader_as("spo1")).siblings == unit_page(reader_as("spo1"), "office", "O1").siblings == ()
