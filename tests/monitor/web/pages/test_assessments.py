"""The list of overdue assessments: narrowed by its filters, in parts, and what the log records of it."""

import re
from pathlib import Path

import pytest

from monitor.web.access_log import Subject
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.assessments import assessments_page, filtered_items
from monitor.web.pages.view_models.models import Filters
from tests.monitor.conftest import Home

from ..conftest import ReaderAs, served, sign_in
from .conftest import read


def test_a_list_holds_what_the_reader_sees_and_counts_it(reader_as: ReaderAs) -> None:
    everything, own = assessments_page(reader_as("planner")), assessments_page(reader_as("south"))
    assert everything.count > own.count > 0
    assert len(own.items) == own.count
    assert {item.team_code for item in own.items} == {"T4"}
    assert own.subjects == (Subject("area", "S"),)


@pytest.mark.parametrize(
    ("chosen", "column", "values"),
    [
        (Filters(rosh="high"), "rosh", {"high", "very_high"}),
        (Filters(rosh="low"), "rosh", {"low"}),
        (Filters(unit="office/O1"), "office_code", {"O1"}),
    ],
)
def test_a_filter_narrows_the_list(chosen: Filters, column: str, values: set[str], reader_as: ReaderAs) -> None:
    items = filtered_items(reader_as("planner"), chosen)
    assert set(items[column]) <= values
    assert len(items) < len(filtered_items(reader_as("planner"), Filters()))


def test_the_longest_overdue_come_first_if_that_is_asked_for(reader_as: ReaderAs) -> None:
    days = filtered_items(reader_as("planner"), Filters(sort="days"))["days_overdue"].tolist()
    assert days == sorted(days, reverse=True)


def test_a_list_of_one_unit_is_recorded_as_a_look_at_that_unit(reader_as: ReaderAs) -> None:
    page = assessments_page(reader_as("north", unit="office/O2"))
    assert page.subjects == (Subject("office", "O2"),)
    assert [choice for choice, _ in page.units] == ["cluster/C1", "office/O1", "office/O2"]


def test_a_unit_of_others_is_forbidden_and_a_level_that_is_none_not_found(reader_as: ReaderAs) -> None:
    with pytest.raises(Forbidden):
        assessments_page(reader_as("spo1", unit="team/T3"))
    with pytest.raises(NotFound, match="street is not a level"):
        assessments_page(reader_as("planner", unit="street/1"))


def test_an_outage_stands_beside_what_is_late_and_takes_nothing_out_of_it(home: Home, tmp_path: Path) -> None:
    events = tmp_path / "known_events.csv"
    events.write_text(
        "starts_on,ends_on,level,code,kind,quantity,note\n2026-05-01,2026-11-19,area,N,outage,,OASys\n",
        encoding="utf-8",
    )
    late = len(home.store.archived_frame(home.newest.id or 0, "overdue"))
    home.settings = home.with_settings(events=events)
    home.take(home.extract)
    line = r"Outage recorded: OASys \(North, 1 May to 19 November 2026\)\. (\d+) overdue assessments? fell due then"
    pages = {name: sign_in(served(home), name) for name in ("planner", "north", "south")}
    assert f"{late} assessments" in read(pages["planner"].get("/overdue").text)
    texts = [read(pages["north"].get(path).text) for path in ("/overdue", "/overdue?unit=office/O2")]
    whole, part = (int(re.findall(line, text)[0]) for text in texts)
    assert 0 < part < whole < late
    assert re.search(line, read(pages["north"].get("/office/O2").text))
    assert "Outage" not in pages["south"].get("/overdue").text
