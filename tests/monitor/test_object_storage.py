"""The archive in object storage: a real S3 server as a process of its own, from the run to the pages."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import Session, col, select

from monitor.operations.verify import verify
from monitor.settings import load_settings
from monitor.snapshots.archive import list_files
from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.export import render_table, table_of
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame

from .conftest import AS_AT, PEOPLE, WEEK, Answer, Home, Template, _leave_out_settings, little_london
from .databases import SqliteFiles
from .extracts.small import write_csv
from .object_storage import BUCKET, LOG_IN, s3_server

Program = Callable[..., Answer]
KEPT_OUT = "s3://no-such-bucket/archive"


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
    return Home(settings, Store(settings.database_url, settings.archive), str(folder / "extracts" / AS_AT.isoformat()))


class Reader(threading.Thread):
    """Reads every frame of the newest snapshot again and again, as the pages do, until it is told to stop."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._store = Store(home.settings.database_url, home.settings.archive)
        self.stop = threading.Event()
        self.read: set[date] = set()
        self.errors: list[BaseException] = []

    def run(self) -> None:
        while not self.stop.is_set() and not self.errors:
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


@pytest.fixture(scope="module")
def weeks(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, list[Reader]]]:
    """The three weeks of the little service, the last of which was taken while two readers read."""
    folder = tmp_path_factory.mktemp("weeks")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_at(f"s3://{BUCKET}/three/weeks", folder)
        readers: list[Reader] = []
        for as_at in (AS_AT - 2 * WEEK, AS_AT - WEEK, AS_AT):
            extract = write_csv(Path(home.extract).with_name(as_at.isoformat()), little_london())
            if as_at == AS_AT:
                readers = [Reader(home), Reader(home)]
                for reader in readers:
                    reader.start()
            home.take(extract, as_at)
        for reader in readers:
            while AS_AT not in reader.read and not reader.errors:
                time.sleep(0.01)
            reader.stop.set()
            reader.join()
    yield home, readers
    home.store.engine.dispose()


@pytest.fixture
def stored(weeks: tuple[Home, list[Reader]], own_environment: None) -> Home:
    """The three weeks, to be read."""
    return weeks[0]


@pytest.fixture
def in_folder(_three_weeks: Template, own_environment: None) -> Iterator[Home]:
    """The same three weeks with their archive in the home, to be read."""
    url = _three_weeks.url_of(SqliteFiles())
    folder = _three_weeks.folder_of(SqliteFiles())
    settings = load_settings(home=folder / "var", people=folder / "people.yaml", database=url)
    store = Store(url, settings.archive)
    yield Home(settings, store, "")
    store.engine.dispose()


def frames_of(home: Home) -> list[ArchivedFrame]:
    with Session(home.store.engine) as session:
        return list(session.exec(select(ArchivedFrame).order_by(col(ArchivedFrame.snapshot_id), ArchivedFrame.name)))


def files_of(home: Home) -> list[tuple[str, int]]:
    return sorted((file.name.name, file.size) for file in list_files(home.store.archive))


def exports(home: Home) -> dict[str, bytes]:
    return {table: render_table(table_of(home.store, home.newest, table), "csv") for table in EXPORTS}


def test_the_figures_and_files_are_those_of_an_archive_in_a_folder(stored: Home, in_folder: Home) -> None:
    # The name of a file is the hash of its content.
    assert frames_of(stored) == frames_of(in_folder)
    assert files_of(stored) == files_of(in_folder)
    assert not (stored.settings.home / "archive").exists()
    for read in (Store.units, Store.hotspots, Store.timeliness):
        pd.testing.assert_frame_equal(read(stored.store, 3), read(in_folder.store, 3))
    assert verify(stored.store, stored.newest) == verify(in_folder.store, in_folder.newest)
    assert verify(stored.store, stored.newest).differences == []
    assert exports(stored) == exports(in_folder)


def test_readers_never_meet_half_a_week_while_a_run_stores(weeks: tuple[Home, list[Reader]]) -> None:
    for reader in weeks[1]:
        assert reader.errors == []
        assert reader.read == {AS_AT - WEEK, AS_AT}
