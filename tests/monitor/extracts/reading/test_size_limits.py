"""Extracts far larger than they look: refused in words, before they cost memory or time."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from monitor.extracts import AcceptanceLimits, Bounds
from monitor.extracts.reading.csv_form import our_form
from monitor.extracts.reading.files import open_store
from monitor.extracts.reading.size_limits import MOST_BROKEN, MOST_COLUMNS, ReadingTime
from monitor.extracts.reading.zip_file import WatchedFile, open_archive
from monitor.extracts.refusal import ExtractRefused

from ...databases import Databases
from ..small import AS_AT, TIERS, an_assessment, csv_files, read, small, write_csv, write_database, write_folder
from ..test_refusals import refused

MEGABYTE = 1 << 20
EXPORT_LESS = "export the table without what is not needed, or raise HOTSPOTS_TABLE_"
CHILD = f"""
import json, resource, sys
from datetime import date
import monitor.extracts.reading.files, pyarrow.parquet
from monitor.extracts import ExtractRefused, read_extract
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (400 << 20),) * 2)
said = {{}}
for source in sys.argv[1:]:
    try:
        read_extract(source, date.fromisoformat("{AS_AT}"), {TIERS!r})
        said[source] = "accepted"
    except ExtractRefused as refused:
        said[source] = str(refused)
print(json.dumps(said))
"""


def bounded(**bounds: float) -> AcceptanceLimits:
    return AcceptanceLimits(bounds=Bounds(**bounds))  # type: ignore[arg-type]


def with_file(folder: Path, name: str, content: bytes) -> str:
    """The small extract as CSV, one of its tables replaced by a file."""
    files = csv_files(small())
    files.pop(f"{name.partition('.')[0]}.csv", None)
    return write_folder(folder, files | {name: content})


def sparse(path: Path, size: int = 10 << 30) -> None:
    path.touch()
    os.truncate(path, size)


@pytest.mark.parametrize("name", ["cases.csv", "cases.parquet", "manifest.json"])
def test_a_file_of_ten_gigabytes_is_refused_unread(tmp_path: Path, name: str) -> None:
    source = with_file(tmp_path, name, b"")
    sparse(tmp_path / name)
    assert f"{name}: has 10,737,418,240 bytes, more than the 1,073,741,824 allowed: {EXPORT_LESS}MB" in refused(source)


@pytest.mark.parametrize("name", ["packed.zip", "book.xlsx"])
def test_a_packed_file_of_ten_gigabytes_is_refused_unread(tmp_path: Path, name: str) -> None:
    sparse(tmp_path / name)
    assert refused(str(tmp_path / name))[0].startswith(f"{name}: has 10,737,418,240 bytes, more than")


def zipped_newlines(path: Path, megabytes: int, stated: int) -> str:
    """A zip file with a table of blank lines, and the size that it states for it."""
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cases.csv", b"crn" + b"\n" * (megabytes * MEGABYTE))
        archive.infolist()[0].file_size = stated
    return str(path)


def equal_texts(count: int) -> bytes:
    """A small Parquet file of long texts, all of them equal."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["w" * 50_000]))
    content = parquet(pa.table({"crn": texts, "team_code": texts, "setting": texts, "sentence_start": texts}))
    assert len(content) < MEGABYTE
    return content


def test_what_is_small_and_unpacks_to_gigabytes_is_read_or_refused_in_little_memory(tmp_path: Path) -> None:
    cases = csv_files(small())["cases.csv"]
    lines = b"crn,team_code\n" + b"\n" * 21_000_000 + b"X1,T1\n"
    told = {
        with_file(tmp_path / "blank", "cases.csv", cases + b"\n" * 10_000_000): "accepted",
        with_file(tmp_path / "lines", "cases.csv", lines): (
            f"cases.csv: has 21,000,002 lines, more than the 20,000,000 allowed: {EXPORT_LESS}ROWS"
        ),
        with_file(tmp_path / "equal", "cases.parquet", equal_texts(100_000)): (
            f"cases.parquet: holds more than the 1,073,741,824 bytes of text allowed: {EXPORT_LESS}MB"
        ),
        zipped_newlines(tmp_path / "small" / "packed.zip", 500, 10): "cases.csv: cannot be unpacked: Bad CRC-32",
    }
    child = subprocess.run([sys.executable, "-c", CHILD, *told], capture_output=True, text=True, timeout=120)
    assert child.stderr == ""
    assert {source: told[source] in said for source, said in json.loads(child.stdout).items()} == dict.fromkeys(
        told, True
    )


