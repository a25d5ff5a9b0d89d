"""The workbook, and tables next to it, as an extract."""

from pathlib import Path
from typing import Any

import pytest

from monitor.extracts import AcceptanceLimits, Extract, ExtractRefused, read_extract
from monitor.extracts.heading_map import load_heading_map
from monitor.extracts.wmt.source import CONTRACT, adapt, list_intake
from tests.oracle.national_tool import Book
from tests.tiering.rows import WMT

from .book import AS_AT, SPECIMEN, book_of, owner, place, read, source_of, write_book

TEAM = place(0)["team_code"]
POSTS = "om_code,team_code,om_name,grade,contracted_hours\n"


def folder_of(tmp_path: Path, book: Book | None = None, **tables: str) -> str:
    """A folder with the workbook and tables next to it."""
    rows = [owner("A", commtiera3=2), owner("B", commtiera3=1)]
    write_book(book or book_of(wmt_extract=rows, wmt_extract_filtered=rows), tmp_path / "WMT_PS.xlsx")
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(tmp_path)


def posts_in(extract: Extract) -> list[list[Any]]:
    managers = extract.caseload.offender_managers
    columns = ["om_code", "team_code", "grade", "contracted_hours", "hours_assumed"]
    return managers[columns].fillna({"hours_assumed": False}).to_numpy().tolist()


@pytest.fixture(scope="module")
def specimen() -> Extract:
    return read(str(SPECIMEN))


def test_the_published_specimen_loads_and_reports_every_row_that_cannot_count(specimen: Extract) -> None:
    extract, cases = specimen, specimen.caseload.cases
    assert int(cases["number_of_cases"].sum()) == 9
    assert posts_in(extract) == [
        ["GHE3BG7", "N53DEC", "PO", 37.0, True],
        ["GHE3BG8", "N53DEC", "PO", 37.0, True],
        ["N53ICDE", "N53IAV", "PO", 37.0, True],
        ["N53ITGB", "N53IAV", "unknown", 0.0, True],
    ]
    counts = extract.rejected.groupby("table").size().to_dict()
    assert counts == {
        "cms": 4, "court_reports": 2, "flag_o_due": 2, "flag_priority": 2, "flag_upw": 2, "flag_warr_4_n": 2,
        "omic_teams": 2, "suspended_lifers": 1, "wmt_extract": 33, "wmt_extract_sa": 1,
    }  # fmt: skip
    assert extract.rejected["reason"].ne("").all()


def test_the_report_of_what_came_in_names_the_sheets(specimen: Extract) -> None:
    report = specimen.intake.report
    read_rows = report[report["measure"].eq("read")].set_index("table")["count"]
    assert (read_rows["wmt_extract"], read_rows["wmt_extract_filtered"], read_rows["cases"]) == (35, 2, 7)
    rejected = report[report["measure"].eq("rejected")].set_index("table")["count"]
    assert (rejected["wmt_extract"], rejected["wmt_extract_filtered"], rejected["omic_teams"]) == (33, 0, 2)
    because = report[report["table"].eq("court_reports")]
    assert (because["measure"].tolist(), because["count"].tolist()) == (["rejected because"], [2])


def test_hours_and_reductions_come_from_tables_beside_the_workbook(tmp_path: Path) -> None:
    source = folder_of(
        tmp_path,
        offender_managers=f"{POSTS}A,{TEAM},Jo DoeA,TPO,22.2\nNEW,{TEAM},Al New,PSO,37\n",
        reductions=f"om_code,team_code,reason,hours,starts_on\nA,{TEAM},sickness,3.7,2026-11-01\n",
    )
    extract = read(source)
    assert posts_in(extract) == [
        ["A", TEAM, "PO", 22.2, False],
        ["B", TEAM, "PO", 37.0, True],
        ["NEW", TEAM, "PSO", 37.0, False],
    ]
    assert extract.caseload.reductions["hours"].tolist() == [3.7]
    assert set(extract.source_hashes) == {"WMT_PS.xlsx", "offender_managers.csv", "reductions.csv"}
    assert extract.rejected.empty


