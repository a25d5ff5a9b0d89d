"""The archive in object storage: a real S3 server as a process of its own, from the run to the pages."""

import hashlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import Session, col, select

from monitor import processes
from monitor.operations.backup import back_up, restore
from monitor.operations.checks.check import faults
from monitor.operations.checks.verify import verify
from monitor.operations.retention import apply_retention
from monitor.operations.status import status
from monitor.operations.weights.recompute import plan_weeks, recompute
from monitor.questions.ask import Asked, ask
from monitor.questions.question import load_questions
from monitor.settings import load_settings, shipped_config
from monitor.snapshots.archive import list_files
from monitor.snapshots.exports.export import render_table, table_of
from monitor.snapshots.object_storage.connection import StorageOutOfReach
from monitor.snapshots.object_storage.objects import create_object, delete_objects, read_object, write_objects
from monitor.snapshots.ownership import OWNER, identity_of, owner_of
from monitor.snapshots.store import DatabaseMissing, Store
from monitor.snapshots.tables import ArchivedFrame

from .conftest import AS_AT, NOW, PEOPLE, WEEK, Answer, Home, Template, _leave_out_settings, little_london
from .databases import SqliteFiles
from .extracts.small import write_csv
from .object_storage import BUCKET, LOG_IN, Line, ask_server, s3_server
from .web.conftest import in_place, served, sign_in

__all__ = ["in_place"]

Program = Callable[..., Answer]
NOWHERE = "s3://no-such-bucket/archive"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the server, which the environment names too."""
    with s3_server() as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in LOG_IN.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        yield endpoint


def home_at(url: str, folder: Path) -> Home:
    """A home with nothing in it, whose archive is at that URL."""
    folder.mkdir(parents=True, exist_ok=True)
    people = folder / "people.yaml"
    people.write_text(PEOPLE, encoding="utf-8")
    database = SqliteFiles().ready(folder / "var" / "hotspots.db")
    settings = load_settings(home=folder / "var", people=people, database=database, archive_url=url)
    return Home(
        settings,
        Store(settings.database_url, settings.archive, settings.alternatives),
        str(folder / "extracts" / AS_AT.isoformat()),
    )


class Reader(threading.Thread):
    """Reads frames of the newest snapshot again and again, as the pages do, until it is told to stop."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._store = Store(home.settings.database_url, home.settings.archive)
        self.stop = threading.Event()
        self.read: set[date] = set()
        self.errors: list[BaseException] = []

    def run(self) -> None:
        while not self.stop.wait(0.1) and not self.errors:
            try:
                newest = self._store.newest()
                assert newest is not None
                assert newest.id is not None
                for name in ("extract_cases", "forecast", "overdue"):
                    self._store.archived_frame(newest.id, name)
                self.read.add(newest.as_at)
            except BaseException as error:
                self.errors.append(error)
        self._store.engine.dispose()


@dataclass(frozen=True)
class Weeks:
    """The three weeks of the little service, and what was met on the way.

    broken_off: what the run of the third week raised when the line was cut in the middle of its first object.
    after_it: as-at date of the newest snapshot after that, and what status said while the line was cut.
    readers: read while the third week was taken again.
    """

    home: Home
    broken_off: BaseException
    after_it: tuple[date, list[str]]
    readers: list[Reader]


@pytest.fixture(scope="module")
def weeks(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weeks]:
    folder = tmp_path_factory.mktemp("weeks")
    line = Line(server)
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        patch.setenv("AWS_ENDPOINT_URL", line.endpoint)
        home = home_at(f"s3://{BUCKET}/three/weeks", folder)
        for as_at in (AS_AT - 2 * WEEK, AS_AT - WEEK):
            home.take(write_csv(Path(home.extract).with_name(as_at.isoformat()), little_london()), as_at)
        extract = write_csv(Path(home.extract), little_london())
        line.cuts_at = b"PUT /"
        with pytest.raises(StorageOutOfReach) as broken_off:
            home.take(extract)
        said = status(home.store, home.settings, NOW, NOW.date()).needs_a_person
        line.mend()
        after_it = home.newest.as_at, said
        readers = [Reader(home), Reader(home)]
        for reader in readers:
            reader.start()
        home.take(extract)
        for reader in readers:
            while AS_AT not in reader.read and not reader.errors:
                time.sleep(0.02)
            reader.stop.set()
            reader.join()
        yield Weeks(home, broken_off.value, after_it, readers)
    home.store.engine.dispose()
    line.close()


