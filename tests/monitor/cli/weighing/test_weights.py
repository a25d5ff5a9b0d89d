"""``hotspots sensitivity``: lines by default, tables on request."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.alternatives.files import folder_of
from monitor.snapshots import archive
from monitor.snapshots.tables import ArchivedFrame
from tests.clock import clock
from tests.tiering.calibration.study import a_study

from ...conftest import Answer, Home
from ...operations.weights.test_recompute import files

FRAMES = ArchivedFrame.__table__  # type: ignore[attr-defined]

Program = Callable[..., Answer]


def test_lines_by_default_and_tables_on_request(hotspots: Program, home: Home, tmp_path: Path) -> None:
    answer = hotspots("sensitivity", "--draws", "10", home=home)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith(f"As at {home.newest.as_at} (policy london-2009): 35 assumed weights in 10 draws")
    rows = json.loads(hotspots("sensitivity", "--draws", "10", "--format", "json", home=home).out)
    assert list(rows[0])[:4] == ["as_at", "level", "code", "name"]
    file = tmp_path / "firm.csv"
    assert hotspots("sensitivity", "--draws", "10", "--format", "csv", "--out", str(file), home=home).out == ""
    assert file.read_text(encoding="utf-8").splitlines()[0].split(",")[-2:] == ["rank", "top_ten_share"]


def test_a_week_without_a_snapshot_ends_in_words_and_status_2(hotspots: Program, home: Home) -> None:
    answer = hotspots("sensitivity", "--as-at", "1999-01-01", home=home)
    assert (answer.status, "there is no snapshot of 1999-01-01" in answer.err) == (2, True)


def test_stored_weeks_are_weighed_again_and_skipped_the_second_time(
    hotspots: Program, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    asked = ("recompute", "--from", "2000-01-01", "--to", "2100-01-01", "--policy", "wmt", "--as", "other")
    answer = hotspots(*asked, home=home)
    assert answer.status == 0, answer.err
    assert "under policy wmt, of which 0 were there already" in answer.out
    cases = home.store.units(home.newest.id or 0).set_index("level").loc["all", "cases"]
    assert f" of {cases} as at {home.newest.as_at} with tiers that wmt does not have, weighed" in answer.err
    weeks = len(home.store.dates())
    assert f"of which {weeks} were there already" in hotspots(*asked, home=home).out
    assert hotspots(*asked[:-1], "../other", home=home).status == 2
    assert hotspots(*asked[:6], "nothing", home=home).status == 2
    own = ("recompute", "--from", str(home.newest.as_at), "--to", "2100-01-01", "--policy", "london-2009")
    assert "tiers" not in hotspots(*own, home=home).err


RECOMPUTE = ("recompute", "--from", "2000-01-01", "--to", "2100-01-01", "--policy", "wmt")


def test_an_interrupt_leaves_the_finished_weeks_and_says_how_to_go_on(hotspots: Program, home: Home) -> None:
    stop_after_the_first_week(home)
    folder = folder_of(home.store) / "stopped"
    assert sorted(path.name for path in folder.iterdir()) == ["2026-11-06.parquet", "manifest.json"]
    again = hotspots(*RECOMPUTE, "--as", "stopped", home=home)
    assert "3 weeks under policy wmt, of which 1 were there already" in again.out
    *weighed, of_other_tiers = again.err.splitlines()
    assert weighed == ["2026-11-13: weighed (1 of 2)", "2026-11-20: weighed (2 of 2)"]
    assert of_other_tiers.startswith("52 cases of 53 as at 2026-11-20 with tiers that wmt does not have")
    hotspots(*RECOMPUTE, "--as", "straight-on", home=home)
    assert files(folder) == files(folder.with_name("straight-on"))


def stop_after_the_first_week(home: Home, *more: str) -> None:
    """Interrupt ``hotspots recompute`` in its second week, and check what it says."""
    cases = cases_of(home)
    whole = cases.with_suffix(".whole")
    cases.rename(whole)
    os.mkfifo(cases)
    asked = clock.program(*RECOMPUTE, "--as", "stopped", *more)
    words = ["env", "--default-signal=INT", sys.executable, *asked]
    process = subprocess.Popen(
        words, env=os.environ | home.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        # All weeks have the same cases: the first may read them, and the second waits for another program to write.
        cases.write_bytes(whole.read_bytes())
        assert process.stderr is not None
        assert process.stderr.readline() == "2026-11-06: weighed (1 of 3)\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, "")
    assert err == (
        f"stopped by SIGINT with 1 of 3 weeks done, which stay in {folder_of(home.store) / 'stopped'}; "
        "to go on with the others, run the same command again\n"
    )
    # A worker may still wait for the rows: it gets none.
    with suppress(OSError):
        os.close(os.open(cases, os.O_WRONLY | os.O_NONBLOCK))
    whole.replace(cases)


def cases_of(home: Home) -> Path:
    """The file of the archive that holds the cases, the same for every week."""
    with home.store.engine.connect() as connection:
        named = select(FRAMES.c.sha256).where(FRAMES.c.name == "extract_cases").distinct()
        return archive.path_of(home.store.archive, connection.execute(named).scalar_one())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--dask", "tcp://127.0.0.1:8786"), "--dask needs the extra dask, which is not installed; run: pip install"),
        (("--dask", "127.0.0.1:8786"), "write the address of a scheduler, such as tcp://10.0.0.5:8786"),
        (("--dask", "tcp://127.0.0.1:8786", "--workers", "2"), "--workers is for processes on this machine"),
    ],
)
def test_a_cluster_that_cannot_be_asked_is_a_mistake_of_the_user(
    hotspots: Program, home: Home, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    # As if it were not installed: importing it fails.
    monkeypatch.setitem(sys.modules, "distributed", None)
    answer = hotspots(*RECOMPUTE, *words, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert says in " ".join(answer.err.split())
    assert not folder_of(home.store).exists()


def test_a_policy_is_proposed_from_a_time_study_and_stored_weeks_are_weighed_under_it(
    hotspots: Program, home: Home, tmp_path: Path
) -> None:
    config, timings = tmp_path / "config", tmp_path / "diary.csv"
    shutil.copytree(home.settings.config, config)
    a_study(200, 0.3).to_csv(timings, index=False)
    policy = config / "weightings" / "diary.yaml"
    asked = ("calibrate", "--timings", timings, "--from", "2000-01-02", "--draws", 100)
    answer = hotspots(*asked, "--out", policy, home=home, config=config)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("200 rows fitted; an hour a week is 58.8 points; 95% intervals\n")
    assert answer.out.endswith(f"wrote {policy}: the policy diary; read it, then run: hotspots check\n")
    rows = json.loads(hotspots(*asked, "--format", "json", home=home, config=config).out)
    assert list(rows[0]) == [
        *("table", "name", "setting", "rows"),
        *("points_now", "points", "points_low", "points_high"),
    ]
    assert hotspots("check", home=home, config=config).status == 0
    weigh = ("recompute", "--from", "2026-11-20", "--to", "2026-11-20", "--policy", "diary")
    weighed = hotspots(*weigh, home=home, config=config)
    assert (weighed.status, "1 week under policy diary" in weighed.out) == (0, True)
    timings.write_text("tier,rosh,setting,hours\n9,low,community,1\n", encoding="utf-8")
    bad = hotspots(*asked, home=home, config=config)
    assert (bad.status, bad.out) == (2, "")
    assert bad.err.startswith(f"{timings}: line 2: tier: '9' is not known")