def test_blank_lines_between_rows_are_no_rows(tmp_path: Path) -> None:
    text = csv_files(small())["cases.csv"]
    extract = read(with_file(tmp_path, "cases.csv", text.replace(b"\n", b"\r\n" * 20_000)))
    assert (extract.rows["cases"], len(extract.rejected)) == (4, 0)


def test_a_zip_file_that_unpacks_to_more_than_allowed_is_refused(tmp_path: Path) -> None:
    source = zipped_newlines(tmp_path / "large" / "packed.zip", 2, 2 * MEGABYTE + 3)
    fault = f"cases.csv: unpacks to 2,097,155 bytes, more than the 1,048,576 allowed: {EXPORT_LESS}MB"
    assert fault in refused(source, limits=bounded(megabytes=1))


@pytest.mark.parametrize("form", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused_by_name(tmp_path: Path, form: int) -> None:
    for name in ("packed.zip", "book.xlsx"):
        with zipfile.ZipFile(tmp_path / name, "w", form) as archive:
            archive.writestr("cases.csv", b"crn")
        assert refused(str(tmp_path / name)) == [
            f"{name}: cases.csv is packed in a way that is not read; pack it as an ordinary zip file"
        ]


def test_a_zip_file_that_lists_files_without_end_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("cases.csv", b"crn")
        archive.infolist()[0].comment = b"c" * 60_000
        for _ in range(150):
            archive.filelist.append(archive.infolist()[0])
    assert refused(str(tmp_path / "packed.zip")) == [
        "packed.zip: holds too many files; pack the tables of the extract alone"
    ]


def test_ragged_rows_are_listed_cheaply_and_are_too_many_at_last(tmp_path: Path) -> None:
    text = csv_files(small())["assessments.csv"]
    ragged = b"X1,rosh_review\n"
    faults = refused(with_file(tmp_path / "some", "assessments.csv", text + ragged * 50_000))
    assert faults[0].startswith(
        "assessments: 50,000 of 50,003 rows in assessments.csv are rejected: has 2 values where the heading row has 5: "
        "'X1,rosh_review' (line 5)"
    )
    faults = refused(with_file(tmp_path / "many", "assessments.csv", text + ragged * (MOST_BROKEN + 1)))
    assert faults == [
        "assessments.csv: more than 100,000 rows have another number of values than the heading row, which has 5; "
        "export it again"
    ]
    stray = b'"X1"x,rosh_review,2026-06-01,,\n'
    faults = refused(with_file(tmp_path / "stray", "assessments.csv", text + stray * (MOST_BROKEN + 1)))
    assert faults == ["assessments.csv: more than 100,000 rows have text after a closing quote; export it again"]


def test_values_are_bounded_beside_rows(tmp_path: Path) -> None:
    source = write_csv(tmp_path, small())
    fault = f"cases.csv: has 70 values, more than the 69 allowed: {EXPORT_LESS}VALUES"
    assert fault in refused(source, limits=bounded(values=69))
    assert read(source, limits=bounded(values=70)).rows["cases"] == 4


def test_headings_without_end_are_refused(tmp_path: Path) -> None:
    many = ",".join(f"c{number}" for number in range(MOST_COLUMNS)).encode()
    long = b"crn," * 20_000
    assert "cases.csv: the heading row is longer than 65,536 characters; shorten it" in refused(
        with_file(tmp_path / "many", "cases.csv", many)
    )
    assert "cases.csv: the heading row is longer than 65,536 characters; shorten it" in refused(
        with_file(tmp_path / "long", "cases.csv", long + b"\nX1\n")
    )
    assert (
        "cases.csv: has 20,000 headings, more than the 16,384 allowed: export the table with the columns that are "
        in ("\n".join(refused(with_file(tmp_path / "short", "cases.csv", b"," * 19_999))))
    )


def parquet(table: pa.Table) -> bytes:
    page = io.BytesIO()
    pq.write_table(table, page)
    return page.getvalue()


def test_a_small_parquet_file_of_many_equal_rows_is_refused(tmp_path: Path) -> None:
    part = pa.table({"crn": pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["X1"]))})
    page = io.BytesIO()
    with pq.ParquetWriter(page, part.schema) as writer:
        for _ in range(21):
            writer.write_table(part)
    faults = refused(with_file(tmp_path, "cases.parquet", page.getvalue()))
    assert f"cases.parquet: has 21,000,000 rows, more than the 20,000,000 allowed: {EXPORT_LESS}ROWS" in faults


