"""Alternative histories on the disk: their names, their manifests, and what is none."""

from datetime import date
from pathlib import Path

import pytest

from monitor.alternatives.files import (
    MANIFEST,
    Manifest,
    WeekEntry,
    folder_of,
    hash_of,
    is_name,
    list_alternatives,
    path_of,
    stored_manifest,
)

from ..conftest import Home

DAY = date(2026, 11, 20)
ENTRY = WeekEntry(policy_fingerprint="f", content_hash="c", revision=1, sha256="s")


@pytest.mark.parametrize(
    ("name", "can_be"),
    [
        *(("a-year-under-wmt", True), ("2", True), ("a" * 60, True), ("a" * 61, False)),
        *((name, False) for name in ("", "-a", "..", "a/b", "A", "a\n")),
    ],
)
def test_a_name_is_small_letters_digits_and_hyphens(name: str, can_be: bool) -> None:
    assert is_name(name) is can_be


def test_alternatives_are_listed_by_name_and_anything_else_is_left_out(tmp_path: Path) -> None:
    assert list_alternatives(tmp_path / "none") == {}
    whole = Manifest(policy="wmt", code_version="1", weeks={DAY: ENTRY})
    for name, content in (
        ("b-whole", whole.model_dump_json()),
        ("a-whole", whole.model_dump_json()),
        ("without-weeks", Manifest(policy="wmt", code_version="1").model_dump_json()),
        ("torn", whole.model_dump_json()[:20]),
        ("Not A Name", whole.model_dump_json()),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).write_text(content, encoding="utf-8")
    (tmp_path / "a-file").touch()
    (tmp_path / "empty").mkdir()
    assert list(list_alternatives(tmp_path)) == ["a-whole", "b-whole"]
    assert stored_manifest(tmp_path / "a-whole") == whole
    assert stored_manifest(tmp_path / "a-file") is None


def test_a_file_of_a_week_is_named_by_its_date_below_the_home(service: Home) -> None:
    folder = folder_of(service.store)
    assert folder == service.settings.home / "alternatives"
    assert path_of(folder / "wmt", DAY).name == "2026-11-20.parquet"
    assert hash_of(folder / "nothing") == ""
