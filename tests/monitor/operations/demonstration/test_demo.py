"""The demonstration: a synthetic London end to end, repeatable, and never mixed with a real service."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from monitor.alternatives.files import folder_of
from monitor.mail.outbox import messages
from monitor.operations.checks.verify import verify
from monitor.operations.demonstration.demo import run_demo
from monitor.settings import load_settings
from monitor.snapshots.ownership import identity_of
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from tiering.faults import ConfigFault

from ....clock import clock
from ...conftest import AS_AT, NOW, WEEK, Answer, Home, everything_in
from ...databases import Databases
from ..checks.test_check import closed_port

DEMO = (2, 240, 2009, AS_AT)


def files_in(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())


def test_the_demonstration_delivers_digests_and_a_second_run_changes_nothing(
    tmp_path: Path, hotspots: Callable[..., Answer]
) -> None:
    # A mail server is set, and no made-up figure goes there.
    settings = load_settings(home=tmp_path / "demo", smtp_host="127.0.0.1", smtp_port=closed_port(), smtp_tls="none")
    said: list[str] = []
    store, newest = run_demo(settings, *DEMO, lambda: NOW, said.append)
    made = Home(settings, store, "")
    assert [day.isoformat() for day in store.dates()] == ["2026-11-13", "2026-11-20"]
    assert (newest.as_at, newest.source, RunSummary.of_snapshot(newest).digests_queued) == (
        store.dates()[-1],
        "synthetic",
        2,
    )
    assert {one.state for one in messages(store)} == {"sent"}
    assert sorted(path.name for path in settings.outbox.iterdir()) == [
        f"weekly_{day}_{area}@example.org.{ending}"
        for day in store.dates()
        for area in ("north", "south")
        for ending in ("eml", "html")
    ]
    weeks = [line[:10] for line in said[1:] if "% of capacity" in line]
    assert weeks == ["2026-11-13", "2026-11-20"]

    before, delivered = everything_in(made), files_in(settings.outbox)
    again = hotspots("demo", "--weeks", 2, "--cases", 240, "--as-at", AS_AT, home=settings.home)
    assert (again.status, again.err) == (0, "")
    assert everything_in(made) == before
    assert files_in(settings.outbox) == delivered
    for place in (settings.home / "sample", settings.outbox, settings.home / "hotspots.db"):
        assert str(place) in again.out
    assert "As at 2026-11-20 (revision 1, policy london-2009)" in again.out
    assert "of capacity" in again.out
    assert "hotspots serve" in again.out.splitlines()[-1]

    # Its extracts have every column, also those that the little service of other tests lacks.
    assert store.caseload(newest.id or 0).assessments["countersigned_by"].notna().any()
    bundle = tmp_path / "week.zip"
    bundled = hotspots("bundle", "--as-at", AS_AT, "--scope", "cluster:C01", "--out", bundle, home=settings.home)
    assert (bundled.status, bundled.err) == (0, "")
    assert "yes: snapshot for 2026-11-20" in hotspots("bundle", "check", bundle, home=settings.home).out
    store.engine.dispose()


def test_the_demonstration_stays_out_of_a_home_with_real_snapshots(home: Home, hotspots: Callable[..., Answer]) -> None:
    before = everything_in(home)
    answer = hotspots("demo", "--weeks", 3, "--cases", 240, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "holds snapshots of a real service; set HOTSPOTS_HOME to another folder" in answer.err
    assert everything_in(home) == before
    assert not (home.settings.home / "sample").exists()


def test_a_demonstration_without_an_extract_is_refused_in_words(tmp_path: Path, own_environment: Any) -> None:
    settings = load_settings(home=tmp_path / "demo", policy="paris-1789")
    with pytest.raises(ConfigFault, match="paris-1789"):
        run_demo(settings, 1, 240, 2009, AS_AT, lambda: NOW, lambda line: None)


@pytest.mark.parametrize("days", [3, 5])
def test_the_demonstration_is_about_last_friday_and_all_is_well_after_it(
    tmp_path: Path, hotspots: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """On a Friday and a Sunday at the turn of the year."""
    now = datetime(2027, 12, 28, 9, 0, tzinfo=UTC) + timedelta(days=days)
    clock.set(now)
    last = date(2027, 12, 31) if days > 3 else date(2027, 12, 24)
    shown = hotspots("demo", "--weeks", 1, "--cases", 240, home=tmp_path / "demo")
    assert (shown.status, f"As at {last} (revision 1" in shown.out) == (0, True)
    assert sorted(path.name for path in (tmp_path / "demo" / "sample").iterdir()) == [str(last)]
    state = hotspots("status", home=tmp_path / "demo")
    assert (state.status, state.err) == (0, "")
    assert hotspots("verify", home=tmp_path / "demo").status == 0


@pytest.mark.both_databases
def test_a_demonstration_as_at_another_date_replaces_the_one_that_is_there(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.ready(tmp_path / "demo" / "hotspots.db")
    settings = load_settings(home=tmp_path / "demo", database=url)
    identities = set()
    # Both have a week as at AS_AT: what the first left of it would make the second a correction.
    for last, days in ((AS_AT + WEEK, [AS_AT, AS_AT + WEEK]), (AS_AT, [AS_AT])):
        said: list[str] = []
        store, newest = run_demo(settings, len(days), 240, 2009, last, lambda: NOW, said.append)
        assert (newest.as_at, newest.revision, store.dates()) == (last, 1, days)
        assert {one.period for one in messages(store)} == set(days)
        assert {path.name[7:17] for path in settings.outbox.iterdir()} == {str(day) for day in days}
        assert not folder_of(store).exists()
        (folder_of(store) / "of-another-demonstration").mkdir(parents=True)
        identities.add(identity_of(store.engine))
        store.engine.dispose()
    assert verify(store, newest).differences == []
    store.engine.dispose()
    assert said[0] == "replacing the demonstration as at 2026-11-27"
    assert len(identities) == 1, "an archive in object storage would have another owner"


def test_made_up_weeks_after_real_ones_are_not_taken_for_a_demonstration(home: Home) -> None:
    with home.store.engine.begin() as connection:
        newest = update(Snapshot).where(col(Snapshot.id) == home.newest.id)
        connection.execute(newest.values(source="synthetic"))
    before = everything_in(home)
    with pytest.raises(ConfigFault, match="holds snapshots of a real service"):
        run_demo(home.settings, *DEMO, lambda: NOW, lambda line: None)
    assert everything_in(home) == before
