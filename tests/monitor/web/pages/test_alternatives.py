"""The presenter of alternative histories: what is listed, which units and weeks a reader gets, and what is damaged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.alternatives.files import MANIFEST, folder_of, path_of, stored_manifest
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.alternatives import alternatives_page
from tests.monitor.alternatives.test_compare import make_alternative

from ...conftest import AS_AT, WEEK, Home
from ..conftest import ReaderAs


@pytest.fixture(scope="module", autouse=True)
def _alternative(service: Home) -> None:
    make_alternative(service, "wmt")


def test_an_alternative_is_listed_with_its_policy_and_weeks(reader_as: ReaderAs) -> None:
    page = alternatives_page(reader_as("north"))
    assert (page.chosen, page.units) == (None, ())
    assert page.listed == (("wmt", "wmt", 3, AS_AT - 2 * WEEK, AS_AT),)


def test_a_reader_gets_the_units_they_see_from_the_area_down_to_teams(reader_as: ReaderAs) -> None:
    page = alternatives_page(reader_as("north", history="wmt"))
    assert [(unit.level, unit.code) for unit in page.units] == [
        ("area", "N"), ("cluster", "C1"), ("office", "O1"), ("office", "O2"), ("team", "T1"), ("team", "T2"),
        ("team", "T3"),
    ]  # fmt: skip
    office = page.units[2]
    assert office.recorded is not None
    assert office.alternative is not None
    assert office.difference == pytest.approx(office.alternative - office.recorded)
    assert office.alternative < office.recorded
    assert (page.hot, page.alternative_hot) == (sum(unit.hot for unit in page.units), 0)
    assert set(page.tables["alternative"]()["code"]) == {unit.code for unit in page.units}
    everything = alternatives_page(reader_as("planner", history="wmt"))
    assert everything.units[0].level == "all"
    assert len(everything.units) == 12
    spo = alternatives_page(reader_as("spo1", history="wmt"))
    assert {unit.code for unit in spo.units} == {"O1", "T1", "T2"}


def test_a_unit_over_the_weeks_has_the_newest_first_and_a_chart(reader_as: ReaderAs) -> None:
    page = alternatives_page(reader_as("north", history="wmt", unit="office/O1"))
    assert [week.as_at for week in page.weeks] == [AS_AT, AS_AT - WEEK, AS_AT - 2 * WEEK]
    assert {week.code for week in page.weeks} == {"O1"}
    assert page.drawing is not None
    assert page.drawing.says.startswith(f"{page.weeks[0].recorded:.1f}% of capacity as recorded on 20 November 2026")
    assert page.tables["alternative_weeks"]()["as_at"].is_monotonic_increasing


@pytest.mark.parametrize("unit", ["area/S", "office/O3", "team/T4", "all/all", "offender_manager/M5", "x", "office/"])
def test_a_unit_of_others_is_refused(unit: str, reader_as: ReaderAs) -> None:
    with pytest.raises(Forbidden):
        alternatives_page(reader_as("north", history="wmt", unit=unit))


def test_a_person_and_what_is_not_there_are_not_found(reader_as: ReaderAs) -> None:
    for words in ({"history": "nothing"}, {"history": "../wmt"}, {"history": "wmt", "unit": "offender_manager/M1"}):
        with pytest.raises(NotFound):
            alternatives_page(reader_as("north", **words))


@contextmanager
def content_of(path: Path, content: bytes) -> Iterator[None]:
    """A file with other content for a while."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def test_an_altered_file_is_reported_and_no_figure_shown(service: Home, reader_as: ReaderAs) -> None:
    with content_of(path_of(folder_of(service.store) / "wmt", AS_AT), b"altered"):
        page = alternatives_page(reader_as("north", history="wmt"))
    assert (page.is_damaged, page.units, page.tables) == (True, (), {})


def test_a_week_that_the_alternative_does_not_have_leads_to_its_last(service: Home, reader_as: ReaderAs) -> None:
    folder = folder_of(service.store) / "wmt"
    manifest = stored_manifest(folder)
    assert manifest is not None
    del manifest.weeks[AS_AT]
    with content_of(folder / MANIFEST, manifest.model_dump_json().encode()):
        page = alternatives_page(reader_as("north", history="wmt", unit="office/O1"))
    assert (page.elsewhere, page.units) == (AS_AT - WEEK, ())
    assert [week.as_at for week in page.weeks] == [AS_AT - WEEK, AS_AT - 2 * WEEK]
