"""``hotspots sensitivity``: lines by default, tables on request."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.tiering.calibration.study import a_study

from ..conftest import Answer, Home

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


def test_stored_weeks_are_weighed_again_and_skipped_the_second_time(hotspots: Program, home: Home) -> None:
    asked = ("recompute", "--from", "2000-01-01", "--to", "2100-01-01", "--policy", "wmt", "--as", "other")
    answer = hotspots(*asked, home=home)
    assert answer.status == 0, answer.err
    assert "under policy wmt, of which 0 were there already" in answer.out
    weeks = len(home.store.dates())
    assert f"of which {weeks} were there already" in hotspots(*asked, home=home).out
    assert hotspots(*asked[:-1], "../other", home=home).status == 2
    assert hotspots(*asked[:6], "nothing", home=home).status == 2


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
