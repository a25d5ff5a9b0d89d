"""The tables that pages offer as files: their columns and their rows."""

from datetime import UTC, date, datetime

import pytest

from monitor.extracts import FaultLines
from monitor.snapshots.tables import Run
from monitor.web.pages.service.digests import digests_page
from monitor.web.pages.tables import change_table, load_table, message_table, run_table
from monitor.web.pages.units.unit import unit_page
from monitor.web.pages.view_models.models import ListedRun

from ..conftest import ReaderAs

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


def run_of(week: str, message: str | None = None) -> Run:
    return Run(job="weekly", iso_week=week, status="failed", owner="here:1", attempt=2, started_at=AT, lease_until=AT,
               message=message)  # fmt: skip


def test_a_run_has_one_row_per_fault_and_one_if_it_has_none() -> None:
    faults = FaultLines(("line 24", "line 25"), 2)
    table = run_table(
        [ListedRun(run_of("2026-W48", "2 faults"), faults), ListedRun(run_of("2026-W47"), FaultLines((), 0))]
    )
    assert list(table) == ["iso_week", "status", "attempt", "started_at", "message", "fault"]
    assert list(zip(table["iso_week"], table["fault"], strict=True)) == [
        ("2026-W48", "line 24"),
        ("2026-W48", "line 25"),
        ("2026-W47", ""),
    ]


def test_the_load_of_a_unit_adds_up_by_kind_and_by_tier(reader_as: ReaderAs) -> None:
    page = unit_page(reader_as("planner"), "office", "O1")
    table = load_table(page.unit, page.split).set_index(["by", "name"])["points"]
    assert table["kind", "total"] == pytest.approx(table["kind"].drop("total").sum())
    assert table["tier"].sum() == pytest.approx(table["kind", "case"] + table["kind", "unallocated"])


def test_a_change_is_one_row_per_reason_and_none_without_one(reader_as: ReaderAs) -> None:
    change = unit_page(reader_as("planner"), "office", "O1").comparison.change
    assert change is not None
    assert len(change_table(change)) == len(change.parts) + len(change.available_parts)
    assert change_table(None).empty


def test_a_list_of_messages_shows_no_subject_of_what_may_not_be_read(reader_as: ReaderAs) -> None:
    messages = digests_page(reader_as("operator")).messages
    assert set(message_table(messages, everyones=False)["subject"]) == {""}
    table = message_table(messages, everyones=True)
    assert "subject" not in table
    assert set(table["period"]) <= {str(date(2026, 11, day)) for day in (6, 13, 20)}