@pytest.fixture
def stored(weeks: Weeks, own_environment: None) -> Home:
    """The three weeks, to be read."""
    return weeks.home


@pytest.fixture
def in_folder(_three_weeks: Template, own_environment: None) -> Iterator[Home]:
    """The same three weeks with their archive in the home, to be read."""
    url, folder = _three_weeks.url_of(SqliteFiles()), _three_weeks.folder_of(SqliteFiles())
    settings = load_settings(home=folder / "var", people=folder / "people.yaml", database=url)
    store = Store(url, settings.archive)
    yield Home(settings, store, "")
    store.engine.dispose()


@pytest.fixture
def restored(stored: Home, tmp_path: Path) -> Iterator[Home]:
    """A backup of the three weeks, restored into another prefix, to change at will."""
    file, manifest = back_up(stored.store, tmp_path / "backup.zip", NOW)
    assert manifest.damaged == []
    home = home_at(f"s3://{BUCKET}/{tmp_path.name}", tmp_path / "restored")
    restore(home.store, file, NOW)
    yield home
    home.store.engine.dispose()


def frames_of(home: Home) -> list[ArchivedFrame]:
    query = select(ArchivedFrame).order_by(col(ArchivedFrame.snapshot_id), col(ArchivedFrame.name))
    with Session(home.store.engine) as session:
        return list(session.exec(query))


def key_of(home: Home, name: str) -> str:
    """The key of the object of a frame of the newest snapshot."""
    (sha256,) = (frame.sha256 for frame in frames_of(home) if (frame.snapshot_id, frame.name) == (home.newest.id, name))
    return f"{sha256[:2]}/{sha256}.parquet"


def files_of(home: Home) -> list[tuple[str, int]]:
    return sorted((file.name.name, file.size) for file in list_files(home.store.archive))


def exported(home: Home, table: str) -> bytes:
    return render_table(table_of(home.store, home.newest, table), "csv")


def at(home: Home) -> dict[str, str]:
    """The setting that names the archive to a program."""
    return {"archive_url": str(home.settings.archive)}


def test_figures_and_files_are_those_of_an_archive_in_a_folder(stored: Home, in_folder: Home) -> None:
    # The name of a file is the hash of its content.
    assert frames_of(stored) == frames_of(in_folder)
    assert files_of(stored) == files_of(in_folder)
    assert not (stored.settings.home / "archive").exists()
    for read in (Store.units, Store.hotspots, Store.timeliness):
        pd.testing.assert_frame_equal(read(stored.store, 3), read(in_folder.store, 3))
    for table in ("cases", "rejected", "hotspots", "forecast"):
        assert exported(stored, table) == exported(in_folder, table)


def test_a_new_calculation_finds_the_same_figures(stored: Home) -> None:
    verdict = verify(stored.store, stored.newest)
    assert verdict.figures > 1_000
    assert verdict.differences == []


def test_readers_never_meet_half_a_week_while_a_run_stores(weeks: Weeks) -> None:
    for reader in weeks.readers:
        assert reader.errors == []
        assert reader.read == {AS_AT - WEEK, AS_AT}


