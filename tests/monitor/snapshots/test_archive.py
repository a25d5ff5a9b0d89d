"""The archive: case-level frames by the hash of their content."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.processes import mark
from monitor.signals import Stopped
from monitor.snapshots.archive import PART, ArchiveDamaged, clear_abandoned, is_whole, keep, recall
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
