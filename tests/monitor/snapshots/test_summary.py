"""The summary of a run: written once, read back the same, from whichever version it is."""

from datetime import date

import pytest
from pydantic import ValidationError

from monitor.snapshots.summary import AbsentReader, HotspotCounts, RunSummary

from ..conftest import Home

SUMMARY = RunSummary(
    as_at=date(2026, 11, 20),
    policy="london-2009",
    policy_fingerprint="ab",
    revision=2,
    unchanged=False,
    cases=53,
    offender_managers=6,
    rejected=3,
    total_points=10_439.0,
    available_points=0.1 + 0.2,
    capacity_percentage=None,
    hotspots=HotspotCounts(new=1, continuing=2, cleared=0),
    overdue=4,
    high_risk_overdue=1,
    findings=9,
    digests_queued=2,
    rows_read=42,
    missing_weeks=(date(2026, 10, 19),),
    teams_without_data=("T9",),
    unused_columns={"cases": ["Née"]},
    comparison=True,
    absent_readers=(AbsentReader(email="west@example.org", level="area", codes=("W",), whole=True),),
    digests_suppressed=("south@example.org",),
)


def test_a_summary_is_one_json_object_with_its_keys_in_their_order() -> None:
    assert SUMMARY.to_json() == (
        '{"as_at": "2026-11-20", "policy": "london-2009", "policy_fingerprint": "ab", "revision": 2, '
        '"unchanged": false, "cases": 53, "offender_managers": 6, "rejected": 3, "total_points": 10439.0, '
        '"available_points": 0.30000000000000004, "capacity_percentage": null, '
        '"hotspots": {"new": 1, "continuing": 2, "cleared": 0}, "overdue": 4, "high_risk_overdue": 1, "findings": 9, '
        '"digests_queued": 2, "rows_read": 42, "missing_weeks": ["2026-10-19"], "teams_without_data": ["T9"], '
        '"unused_columns": {"cases": ["N\\u00e9e"]}, "comparison": true, '
        '"gaps": {"missing": [], "unmatched": 0, "with_officer": 0, "unmatched_share_before": null, '
        '"unmatched_accepted": false, "rejected": 0, "rejected_share": 0.0, "rejected_share_before": null, '
        '"absent": []}, '
        '"absent_readers": [{"email": "west@example.org", "level": "area", "codes": ["W"], "whole": true}], '
        '"digests_suppressed": ["south@example.org"]}'
    )


def test_a_stored_summary_is_read_back_as_it_was_written(home: Home) -> None:
    stored = home.newest.model_copy(update={"summary": SUMMARY.to_json()})
    assert RunSummary.of_snapshot(stored) == SUMMARY


def test_a_summary_without_its_figures_is_no_summary(home: Home) -> None:
    stored = home.newest.model_copy(update={"summary": '{"cases": 4}'})
    with pytest.raises(ValidationError, match="total_points"):
        RunSummary.of_snapshot(stored)


def test_a_run_that_changes_nothing_leaves_the_stored_summary_as_it_is(home: Home) -> None:
    before = home.newest.summary
    outcome = home.run(home.extract)
    assert (outcome.unchanged, outcome.summary.unchanged, outcome.summary.digests_queued) == (True, True, 0)
    assert outcome.snapshot.summary == before
    assert not RunSummary.of_snapshot(outcome.snapshot).unchanged