def test_a_server_that_is_gone_in_the_middle_of_a_run_leaves_the_last_snapshot(weeks: Weeks) -> None:
    url = f"s3://{BUCKET}/three/weeks"
    assert str(weeks.broken_off).startswith(f"{url}: out of reach: ")
    assert str(weeks.broken_off).endswith(": check the network, AWS_ENDPOINT_URL and the other AWS_ variables")
    newest, said = weeks.after_it
    assert newest == AS_AT - WEEK
    assert [line for line in said if line.startswith(f"{url}: out of reach: ")]


def test_a_question_over_the_archive_has_the_same_answer(stored: Home, in_folder: Home) -> None:
    question = load_questions(shipped_config())["cases-by-tier"]
    answers = [ask(home.store, Asked(question, {})).table for home in (stored, in_folder)]
    assert len(answers[0]) > 1
    pd.testing.assert_frame_equal(*answers)
    assert list(Path(tempfile.gettempdir()).glob(f"hotspots.{processes.mark()}-*")) == []


def test_pages_are_shown_and_a_storage_that_is_gone_is_told(weeks: Weeks, own_environment: None) -> None:
    pages = served(weeks.home)
    browser = sign_in(pages, "north")
    shown = browser.get("/offender-manager/M1")
    assert (shown.status_code, "Ann Arbuthnot" in shown.text) == (200, True)
    gone = weeks.home.store.archive
    weeks.home.store.archive = NOWHERE
    try:
        answer = sign_in(served(weeks.home), "north").get("/offender-manager/M1")
    finally:
        weeks.home.store.archive = gone
    assert (answer.status_code, "Nothing is lost. Try again later." in answer.text) == (503, True)


def test_a_restored_backup_is_the_same_and_the_retention_deletes_what_is_over(stored: Home, restored: Home) -> None:
    assert frames_of(restored) == frames_of(stored)
    before = files_of(restored)
    assert before == files_of(stored)
    left = hashlib.sha256(b"left by a killed run").hexdigest()
    others = {f"{left[:2]}/{left}.parquet": b"left by a killed run", "not/ours.parquet": b"of another service"}
    write_objects(str(restored.settings.archive), others)
    (written,) = (
        datetime.fromtimestamp(file.changed, UTC)
        for file in list_files(restored.store.archive)
        if file.name.stem == left
    )
    settings = restored.with_settings(keep_cases_weeks=1)
    apply_retention(restored.store, settings, written + timedelta(hours=1))
    assert f"{left}.parquet" in dict(files_of(restored)), "a run may still be writing it"
    apply_retention(restored.store, settings, max(NOW, written + timedelta(days=2)))
    needed = {f"{frame.sha256}.parquet" for frame in frames_of(restored) if frame.removal_id is None}
    assert set(dict(files_of(restored))) == needed
    assert len(needed) < len(before)
    assert read_object(str(restored.settings.archive), "not/ours.parquet") == b"of another service"
    assert restored.store.damaged_frames(restored.newest.id or 0) == []


def test_a_damaged_or_missing_object_is_named_with_the_way_out(stored: Home, hotspots: Program) -> None:
    url = str(stored.settings.archive)
    key = key_of(stored, "extract_cases")
    content = read_object(url, key)
    write_objects(url, {key: content[:-1]})
    try:
        answer = hotspots("verify", home=stored, **at(stored))
        listed = stored.store.damaged_frames(stored.newest.id or 0)
        delete_objects(url, [key])
        gone = hotspots("verify", home=stored, **at(stored))
    finally:
        write_objects(url, {key: content})
    assert (answer.status, listed) == (1, ["extract_cases"])
    assert answer.err == f"ArchiveDamaged: {url}/{key}: altered since it was stored; restore it from a backup\n"
    assert gone.err == f"ArchiveDamaged: {url}/{key}: missing from the archive; restore it from a backup\n"
    assert hotspots("export", "cases", home=stored, **at(stored)).status == 0


