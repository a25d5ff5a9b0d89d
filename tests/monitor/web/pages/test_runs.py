"""The page of snapshots: details for those who see everything, and operators."""

import pytest

from monitor.web.pages.runs import shows_details, snapshots_page

from ..conftest import ReaderAs


@pytest.mark.parametrize(("name", "detailed"), [("planner", True), ("operator", True), ("north", False)])
def test_runs_and_sources_are_for_those_who_see_everything_and_operators(
    name: str, detailed: bool, reader_as: ReaderAs
) -> None:
    reader = reader_as(name)
    page = snapshots_page(reader, None)
    assert (shows_details(reader.sight), page.detailed) == (detailed, detailed)
    assert set(page.tables) == ({"snapshots", "runs"} if detailed else {"snapshots"})
    assert ("source" in page.tables["snapshots"]()) is detailed


def test_every_snapshot_is_listed_newest_first_with_its_counts(reader_as: ReaderAs) -> None:
    page = snapshots_page(reader_as("planner"), None)
    assert [str(listed.snapshot.as_at) for listed in page.snapshots] == ["2026-11-20", "2026-11-13", "2026-11-06"]
    assert page.snapshots[0].cases == 53
    assert page.leads_to_figures
    assert not snapshots_page(reader_as("operator"), None).leads_to_figures
