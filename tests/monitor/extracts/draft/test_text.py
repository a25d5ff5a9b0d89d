"""The text of a draft: it loads, says what to do, and shows nothing that it should not."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.extracts.draft import text
from monitor.extracts.draft.lists import with_tiers
from monitor.extracts.draft.matching import match_columns, match_tables
from monitor.extracts.draft.profile import SheetProfile
from monitor.extracts.draft.text import Draft, draft_text
from monitor.extracts.heading_map import HeadingMap, load_heading_map
from monitor.extracts.reading.csv_form import CsvForm
from tiering.caseload import CASES, TABLES

from ..small import TIERS
from .profiles import a_sheet

OURS = [with_tiers(table, TIERS) for table in TABLES.values() if not table.seldom]
NASTY = [
    *("no", "on", "0x1F", "1e3", "null", "~", "- a", "# b", 'q"uote', "a: b", "{c}"),
    *("two\nlines: x", "\u202egnol", "\x7f"),
]
NOTHING: Mapping[str, str] = {}
OUR_FORMS: Mapping[str, CsvForm] = {}


def text_of(
    *sheets: SheetProfile,
    address: str = "caseload.xlsx",
    unread: Mapping[str, str] = NOTHING,
    forms: Mapping[str, CsvForm] = OUR_FORMS,
) -> str:
    matches = match_tables(OURS, sheets)
    used = {match.sheet.name for match in matches.values()}
    unused = [sheet.name for sheet in sheets if sheet.name not in used]
    titled = [sheet.name for sheet in sheets if sheet.name in unused and len(sheet.columns) < 3]
    return draft_text(Draft(address, OURS, matches, unused, titled, unread, forms))


def load(tmp_path: Path, drafted: str) -> HeadingMap:
    path = tmp_path / "headings.yaml"
    path.write_text(drafted, encoding="utf-8")
    return load_heading_map(path)


def test_a_draft_in_full(tmp_path: Path) -> None:
    cases = {
        "Case Ref": ["X1", "X2", "X3"],
        "tier": ["1", "2", "4"],
        "Risk": ["High Risk", "Odd", "low"],
        "Start date": ["05/01/2026", "06/02/2026", "07/03/2026"],
        "Base": ["a", "b", "c"],
    }
    forms = {"Caseload": CsvForm(";", "cp1252")}
    drafted = text_of(a_sheet("Caseload", cases), a_sheet("Notes", {"Note": ["x"]}), forms=forms)
    body = drafted.partition("\n\n")[2]
    assert (
        body
        == """\
tables:
  # organisation: ?   # needed; tables left: "Notes"
  # offender_managers: ?   # needed; tables left: "Notes"
  cases: "Caseload"   # guessed: please check
  # assessments: ?   # needed; tables left: "Notes"
  # events: ?   # optional; tables left: "Notes"
  # duties: ?   # optional; tables left: "Notes"
  # reductions: ?   # optional; tables left: "Notes"
  # enforcement: ?   # optional; tables left: "Notes"
  # contacts: ?   # optional; tables left: "Notes"
  # oversight: ?   # optional; tables left: "Notes"
  # tables not used: "Notes"

