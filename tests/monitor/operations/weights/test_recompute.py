"""Stored weeks weighed again under another policy."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.alternatives.files import MANIFEST, path_of
from monitor.operations.weights.recompute import Plan, plan_weeks, read_manifest, recompute, recompute_week
from tiering.by_policy import weigh_by_policy
from tiering.policies.policy_files import load_policy

from ...conftest import Home

ALWAYS = (date(2000, 1, 1), date(2100, 1, 1))


def plan_of(home: Home, folder: Path) -> Plan:
    return plan_weeks(home.store, home.settings.config, folder, "wmt", *ALWAYS)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_week_is_weighed_as_the_policy_weighs_it_and_then_skipped(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    plan = plan_of(home, folder)
    assert (len(plan.jobs), plan.done) == (len(home.store.dates()), 0)
    answers = list(recompute(plan, folder, "wmt", 1))
    as_at = home.newest.as_at
    assert as_at in {answer.as_at for answer in answers}
    policy = load_policy(home.settings.config, "wmt", as_at)
    expected = weigh_by_policy(home.store.caseload(home.newest.id or 0), (policy,), as_at)
    pd.testing.assert_frame_equal(pd.read_parquet(path_of(folder, as_at)).drop(columns="as_at"), expected)
    assert plan_of(home, folder) == Plan((), len(plan.jobs))


def test_an_altered_file_is_written_again_with_the_same_bytes(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    list(recompute(plan_of(home, folder), folder, "wmt", 1))
    before = files(folder)
    assert MANIFEST in before
    path_of(folder, home.newest.as_at).write_bytes(b"altered")
    again = plan_of(home, folder)
    assert [job.as_at for job in again.jobs] == [home.newest.as_at]
    list(recompute(again, folder, "wmt", 1))
    assert files(folder) == before
    path_of(folder, home.newest.as_at).unlink()
    assert len(plan_of(home, folder).jobs) == 1
    assert read_manifest(folder, "london-2009").weeks == {}


def test_two_processes_write_the_same_bytes_as_one(home: Home, tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    list(recompute(plan_of(home, alone), alone, "wmt", 1))
    list(recompute(plan_of(home, together), together, "wmt", 2))
    assert files(alone) == files(together)


def test_a_week_that_fails_leaves_no_file_and_no_entry(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    job = plan_of(home, folder).jobs[0]
    with pytest.raises(Exception, match=r"4711|found|row"):
        recompute_week(job.__class__(**{**job.__dict__, "snapshot_id": 4711}))
    assert not folder.exists()
