"""Tables and headings of a source paired with ours."""

from monitor.extracts.draft.lists import with_tiers
from monitor.extracts.draft.matching import match_columns, match_tables, name_likeness, rank_sheets
from monitor.extracts.draft.profile import SheetProfile
from tiering.caseload import CASES, OFFENDER_MANAGERS, ORGANISATION, TABLES

from ..small import TIERS
from .profiles import a_sheet

OURS = [with_tiers(table, TIERS) for table in TABLES.values() if not table.seldom]
STAFF = {
    "Officer": ["0071", "0072", "0073"],
    "Officer name": ["Ann Smith", "Bo Lee", "Cy Moss"],
    "Team": ["T1", "T1", "T2"],
    "Role": ["PO", "PSO", "SPO"],
    "Hours": ["37", "37", "18.5"],
}
CASELOAD = {
    "Reference": ["X1", "X2", "X3", "X4"],
    "Officer": ["71", "72", "72", "99"],
    "Team": ["T1", "T1", "T2", "T2"],
    "Sentence type": ["Community", "Custody", "Licence", "Licence"],
    "Start": ["05/01/2026", "21/01/2026", "05/02/2026", "05/03/2026"],
    "DOB": ["1980-01-01"] * 4,
}


def chosen(columns: dict[str, list[str]], name: str = "Sheet1", table: str = "cases") -> dict[str, str]:
    match = match_columns(TABLES[table], a_sheet(name, columns))
    return {column: theirs.heading for column, theirs in match.columns.items()}


def test_tables_are_found_by_what_they_hold_whatever_their_names() -> None:
    matches = match_tables(
        OURS, [a_sheet("Sheet1", CASELOAD), a_sheet("Sheet2", STAFF), a_sheet("Notes", {"Note": ["x"]})]
    )
    assert {name: match.sheet.name for name, match in matches.items()} == {
        "offender_managers": "Sheet2",
        "cases": "Sheet1",
    }
    assert [theirs.heading for theirs in matches["cases"].left] == ["DOB"]
    assert not matches["cases"].is_own_name


def test_a_table_of_our_name_is_ours_whatever_it_holds() -> None:
    matches = match_tables(OURS, [a_sheet("Caseload", CASELOAD), a_sheet("CASES", {"Note": ["x"]})])
    assert (matches["cases"].sheet.name, matches["cases"].is_own_name) == ("CASES", True)


def test_codes_lead_to_the_table_that_has_them_also_without_their_zeros() -> None:
    staff = {("Desk" if heading == "Team" else heading): values for heading, values in STAFF.items()}
    teams = {"Team code": ["T1", "T2"], "Team name": ["Red team", "Blue team"], "Office code": ["O1", "O2"]}
    visits = {"Thing": ["X1", "X2"], "Assessment type": ["Home visit"] * 2, "Date completed": ["2026-01-05"] * 2}
    caseload = {**CASELOAD, "Reference": ["0X1", "0X2", "0X3", "0X4"]}
    named = {"Staff": staff, "Teams": teams, "OASys": visits, "Caseload": caseload}
    matches = match_tables(OURS, [a_sheet(name, columns) for name, columns in named.items()])
    assert matches["offender_managers"].guessed["team_code"].heading == "Desk"
    assert "crn" not in matches["assessments"].guessed
    numbers = {**visits, "Thing": ["1", "2"]}
    cases = {**CASELOAD, "Reference": ["0001", "0002", "0003", "0004"]}
    matches = match_tables(OURS, [a_sheet("OASys", numbers), a_sheet("Caseload", cases)])
    assert matches["assessments"].guessed["crn"].heading == "Thing"


def test_a_heading_of_our_name_stands_for_its_column_and_no_other() -> None:
    assert chosen({"CRN": ["X1"], "Case Ref": ["A1"], "om-code": ["7"]}) == {"crn": "CRN", "om_code": "om-code"}


def test_a_heading_stands_for_one_column() -> None:
    assert chosen({"PDU": ["A1"], "Region": ["L"]}, table="organisation") in (
        {"cluster_code": "PDU", "area_code": "Region"},
        {"cluster_name": "PDU", "area_name": "Region"},
    )


def test_a_heading_that_stands_twice_counts_once() -> None:
    match = match_columns(CASES, SheetProfile("x", a_sheet("x", {"Case Ref": ["1"], "case ref": ["2"]}).columns))
    assert (match.guessed["crn"].position, match.left) == (0, [])
    match = match_columns(CASES, SheetProfile("x", a_sheet("x", {"CRN": ["1"], "crn": ["2"]}).columns))
    assert match.own["crn"].position == 0


def test_of_very_many_headings_the_right_one_is_found() -> None:
    many = {f"Case filler {number}": ["text"] for number in range(2_000)}
    assert chosen({**many, "Case Ref No": ["X1"], "Risk of serious harm": ["High"]}) == {
        "crn": "Case Ref No",
        "rosh": "Risk of serious harm",
    }


def test_words_of_a_file_name_that_say_nothing_do_not_count() -> None:
    assert name_likeness(CASES, "Weekly caseload export 20 Nov 2026 (final)") > 0.8
    assert name_likeness(ORGANISATION, "tbl_TeamStructure") > 0.8
    assert name_likeness(OFFENDER_MANAGERS, "2026-11-20") == 0


def test_the_likeliest_tables_of_a_large_source_are_those_with_a_name_or_headings_of_ours() -> None:
    others = [a_sheet(f"audit_{number}", {"at": ["x"], "by": ["y"]}) for number in range(30)]
    caseload, staff = a_sheet("caseload", CASELOAD), a_sheet("hr_17", STAFF)
    assert [sheet.name for sheet in rank_sheets(OURS, [*others, caseload, staff])] == ["caseload", "hr_17"]
