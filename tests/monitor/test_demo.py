"""The demonstration: a synthetic London end to end, repeatable, and never mixed with a real service."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.demo import run_demo
from monitor.mail.outbox import messages
from monitor.settings import load_settings
from monitor.snapshots.store import summary_of
from tiering.policy import PolicyFault

from .conftest import NOW, Answer, Home, everything_in
from .test_check import closed_port

DEMO = (3, 240, 2009)


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
    assert [day.isoformat() for day in store.dates()] == ["2026-11-06", "2026-11-13", "2026-11-20"]
    assert (newest.as_at, newest.source, summary_of(newest)["digests_queued"]) == (store.dates()[-1], "synthetic", 2)
    assert {one.state for one in messages(store)} == {"sent"}
    assert sorted(path.name for path in settings.outbox.iterdir()) == [
        f"weekly_{day}_{area}@example.org.{ending}"
        for day in store.dates()
        for area in ("north", "south")
        for ending in ("eml", "html")
    ]
    assert [line[:10] for line in said[1:]] == ["2026-11-06", "2026-11-13", "2026-11-20"]

    before, delivered = everything_in(made), files_in(settings.outbox)
    again = hotspots("demo", "--weeks", 3, "--cases", 240, home=settings.home)
    assert (again.status, again.err) == (0, "")
    assert everything_in(made) == before
    assert files_in(settings.outbox) == delivered
    for place in (settings.home / "sample", settings.outbox, settings.home / "hotspots.db"):
        assert str(place) in again.out
    assert "As at 2026-11-20 (revision 1, policy london-2009)" in again.out
    assert "of capacity" in again.out
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
    with pytest.raises(PolicyFault, match="paris-1789"):
        run_demo(settings, 1, 240, 2009, lambda: NOW, lambda line: None)
