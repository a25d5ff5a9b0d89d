"""The commands that take, make up and check snapshots."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.snapshots.summary import RunSummary

from ...clock import NOW
from ..conftest import AS_AT, Answer, Home
from ..operations.checks.test_verify import alter

Program = Callable[..., Answer]


def test_a_run_in_words_tells_what_was_found_and_what_to_do_next(new_home: Home, hotspots: Program) -> None:
    answer = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, home=new_home)
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0].startswith("As at 2026-11-20 (revision 1, policy london-2009): 66.5% of capacity, 6,946 of 10,439")
    assert lines[1].startswith("53 cases, 6 offender managers; 3 rows rejected")
    assert lines[-1] == "2 digests queued; to send: hotspots deliver"
    assert any(line.startswith("  Office O1 (O1): rank 1 of 1") for line in lines)


def test_the_policy_and_headings_of_the_settings_hold_for_a_run(home: Home, hotspots: Program) -> None:
    command = ("run", "--extract", home.extract, "--as-at", AS_AT, "--json")
    assert "tier" in hotspots(*command, home=home, policy="wmt").err
    assert "nowhere.yaml" in hotspots(*command, home=home, columns="nowhere.yaml").err
    assert json.loads(hotspots(*command, "--policy", "london-2009", home=home).out)["unchanged"]
    chosen = json.loads(hotspots(*command, "--policy", "london-2009", home=home, policy="wmt").out)
    assert (chosen["comparison"], chosen["revision"], chosen["unchanged"]) == (True, 1, False)


def test_sample_extracts_can_be_written_alone(hotspots: Program, tmp_path: Path) -> None:
    answer = hotspots("sample", "--out", tmp_path / "sample", "--weeks", 2, "--cases", 240, "--as-at", AS_AT)
    assert (answer.status, answer.out) == (0, f"2 extracts in {tmp_path / 'sample'}; missing on purpose: none\n")
    assert sorted(path.name for path in (tmp_path / "sample").iterdir()) == ["2026-11-13", "2026-11-20"]


def test_the_program_runs_the_due_week_once_and_says_so(home: Home, hotspots: Program) -> None:
    today, source = NOW.date(), Path(home.extract).parent
    shutil.copytree(home.extract, source / today.isoformat())
    first = hotspots("run", "--if-due", home=home, source=source)
    assert (first.status, f"snapshot of {today}" in first.out) == (0, True)
    second = hotspots("run", "--if-due", home=home, source=source)
    assert (second.status, "was done at" in second.out) == (3, True)
    missing = hotspots("run", "--if-due", "--extract", "x", home=home, source=source)
    assert missing.status == 2
    assert RunSummary.of_snapshot(home.newest).digests_queued == 2


def test_a_weekly_run_that_fails_ends_the_program_with_status_2(home: Home, hotspots: Program) -> None:
    answer = hotspots("run", "--if-due", home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "HOTSPOTS_SOURCE" in answer.err


def test_an_altered_figure_ends_the_program_with_status_1(home: Home, hotspots: Program) -> None:
    alter(home, "UPDATE unit_workload SET total_points = 1 WHERE snapshot_id = :newest AND level = 'all'")
    answer = hotspots("verify", home=home)
    assert answer.status == 1
    assert "workload: ('all', 'all') total_points: stored 1.0, derived 6946.0" in answer.out
    assert "1 difference in" in answer.out


@pytest.mark.reads_clock
def test_a_date_still_to_come_is_noted(new_home: Home, hotspots: Program) -> None:
    tomorrow = NOW.date() + timedelta(days=2)
    answer = hotspots("run", "--extract", new_home.extract, "--as-at", tomorrow, "--json", home=new_home)
    assert answer.status == 0
    assert json.loads(answer.out)["as_at"] == tomorrow.isoformat()
    assert answer.err.startswith(f"note: {tomorrow} is still to come")
