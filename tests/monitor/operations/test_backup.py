"""Backup and restore: everything that is stored in one file, put back wholly or not at all, on either database."""

import errno
import hashlib
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from alembic import command
from sqlalchemy import MetaData, event, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from monitor.alternatives.files import MANIFEST, Manifest, WeekEntry, folder_of, path_of
from monitor.mail.outbox import history, messages
from monitor.mail.sender import deliver
from monitor.operations.backup import BackupFault, back_up, restore
from monitor.operations.checks.verify import verify
from monitor.processes import mark
from monitor.snapshots import database
from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.exports.export import render_table, table_of
from monitor.snapshots.store import Store

from ..conftest import AS_AT, NOW, WEEK, Answer, Home, everything_in, home_in, little_london
from ..databases import Databases, PostgresqlServer, SqliteFiles
from ..extracts.small import write_csv

Program = Callable[..., Answer]
pytestmark = pytest.mark.both_databases
LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def exports(home: Home) -> dict[str, bytes]:
    return {table: exported(home, table) for table in EXPORTS}


def exported(home: Home, table: str) -> bytes:
    return render_table(table_of(home.store, home.newest, table), "csv")


def rows_in(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of its key."""
    with store.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in SQLModel.metadata.sorted_tables
        }


def archive_of(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.settings.archive.rglob("*.parquet")}


def keep_alternative(home: Home) -> None:
    """Write an alternative with one week, of which a backup needs only the bytes."""
    folder = folder_of(home.store) / "other"
    folder.mkdir(parents=True)
    path_of(folder, AS_AT).write_bytes(b"a week")
    sha256 = hashlib.sha256(b"a week").hexdigest()
    entry = WeekEntry(policy_fingerprint="f", content_hash="c", revision=1, sha256=sha256)
    manifest = Manifest(policy="wmt", code_version="1", weeks={AS_AT: entry})
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")


def alternatives_of(home: Home) -> dict[str, bytes]:
    folder = folder_of(home.store)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def file(home: Home, tmp_path: Path) -> Path:
    """A backup of the home of three weeks, with one week of an alternative history."""
    keep_alternative(home)
    return back_up(home.store, tmp_path / "backup.zip", NOW)[0]


@pytest.fixture
def other(databases: Databases, tmp_path: Path) -> Iterator[Home]:
    """An empty home to restore into, on the same kind of database."""
    made = home_in(tmp_path / "other", database=databases.ready(tmp_path / "other" / "var" / "hotspots.db"))
    yield made
    made.store.engine.dispose()


@pytest.fixture
def elsewhere(databases: Databases, own_postgresql: PostgresqlServer, tmp_path: Path) -> Iterator[Home]:
    """An empty home to restore into, on the other kind of database."""
    server: Databases = own_postgresql if databases.kind == "sqlite" else SqliteFiles()
    made = home_in(tmp_path / "elsewhere", database=server.ready(tmp_path / "elsewhere" / "var" / "hotspots.db"))
    yield made
    made.store.engine.dispose()


def test_what_was_backed_up_comes_back_as_it_was_on_the_other_database(home: Home, elsewhere: Home, file: Path) -> None:
    restore(elsewhere.store, file, LATER, keep_queue=True)
    assert rows_in(elsewhere.store) == rows_in(home.store)
    assert exports(elsewhere) == exports(home)
    assert archive_of(elsewhere) == archive_of(home)
    assert alternatives_of(elsewhere) == alternatives_of(home) != {}
    # It goes on from there: numbers that the database gives do not meet those that were restored.
    following = elsewhere.take(home.extract, AS_AT + WEEK, proposes=False)
    assert verify(elsewhere.store, following).differences == []
    assert messages(elsewhere.store)[0].period == AS_AT + WEEK


def test_a_backup_of_what_was_restored_holds_the_same(home: Home, other: Home, file: Path, tmp_path: Path) -> None:
    first = restore(other.store, file, LATER, keep_queue=True)
    again = back_up(other.store, tmp_path / "again.zip", NOW)[1]
    assert again == first


def test_mail_that_waited_is_held_for_the_operator_because_it_may_have_been_sent_since(home: Home, file: Path) -> None:
    assert [one.state for one in deliver(home.store, home.settings, lambda: NOW)] == ["sent", "sent"]
    restore(home.store, file, LATER, replace=True)
    held = [one for one in messages(home.store) if one.period == AS_AT]
    assert {one.state for one in held} == {"in_doubt"}
    assert {one.reason for one in held} == {
        "restored from the backup of 2026-11-22 09:00 UTC, after which it may have been sent"
    }
    assert list(deliver(home.store, home.settings, lambda: LATER)) == []
    assert held[0].id is not None
    last = history(home.store, held[0].id)[-1]
    assert (last.from_state, last.to_state, last.at) == ("queued", "in_doubt", LATER)


def test_a_store_that_holds_something_is_replaced_only_when_asked_for(home: Home, file: Path, tmp_path: Path) -> None:
    home.take(write_csv(tmp_path / "next", little_london()), AS_AT + WEEK, proposes=False)
    before = everything_in(home)
    with pytest.raises(BackupFault, match=r"holds snapshots, messages or runs; .* --replace"):
        restore(home.store, file, LATER)
    assert everything_in(home) == before
    restore(home.store, file, LATER, replace=True)
    assert home.newest.as_at == AS_AT


def altered(file: Path, name: str, content: bytes | None) -> Path:
    """A copy of a backup with one part changed, added or left out."""
    copy = file.with_name(f"{file.stem}-altered-{Path(name).stem}.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
            elif content is not None:
                new.writestr(entry, content)
        if name not in old.namelist() and content is not None:
            new.writestr(name, content)
    return copy


def names_in(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        return packed.namelist()


@pytest.mark.parametrize("place", [0, -4, -3], ids=["a table", "a file of the archive", "a week of an alternative"])
@pytest.mark.parametrize(("content", "said"), [(b"PAR1", "damaged"), (None, "is missing")], ids=["damaged", "missing"])
def test_a_backup_of_which_a_part_is_wrong_is_not_restored(
    home: Home, file: Path, place: int, content: bytes | None, said: str
) -> None:
    name = names_in(file)[place]
    before = everything_in(home)
    with pytest.raises(BackupFault, match=f"{name}: {said}"):
        restore(home.store, altered(file, name, content), LATER, replace=True)
    assert everything_in(home) == before


def escaping(file: Path) -> bytes:
    """The manifest of a backup with an alternative that would be written outside the home."""
    with zipfile.ZipFile(file) as packed:
        manifest = packed.read("manifest.json")
    assert b'"other/manifest.json"' in manifest
    return manifest.replace(b'"other/manifest.json"', b'"../../manifest.json"')


def test_what_is_no_whole_backup_is_refused_in_words(home: Home, file: Path, tmp_path: Path) -> None:
    half, other = tmp_path / "half.zip", tmp_path / "other.zip"
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    flipped = bytearray(file.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)
    zipfile.ZipFile(other, "w").close()
    wrong = {
        tmp_path / "nowhere.zip": "there is no such file",
        half: "is not a whole backup",
        tmp_path / "flipped.zip": "damaged",
        other: "is not a backup of this program",
        altered(file, "manifest.json", b"{}"): "is not a backup of this program",
        altered(file, "../../evil.parquet", b"?"): "not in the manifest",
        altered(file, "manifest.json", escaping(file)): "is not a backup of this program",
    }
    before = everything_in(home)
    for one, said in wrong.items():
        with pytest.raises(BackupFault, match=said):
            restore(home.store, one, LATER, replace=True)
    with zipfile.ZipFile(file) as packed:
        newer = packed.read("manifest.json").replace(f'"{database.HEAD}"'.encode(), b'"9999"')
    with pytest.raises(BackupFault, match="newer version of the program"):
        restore(home.store, altered(file, "manifest.json", newer), LATER, replace=True)
    older = newer.replace(b'"9999"', b'"0011"')
    with pytest.raises(BackupFault, match=r"from before the first release .* take each week again from its extract"):
        restore(home.store, altered(file, "manifest.json", older), LATER, replace=True)
    assert everything_in(home) == before


def test_a_restore_that_breaks_off_half_way_changes_nothing(home: Home, file: Path) -> None:
    """The last table is not what its name says: every hash is right, and the database refuses the rows."""
    with zipfile.ZipFile(file) as packed:
        rows = packed.read("tables/hotspot.parquet")
        was = hashlib.sha256(packed.read("tables/unit_workload.parquet")).hexdigest()
        manifest = packed.read("manifest.json").replace(was.encode(), hashlib.sha256(rows).hexdigest().encode())
    swapped = altered(file, "tables/unit_workload.parquet", rows)
    before = everything_in(home)
    with pytest.raises(DBAPIError, match=r"column (named )?.?rule"):
        restore(home.store, altered(swapped, "manifest.json", manifest), LATER, replace=True)
    assert everything_in(home) == before


def test_a_backup_holds_whole_weeks_though_a_run_is_stored_in_the_middle_of_it(home: Home, tmp_path: Path) -> None:
    second = Store(home.settings.database_url, home.settings.archive)

    def store_a_week(*of: Any) -> None:
        if "FROM unit_workload" in of[2] and len(home.store.dates()) == 3:
            home.take(home.extract, AS_AT + WEEK, proposes=False)

    event.listen(second.engine, "before_cursor_execute", store_a_week)
    during, _ = back_up(second, tmp_path / "during.zip", NOW)
    second.engine.dispose()
    after, _ = back_up(home.store, tmp_path / "after.zip", NOW)
    for file, weeks in ((during, 3), (after, 4)):
        with zipfile.ZipFile(file) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        of = {
            name: pq.read_table(io.BytesIO(parts[f"tables/{name}.parquet"])).to_pandas()
            for name in ("snapshot", "unit_workload", "hotspot", "timeliness", "archived_frame", "outbox")
        }
        assert len(of["snapshot"]) == weeks
        for name in of.keys() - {"snapshot"}:
            assert set(of[name]["snapshot_id"]) == set(of["snapshot"]["id"]), name
        assert {f"archive/{sha256}.parquet" for sha256 in of["archived_frame"]["sha256"]} <= parts.keys()


def test_a_damaged_file_of_the_archive_is_left_out_and_named(home: Home, tmp_path: Path, hotspots: Program) -> None:
    lost = next(path for path in home.settings.archive.rglob("*.parquet"))
    lost.write_bytes(b"?")
    answer = hotspots("backup", "--out", tmp_path / "backup.zip", home=home)
    assert answer.status == 1
    assert f"left out, because missing or damaged in the archive: {lost.stem}" in answer.err
    assert f"archive/{lost.stem}.parquet" not in names_in(tmp_path / "backup.zip")
    answer = hotspots("restore", "--from", tmp_path / "backup.zip", "--replace", home=home)
    assert (answer.status, lost.stem in answer.err) == (1, True)


def test_a_backup_is_for_its_owner_only_and_overwrites_nothing(home: Home, file: Path, hotspots: Program) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    answer = hotspots("backup", "--out", file, home=home)
    assert (answer.status, "never overwritten" in answer.err) == (2, True)
    assert file.read_bytes() == before


def test_a_backup_that_cannot_be_finished_leaves_no_file(home: Home, tmp_path: Path) -> None:
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE timeliness")
    with pytest.raises(DBAPIError, match="timeliness"):
        back_up(home.store, tmp_path / "out" / "backup.zip", NOW)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_backup_holds_the_mail_and_no_secret(home: Home, tmp_path: Path, hotspots: Program) -> None:
    secrets = {"smtp_host": "mail.example.org", "smtp_username": "hotspots", "smtp_password": "open-sesame-4711"}
    hotspots("backup", "--out", tmp_path / "backup.zip", home=home, **secrets)
    with zipfile.ZipFile(tmp_path / "backup.zip") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert all(b"open-sesame-4711" not in content for content in parts.values())
    assert not any("people" in name or "toml" in name for name in parts)
    mail = pq.read_table(io.BytesIO(parts["tables/outbox.parquet"]))["message"].to_pylist()
    assert {hashlib.sha256(one).hexdigest() for one in mail} == {one.sha256 for one in messages(home.store)}


def as_of(earlier: str, file: Path, folder: Path) -> Path:
    """A backup as the program of an earlier revision would have written it: with the tables and columns it had.

    It is of the first format, which had no alternative histories.
    """
    old = database.connect(f"sqlite:///{folder / 'earlier.db'}")
    with old.begin() as connection:
        command.downgrade(database.migrations(connection), earlier)
    then = MetaData()
    then.reflect(old)
    old.dispose()
    manifest: dict[str, Any] = {"format": 1, "tables": {}}
    with zipfile.ZipFile(file) as packed, zipfile.ZipFile(folder / f"{earlier}.zip", "w") as made:
        now = json.loads(packed.read("manifest.json"))
        for name in packed.namelist():
            if name.startswith("archive/"):
                made.writestr(name, packed.read(name))
        for name in now["tables"].keys() & then.tables.keys():
            rows = pq.read_table(io.BytesIO(packed.read(f"tables/{name}.parquet")))
            sink = io.BytesIO()
            pq.write_table(rows.select([column.name for column in then.tables[name].columns]), sink)
            made.writestr(f"tables/{name}.parquet", sink.getvalue())
            sha256 = hashlib.sha256(sink.getvalue()).hexdigest()
            manifest["tables"][name] = {"rows": rows.num_rows, "sha256": sha256}
        del now["alternatives"]
        made.writestr("manifest.json", json.dumps(now | manifest | {"revision": earlier}))
    return folder / f"{earlier}.zip"


def test_a_backup_of_the_oldest_revision_is_brought_to_the_newest(
    home: Home, other: Home, file: Path, tmp_path: Path
) -> None:
    restored = restore(other.store, as_of(database.BASELINE, file, tmp_path), LATER)
    assert (restored.revision, database.revision(other.store.engine)) == (database.BASELINE, database.HEAD)
    assert other.store.dates() == home.store.dates()
    assert exported(other, "cases") == exported(home, "cases")
    before, after = home.store.units(number_of(home)), other.store.units(number_of(other))
    pd.testing.assert_series_equal(after["total_points"], before["total_points"])
    assert {one.state for one in messages(other.store) if one.period == AS_AT} == {"in_doubt"}


def number_of(home: Home) -> int:
    assert home.newest.id is not None
    return home.newest.id


def test_what_cannot_be_told_apart_from_a_living_backup_goes_after_a_day(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    old, young = "hotspots-2026-11-01T050000Z.part", "hotspots-2026-11-22T050000Z.part"
    from_elsewhere, at_work = "mine.4711-1-0123456789ab.part", f"mine.{mark()}.part"
    for name in (old, young, from_elsewhere, at_work, "a download.part"):
        (folder / name).touch()
        written = NOW - timedelta(hours=23 if name == young else 25)
        os.utime(folder / name, (written.timestamp(), written.timestamp()))
    made, _ = back_up(home.store, folder, NOW)
    assert {path.name for path in folder.iterdir()} == {young, at_work, "a download.part", made.name}


def test_a_disk_that_is_full_is_told_by_the_file_that_did_not_fit(
    home: Home, hotspots: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill)
    answer = hotspots("backup", "--out", tmp_path / "backup", home=home)
    assert (answer.status, answer.out) == (1, "")
    assert f"No space left on device: '{tmp_path / 'backup'}/hotspots-" in answer.err
    assert "the disk of HOTSPOTS_HOME, or of the file named, is full or failing" in answer.err
    assert list((tmp_path / "backup").iterdir()) == []


def test_a_fault_that_is_not_of_the_disk_keeps_its_own_words(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError("the library says so")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"^the library says so$"):
        back_up(home.store, tmp_path / "backup", NOW)


def test_two_backups_of_one_name_at_once_never_overwrite_each_other(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    monkeypatch.setattr(os, "fsync", lambda _descriptor: file.write_bytes(b"of the other"))
    with pytest.raises(BackupFault, match="exists already; a backup is never overwritten"):
        back_up(home.store, file, NOW)
    assert file.read_bytes() == b"of the other"


def test_a_week_of_an_alternative_that_was_altered_is_left_out_and_named(home: Home, tmp_path: Path) -> None:
    keep_alternative(home)
    path_of(folder_of(home.store) / "other", AS_AT).write_bytes(b"altered")
    manifest = back_up(home.store, tmp_path / "backup.zip", NOW)[1]
    assert manifest.damaged == [f"alternatives/other/{AS_AT}.parquet"]
    assert list(manifest.alternatives) == ["other/manifest.json"]
