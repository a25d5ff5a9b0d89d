"""``hotspots columns``: the draft on standard output, and words for a source that cannot be read."""

from collections.abc import Callable
from pathlib import Path

from monitor.extracts.heading_map import load_heading_map

from ..conftest import Answer, Home
from ..extracts.small import small, write_folder, write_workbook

Program = Callable[..., Answer]


def test_the_draft_is_a_map_that_loads(home: Home, hotspots: Program, tmp_path: Path) -> None:
    tables = small()
    tables["Caseload"] = [{"Case Ref" if name == "crn" else name: row[name] for name in row} for row in tables["cases"]]
    del tables["cases"]
    answer = hotspots("columns", "--extract", write_workbook(tmp_path / "their.xlsx", tables), home=home)
    assert (answer.status, answer.err) == (0, "")
    path = tmp_path / "headings.yaml"
    path.write_text(answer.out, encoding="utf-8")
    drafted = load_heading_map(path)
    assert drafted.names == {"cases": "Caseload"}
    assert drafted.table("cases").headings == {"crn": "Case Ref"}


def test_the_tiers_are_those_of_the_policy(home: Home, hotspots: Program, tmp_path: Path) -> None:
    tables = small()
    tables["cases"] = [{**row, "tier": "Tier A3"} for row in tables["cases"]]
    source = write_workbook(tmp_path / "their.xlsx", tables)
    assert '"Tier A3": "A3"' in hotspots("columns", "--extract", source, "--policy", "wmt", home=home).out
    assert '# "Tier A3": ?   # 4 rows; ours: 1, 2, 3, 4' in hotspots("columns", "--extract", source, home=home).out


def test_a_source_that_cannot_be_read_ends_in_words_and_status_2(home: Home, hotspots: Program, tmp_path: Path) -> None:
    damaged = write_folder(tmp_path / "damaged", {"cases.parquet": b"no parquet"})
    for source, named in (
        ("nowhere.zip", "nowhere.zip"),
        (damaged, "cases.parquet"),
        (write_folder(tmp_path / "empty", {"readme.txt": b"x"}), "there is no table in it"),
        ("postgresql://reader:hunter2@127.0.0.1:1/caseload", "cannot be read"),
    ):
        answer = hotspots("columns", "--extract", source, home=home)
        assert (answer.status, answer.out) == (2, "")
        assert named in answer.err
        assert "Traceback" not in answer.err
        assert "hunter2" not in answer.err


def test_a_policy_that_is_not_there_ends_in_words_and_status_2(home: Home, hotspots: Program) -> None:
    answer = hotspots("columns", "--extract", home.extract, "--policy", "paris-1789", home=home)
    assert (answer.status, "paris-1789" in answer.err) == (2, True)
