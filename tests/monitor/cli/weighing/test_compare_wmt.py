"""``hotspots compare-wmt``: lines, tables, and words for what is no workbook."""

from collections.abc import Callable
from pathlib import Path

from ...conftest import Answer, Home
from ...extracts.wmt.book import SPECIMEN

Program = Callable[..., Answer]


def test_lines_by_default_and_tables_on_request(new_home: Home, hotspots: Program, tmp_path: Path) -> None:
    answer = hotspots("compare-wmt", str(SPECIMEN), home=new_home)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("As at 2021-07-02: 4 owners; 1 the same in both tools, 3 not\n")
    table = hotspots("compare-wmt", str(SPECIMEN), "--format", "csv", home=new_home).out.splitlines()
    assert (table[0].split(",")[:3], len(table)) == (["om_code", "team_code", "om_name"], 5)
    file = tmp_path / "custody.csv"
    answer = hotspots("compare-wmt", str(SPECIMEN), "--table", "custody", "--out", str(file), home=new_home)
    assert (answer.status, answer.out) == (0, "")
    assert file.read_text(encoding="utf-8").splitlines()[1] == "GH5NGE3,N53XAE,Unallocated Staff,183,8228.0,22431.0"


def test_what_is_no_workbook_ends_in_words_and_status_2(new_home: Home, hotspots: Program, tmp_path: Path) -> None:
    answer = hotspots("compare-wmt", str(tmp_path), home=new_home)
    assert (answer.status, answer.out, "is no workbook of the Workload" in answer.err) == (2, "", True)


def test_the_workbook_runs_to_a_digest(new_home: Home, hotspots: Program, tmp_path: Path) -> None:
    people = tmp_path / "their people.yaml"
    people.write_text(
        "people: [{email: north@example.org, name: Director North, role: director, area: N53, digest: weekly}]\n",
        encoding="utf-8",
    )
    run = ("run", "--extract", str(SPECIMEN), "--as-at", "2021-07-02", "--policy", "wmt")
    answer = hotspots(*run, home=new_home, policy="wmt", people=people)
    assert answer.status == 0
    assert "12.3% of capacity, 802 of 6,528 points" in answer.out
    assert "49 rows rejected" in answer.out
    assert "1 digest queued" in answer.out