def book(path: Path, **parts: tuple[bytes, bytes]) -> str:
    """The small extract as a workbook with a text in a sheet's part of it replaced."""
    from ..small import write_workbook

    write_workbook(path, small())
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    for name, (old, new) in parts.items():
        part = f"xl/worksheets/{name}.xml"
        assert old in members[part]
        members[part] = members[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return str(path)


def test_a_row_with_a_number_no_sheet_has_is_refused(tmp_path: Path) -> None:
    rows = small()["cases"]
    source = book(tmp_path / "book.xlsx", sheet3=(f'<row r="{len(rows) + 1}"'.encode(), b'<row r="2000000000"'))
    assert "book.xlsx sheet cases: has rows beyond 1,048,576, the last one a sheet can have; save it again" in refused(
        source
    )


def test_a_workbook_is_bounded_in_rows_values_and_time(tmp_path: Path) -> None:
    source = book(tmp_path / "book.xlsx")
    assert f"book.xlsx sheet cases: has 4 rows, more than the 3 allowed: {EXPORT_LESS}ROWS" in refused(
        source, limits=bounded(rows=3)
    )
    assert any("VALUES" in fault for fault in refused(source, limits=bounded(values=30)))
    assert refused(source, limits=bounded(seconds=-1)) == [
        f"book.xlsx: takes longer to read than the -1 seconds allowed: {EXPORT_LESS}SECONDS"
    ]


def test_the_time_of_a_workbook_is_looked_at_in_the_middle_of_a_sheet(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cases.csv", os.urandom(MEGABYTE))
    watch = ReadingTime(Bounds())
    with (tmp_path / "packed.zip").open("rb") as file:
        archive = open_archive("packed.zip", file, watch)
        with archive.open("cases.csv") as entry:
            assert len(entry.read(1_000)) == 1_000
            watch._ends = 0
            with pytest.raises(ExtractRefused, match="takes longer to read than the 300 seconds allowed"):
                entry.read()
        assert WatchedFile(file, watch).seekable()


ENDLESS = (
    "WITH RECURSIVE n(crn) AS (SELECT 'X1' UNION ALL SELECT crn FROM n) SELECT crn, crn AS team_code, crn AS {0} FROM n"
)


def with_view(path: Path, view: str) -> str:
    source = write_database(path, small())
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE cases")
        connection.execute(f"CREATE VIEW cases AS {view}")
    connection.close()
    return source


def test_a_view_that_never_ends_is_refused(tmp_path: Path) -> None:
    columns = "setting, crn AS sentence_start"
    rows = with_view(tmp_path / "rows.db", ENDLESS.format(columns))
    assert f"table cases: has 20,000 rows, more than the 15,000 allowed: {EXPORT_LESS}ROWS" in refused(
        rows, limits=bounded(rows=15_000)
    )
    assert f"table cases: has 20,000 values, more than the 15,000 allowed: {EXPORT_LESS}VALUES" in refused(
        rows, limits=bounded(values=15_000)
    )
    assert any("takes longer to read than the 0.2 seconds" in one for one in refused(rows, limits=bounded(seconds=0.2)))
    none = with_view(tmp_path / "none.db", f"SELECT * FROM ({ENDLESS.format(columns)}) ORDER BY random()")
    faults = refused(none, limits=bounded(seconds=0.2))
    assert f"table cases: takes longer to read than the 0.2 seconds allowed: {EXPORT_LESS}SECONDS" in faults


def test_long_texts_of_a_database_are_refused(tmp_path: Path) -> None:
    long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 30) SELECT {0} AS crn, "
    long += "'T1' AS team_code, 'custody' AS setting, '2026-01-01' AS sentence_start FROM n"
    source = with_view(tmp_path / "case.db", long.format("printf('%.*c', 900000, 'x')"))
    assert any(
        "table cases: holds more than the 1,048,576" in one for one in refused(source, limits=bounded(megabytes=1))
    )
    source = with_view(tmp_path / "other.db", long.format("hex(zeroblob(900000))"))
    assert any(one.startswith("table cases: cannot be read: ") and "too big" in one for one in refused(source))


def test_postgresql_stops_a_statement_that_takes_too_long_and_reads_the_other_tables(
    tmp_path: Path, databases: Databases, postgresql: Databases
) -> None:
    import sqlalchemy

    url = postgresql.empty(tmp_path)
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE VIEW cases AS "
            "SELECT pg_sleep(60)::text AS crn, 'x' AS team_code, 'x' AS setting, 'x' AS sentence_start"
        )
        connection.exec_driver_sql(
            "CREATE VIEW events AS SELECT 'X1' AS crn, 'other' AS kind, '2026-01-01' AS occurred_on"
        )
    engine.dispose()
    faults = refused(url, limits=bounded(seconds=0.3))
    assert f"table cases: takes longer to read than the 0.3 seconds allowed: {EXPORT_LESS}SECONDS" in faults
    assert [fault for fault in faults if "transaction" in fault] == []