def test_a_bucket_that_does_not_exist_is_named(stored: Home, hotspots: Program) -> None:
    said = f"{NOWHERE}: the bucket does not exist: create it, or correct HOTSPOTS_ARCHIVE_URL"
    answer = hotspots("export", "cases", home=stored, archive_url=NOWHERE)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.splitlines()[0] == f"StorageOutOfReach: {said}"
    assert answer.err.splitlines()[1].startswith("put the storage of HOTSPOTS_ARCHIVE_URL right")
    assert [fault for fault in faults(stored.with_settings(archive_url=NOWHERE), AS_AT) if "s3://" in fault] == [said]


def test_a_place_without_encryption_is_one_fault_of_the_check(
    stored: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example.org")
    answer = hotspots("check", home=stored, archive_url=f"s3://{BUCKET}/not-encrypted")
    says = "AWS_ENDPOINT_URL: the address of the storage of HOTSPOTS_ARCHIVE_URL must start with https:// "
    assert [line for line in (answer.out + answer.err).splitlines() if "AWS_" in line] == [
        f"{says}(or http:// on this machine)"
    ]
    assert answer.status == 2


def test_other_weights_are_calculated_from_the_same_rows(stored: Home, in_folder: Home, tmp_path: Path) -> None:
    weighed = []
    for home in (stored, in_folder):
        folder = tmp_path / str(len(weighed))
        plan = plan_weeks(home.store, home.settings.config, folder, "wmt", AS_AT, AS_AT)
        assert [answer.says for answer in recompute(plan, folder, "wmt", workers=1)] == [""]
        weighed.append((folder / f"{AS_AT}.parquet").read_bytes())
    assert weighed[0] == weighed[1]


def test_a_log_in_that_is_refused_is_told(server: str, stored: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"s3://{BUCKET}/refused"
    ask_server("POST", f"{server}/moto-api/reset-auth", b"0")
    try:
        (fault,) = (fault for fault in faults(stored.with_settings(archive_url=url), AS_AT) if "s3://" in fault)
    finally:
        ask_server("POST", f"{server}/moto-api/reset-auth", b"inf")
    assert fault.startswith(f"{url}: access refused: ")
    assert fault.endswith(": let this log-in list, read, write and delete there, or correct the AWS_ variables")


def test_a_prefix_of_another_database_is_refused_until_it_is_claimed_on_purpose(
    stored: Home, tmp_path: Path, hotspots: Program
) -> None:
    url = str(stored.settings.archive)
    other = home_at(url, tmp_path)
    extract = write_csv(Path(other.extract), little_london())
    owner, files = owner_of(url), files_of(stored)
    assert owner == identity_of(stored.store.engine)
    create_object(url, OWNER, b"the first one stays")
    says = f"HOTSPOTS_ARCHIVE_URL: {url} belongs to another database: its owner is {owner}, this database is "
    assert [fault for fault in faults(other.settings, AS_AT) if fault.startswith(says)]
    assert not [fault for fault in faults(stored.settings, AS_AT) if fault.startswith("HOTSPOTS_ARCHIVE_URL")]
    for words in (("run", "--extract", extract, "--as-at", AS_AT), ("retention",)):
        answer = hotspots(*words, home=other, **at(other))
        assert (answer.status, says in answer.err) == (2, True)
    assert hotspots("claim-archive", home=other, **at(other)).status == 2
    assert (files_of(stored), owner_of(url)) == (files, owner)
    claimed = hotspots("claim-archive", "--from", owner, home=other, **at(other))
    own = identity_of(other.store.engine)
    assert (claimed.status, claimed.out) == (0, f"{url} belongs to this database: {own}\n")
    assert hotspots("retention", home=stored, **at(stored)).status == 2
    assert hotspots("verify", home=stored, **at(stored)).status == 0
    assert hotspots("claim-archive", "--from", own, home=stored, **at(stored)).status == 0
    other.store.engine.dispose()


def test_a_home_without_its_database_is_not_begun_anew_over_an_archive(stored: Home, tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match=f"s3://{BUCKET}/three/weeks holds files of its snapshots"):
        Store(f"sqlite:///{tmp_path / 'hotspots.db'}", stored.settings.archive)