def test_offices_come_from_a_table_of_the_organisation_beside_it(tmp_path: Path) -> None:
    headings = "team_code,team_name,team_type,office_code,office_name,cluster_code,cluster_name,area_code,area_name"
    row = f"{TEAM},Our team,ppu,F1,Office 1,PDU000,Central,N00,Region 0"
    rows = [owner("A", commtiera3=2), owner("B", 1, commtiera3=1)]
    book = book_of(wmt_extract=rows, wmt_extract_filtered=rows)
    teams = read(folder_of(tmp_path, book, organisation=f"{headings}\n{row}\n")).caseload.organisation
    other = place(1)["team_code"]
    assert teams.set_index("team_code")["office_code"].to_dict() == {TEAM: "F1", other: other}


def test_a_fault_of_a_table_beside_it_is_reported_with_its_line(tmp_path: Path) -> None:
    source = folder_of(tmp_path, offender_managers=f"{POSTS}A,{TEAM},Jo DoeA,PO,many\n")
    extract = read(source, limits=AcceptanceLimits(unmatched_share=1))
    assert extract.rejected[["table", "line", "column", "value"]].to_numpy().tolist() == [
        ["offender_managers", 2, "contracted_hours", "many"]
    ]


def test_a_table_beside_it_may_need_a_heading_map(tmp_path: Path) -> None:
    headings = tmp_path / "headings.yaml"
    headings.write_text("tables: {offender_managers: staff}\noffender_managers: {contracted_hours: Hours}\n")
    staff = f"om_code,team_code,om_name,grade,Hours,Shoe size\nA,{TEAM},Jo DoeA,PO,18.5,9\n"
    extract = read(folder_of(tmp_path, staff=staff), headings=headings)
    assert posts_in(extract)[0] == ["A", TEAM, "PO", 18.5, False]
    assert extract.unused["offender_managers"] == ["Shoe size"]


def test_a_table_beside_it_without_a_needed_column_refuses_the_extract(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match=r"offender_managers\.contracted_hours: the column is missing"):
        read(folder_of(tmp_path, offender_managers=f"om_code,team_code,om_name,grade\nA,{TEAM},Jo,PO\n"))


def test_a_policy_without_default_hours_needs_every_post(tmp_path: Path) -> None:
    policy = WMT.model_copy(update={"default_contracted_hours": None})
    with pytest.raises(ExtractRefused, match=r"put offender_managers\.csv next to the workbook"):
        adapt(source_of(book_of()), load_heading_map(None), policy, AS_AT)


def test_the_same_workbook_is_the_same_extract(tmp_path: Path) -> None:
    alone = read(write_book(book_of(), tmp_path / "other name.xlsx"))
    (tmp_path / "folder").mkdir()
    assert read(folder_of(tmp_path / "folder", book_of())).content_hash == alone.content_hash


def test_without_a_policy_it_is_no_extract() -> None:
    with pytest.raises(
        ExtractRefused, match="organisation, offender_managers, cases, assessments: the table is missing"
    ):
        read_extract(str(SPECIMEN), AS_AT, WMT.tiers)


def test_only_a_workbook_may_lack_the_start_of_a_sentence() -> None:
    assert not CONTRACT["cases"].column("sentence_start").required
    assert "unknown" in CONTRACT["offender_managers"].column("grade").choices


def test_headings_of_no_column_are_in_the_report() -> None:
    book = book_of(wmt_extract_filtered=[owner("A", commtiera3=1) | {"colour": "red"}])
    rows = adapt(source_of(book), load_heading_map(None), WMT, AS_AT).rows
    assert ("wmt_extract_filtered", "", "unused heading", "colour", 1, 1, None, None) in list(list_intake(rows))