class Silent(MemoryFileSystem):
    """A store in memory that does not state how large its files are."""

    protocol = "silent"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("silent://", "memory://")))

    def info(self, path: str, **rest: object) -> dict[str, object]:
        return super().info(path, **rest) | {"size": None}


def test_a_store_is_bounded_whether_it_states_a_size_or_not() -> None:
    fsspec.register_implementation("silent", Silent, clobber=True)
    for protocol, size in (("memory", "2,097,156"), ("silent", "1,048,577")):
        store = fsspec.filesystem(protocol)
        store.pipe("/bounded/cases.csv", csv_files(small())["cases.csv"])
        store.pipe("/bounded/events.csv", b"crn\n" + b"X" * 2 * MEGABYTE)
        with open_store(f"{protocol}://bounded", protocol, Bounds(megabytes=1), our_form) as source:
            cases = source.find("cases")
            assert cases is not None
            assert cases.headings[0] == "crn"
            with pytest.raises(ExtractRefused, match=f"events.csv: has {size} bytes, more than the 1,048,576 allowed"):
                source.find("events")
        store.rm("/bounded", recursive=True)


def test_faults_without_end_are_counted_and_the_first_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.extracts.judgement.checks.MOST_FAULTS", 30)
    monkeypatch.setattr("monitor.extracts.judgement.acceptance.MOST_FAULTS", 30)
    bad = [an_assessment("X1", kind=f"chat {number}") for number in range(50)]
    any_share = AcceptanceLimits(rejected_share=1)
    faults = refused(write_csv(tmp_path, small() | {"assessments": bad}), limits=any_share)
    assert len(faults) == 2
    assert faults[0].startswith("assessments.kind: 30 of 50 rows in assessments.csv are rejected: is not one of ")
    assert faults[1] == "assessments.csv: 50 of 50 rows are rejected (100.0%); more than 30 faults are not allowed"
