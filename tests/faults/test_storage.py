"""Disk full, database or folder read-only, archive damaged: told in words, and nothing that was there is lost."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.operations.checks.verify import verify
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.tables import ArchivedFrame

from ..monitor.conftest import Answer, everything_in
from .conftest import NEW, OLD, database_of, is_new, opened, said, start, start_run

# The superuser may write whatever is marked read-only, unless that power is taken from the process.
AS_ANYBODY = () if os.geteuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
Program = Callable[..., Answer]
FRAMES = ArchivedFrame.__table__  # type: ignore[attr-defined]


def before_in(service: Path) -> dict[str, Any]:
    with opened(service) as home:
        return everything_in(home)


def assert_told_in_words(answer: Answer, *words: str) -> None:
    assert answer.status == 1, answer
    assert "Traceback" not in answer.err
    assert 1 <= len(answer.err.splitlines()) <= 3, answer.err
    assert "nothing that was stored before has changed" in answer.err or "restore it from a backup" in answer.err
    assert any(word in answer.err for word in words), answer.err


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """``folder``, with all that is in it, as a file system of its own with so many kilobytes free."""
    away = folder.rename(folder.with_name("away"))
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=True, capture_output=True)
    try:
        subprocess.run(["cp", "-a", f"{away}/.", folder], check=True)
        (folder / "ballast").write_bytes(bytes(shutil.disk_usage(folder).free - kilobytes * 1024))
        yield
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()
        away.rename(folder)


def can_mount(folder: Path) -> bool:
    """Whether this machine lets us make a small disk; the superuser of a container may be forbidden to."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True).returncode == 0
    if mounted:
        subprocess.run(["umount", folder], check=True)
    folder.rmdir()
    return mounted


def test_a_disk_that_is_full_at_any_point_of_a_run_leaves_the_old_snapshot(
    service: Path, tmp_path: Path, hotspots: Program
) -> None:
    if not can_mount(tmp_path / "try"):
        print("no small disk can be mounted here: the limit on the size of files stands for it")
        return
    before = before_in(service)
    home_folder = service / "var"
    errors = set()
    for folder, kilobytes in ((home_folder / "archive", 24), (home_folder, 0)):
        with small_disk(folder, kilobytes):
            answer = said(start_run(service))
            print(f"{kilobytes} KB free for {folder.name}: {answer.err.strip()}")
            assert_told_in_words(answer, "No space left on device", "database or disk is full", "disk I/O error")
            errors.add(answer.err.partition(":")[0])
            # To read, SQLite too needs a little room beside its file.
            (folder / "ballast").unlink()
            with opened(service) as home:
                assert not is_new(home, before)
                assert len(home.store.archived_frame(home.newest.id or 0, "cases")) > 5
            # Nothing half written is left to fill the disk for good.
            assert list(home_folder.rglob("*.part")) == []
    assert errors == {"OSError", "OperationalError"}
    with small_disk(home_folder, 8_000):
        assert_runs_as_if_nothing_had_been(service, before, hotspots)


def assert_runs_as_if_nothing_had_been(service: Path, before: dict[str, Any], hotspots: Program) -> None:
    with opened(service) as home:
        answer = hotspots("run", "--extract", service / "extracts" / NEW.isoformat(), "--as-at", NEW, home=home)
        assert (answer.status, answer.err) == (0, "")
        assert is_new(home, before)


def test_a_file_that_may_not_grow_leaves_the_old_snapshot(service: Path, hotspots: Program) -> None:
    before = before_in(service)
    for limit in (8_000, 60_000):
        limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
        answer = said(start_run(service, first=limited))
        print(f"no file over {limit} bytes: {answer.err.strip()}")
        assert_told_in_words(answer, "File too large", "disk I/O error", "database or disk is full")
        with opened(service) as home:
            assert not is_new(home, before)
    assert_runs_as_if_nothing_had_been(service, before, hotspots)


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    modes = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


def test_what_is_read_only_stays_as_it_is_and_says_so(service: Path, hotspots: Program) -> None:
    before = before_in(service)
    home_folder = service / "var"
    folders = [path for path in (home_folder / "archive").rglob("*") if path.is_dir()]
    places = {
        # The first, because a run that fails at the database has written the files that another will find there.
        "archive": [home_folder / "archive", *folders],
        "database": [home_folder / "hotspots.db"],
        "home": [home_folder, home_folder / "hotspots.db"],
    }
    for what, paths in places.items():
        with read_only(*paths):
            answer = said(start_run(service, under=AS_ANYBODY))
            print(f"{what} read-only: {answer.err.strip()}")
            assert_told_in_words(answer, "readonly database", "Permission denied")
            assert said(start(service, "export", "workload", under=AS_ANYBODY)).status == (1 if what == "home" else 0)
        with opened(service) as home:
            assert not is_new(home, before)
    # Once it may be written again, all is as if nothing had been.
    assert_runs_as_if_nothing_had_been(service, before, hotspots)


def archived(service: Path, name: str) -> Path:
    """The file that holds a frame of the newest snapshot."""
    with database_of(service) as engine, engine.connect() as connection:
        query = select(FRAMES.c.sha256).where(FRAMES.c.name == name).order_by(FRAMES.c.snapshot_id.desc())
        sha256 = connection.execute(query).scalars().first()
    return service / "var" / "archive" / sha256[:2] / f"{sha256}.parquet"


def damage(file: Path, whole: bytes, how: str) -> str:
    """What the program says from now on of a file that held ``whole``."""
    if how == "missing":
        file.unlink()
        return f"{file}: missing from the archive; restore it from a backup"
    content = bytearray(whole)
    content[len(content) // 2] ^= 1
    file.write_bytes(content if how == "one bit" else whole[:-100])
    return f"{file}: altered since it was stored; restore it from a backup"


def test_a_damaged_archive_file_is_named_and_every_other_snapshot_stays_readable(
    service: Path, hotspots: Program
) -> None:
    with opened(service) as home:
        home.take(str(service / "extracts" / NEW.isoformat()), NEW, proposes=False)
        file = archived(service, "cases")
        whole = file.read_bytes()
        for how in ("one bit", "cut", "missing"):
            words = damage(file, whole, how)
            assert_told_in_words(hotspots("export", "cases", home=home), words)
            for command in ("export workload", f"export cases --as-at {OLD}"):
                answer = hotspots(*command.split(), home=home)
                assert (answer.status, answer.err) == (0, ""), answer
        assert_told_in_words(hotspots("verify", home=home), words)
        answer = hotspots("verify", "--as-at", OLD, home=home)
        assert (answer.status, answer.err) == (0, ""), answer
        # Mail is sent from the stored bytes, and needs no file of the archive.
        assert hotspots("deliver", home=home).status == 0


def test_a_run_that_stores_the_same_rows_again_mends_the_file_that_was_damaged(service: Path) -> None:
    file = archived(service, "extract_organisation")
    damage(file, file.read_bytes(), "one bit")
    with opened(service) as home:
        with pytest.raises(ArchiveDamaged):
            verify(home.store, home.newest)
        home.take(str(service / "extracts" / NEW.isoformat()), NEW)
        assert archived(service, "extract_organisation") == file
        for as_at in (OLD, NEW):
            snapshot = home.store.newest(as_at)
            assert snapshot is not None
            assert verify(home.store, snapshot).differences == []
