"""The page of snapshots: details for those who see everything, and operators."""

from pathlib import Path

import pytest

from monitor.web.pages.service.runs import shows_details, snapshots_page
from tests.monitor.conftest import AS_AT, Home, little_london
from tests.monitor.extracts.small import a_case, write_csv

from ...conftest import ReaderAs, reader_of_newest


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


def test_each_snapshot_leads_to_its_intake_report_unless_the_pages_show_another(home: Home, tmp_path: Path) -> None:
    home.take(write_csv(tmp_path / "corrected", little_london(cases=[a_case("X000110")])))
    listed = snapshots_page(reader_of_newest(home, "planner"), None).snapshots
    links = {row.revision: intake for row, _, _, intake in listed if row.as_at == AS_AT}
    assert links == {1: "", 2: "/data-quality/intake?as_at=2026-11-20"}
