"""An extract that is still being written, or broke off: refused in words, and taken once it is whole."""

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.extracts import ExtractRefused

from ..monitor.conftest import Answer, everything_in
from ..monitor.extracts.small import csv_files, parquet_bytes, read, small, write_folder, write_workbook
from .conftest import NEW, is_new, opened

Program = Callable[..., Answer]
CUTS = 15


def cuts(content: bytes) -> list[bytes]:
    """The same file as it was at many moments while it was being written."""
    return [content[: len(content) * part // CUTS] for part in range(CUTS)]


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_zip_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    for part in cuts(zipped(csv_files(small()))):
        (tmp_path / "2026-11-22.zip").write_bytes(part)
        with pytest.raises(ExtractRefused, match=r"not a readable zip file .* pack it again"):
            read(str(tmp_path / "2026-11-22.zip"))


def test_a_workbook_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = Path(write_workbook(tmp_path / "2026-11-22.xlsx", small())).read_bytes()
    for part in cuts(whole):
        (tmp_path / "2026-11-22.xlsx").write_bytes(part)
        with pytest.raises(ExtractRefused, match=r"2026-11-22\.xlsx"):
            read(str(tmp_path / "2026-11-22.xlsx"))


def test_a_parquet_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    files = {f"{name}.parquet": parquet_bytes(rows) for name, rows in small().items()}
    for part in cuts(files["cases.parquet"]):
        folder = write_folder(tmp_path / "extract", {**files, "cases.parquet": part})
        with pytest.raises(ExtractRefused, match=r"cases\.parquet: (not a readable Parquet file|the file is empty)"):
            read(folder)


def test_a_csv_file_cut_inside_a_row_is_refused_however_few_rows_may_be_rejected(tmp_path: Path) -> None:
    files = csv_files(small())
    for name in ("cases.csv", "assessments.csv", "organisation.csv"):
        content = files[name]
        heading, _, _ = content.partition(b"\n")
        places = [end for end in range(len(heading) + 2, len(content)) if is_inside_a_row(content, end)]
        for end in places[::11]:
            folder = write_folder(tmp_path / "extract", {**files, name: content[:end]})
            with pytest.raises(ExtractRefused, match=rf"{name}: line \d+: the file ends in the middle of this row"):
                read(folder)


def is_inside_a_row(content: bytes, end: int) -> bool:
    """Whether a file cut there ends in a row that lacks a value; the last value of a row may be of any length."""
    last = content[:end].rpartition(b"\n")[2]
    return bool(last) and last.count(b",") < content.partition(b"\n")[0].count(b",")


def test_a_csv_file_without_a_last_line_end_is_whole_when_its_last_row_is(tmp_path: Path) -> None:
    files = {name: content.removesuffix(b"\n") for name, content in csv_files(small()).items()}
    assert len(read(write_folder(tmp_path / "extract", files)).caseload.cases) == 4


@pytest.fixture
def arriving(service: Path) -> Path:
    """The extract of ``NEW`` as its files stand complete, in a folder beside the one that is read."""
    whole = service / "extracts" / NEW.isoformat()
    return Path(shutil.move(whole, service / "whole"))


def a_run(service: Path, hotspots: Program) -> Answer:
    with opened(service) as home:
        return hotspots("run", "--extract", service / "extracts" / NEW.isoformat(), "--as-at", NEW, home=home)


def test_a_run_refuses_every_stage_of_an_upload_and_takes_it_when_it_is_whole(
    service: Path, arriving: Path, hotspots: Program
) -> None:
    with opened(service) as home:
        before = everything_in(home)
    needed = ["organisation.csv", "offender_managers.csv", "assessments.csv", "cases.csv"]
    target = service / "extracts" / NEW.isoformat()
    for name in needed:
        content = (arriving / name).read_bytes()
        write_folder(target, {name: content[: content.rindex(b",", 0, -20)]})
        answer = a_run(service, hotspots)
        assert (answer.status, answer.out) == (2, "")
        assert "the table is missing" in answer.err or "the file ends in the middle of this row" in answer.err
        with opened(service) as home:
            assert not is_new(home, before)
        write_folder(target, {name: content})
    shutil.copytree(arriving, target, dirs_exist_ok=True)
    answer = a_run(service, hotspots)
    assert (answer.status, answer.err) == (0, "")
    with opened(service) as home:
        assert is_new(home, before)


def half_a_table(whole: bytes) -> bytes:
    """A file that broke off at the end of a row."""
    lines = whole.splitlines(keepends=True)
    return b"".join(lines[: len(lines) // 2])


def test_a_csv_file_cut_at_the_end_of_a_row_is_found_by_its_manifest_or_by_the_swing(
    service: Path, arriving: Path, hotspots: Program
) -> None:
    target = service / "extracts" / NEW.isoformat()
    files = {file.name: file.read_bytes() for file in arriving.iterdir()}
    write_folder(target, {**files, "cases.csv": half_a_table(files["cases.csv"])})
    answer = a_run(service, hotspots)
    assert answer.status == 2
    assert "send the whole extract or, if the change is real, run again with --accept-swing" in answer.err

    rows = len(files["assessments.csv"].splitlines()) - 1
    manifest = f'{{"tables": {{"assessments": {{"rows": {rows}}}}}}}'.encode()
    write_folder(
        target, {**files, "assessments.csv": half_a_table(files["assessments.csv"]), "manifest.json": manifest}
    )
    answer = a_run(service, hotspots)
    assert answer.status == 2
    assert f"assessments: {rows} rows are stated, {(rows + 1) // 2 - 1} are there; send the extract again" in answer.err

    write_folder(target, {**files, "manifest.json": manifest[:-9]})
    answer = a_run(service, hotspots)
    assert (answer.status, answer.err.startswith("manifest.json: the file: ")) == (2, True)
