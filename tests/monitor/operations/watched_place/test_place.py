"""The watched place itself: what is listed, what is still being written, what a manifest says."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from monitor.extracts import USUAL_BOUNDS
from monitor.operations.watched_place.names import BEING_WRITTEN, Choice
from monitor.operations.watched_place.place import SETTLED_AFTER_SECONDS, SourceUnreadable, WatchedPlace

from ...conftest import AS_AT

MANIFEST = '{"as_at": "2026-11-20"}'


def no_pause(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} seconds")


def look(source: object, now: datetime | None = None, pause: Callable[[float], None] = no_pause) -> Choice:
    return WatchedPlace(str(source), USUAL_BOUNDS, now, pause).choose()


def passed_over(choice: Choice) -> dict[str, str]:
    return {entry.name: entry.reason for entry in choice.passed_over}


def put(folder: Path, *names: str, content: str = "content") -> Path:
    """Write files, and folders where a name ends with a slash."""
    folder.mkdir(exist_ok=True, parents=True)
    for name in names:
        if name.endswith("/"):
            (folder / name).mkdir()
        else:
            (folder / name).write_text(content)
    return folder


def packed(path: Path, manifest: str | None) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("cases.csv", "crn\n")
        if manifest is not None:
            file.writestr("manifest.json", manifest)
    return path


def touched(path: Path) -> datetime:
    """When a file was changed last in any way, its move into place too."""
    state = path.stat()
    return datetime.fromtimestamp(max(state.st_mtime, state.st_ctime), UTC)


def test_a_workbook_that_somebody_has_open_is_chosen_and_its_lock_files_are_not(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-20.xlsx", "~$2026-11-20.xlsx", ".~lock.2026-11-20.xlsx#", "notes.txt", "2026-11-13/")
    choice = look(tmp_path)
    assert (choice.name, choice.as_at, choice.faults) == ("2026-11-20.xlsx", AS_AT, ())
    assert set(passed_over(choice)) == {"~$2026-11-20.xlsx", ".~lock.2026-11-20.xlsx#", "notes.txt"}


@pytest.mark.parametrize("source", ["{}", "{}/", "file://{}", "file://{}/"])
def test_the_address_of_an_extract_is_of_the_kind_of_its_place(tmp_path: Path, source: str) -> None:
    put(tmp_path, "2026-11-20/")
    place = WatchedPlace(source.format(tmp_path), USUAL_BOUNDS)
    assert place.choose().name == "2026-11-20"
    scheme = "file://" if "://" in source else ""
    assert place.address_of("2026-11-20") == f"{scheme}{tmp_path}/2026-11-20"


def test_a_link_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    real = put(tmp_path / "elsewhere", "cases.csv")
    (put(tmp_path / "place") / "2026-11-20").symlink_to(real)
    assert look(tmp_path / "place").name == "2026-11-20"
    (tmp_path / "place" / "2026-11-27.zip").symlink_to(tmp_path / "gone.zip")
    assert look(tmp_path / "place").name == "2026-11-20"


@pytest.mark.parametrize("source", ["nowhere", "gopher://example.org/extracts"])
def test_a_place_that_cannot_be_listed_is_refused_in_words(tmp_path: Path, source: str) -> None:
    with pytest.raises(SourceUnreadable, match="cannot be read"):
        look(source if "://" in source else tmp_path / source)


@pytest.mark.parametrize(
    ("name", "inside", "reason"),
    [
        ("2026-11-27.zip", (), f"empty: {BEING_WRITTEN}"),
        ("2026-11-27/", ("cases.csv", "assessments.csv.part"), BEING_WRITTEN),
        ("2026-11-27/", ("cases.csv.crdownload",), BEING_WRITTEN),
    ],
)
def test_what_cannot_be_complete_is_passed_over(
    tmp_path: Path, name: str, inside: tuple[str, ...], reason: str
) -> None:
    put(tmp_path, "2026-11-20.zip")
    put(tmp_path, name, content="")
    for file in inside:
        put(tmp_path / name, file)
    choice = look(tmp_path)
    assert (choice.name, passed_over(choice)) == ("2026-11-20.zip", {name.rstrip("/"): reason})


@pytest.mark.parametrize("name", ["2026-11-20.zip", "2026-11-20/cases.csv"])
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_what_changed_a_moment_ago_is_looked_at_again(tmp_path: Path, name: str, seconds: int) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    put((tmp_path / name).parent, (tmp_path / name).name)
    now = touched(tmp_path / name) + timedelta(seconds=seconds)
    waited: list[float] = []
    assert look(tmp_path, now, waited.append).name == "2026-11-20.zip".removesuffix(".zip" * ("/" in name))
    assert waited == [SETTLED_AFTER_SECONDS]

    def grow(_: float) -> None:
        with (tmp_path / name).open("a") as file:
            file.write("more")

    choice = look(tmp_path, now, grow)
    assert (choice.name, list(passed_over(choice).values())) == (None, [BEING_WRITTEN])
    # What is old enough, by a clock that may differ, is read at once; and a look that reads nothing does not wait.
    for settled in (now + timedelta(seconds=9), now - timedelta(seconds=9), None):
        assert look(tmp_path, settled).as_at == AS_AT


def test_a_folder_that_fills_while_it_is_looked_at_is_not_complete(tmp_path: Path) -> None:
    put(put(tmp_path, "2026-11-20/") / "2026-11-20", "organisation.csv")
    now = touched(tmp_path / "2026-11-20" / "organisation.csv")

    def fill(_: float) -> None:
        put(tmp_path / "2026-11-20", "cases.csv")

    choice = look(tmp_path, now, fill)
    assert passed_over(choice) == {"2026-11-20": BEING_WRITTEN}


def test_an_empty_folder_is_about_to_be_filled_for_a_quarter_of_an_hour(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-20/")
    made = touched(tmp_path / "2026-11-20")
    choice = look(tmp_path, made + timedelta(minutes=14))
    assert passed_over(choice) == {"2026-11-20": f"an empty folder: {BEING_WRITTEN}"}
    assert look(tmp_path, made + timedelta(minutes=16)).name == "2026-11-20"


def test_what_is_gone_before_it_is_looked_at_again_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-20/", "2026-11-13.zip")
    put(tmp_path / "2026-11-20", "cases.csv")
    now = touched(tmp_path / "2026-11-20" / "cases.csv")

    def remove(_: float) -> None:
        shutil.rmtree(tmp_path / "2026-11-20", ignore_errors=True)

    choice = look(tmp_path, now, remove)
    assert passed_over(choice)["2026-11-20"] == "no longer there"


def test_a_manifest_in_a_zip_file_or_a_folder_decides(tmp_path: Path) -> None:
    packed(tmp_path / "2026-11-20.zip", None)
    packed(tmp_path / "2026-11-20 (1).zip", MANIFEST)
    assert look(tmp_path).name == "2026-11-20 (1).zip"
    put(put(tmp_path, "2026-11-20/") / "2026-11-20", "manifest.json", content=MANIFEST)
    assert look(tmp_path).faults[0].startswith("3 extracts for 2026-11-20")
    packed(tmp_path / "extract_2026-11-20_created_2026-11-23.zip", MANIFEST)
    assert look(tmp_path).faults[0].startswith("4 extracts for 2026-11-20")


def test_a_manifest_of_another_date_than_the_name_is_a_fault(tmp_path: Path) -> None:
    packed(tmp_path / "2026-11-27.zip", MANIFEST)
    choice = look(tmp_path)
    assert (choice.name, choice.as_at) == (None, date(2026, 11, 27))
    assert choice.faults[0].startswith("'2026-11-27.zip': its name says 2026-11-27, its manifest.json says 2026-11-20")


@pytest.mark.parametrize("manifest", ["{", '{"as_at": "soon"}', None])
def test_a_manifest_that_says_nothing_decides_nothing(tmp_path: Path, manifest: str | None) -> None:
    packed(tmp_path / "2026-11-20.zip", manifest)
    assert look(tmp_path).name == "2026-11-20.zip"
    packed(tmp_path / "2026-11-20 (1).zip", None)
    assert look(tmp_path).name is None


def test_a_workbook_is_not_opened_to_look_for_a_manifest(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-20.xlsx", content="not a workbook at all")
    assert look(tmp_path).name == "2026-11-20.xlsx"


@pytest.fixture
def bucket() -> Iterator[tuple[Any, str]]:
    """An object store, and the URL of a prefix in it."""
    store = fsspec.filesystem("memory")
    store.pipe_file("/watched/.keep", b"x")
    yield store, "memory://watched"
    store.rm("/watched", recursive=True)


def test_a_prefix_of_an_object_store_obeys_the_same_rules(bucket: tuple[Any, str]) -> None:
    store, source = bucket
    assert look(source) == Choice(passed_over=look(source).passed_over)
    for name in ("2026-11-20.xlsx", "~$2026-11-27.xlsx", "2026-11-27.zip.part", "2026-11-13/cases.csv"):
        store.pipe_file(f"/watched/{name}", b"content")
    store.pipe_file("/watched/2026-11-27.zip", b"")
    choice = look(source)
    assert (choice.name, choice.as_at) == ("2026-11-20.xlsx", AS_AT)
    assert passed_over(choice)["2026-11-27.zip"] == f"empty: {BEING_WRITTEN}"
    place = WatchedPlace(source, USUAL_BOUNDS)
    assert place.address_of("2026-11-20.xlsx") == "memory:///watched/2026-11-20.xlsx"
    store.pipe_file("/watched/2026-11-20 (1).xlsx", b"content")
    assert look(source).faults[0].startswith("2 extracts for 2026-11-20")
    store.pipe_file("/watched/2026-11-20/manifest.json", MANIFEST.encode())
    assert look(source).name == "2026-11-20"


class Server(MemoryFileSystem):
    """A file server of another machine: it says when a file was changed, in UTC, and closes some files."""

    protocol = "server"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    changed: ClassVar[datetime] = datetime(2026, 11, 23, 6, 0)  # noqa: DTZ001  (some servers name no time zone)
    closed: ClassVar[set[str]] = set()

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("server://", "memory://")))

    def info(self, path: str, **more: Any) -> dict[str, Any]:
        if self._strip_protocol(path) in self.closed:
            raise PermissionError(path)
        return {**super().info(path, **more), "created": None, "mtime": self.changed}


@pytest.fixture
def server() -> Iterator[Server]:
    fsspec.register_implementation("server", Server, clobber=True)
    store = fsspec.filesystem("server")
    store.pipe_file("/watched/2026-11-20.zip", b"content")
    yield store
    store.rm("/watched", recursive=True)
    Server.closed.clear()


def test_a_file_of_a_server_is_judged_by_the_time_that_the_server_states(server: Server) -> None:
    waited: list[float] = []
    changed = server.changed.replace(tzinfo=UTC)
    assert look("server://watched", changed + timedelta(seconds=2), waited.append).name == "2026-11-20.zip"
    assert waited == [SETTLED_AFTER_SECONDS]
    assert look("server://watched", changed + timedelta(seconds=4)).name == "2026-11-20.zip"


def test_a_file_that_cannot_be_looked_at_is_left_to_the_run(server: Server) -> None:
    server.closed.add("/watched/2026-11-20.zip")
    assert look("server://watched", server.changed.replace(tzinfo=UTC)).name == "2026-11-20.zip"