cases:
  # our own headings: tier
  crn: "Case Ref"   # guessed: please check
  rosh: "Risk"   # guessed: please check
  sentence_start: "Start date"   # guessed: please check
  # om_code: ?   # optional
  # team_code: ?   # needed; headings left: "Base"
  # rosh_delius: ?   # optional
  # setting: ?   # needed; headings left: "Base"
  # activity: ?   # optional
  # release_on: ?   # optional
  # expected_end_on: ?   # optional
  # allocated_on: ?   # optional
  # transferred_in_on: ?   # optional
  # mappa_level: ?   # optional
  # prolific: ?   # optional
  # safeguarding: ?   # optional
  # domestic_abuse: ?   # optional
  # tier_changes: ?   # optional
  # tier_documented: ?   # optional
  # number_of_cases: ?   # optional
  # mappa_eligible: ?   # optional
  # licence_copy: ?   # optional
  # victim_contact: ?   # optional
  # headings not used: "Base"
  values:
    rosh:
      "High Risk": "high"   # 1 row; guessed: please check
      # "Odd": ?   # 1 row; ours: low, medium, high, very_high
  dates: "dd/mm/yyyy"   # guessed: could be mm/dd/yyyy too
  delimiter: semicolon   # guessed: please check
  encoding: "cp1252"   # guessed: please check"""
    )
    table = load(tmp_path, drafted).table("cases")
    assert (table.headings["crn"], table.values, table.dates["sentence_start"]) == (
        "Case Ref",
        {"rosh": {"High Risk": "high"}},
        "dd/mm/yyyy",
    )
    assert table.form == CsvForm(";", "cp1252")


def test_a_line_with_a_question_mark_can_be_answered_where_it_stands(tmp_path: Path) -> None:
    drafted = text_of(a_sheet("cases", {"CRN": ["X1", "X2"], "Risk": ["Odd", "Odder"], "Base": ["T1", "T2"]}))
    assert load(tmp_path, drafted).table("cases").values == {"rosh": {}}
    answered = drafted.replace("# team_code: ?", 'team_code: "Base"').replace('# "Odd": ?', '"Odd": "low"')
    table = load(tmp_path, answered.replace("# events: ?", 'events: "Log"')).table("cases")
    assert (table.headings, table.values) == ({"team_code": "Base", "rosh": "Risk"}, {"rosh": {"Odd": "low"}})


def test_totals_and_cells_left_empty_are_said_where_a_value_is_needed() -> None:
    cases: dict[str, list[str | None]] = {
        "CRN": ["X1", "X2", "Grand Total", "Totalt", "Norwich total:"],
        "Team code": ["T1", None, None, "T2", None],
        "Setting": ["licence", "licence", None, "licence", None],
    }
    drafted = text_of(a_sheet("cases", cases))
    assert "\n  # 2 rows of totals: delete them in the source; they are no rows of this table\n" in drafted
    assert "\n  # needed, but empty: team_code in 3 of 5 rows; fill them in the source (merged cells: each" in drafted
    assert "totals" not in text_of(a_sheet("cases", {name: values[:2] for name, values in cases.items()}))


def test_a_first_row_of_a_title_is_said() -> None:
    drafted = text_of(a_sheet("Staff", {"Staff in post, November": ["Staff no", "1"]}))
    assert '\n# No headings in the first row of "Staff". If it is one of our tables, delete every\n' in drafted
    assert "No headings" not in text_of(a_sheet("Notes", {"at": ["x"], "by": ["y"], "what": ["z"]}))


def test_a_source_in_our_own_words_needs_no_entry(tmp_path: Path) -> None:
    drafted = text_of(a_sheet("cases", {"crn": ["X1"], "rosh": ["High"], "sentence_start": ["2026-01-05"]}))
    assert "guessed:" not in drafted
    assert load(tmp_path, drafted).table("cases").headings == {}


@pytest.mark.parametrize("nasty", NASTY)
def test_any_text_is_read_back_as_it_was_and_breaks_no_line(tmp_path: Path, nasty: str) -> None:
    columns = {
        "Case Ref": ["X1", "X2"],
        "Risk": [f"high risk {nasty}", nasty],
        f"MAPPA {nasty}": ["1", "2"],
        nasty: ["a", "b"],
    }
    matches = {"cases": match_columns(CASES, a_sheet(f"Caseload {nasty}", columns))}
    drafted = draft_text(Draft(nasty, OURS, matches, [nasty], [nasty], {nasty: nasty}, {}))
    assert "\u202e" not in drafted
    assert "\x7f" not in drafted
    live = [line for line in drafted.splitlines() if not line.lstrip().startswith("#")]
    assert all(line.rstrip().endswith(":") or "guessed" in line or not line for line in live)
    loaded = load(tmp_path, drafted)
    assert loaded.names == {"cases": f"Caseload {nasty}"}
    assert loaded.table("cases").headings["crn"] == "Case Ref"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://reader:hunter2@db/caseload", '# Source: "postgresql://db/caseload"'),
        ("s3://bucket/x?token=hunter2", '# Source: "s3://bucket/x"'),
        ("my file.xlsx", "--extract 'my file.xlsx' --columns"),
    ],
)
def test_the_source_is_named_without_its_secrets(address: str, shown: str) -> None:
    drafted = text_of(a_sheet("cases", {"crn": ["X1"]}), address=address, unread={"x": f"{address}: broken"})
    assert shown in drafted
    assert "hunter2" not in drafted
    assert ("--extract SOURCE" in drafted) == ("://" in address)


