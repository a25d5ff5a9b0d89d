"""Concerns behind the pages: read again when one is raised, and withheld where a count could tell who it is."""

from monitor.snapshots.follow_through.concerns import add_concern
from monitor.web.read_model.follow_through.concerns import concerns_in, counted_in, is_too_small
from tests.monitor.snapshots.follow_through.test_concerns import a_row

from ....conftest import Home
from ...conftest import NOW, reader_of_newest


def test_a_concern_raised_now_is_read_with_the_next_page(home: Home) -> None:
    asked = reader_of_newest(home, "north")
    assert concerns_in(asked.snapshots, asked.week) == ()
    assert add_concern(home.store.engine, a_row(home), "too much")
    assert [concern.note for concern in concerns_in(asked.snapshots, asked.week)] == ["too much"]
    (counted,) = counted_in(asked.snapshots, asked.week, NOW.date())
    assert ("office", "O1") in counted.units
    assert is_too_small(asked.week, "office", "O1", 5)
    assert not is_too_small(asked.week, "office", "O1", 1)
