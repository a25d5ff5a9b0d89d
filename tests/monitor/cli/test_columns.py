"""``hotspots columns``: the draft on standard output, and words for a source that cannot be read."""

import html
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from monitor.extracts.heading_map import load_heading_map

from ..conftest import AS_AT, Answer, Home
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


def a_region(path: Path, *, title: bool) -> str:
    """A workbook as a region keeps it: its own words, dates as text, a totals row, a filter and a note at the right.

    - title: whether a title and a blank row stand above the headings of the caseload.
    """
    team_words = ["Team Code", "Team", "Team Type", "Office Code", "Office", "PDU Code", "PDU", "Region Code", "Region"]
    teams = [[101, "King's Lynn 1", "Offender Management Unit", 11, "King's Lynn", 1, "West", 9, "Eastern"]]
    teams += [[102, "Thetford 1", "Public Protection Unit", 12, "Thetford", 1, "West", 9, "Eastern"]]
    staff_words = ["Staff No", "Team Code", "Name", "Band", "Wkly Hrs", "Email"]
    names = ["Siobhán O'Connor", "Sean D'Souza"]
    grades = ["Band 4 Probation Officer", "Band 3 PSO"]
    staff: list[list[Any]] = [
        [f"001{70 + place}", 101 + place % 2, names[place % 2], grades[place % 2], 37 - place, f"{place}@their.example"]
        for place in range(12)
    ]
    case_words = ["Case Ref", "Officer No", "Team Code", "Tier (1-4)", "RoSH", "Type of Supervision", "Sentence Date"]
    case_words += ["Exp End Dt", "Domestic Abuse", "Offender Name"]
    risks = ["Very High", "High", "Medium", "Not assessed"]
    end = date(2027, 9, 30)
    cases: list[list[Any]] = [
        [
            *(f"E{100 + place}", f"001{70 + place % 12}", 101 + place % 2, 1 + place % 4, risks[place % 4]),
            *("Community", f"{13 + place % 9}/02/2026", end, "Yes" if place % 3 else "No", "Jo O'Hara"),
        ]
        for place in range(60)
    ]
    done_words = ["Case Ref", "Assessment Type", "Locked Date"]
    done = [[row[0], "Initial Sentence Plan", row[6]] for row in cases[:50]]
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, words, rows in (
        ("Structure", team_words, teams),
        ("Staff list", staff_words, staff),
        ("Caseload", case_words, [*cases, ["Total", None, None, 60]]),
        ("OASys completed", done_words, done),
    ):
        sheet = book.create_sheet(name)
        for row in (words, *rows):
            sheet.append(row)
    sheet = book["Caseload"]
    sheet["P5"] = "ask Siobhán about these"
    sheet.auto_filter.ref = "A1:J62"
    if title:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Caseload as at 20/11/2026"
        sheet.merge_cells("A1:D1")
    book.save(path)
    return str(path)


def test_a_workbook_in_other_words_becomes_a_digest_in_the_outbox(
    new_home: Home, hotspots: Program, tmp_path: Path
) -> None:
    assert new_home.settings.people is not None
    new_home.settings.people.write_text(
        'people: [{email: east@example.org, name: East, role: director, area: "9", digest: weekly}]', encoding="utf-8"
    )
    source = a_region(tmp_path / "book.xlsx", title=False)
    drafted = hotspots("columns", "--extract", source, home=new_home)
    assert (drafted.status, drafted.err) == (0, "")
    assert "# 1 row of totals: delete them in the source" in drafted.out
    assert "Hara" not in drafted.out
    open_lines = [line for line in drafted.out.splitlines() if "?   #" in line and "optional" not in line]
    assert open_lines == [
        '      # "60": ?   # 1 row; ours: 1, 2, 3, 4',
        '      # "Not assessed": ?   # 15 rows; ours: low, medium, high, very_high',
    ]
    path = tmp_path / "headings.yaml"
    path.write_text(drafted.out.replace('# "Not assessed": ?', '"Not assessed": ""'), encoding="utf-8")
    mapped = ("--extract", source, "--columns", path)
    checked = hotspots("check", *mapped, home=new_home)
    assert (checked.status, checked.err) == (0, "")
    assert "cases: 60 rows accepted, 1 rejected" in checked.out
    ran = hotspots("run", *mapped, "--as-at", AS_AT, home=new_home)
    assert (ran.status, ran.err) == (0, "")
    assert "60 cases, 12 offender managers; 1 row rejected" in ran.out
    assert hotspots("deliver", home=new_home).status == 0
    digest = (new_home.settings.home / "outbox" / f"weekly_{AS_AT}_east@example.org.html").read_text(encoding="utf-8")
    print(hotspots("digests", "--show", "1", home=new_home).out)
    assert "Thetford" in digest
    assert "O'Connor" not in html.unescape(digest)
    rejected = hotspots("export", "rejected", home=new_home).out
    assert {line.split(",")[1:3] == ["cases", "62"] for line in rejected.splitlines()[1:]} == {True}


def test_a_title_above_the_headings_is_said_in_the_draft_and_in_the_first_line_of_a_refusal(
    new_home: Home, hotspots: Program, tmp_path: Path
) -> None:
    plain = hotspots("columns", "--extract", a_region(tmp_path / "plain.xlsx", title=False), home=new_home).out
    path = tmp_path / "headings.yaml"
    path.write_text(plain, encoding="utf-8")
    titled = a_region(tmp_path / "book.xlsx", title=True)
    assert (
        '# No headings in the first row of "Caseload".' in hotspots("columns", "--extract", titled, home=new_home).out
    )
    for words in (("check",), ("run", "--as-at", AS_AT)):
        refused = hotspots(*words, "--extract", titled, "--columns", path, home=new_home)
        assert refused.status == 2
        assert refused.err.splitlines()[0] == (
            "book.xlsx sheet Caseload: the first row is not the headings but 'Caseload as at 20/11/2026': "
            "delete every row above the headings in the source, so that they are the first row"
        )
