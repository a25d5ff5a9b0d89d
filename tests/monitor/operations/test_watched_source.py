"""The watched source: which of what lies in it is the newest extract."""

from pathlib import Path

import pytest

from monitor.operations.watched_source import NoExtract, SourceUnreadable, newest_extract

from ..conftest import AS_AT, WEEK


def test_the_newest_extract_is_picked_by_the_date_in_its_name(tmp_path: Path) -> None:
    for name in ("2026-11-20", "extract 2026-11-13 late", "notes", "2026-13-45", "2026-11-06.zip"):
        (tmp_path / name).mkdir()
    assert newest_extract(str(tmp_path)) == (str(tmp_path / "2026-11-20"), AS_AT)
    (tmp_path / "london-2026-11-27.xlsx").touch()
    assert newest_extract(f"{tmp_path}/") == (str(tmp_path / "london-2026-11-27.xlsx"), AS_AT + WEEK)
    assert newest_extract(f"file://{tmp_path}") == (f"file://{tmp_path}/london-2026-11-27.xlsx", AS_AT + WEEK)


def test_what_is_no_extract_is_passed_over_whatever_date_is_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "2026-11-20").mkdir()
    for name in ("notes of 2026-11-27.txt", ".2026-11-27.zip", "2026-11-27.zip.part", "2026-11-27.csv"):
        (tmp_path / name).touch()
    assert newest_extract(str(tmp_path)) == (str(tmp_path / "2026-11-20"), AS_AT)


def test_a_source_without_a_dated_extract_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(NoExtract, match="holds no extract with its as-at date in its name, such as 2026-11-20"):
        newest_extract(str(tmp_path))
    with pytest.raises(SourceUnreadable, match="cannot be read"):
        newest_extract(str(tmp_path / "nowhere"))
    with pytest.raises(SourceUnreadable, match="cannot be read"):
        newest_extract("gopher://example.org/extracts")
