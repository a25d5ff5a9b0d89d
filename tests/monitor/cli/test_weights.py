"""``hotspots sensitivity``: lines by default, tables on request."""

import json
from collections.abc import Callable
from pathlib import Path

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
