"""Made-up figures and real ones are never mixed in one home, no matter who starts the run."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.operations.run_ledger import RunState
from monitor.operations.weekly_run import run_if_due
from monitor.sample import write_sample
from monitor.snapshots.tables import SYNTHETIC

from ..conftest import AS_AT, Answer, Home, everything_in, home_in, little_london
from ..extracts.small import write_csv

Program = Callable[..., Answer]


def made_up(folder: Path) -> str:
    """A small extract whose manifest says that it is made up."""
    extract = write_csv(folder, little_london())
    (folder / "manifest.json").write_text(json.dumps({"source": SYNTHETIC}), encoding="utf-8")
    return extract


def test_the_synthetic_extracts_say_that_they_are_made_up(tmp_path: Path) -> None:
    (week,) = write_sample(tmp_path, weeks=1, cases=240, seed=1)
    assert week.folder is not None
    assert json.loads((week.folder / "manifest.json").read_text(encoding="utf-8"))["source"] == SYNTHETIC


def test_made_up_figures_never_come_into_a_home_of_real_ones(home: Home, tmp_path: Path, hotspots: Program) -> None:
    before = everything_in(home)
    answer = hotspots("run", "--extract", made_up(tmp_path / "made-up"), "--as-at", AS_AT + timedelta(7), home=home)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "this home holds real figures, the extract made-up ones: set another HOTSPOTS_HOME\n"
    assert everything_in(home) == before


def test_the_weekly_run_mixes_nothing_either(home: Home, tmp_path: Path) -> None:
    made_up(tmp_path / "arrivals" / "2026-11-23")
    settings = home.with_settings(source=str(tmp_path / "arrivals"))
    answer = run_if_due(home.store, settings, lambda: datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert answer.state is RunState.FAILED
    assert "1 fault in" in answer.detail
    assert home.newest.as_at == AS_AT


def test_an_extract_that_does_not_say_it_is_made_up_is_noted_in_a_home_of_made_up_ones(
    home: Home, tmp_path: Path, hotspots: Program
) -> None:
    demo = home_in(tmp_path / "demo")
    first = hotspots("run", "--extract", made_up(tmp_path / "made-up"), "--as-at", AS_AT - timedelta(7), home=demo)
    assert (first.status, first.err) == (0, "")
    second = hotspots("run", "--extract", home.extract, "--as-at", AS_AT, home=demo)
    assert second.status == 0
    assert second.err.startswith("note: this home holds made-up figures")
    demo.store.engine.dispose()
