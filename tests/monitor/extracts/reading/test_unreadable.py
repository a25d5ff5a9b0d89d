"""What a library raises over a user's file is told as a fault of that file, and what it quotes is safe to show."""

import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from monitor.extracts import USUAL_BOUNDS, ExtractRefused
from monitor.operations.watched_place.place import WatchedPlace

from ...conftest import Answer, Home
from ..checked_once import each_table_checked_once
from ..small import a_team, csv_files, read, small, write_csv, write_folder, write_workbook
from ..test_refusals import refused
from .test_parquet_file import cases_of
from .test_size_limits import with_file

__all__ = ["each_table_checked_once"]


def is_refused(source: str) -> bool:
    """Whether an extract is refused; any other exception goes on."""
    try:
        read(source)
    except ExtractRefused:
        return True
    return False


def test_a_parquet_file_damaged_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    content = cases_of()
    places = range(4, len(content) - 8, 23)
    damaged = [content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :] for at in places]
    outcomes = [is_refused(with_file(tmp_path, "cases.parquet", one)) for one in damaged]
    assert sum(outcomes) > len(outcomes) / 2


def test_a_workbook_damaged_in_any_part_is_read_or_refused(tmp_path: Path) -> None:
    source = write_workbook(tmp_path / "book.xlsx", small())
    with zipfile.ZipFile(source) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    outcomes = []
    for damaged in parts:
        for content in (b"", b"\xff\xfe<", b"<a/>", parts[damaged][: len(parts[damaged]) // 2]):
            with zipfile.ZipFile(source, "w") as packed:
                for name, whole in parts.items():
                    packed.writestr(name, content if name == damaged else whole)
            outcomes.append(is_refused(source))
    assert sum(outcomes) > len(outcomes) / 2


class Failing(MemoryFileSystem):
    """A store whose library fails in a way of its own, with its credentials in its words."""

    protocol = "failing"

    def ls(self, path: str, detail: bool = True, **rest: Any) -> Any:
        raise RuntimeError(f"403 for account_key=s3cret at https://jo:s3cret@host/{path} \x1b[31m")


def test_a_store_that_fails_in_its_own_way_is_told_without_its_secrets() -> None:
    fsspec.register_implementation("failing", Failing, clobber=True)
    with pytest.raises(ExtractRefused) as refusal:
        WatchedPlace("failing://jo:s3cret@host/out?token=s3cret", USUAL_BOUNDS).choose()
    (fault,) = refusal.value.faults
    assert fault.startswith("failing://host/out: cannot be read: 403 for account_key=*** at https://host/")
    assert fault.endswith(r" \x1b[31m")
    assert "s3cret" not in fault


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://jo:s3cret@127.0.0.1:1/out",
        "postgresql://127.0.0.1:1/out?user=u&password=s3cret",
        "postgresql://jo:p@s3cret@127.0.0.1:1/out",
        "postgresql://jo:p:s3cret@127.0.0.1:s3cret/out",
        "postgresql://jo:p@127.0.0.1:1/out?password=s3@s3cret",
        "postgresql://jo:p/@x/s3cret@127.0.0.1:1/out",
        "nonsense://jo:s3cret@127.0.0.1/out",
        "host=127.0.0.1 port=1 user=u password=s3cret",
    ],
)
def test_no_part_of_a_password_is_told_whatever_is_wrong_with_a_source(address: str) -> None:
    for fault in refused(address):
        assert "s3cret" not in fault


def acts(text: str) -> set[str]:
    return {one for one in text if unicodedata.category(one)[0] == "C"} - {"\n", "\t"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda files: files | {"cases.csv": b"\x1b[31m\xe2\x80\xae,\x9b" + files["cases.csv"]},
        lambda files: files | {"cases.csv": b"crn\x1b]0;owned\x07,\xe2\x80\xae,crn\x1b]0;owned\x07\n"},
        lambda files: files | {"\x1b[31m\u202e.csv": b"", "cases.csv": b""},
        lambda files: files | {"manifest.json": b'{"tables": {"\\u202e\x1b": 1, "\\u001b[31m": {"rows": "\\u202e"}}}'},
    ],
)
def test_no_refusal_holds_a_character_that_acts(tmp_path: Path, damage: Callable[[dict[str, bytes]], Any]) -> None:
    for fault in refused(write_folder(tmp_path, damage(csv_files(small())))):
        assert acts(fault) == set()


def test_a_name_that_turns_the_text_round_is_escaped_where_hierarchies_disagree(tmp_path: Path) -> None:
    teams = [a_team(f"T{n}", office_name=f"\u202eName {n}") for n in range(20)]
    source = write_csv(tmp_path, small() | {"organisation": teams})
    assert r"\u202eName" in "\n".join(refused(source))
    assert acts("\n".join(refused(source))) == set()


def test_a_path_with_characters_that_act_is_told_escaped() -> None:
    assert refused("no\x00where\x1b") == [r"no\x00where\x1b: there is no such folder or file"]


def test_messages_come_to_an_end(tmp_path: Path) -> None:
    wide = ",".join(f"{'w' * 50}{number}" for number in range(1_000)).encode()
    faults = refused(with_file(tmp_path / "wide", "cases.csv", wide + b"\n"))
    assert max(map(len, faults)) < 5_000
    assert "and 980 more" in faults[0]
    twice = ",".join(f"h{number},h{number}" for number in range(1_000)).encode()
    faults = refused(with_file(tmp_path / "twice", "cases.csv", twice + b"\n"))
    told = [fault for fault in faults if fault.startswith("cases.csv")]
    assert "cases.csv: and 980 more" in told
    assert len(told) < 30
    tables = {f"{number}{'n' * 900}": {"rows": "many"} for number in range(1_000)}
    with pytest.raises(ExtractRefused) as refusal:
        read(with_file(tmp_path / "manifest", "manifest.json", json.dumps({"tables": tables}).encode()))
    assert "manifest.json: and 980 more" in refusal.value.faults
    assert len(str(refusal.value)) < 10_000
    assert refusal.value.told.count == 1_000
    large = json.dumps({"source": "x" * (1 << 20)}).encode()
    assert refused(with_file(tmp_path / "large", "manifest.json", large))[0].startswith(
        "manifest.json: has 1,048,590 bytes, more than the 1,048,576 allowed"
    )


def test_what_a_manifest_calls_its_source_is_kept_without_secrets(tmp_path: Path) -> None:
    source = json.dumps({"source": "postgresql://jo:s3cret@host/db?password=s3cret\x1b"}).encode()
    assert read(with_file(tmp_path, "manifest.json", source)).source_name == "postgresql://host/db"


def test_the_program_escapes_what_it_prints(new_home: Home, hotspots: Callable[..., Answer], tmp_path: Path) -> None:
    teams = [a_team(f"T{n}", office_name=f"\u202eName {n}") for n in range(20)]
    source = write_csv(tmp_path / "2026", small() | {"organisation": teams})
    answer = hotspots("run", "--extract", source, "--as-at", "2026-11-22", home=new_home)
    assert answer.status == 2
    assert r"\u202eName" in answer.err
    assert acts(answer.err) == set()
    answer = hotspots("run", "--extract", source, "--as-at", "2026\x1b-11-22", home=new_home)
    assert answer.status == 2
    assert r"\x1b" in answer.err
    assert acts(answer.err) == set()
