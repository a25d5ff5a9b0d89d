"""Where an extract may come from, and what becomes of a source that is damaged."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import fsspec
import openpyxl
import pytest
from openpyxl.chart import BarChart

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.rows import as_text

from ..small import (
    csv_files,
    parquet_bytes,
    read,
    small,
    write_csv,
    write_database,
    write_folder,
    write_parquet,
    write_workbook,
)
from ..test_refusals import refused
from .spreadsheet.books import zipped


@pytest.fixture
def prefix() -> Iterator[str]:
    """An empty prefix of an object store held in memory."""
    name = f"/{uuid4()}"
    yield f"memory:/{name}"
    fsspec.filesystem("memory").rm(name, recursive=True)


def test_every_kind_of_source_gives_the_same_extract(tmp_path: Path, prefix: str) -> None:
    files = csv_files(small())
    store = fsspec.filesystem("memory")
    for name, content in files.items():
        store.pipe(f"{prefix}/plain/{name}", content)
    store.pipe(f"{prefix}/packed.zip", zipped(files))
    write_folder(tmp_path, {"flat.zip": zipped(files), "deep.ZIP": zipped({f"out/{n}": c for n, c in files.items()})})
    write_folder(tmp_path, {"windows.zip": zipped({f"out\\{name}": content for name, content in files.items()})})
    sources = [
        str(tmp_path / "windows.zip"),
        write_csv(tmp_path / "csv", small()),
        write_parquet(tmp_path / "parquet", small()),
        write_workbook(tmp_path / "book.xlsx", small()),
        write_database(tmp_path / "case.db", small()),
        str(tmp_path / "flat.zip"),
        str(tmp_path / "deep.ZIP"),
        f"{prefix}/plain",
        f"{prefix}/packed.zip",
        (tmp_path / "parquet").as_uri(),
        (tmp_path / "book.xlsx").as_uri(),
    ]
    extracts = [read(source) for source in sources]
    assert {extract.content_hash for extract in extracts} == {extracts[0].content_hash}
    assert all(extract.rows == extracts[0].rows for extract in extracts)
    assert all(extract.rejected.empty for extract in extracts)


def test_a_folder_may_mix_csv_and_parquet_but_not_for_one_table(tmp_path: Path) -> None:
    files = csv_files(small())
    cases = files.pop("cases.csv")
    mixed = files | {"cases.parquet": parquet_bytes(small()["cases"])}
    assert read(write_folder(tmp_path, mixed)).rows["cases"] == 4
    assert refused(write_folder(tmp_path, {"cases.csv": cases})) == [
        "cases.csv and cases.parquet: both are here; keep one"
    ]


def test_hashes_are_of_the_files_as_they_lie_there(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "csv", small())
    one = read(source).source_hashes
    assert set(one) == set(csv_files(small()))
    (tmp_path / "csv" / "cases.csv").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "csv" / "cases.csv").read_bytes())
    other = read(source)
    assert [name for name in one if one[name] != other.source_hashes[name]] == ["cases.csv"]
    assert list(read(write_workbook(tmp_path / "book.xlsx", small())).source_hashes) == ["book.xlsx"]


def test_typed_cells_of_a_workbook_are_read_as_what_they_mean(tmp_path: Path) -> None:
    tables = small()
    tables["organisation"][0] |= {"office_code": 211.0, "cluster_code": 7}
    tables["organisation"][1] |= {"cluster_code": "7"}
    tables["cases"][0] |= {"sentence_start": datetime(2026, 2, 3), "prolific": False, "tier": 4, "mappa_level": 2.0}  # noqa: DTZ001
    tables["cases"][1] |= {"sentence_start": datetime(2026, 2, 3, 10, 30)}  # noqa: DTZ001
    tables["offender_managers"][0] |= {"contracted_hours": Decimal("36.50")}
    extract = read(write_workbook(tmp_path / "book.xlsx", tables))
    assert extract.caseload.organisation["office_code"].tolist() == ["211", "O2"]
    assert extract.caseload.organisation["cluster_code"].tolist() == ["7", "7"]
    case = extract.caseload.cases.iloc[0]
    assert (case["tier"], case["mappa_level"], bool(case["prolific"])) == ("4", "2", False)
    assert extract.caseload.offender_managers["contracted_hours"][0] == 36.5
    assert extract.rejected[["line", "column", "value"]].to_numpy().tolist() == [
        [3, "sentence_start", "2026-02-03 10:30:00"]
    ]


def test_empty_rows_and_a_wrong_stated_size_of_a_sheet_lose_no_rows(tmp_path: Path) -> None:
    write_workbook(tmp_path / "book.xlsx", small())
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    book["cases"].append([])
    book["cases"].append(["X9", "M1", "T1", "9"])
    book["cases"].cell(40, 60).value = " "
    book.save(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet3.xml"
    parts[sheet] = parts[sheet].replace(b'<dimension ref="A1:BH40"', b'<dimension ref="A1:B2"')
    assert b'ref="A1:B2"' in parts[sheet]
    (tmp_path / "book.xlsx").write_bytes(zipped(parts))
    extract = read(str(tmp_path / "book.xlsx"))
    assert extract.rows["cases"] == 5
    assert extract.rejected["line"].unique().tolist() == [7]


def test_a_formula_of_a_workbook_is_read_as_the_value_it_had(tmp_path: Path) -> None:
    tables = small()
    tables["cases"][0]["tier_changes"] = "=1+2"
    write_workbook(tmp_path / "book.xlsx", tables)
    with zipfile.ZipFile(tmp_path / "book.xlsx") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet3.xml"
    text = re.search(rb'<c r="M2"[^>]*>.*?</c>', parts[sheet])
    assert text is not None
    parts[sheet] = parts[sheet].replace(text.group(), b'<c r="M2"><f>1+2</f><v>3</v></c>')
    (tmp_path / "book.xlsx").write_bytes(zipped(parts))
    assert read(str(tmp_path / "book.xlsx")).caseload.cases["tier_changes"].tolist() == [3, 2, 2, 2]


@pytest.mark.parametrize("name", ["cases.parquet", "book.xlsx", "packed.zip"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    files = csv_files(small()) | {name: b"crn,team_code\nX1,T1\n"}
    del files["cases.csv"]
    folder = write_folder(tmp_path, files)
    faults = refused(folder if name == "cases.parquet" else f"{folder}/{name}")
    assert faults[0].startswith(f"{name}: not a readable ")


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    write_workbook(tmp_path / "book.xlsx", small())
    (tmp_path / "packed.zip").write_bytes(zipped(csv_files(small())))
    write_parquet(tmp_path / "parquet", small())
    for name in ("book.xlsx", "packed.zip", "parquet/cases.parquet"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    assert "book.xlsx: not a readable XLSX workbook" in refused(str(tmp_path / "book.xlsx"))[0]
    assert "packed.zip: not a readable zip file" in refused(str(tmp_path / "packed.zip"))[0]
    assert "cases.parquet: not a readable Parquet file" in refused(str(tmp_path / "parquet"))[0]


def test_a_damaged_part_of_a_zip_file_or_workbook_is_refused(tmp_path: Path) -> None:
    write_workbook(tmp_path / "book.xlsx", small())
    openpyxl.load_workbook(tmp_path / "book.xlsx").save(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"].replace(b"</sheetData>", b"</sheetDatA>")
    (tmp_path / "book.xlsx").write_bytes(zipped(parts))
    files = zipped(csv_files(small()), zipfile.ZIP_STORED).replace(b"community", b"licence  ").replace(b"X1", b"X7")
    (tmp_path / "packed.zip").write_bytes(files)
    assert "cases.csv: cannot be unpacked: Bad CRC-32" in "\n".join(refused(str(tmp_path / "packed.zip")))
    faults = refused(str(tmp_path / "book.xlsx"))
    assert any(fault.startswith("book.xlsx sheet cases: not a readable XLSX workbook") for fault in faults), faults


def test_an_empty_sheet_or_a_chart_in_the_place_of_a_table_is_refused(tmp_path: Path) -> None:
    write_workbook(tmp_path / "book.xlsx", small())
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    del book["cases"], book["assessments"]
    book.create_sheet("cases")
    book.create_chartsheet("assessments").add_chart(BarChart())
    book.save(tmp_path / "book.xlsx")
    assert refused(str(tmp_path / "book.xlsx")) == [
        "book.xlsx sheet cases: the sheet is empty; its first row must be the heading row",
        "book.xlsx sheet assessments: is a chart, not a table",
    ]


def test_what_cannot_be_found_or_read_is_told_without_a_traceback(tmp_path: Path, prefix: str) -> None:
    store = fsspec.filesystem("memory")
    store.pipe(f"{prefix}/notes.txt", b"")
    (tmp_path / "notes.txt").write_text("no extract")
    assert refused(f"{tmp_path}/nowhere") == [f"{tmp_path}/nowhere: there is no such folder or file"]
    assert "name the folder it lies in, a zip file (.zip) or a workbook (.xlsx)" in refused(f"{tmp_path}/notes.txt")[0]
    assert refused(f"{prefix}/nowhere") == [f"{prefix}/nowhere: there is nothing of that name"]
    assert "the files notes.txt" in refused(prefix)[0]
    assert "not a source that can be read" in refused("nonsense://somewhere/db")[0]
    (tmp_path / "case.db").write_bytes(b"no database at all" * 100)
    assert "cannot be read" in refused(f"sqlite:///{tmp_path}/case.db")[0]


def test_a_number_that_is_no_number_is_an_empty_value() -> None:
    assert as_text(float("nan")) is None
    assert as_text(Decimal("NaN")) is None
    assert as_text(float("inf")) == "inf"


def test_passwords_and_signatures_are_not_shown() -> None:
    with pytest.raises(ExtractRefused) as refusal:
        read("postgresql://jo:s3cret@127.0.0.1:1/out")
    assert "s3cret" not in str(refusal.value)
    assert "127.0.0.1" in str(refusal.value)


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "csv", small())
    shutil.rmtree(source)
    Path(source).symlink_to(source)
    assert refused(source)[0].startswith(f"{source}: ")
