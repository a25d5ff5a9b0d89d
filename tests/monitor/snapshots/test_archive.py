"""The archive: case-level frames by the hash of their content."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath

import pandas as pd
import pytest

from monitor.processes import mark
from monitor.signals import Stopped
from monitor.snapshots.archive import (
    PART,
    ArchiveDamaged,
    Place,
    clear_abandoned,
    files_to_read,
    find_missing,
    folder_to_read,
    is_whole,
    keep,
    keep_all,
    keep_bytes,
    list_files,
    path_of,
    read_whole,
    recall,
    recall_all,
    recall_bytes,
    remove_archive,
    remove_files,
)
from monitor.snapshots.object_storage.connection import open_storage
from monitor.snapshots.object_storage.objects import write_objects
from tiering.caseload import TABLES


def a_frame() -> pd.DataFrame:
    frame = TABLES["cases"].empty()
    rows = [
        {"crn": "X000001", "sentence_start": date(2026, 2, 3), "prolific": True, "tier_changes": 2},
        {"crn": '=HYPERLINK("x")\n\u202e😀', "om_code": "007"},
    ]
    return pd.DataFrame(rows, columns=frame.columns).astype(frame.dtypes.to_dict())


def same(recalled: pd.DataFrame, original: pd.DataFrame) -> None:
    """Parquet has no seconds: a date comes back in milliseconds, and is the same date."""
    assert recalled.dtypes.replace("datetime64[ms]", "datetime64[s]").equals(original.dtypes)
    pd.testing.assert_frame_equal(recalled.astype(original.dtypes.to_dict()), original)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("frame", [a_frame(), a_frame().iloc[:0]], ids=["two rows", "no rows"])
def test_a_frame_comes_back_with_its_values_and_types(tmp_path: Path, frame: pd.DataFrame) -> None:
    same(recall(tmp_path, keep(tmp_path, frame)), frame)


def test_the_same_frame_is_kept_once_and_another_beside_it(tmp_path: Path) -> None:
    names = [keep(tmp_path, a_frame()), keep(tmp_path, a_frame()), keep(tmp_path, a_frame().iloc[::-1])]
    assert names[0] == names[1] != names[2]
    assert sorted(path.stem for path in files_below(tmp_path)) == sorted(set(names))


def test_an_archived_file_is_not_touched_again(tmp_path: Path) -> None:
    keep(tmp_path, a_frame())
    (path,) = files_below(tmp_path)
    before = path.stat()
    keep(tmp_path, a_frame())
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_half_a_file_is_written_anew(tmp_path: Path) -> None:
    name = keep(tmp_path, a_frame())
    (path,) = files_below(tmp_path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ArchiveDamaged, match="altered since it was stored"):
        recall(tmp_path, name)
    assert keep(tmp_path, a_frame()) == name
    same(recall(tmp_path, name), a_frame())


def test_an_altered_file_of_the_same_size_is_written_anew(tmp_path: Path) -> None:
    name = keep(tmp_path, a_frame())
    (path,) = files_below(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert keep(tmp_path, a_frame()) == name
    same(recall(tmp_path, name), a_frame())


def test_what_another_is_writing_at_the_same_time_is_left_alone(tmp_path: Path) -> None:
    name = keep(tmp_path, a_frame())
    (path,) = files_below(tmp_path)
    path.rename(path.with_suffix(f".{os.getpid()}{PART}"))
    (part,) = files_below(tmp_path)
    keep(tmp_path, a_frame())
    assert sorted(files_below(tmp_path)) == sorted([part, path])
    assert is_whole(tmp_path, name)


def test_what_a_killed_process_was_writing_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    keep(tmp_path, a_frame())
    (path,) = files_below(tmp_path)
    program = "from monitor.processes import mark; print(mark())"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    stays = [path, path.with_suffix(f".{mark()}-0a{PART}"), path.with_suffix(f".0a0b{PART}")]
    goes = path.with_suffix(f".{ended}-0a{PART}")
    for part in (goes, *stays[1:]):
        part.write_bytes(b"half a file")
    clear_abandoned(tmp_path)
    assert sorted(files_below(tmp_path)) == sorted(stays)


def test_a_process_that_is_stopped_while_it_writes_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_descriptor: int) -> None:
        assert [file.suffix for file in files_below(tmp_path)] == [PART]
        raise Stopped(signal.SIGTERM)

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(Stopped):
        keep(tmp_path, a_frame())
    assert files_below(tmp_path) == []


def test_an_altered_file_of_the_same_size_is_found(tmp_path: Path) -> None:
    name = keep(tmp_path, a_frame())
    (path,) = files_below(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(ArchiveDamaged, match=f"{path}: altered since it was stored; restore it from a backup"):
        recall(tmp_path, name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveDamaged, match=r"0123\.parquet: missing from the archive; restore it from a backup"):
        recall(tmp_path, "0123")


URL = "memory://bucket/archive"


@pytest.fixture(params=["folder", "object storage"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An archive of either kind, empty."""
    yield tmp_path / "archive" if request.param == "folder" else URL
    files, _ = open_storage(URL)
    if files.exists("/bucket"):
        files.rm("/bucket", recursive=True)


