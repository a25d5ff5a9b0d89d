"""A draft for a whole source: right where the source leaves no doubt, and marked wherever it is a guess."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl.utils import get_column_letter

from monitor.extracts import ExtractRefused
from monitor.extracts.draft import draft_heading_map
from monitor.extracts.heading_map import HeadingMap, load_heading_map
from monitor.extracts.reading.csv_form import CsvForm
from monitor.extracts.wording import folded

from ..small import TIERS, Tables, small, write_csv, write_database, write_folder, write_parquet, write_workbook
from .renamed import Renamed, date_columns, renamed

WRITERS: dict[str, Callable[[Path, Tables], str]] = {
    "csv": lambda folder, tables: write_csv(folder / "csv", tables),
    "parquet": lambda folder, tables: write_parquet(folder / "parquet", tables),
    "database": lambda folder, tables: write_database(folder / "their.db", tables),
    "workbook": lambda folder, tables: write_workbook(folder / "their.xlsx", tables),
}


def load(text: str) -> HeadingMap:
    with TemporaryDirectory() as folder:
        path = Path(folder, "headings.yaml")
        path.write_text(text, encoding="utf-8")
        return load_heading_map(path)


def right_names(source: Renamed) -> dict[str, str]:
    return {ours: theirs for ours, theirs in source.names.items() if folded(ours) != folded(theirs)}


def right_headings(source: Renamed, table: str) -> dict[str, str]:
    return {
        column: theirs
        for (name, column), theirs in source.headings.items()
        if name == table and folded(column) != folded(theirs)
    }


def right_values(source: Renamed, table: str) -> dict[str, dict[str, str]]:
    """Their values that stand in the extract and are not read as ours anyway."""
    rows = source.tables[source.names[table]]
    right: dict[str, dict[str, str]] = {}
    for (name, column), words in source.values.items():
        there = {row[source.headings[name, column]] for row in rows} if name == table else set()
        pairs = {theirs: ours for ours, theirs in words.items() if theirs in there and folded(theirs) != folded(ours)}
        if pairs:
            right[column] = pairs
    return right


def right_dates(source: Renamed, table: str) -> set[str]:
    return set() if source.dates == "yyyy-mm-dd" or not date_columns(table) else {source.dates}


def unmarked(text: str) -> list[str]:
    """The live lines of a draft that say something and are not marked as a guess."""
    live = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [line for line in live if not line.rstrip().endswith(":") and "guessed" not in line]


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=renamed())
def test_the_map_of_an_extract_in_other_words_is_the_right_one(kind: str, source: Renamed) -> None:
    with TemporaryDirectory() as folder:
        text = draft_heading_map(WRITERS[kind](Path(folder), source.tables), TIERS)
    drafted = load(text)
    assert drafted.names == right_names(source)
    for table in source.names:
        assert drafted.table(table).headings == right_headings(source, table)
        assert drafted.table(table).values == right_values(source, table)
        assert set(drafted.table(table).dates.values()) == right_dates(source, table)
    assert unmarked(text) == []


def test_csv_files_in_another_form_are_read_in_it_and_the_form_is_stated(tmp_path: Path) -> None:
    files = {
        "Caseload.csv": "Case Ref;Risk;Team\nX1;High £;T1\n".encode("cp1252"),
        "Staff.csv": "Officer\tTeam\tRole\n7\tT1\tPO\n".encode("utf-16"),
        "Teams.csv": b"Team Code,Team Name\nT1,Red team\n",
    }
    text = draft_heading_map(write_folder(tmp_path / "their", files), TIERS)
    drafted = load(text)
    assert drafted.table("cases").form == CsvForm(";", "cp1252")
    assert drafted.table("offender_managers").form == CsvForm("\t", "utf-16")
    assert drafted.table("organisation").form == CsvForm()
    assert drafted.table("cases").headings == {"crn": "Case Ref", "rosh": "Risk", "team_code": "Team"}


def test_flags_that_a_database_keeps_as_0_and_1_need_no_entry(tmp_path: Path) -> None:
    tables = small()
    tables["cases"] = [{("PPO" if name == "prolific" else name): row[name] for name in row} for row in tables["cases"]]
    drafted = load(draft_heading_map(write_database(tmp_path / "their.db", tables), TIERS))
    assert (drafted.table("cases").headings, drafted.table("cases").values) == ({"prolific": "PPO"}, {})


def test_flags_that_a_file_keeps_as_0_and_1_are_stated(tmp_path: Path) -> None:
    tables = small()
    tables["cases"] = [{**row, "prolific": place % 2} for place, row in enumerate(tables["cases"])]
    drafted = load(draft_heading_map(write_csv(tmp_path / "csv", tables), TIERS))
    assert drafted.table("cases").values == {"prolific": {"0": "false", "1": "true"}}


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_drafted(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "csv", small())
    write_folder(tmp_path / "csv", {"staff.csv": b'a,b\n"never closed\n', "old.parquet": b"damaged"})
    text = draft_heading_map(source, TIERS)
    assert '# Could not be read: "old": old.parquet: ' in text
    assert '# Could not be read: "staff": staff.csv: ' in text
    assert load(text).names == {}


def test_columns_of_formulas_without_a_result_are_known_by_their_headings(tmp_path: Path) -> None:
    path = tmp_path / "their.xlsx"
    write_workbook(path, small())
    book = openpyxl.load_workbook(path)
    sheet = book["cases"]
    right = sheet.max_column + 1
    for column, heading in (("L", "prolific"), (get_column_letter(right), "Days")):
        sheet[f"{column}1"], sheet[f"{column}2"] = heading, "=TODAY()"
    sheet.cell(1, right + 1, "Base")
    book.save(path)
    text = draft_heading_map(str(path), TIERS)
    says = "2 columns of formulas without a stored result: open and save the workbook"
    assert f'# Could not be read: "cases": {says}\n' in text
    assert "# our own headings: crn, " in text
    assert '# headings not used: "Days", "Base"\n' in text


def test_of_a_source_with_very_many_tables_the_likeliest_are_read(tmp_path: Path) -> None:
    tables = {f"audit_{number}": [{"at": "x", "by": "y"}] for number in range(40)}
    ours = {"Caseload" if name == "cases" else name: rows for name, rows in small().items()}
    drafted = load(draft_heading_map(write_database(tmp_path / "their.db", {**tables, **ours}), TIERS))
    assert drafted.names == {"cases": "Caseload"}


def test_a_source_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match=r"there is no table in it; here are the files readme\.txt"):
        draft_heading_map(write_folder(tmp_path / "x", {"readme.txt": b"x"}), TIERS)
    with pytest.raises(ExtractRefused, match=r"cases\.parquet"):
        draft_heading_map(write_folder(tmp_path / "y", {"cases.parquet": b"damaged"}), TIERS)