def test_no_name_code_or_number_of_a_person_is_shown() -> None:
    names = [f"Jane Doe{number}" for number in range(60)]
    private = [
        "X123456",
        "jane@example.org",
        "0207 1234567",
        "a note on why there is no assessment that goes on and on and on",
    ]
    cases = {
        "CRN": [f"X{number:06d}" for number in range(60)],
        "Surname": names,
        "om_code": [f"M{number}" for number in range(60)],
        "Risk": [*private, *["High"] * 56],
        "setting": names,
        "activity": names[:13] + names[:13] + names[:34],
        "mappa_level": names[:20] * 3,
    }
    drafted = text_of(a_sheet("cases", cases))
    assert not [value for value in [*names, *private, *cases["CRN"], "M17"] if value in drafted]
    assert "      # values not shown: 4" in drafted
    assert "    # mappa_level: 20 different values, hardly any is ours: check its heading" in drafted
    assert "    # setting: 60 different values, hardly any is ours: check its heading" in drafted


def test_the_commonest_values_are_shown_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_SHOWN", 2)
    drafted = text_of(a_sheet("cases", {"crn": ["X1"] * 6, "rosh": ["a", "a", "b", "b", "c", "high"]}))
    assert [line.strip() for line in drafted.splitlines() if "row" in line or "not shown" in line] == [
        '# "a": ?   # 2 rows; ours: low, medium, high, very_high',
        '# "b": ?   # 2 rows; ours: low, medium, high, very_high',
        "# values not shown: 1",
    ]


def dates_of(**columns: list[str]) -> list[str]:
    drafted = text_of(a_sheet("cases", {"crn": ["X1", "X2"], **columns}))
    return [line.strip() for line in drafted.partition("  dates:")[2].splitlines()]


def test_formats_that_differ_are_stated_by_column() -> None:
    assert dates_of(sentence_start=["21/01/2026"] * 2, release_on=["46027"] * 2, allocated_on=["2026-01-05"] * 2) == [
        "",
        'sentence_start: "dd/mm/yyyy"   # guessed: please check',
        'release_on: "excel"   # guessed: please check',
    ]


def test_an_open_format_follows_the_other_columns_and_stays_marked() -> None:
    assert dates_of(sentence_start=["01/21/2026"] * 2, release_on=["01/02/2026"] * 2) == [
        '"mm/dd/yyyy"   # guessed: could be dd/mm/yyyy too'
    ]


def test_two_ways_of_writing_in_one_column_are_named() -> None:
    assert dates_of(sentence_start=["21/01/2026", "01/21/2026"]) == [
        '"dd/mm/yyyy"   # guessed: some rows can only be mm/dd/yyyy, so ask how the dates were written'
    ]
    assert dates_of(sentence_start=["21/01/2026"] * 9 + ["soon"]) == [
        '"dd/mm/yyyy"   # guessed: please check; 10.0% of the rows are no such dates'
    ]


def test_a_table_that_was_not_read_whole_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_ROWS", 2)
    assert '# Only the first 2 rows of "cases" were read' in text_of(a_sheet("cases", {"crn": ["X1", "X2"]}))