def alter(place: Place, name: str, content: bytes) -> None:
    """Put other bytes into a file, as a fault of the storage would."""
    if isinstance(place, Path):
        path_of(place, name).write_bytes(content)
    else:
        write_objects(place, {f"{name[:2]}/{name}.parquet": content})


def test_frames_come_back_from_either_kind_of_place(place: Place) -> None:
    frames = {"two": a_frame(), "none": a_frame().iloc[:0], "again": a_frame()}
    names = keep_all(place, frames)
    assert names == keep_all(place, frames) == {name: keep(place, frame) for name, frame in frames.items()}
    for name, sha256 in names.items():
        same(recall(place, sha256), frames[name])
    files = list_files(place)
    assert {file.name for file in files} == {PurePosixPath(f"{name[:2]}/{name}.parquet") for name in names.values()}
    assert [file.size for file in files] == [len(recall_bytes(place, file.name.stem)) for file in files]
    assert find_missing(place, [*names.values(), "0" * 64]) == {"0" * 64}


def test_a_damaged_file_is_found_named_and_written_anew(place: Place) -> None:
    name = keep(place, a_frame())
    alter(place, name, b"half a file")
    assert not is_whole(place, name)
    with pytest.raises(ArchiveDamaged, match=f"{place}/{name[:2]}/{name}.parquet: altered since it was stored"):
        recall(place, name)
    assert keep_all(place, {"cases": a_frame()}) == {"cases": name}
    same(recall(place, name), a_frame())
    with pytest.raises(ArchiveDamaged, match=f"{place}/00/{'0' * 64}.parquet: missing from the archive; restore it"):
        recall(place, "0" * 64)


def test_many_files_come_in_order_and_each_is_checked(place: Place) -> None:
    frames = [a_frame().assign(tier_changes=number) for number in range(20)]
    names = [keep(place, frame) for frame in frames]
    for recalled, frame in zip(recall_all(place, names), frames, strict=True):
        same(recalled, frame.astype(recalled.dtypes.to_dict()).astype(frame.dtypes.to_dict()))
    alter(place, names[17], b"half a file")
    asked = [*names, "0" * 64]
    assert [name for name, _ in read_whole(place, asked)] == asked
    assert [name for name, content in read_whole(place, asked) if content is None] == [names[17], "0" * 64]
    with pytest.raises(ArchiveDamaged, match=names[17]):
        list(recall_all(place, names))


def test_files_are_removed_and_what_is_gone_already_is_no_fault(place: Place) -> None:
    names = [keep(place, a_frame()), keep(place, a_frame().iloc[:1]), keep(place, a_frame().iloc[:0])]
    gone = [file for file in list_files(place) if file.name.stem == names[0]]
    remove_files(place, gone)
    remove_files(place, gone)
    assert find_missing(place, names) == {names[0]}
    remove_archive(place)
    assert list_files(place) == []
    clear_abandoned(place)


def test_a_library_gets_files_of_this_machine_that_are_gone_afterwards(place: Place) -> None:
    name = keep(place, a_frame())
    keep_bytes(place, "0" * 64, b"not what the name says")
    with folder_to_read(place) as folder:
        (file,) = files_to_read(place, [name], folder).values()
        assert files_to_read(place, [name], folder) == {name: file}
        assert file.read_bytes() == recall_bytes(place, name)
        assert file.is_absolute()
        assert oct(folder.stat().st_mode)[-2:] == "00" or folder == place
        with pytest.raises(ArchiveDamaged):
            files_to_read(place, [name, "0" * 64], folder)
    assert file.exists() == (folder == place)


def test_what_a_killed_process_copied_is_deleted_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    program = "from monitor.processes import mark; print(mark())"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    left, of_another = tmp_path / f"hotspots.{ended}-0a", tmp_path / f"hotspots.{mark()}-0a"
    for folder in (left, of_another):
        folder.mkdir()
    with folder_to_read(URL):
        assert (left.exists(), of_another.exists()) == (False, True)
