"""One prefix of object storage belongs to one database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.operations.backup import back_up, restore
from monitor.operations.checks.verify import verify
from monitor.operations.retention import apply_retention
from monitor.snapshots.archive import keep, list_files, recall
from monitor.snapshots.database import connect
from monitor.snapshots.object_storage.connection import open_storage
from monitor.snapshots.object_storage.objects import delete_objects, write_objects
from monitor.snapshots.ownership import (
    OWNER,
    ArchiveOfAnother,
    claim_archive,
    identity_of,
    own_archive,
    owner_of,
)
from monitor.snapshots.store import Store
from tiering.faults import ConfigFault

from ..conftest import NOW, Home
from ..databases import Databases

URL = "memory://bucket/owned"
LONG_AFTER = NOW + timedelta(weeks=500)


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def prefix() -> Iterator[str]:
    """An empty prefix of a storage in memory."""
    yield URL
    files, _ = open_storage(URL)
    if files.exists("/bucket"):
        files.rm("/bucket", recursive=True)


@pytest.fixture
def engines(databases: Databases, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two databases."""
    made = [connect(databases.ready(tmp_path / name / "hotspots.db")) for name in ("one", "two")]
    yield made[0], made[1]
    for engine in made:
        engine.dispose()


@pytest.mark.both_databases
def test_a_database_has_one_identity_and_another_database_another(engines: tuple[Engine, Engine]) -> None:
    first, second = engines
    with ThreadPoolExecutor() as threads:
        assert len(set(threads.map(identity_of, [first] * 4))) == 1
    assert identity_of(first) == identity_of(first) != identity_of(second)
    assert len(identity_of(first)) == 32


@pytest.mark.both_databases
def test_the_first_database_owns_a_prefix_and_another_is_refused_until_it_claims_it(
    engines: tuple[Engine, Engine], prefix: str
) -> None:
    first, second = engines
    assert owner_of(prefix) is None
    for _ in range(2):
        own_archive(first, prefix)
    one, two = identity_of(first), identity_of(second)
    assert owner_of(prefix) == one
    with pytest.raises(ArchiveOfAnother) as refused:
        own_archive(second, prefix)
    assert refused.value.faults == [
        f"HOTSPOTS_ARCHIVE_URL: {prefix} belongs to another database: its owner is {one}, this database is {two}. "
        "Nothing was written or deleted there. Set a prefix of its own; or, if the other database is gone for good: "
        f"hotspots claim-archive --from {one}, or hotspots restore with --claim-archive"
    ]
    for wrong in (None, two):
        with pytest.raises(ArchiveOfAnother, match=f"belongs to {one}, not to"):
            claim_archive(second, prefix, wrong)
    assert owner_of(prefix) == one
    assert claim_archive(second, prefix, one) == claim_archive(second, prefix, None) == two
    own_archive(second, prefix)
    with pytest.raises(ArchiveOfAnother, match=f"its owner is {two}"):
        own_archive(first, prefix)


def test_of_two_databases_that_ask_at_once_one_owns_the_prefix(engines: tuple[Engine, Engine], prefix: str) -> None:
    def asks(engine: Engine) -> str:
        try:
            own_archive(engine, prefix)
        except ArchiveOfAnother:
            return "refused"
        return identity_of(engine)

    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(asks, engines))
    assert sorted(map(len, answers)) == [7, 32]
    assert owner_of(prefix) in answers


def test_a_folder_of_the_home_has_no_owner(engines: tuple[Engine, Engine], tmp_path: Path) -> None:
    for engine in engines:
        own_archive(engine, tmp_path / "archive")
    assert not (tmp_path / "archive").exists()


def test_an_altered_owner_stops_everyone_with_the_way_out(engines: tuple[Engine, Engine], prefix: str) -> None:
    for content in (b"", b"{}", b'{"database": "../x"}', b"\xff"):
        write_objects(prefix, {OWNER: content})
        with pytest.raises(ConfigFault, match=r"owned/owner.json cannot be read: it was altered; delete it"):
            own_archive(engines[0], prefix)
    delete_objects(prefix, [OWNER])
    own_archive(engines[0], prefix)


def test_files_from_before_owners_were_named_are_left_to_the_database_that_names_them(
    home: Home, engines: tuple[Engine, Engine], prefix: str
) -> None:
    store = Store(home.settings.database_url, prefix)
    name = keep(prefix, home.store.archived_frame(home.newest.id or 0, "grades"))
    assert [file.name.stem for file in list_files(prefix)] == [name]
    other, _ = engines
    with pytest.raises(ArchiveOfAnother, match="holds files of an archive and names no owner, and this database"):
        own_archive(other, prefix)
    assert owner_of(prefix) is None
    own_archive(store.engine, prefix)
    assert owner_of(prefix) == identity_of(store.engine)
    store.engine.dispose()


@pytest.mark.both_databases
def test_a_second_database_on_a_prefix_neither_writes_nor_deletes_there_but_reads(
    new_home: Home, engines: tuple[Engine, Engine], prefix: str, tmp_path: Path
) -> None:
    urls = url_of(new_home.store.engine), url_of(engines[0])
    first, second = (replace(new_home, store=Store(url, prefix, tmp_path, restoring=True)) for url in urls)
    first.take(new_home.extract)
    files = list_files(prefix)
    assert owner_of(prefix) == identity_of(first.store.engine)
    with pytest.raises(ArchiveOfAnother):
        second.take(new_home.extract)
    with pytest.raises(ArchiveOfAnother):
        apply_retention(second.store, second.settings, LONG_AFTER)
    assert (list_files(prefix), second.store.newest()) == (files, None)
    assert apply_retention(second.store, second.settings, LONG_AFTER, dry_run=True).files == len(files)
    assert len(recall(second.store.archive, files[0].name.stem).columns) > 0
    apply_retention(first.store, first.settings, NOW)
    assert verify(first.store, first.newest).differences == []
    for home in (first, second):
        home.store.engine.dispose()


@pytest.mark.both_databases
def test_a_restored_database_has_an_identity_of_its_own_and_takes_the_prefix_over_only_if_told(
    new_home: Home, engines: tuple[Engine, Engine], prefix: str, tmp_path: Path
) -> None:
    new_home.store.archive = prefix
    new_home.take(new_home.extract)
    lost = identity_of(new_home.store.engine)
    file, _ = back_up(new_home.store, tmp_path / "backup.zip", NOW)
    other = Store(url_of(engines[0]), prefix, tmp_path, restoring=True)
    with pytest.raises(ArchiveOfAnother, match=f"its owner is {lost}"):
        restore(other, file, NOW)
    assert other.newest() is None
    restore(other, file, NOW, claim=True)
    own = identity_of(other.engine)
    assert own == owner_of(prefix) != lost
    with pytest.raises(ArchiveOfAnother):
        apply_retention(new_home.store, new_home.settings, NOW)
    restore(other, file, NOW, replace=True)
    assert identity_of(other.engine) == own
    newest = other.newest()
    assert newest is not None
    assert verify(other, newest).differences == []
    other.engine.dispose()
