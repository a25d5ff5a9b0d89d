"""What pages pick from a snapshot for one reader."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.snapshots.store import RowsRemoved
from monitor.snapshots.tables import Removal, Snapshot
from monitor.web.pages.scope import compare, if_kept, part_asked, rows_seen, trail_to

from ..conftest import NOW, ReaderAs


def test_a_reader_sees_the_rows_of_their_own_units(reader_as: ReaderAs) -> None:
    rows = rows_seen(reader_as("spo1"), reader_as("spo1").week.units)
    assert set(zip(rows["level"], rows["code"], strict=True)) == {("office", "O1"), ("team", "T1"), ("team", "T2")}


def test_a_trail_begins_with_the_area(reader_as: ReaderAs) -> None:
    assert [path for _, path in trail_to(reader_as("planner"), "team", "T1")] == [
        "/area/N",
        "/cluster/C1",
        "/office/O1",
    ]


def test_rows_that_were_removed_leave_the_rest_of_a_page() -> None:
    removed = RowsRemoved(Snapshot(as_at=date(2026, 11, 6), revision=1), Removal(removed_at=NOW, keep_cases_weeks=1))

    def make() -> str:
        raise removed

    assert if_kept(make, "nothing") == ("nothing", removed)
    assert if_kept(lambda: "all", "nothing") == ("all", None)


@pytest.mark.parametrize(("level", "code"), [("office", "O1"), ("offender_manager", "M1")])
def test_a_unit_is_compared_with_the_week_before(level: str, code: str, reader_as: ReaderAs) -> None:
    comparison = compare(reader_as("planner"), level, code)
    assert comparison.previous_as_at == date(2026, 11, 13)
    assert (comparison.change is None, comparison.removed, comparison.reweighed) == (False, None, False)


def test_a_list_is_asked_for_page_by_page_or_whole(reader_as: ReaderAs) -> None:
    reader = reader_as("planner", page="2")
    assert part_asked(reader, 120)[:4] == (2, 3, 50, 100)
    whole = replace(reader, query={"all": "yes"})
    assert part_asked(whole, 120)[:4] == (1, 1, 0, 120)
    assert part_asked(whole, 2001).pages == 2
