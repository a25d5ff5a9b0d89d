"""The heading map: what it may say for all tables, for one and for one column, and every fault of it."""

from datetime import datetime
from pathlib import Path

import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.heading_map import (
    NOTHING,
    OUR_OWN,
    ColumnMap,
    HeadingMap,
    TableMap,
    load_heading_map,
    strptime_format,
)
from monitor.extracts.reading.csv_form import OUR_FORM, CsvForm
from tiering.caseload import TABLES

CASE_DATES = ["sentence_start", "release_on", "expected_end_on", "allocated_on", "transferred_in_on"]


def map_of(folder: Path, text: str) -> HeadingMap:
    path = folder / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    return load_heading_map(path)


def faults_of(folder: Path, text: str) -> list[str]:
    """The faults of a map, without the path that stands before each."""
    with pytest.raises(ExtractRefused) as refusal:
        map_of(folder, text)
    start = f"{folder / 'columns.yaml'}: "
    assert all(fault.startswith(start) for fault in refusal.value.faults)
    return [fault.removeprefix(start) for fault in refusal.value.faults]


def test_without_a_file_everything_is_our_own() -> None:
    assert load_heading_map(None) is OUR_OWN
    assert OUR_OWN.name_of("cases") == "cases"
    assert OUR_OWN.form_of("cases", b"") == OUR_FORM
    assert OUR_OWN.table("cases") == NOTHING
    assert NOTHING.column("rosh") == ColumnMap({}, None)


def test_a_map_may_say_everything_about_one_table(tmp_path: Path) -> None:
    mapped = map_of(
        tmp_path,
        """
tables: {cases: " Caseload export "}
cases:
  crn: " Case Ref No "
  values: {rosh: {High Risk: high, "": low, Unknown: ""}, tier: {A: "4"}}
  dates: {release_on: " DD/MM/YYYY "}
  delimiter: ";"
  encoding: windows-1252
""",
    )
    assert mapped.name_of("cases") == "Caseload export"
    assert mapped.name_of("duties") == "duties"
    assert mapped.table("cases") == TableMap(
        {"crn": "Case Ref No"},
        {"rosh": {"High Risk": "high", "": "low", "Unknown": ""}, "tier": {"A": "4"}},
        {"release_on": "dd/mm/yyyy"},
        CsvForm(";", "cp1252"),
    )
    assert mapped.table("duties") == NOTHING
    assert mapped.table("cases").column("rosh") == ColumnMap({"High Risk": "high", "": "low", "Unknown": ""}, None)
    assert mapped.table("cases").column("release_on") == ColumnMap({}, "dd/mm/yyyy")


def test_the_form_of_a_file_is_found_by_the_name_that_the_source_gives_its_table(tmp_path: Path) -> None:
    mapped = map_of(tmp_path, "tables: {cases: Caseload Export}\ncases: {delimiter: tab}\nduties: {encoding: cp1252}")
    assert mapped.form_of("Caseload Export", b"") == CsvForm("\t", None)
    assert mapped.form_of("caseload_EXPORT", b"") == CsvForm("\t", None)
    assert mapped.form_of("duties", b"") == CsvForm(None, "cp1252")
    assert mapped.form_of("cases", b"") == OUR_FORM


def test_a_setting_at_the_top_is_for_every_table_and_a_table_may_say_another(tmp_path: Path) -> None:
    mapped = map_of(
        tmp_path,
        "delimiter: semicolon\nencoding: cp1252\ndates: dd/mm/yyyy\n"
        "duties: {delimiter: comma, encoding: utf-8, dates: {ends_on: yyyy.mm.dd}}",
    )
    assert mapped.table("organisation") == TableMap(form=CsvForm(";", "cp1252"))
    assert mapped.table("cases") == TableMap(dates=dict.fromkeys(CASE_DATES, "dd/mm/yyyy"), form=CsvForm(";", "cp1252"))
    assert mapped.table("events").dates == {"occurred_on": "dd/mm/yyyy"}
    assert mapped.table("duties") == TableMap(dates={"ends_on": "yyyy.mm.dd"}, form=CsvForm(",", "utf-8"))


def test_a_setting_at_the_top_may_be_given_by_table(tmp_path: Path) -> None:
    mapped = map_of(
        tmp_path,
        """
values: {cases: {rosh: {H: high}}, duties: {kind: {SDR: sdr}}}
dates: {cases: dd/mm/yyyy, duties: {starts_on: excel}}
delimiter: {cases: pipe}
encoding: {duties: latin-1}
""",
    )
    assert mapped.table("cases") == TableMap(
        values={"rosh": {"H": "high"}}, dates=dict.fromkeys(CASE_DATES, "dd/mm/yyyy"), form=CsvForm("|", None)
    )
    assert mapped.table("duties") == TableMap(
        values={"kind": {"SDR": "sdr"}}, dates={"starts_on": "excel"}, form=CsvForm(None, "iso8859-1")
    )
    assert mapped.table("events") == NOTHING


@pytest.mark.parametrize(
    ("word", "sign"),
    [
        ("comma", ","),
        ("semicolon", ";"),
        ("tab", "\t"),
        ("pipe", "|"),
        ('","', ","),
        ('";"', ";"),
        ('"\\t"', "\t"),
        ('"|"', "|"),
        ("null", None),
    ],
)
def test_a_delimiter_is_a_word_or_the_sign(word: str, sign: str | None, tmp_path: Path) -> None:
    assert map_of(tmp_path, f"cases: {{delimiter: {word}}}").table("cases").form.delimiter == sign


@pytest.mark.parametrize(
    ("written", "codec"),
    [
        ("cp1252", "cp1252"),
        ("UTF-16", "utf-16"),
        ("utf8", "utf-8"),
        ("ISO-8859-15", "iso8859-15"),
        ("1252", "cp1252"),
        ("null", None),
    ],
)
def test_an_encoding_has_one_name_however_it_is_written(written: str, codec: str | None, tmp_path: Path) -> None:
    assert map_of(tmp_path, f"cases: {{encoding: {written}}}").table("cases").form.encoding == codec


def test_values_are_what_yaml_made_of_them_in_the_form_of_the_file(tmp_path: Path) -> None:
    mapped = map_of(
        tmp_path,
        "cases:\n  values:\n    prolific: {true: true, no: false, 3.0: true, 2.5: false, ' x ': 'true', ~: false}\n"
        "    tier: {7: 3}\n    mappa_level: ~",
    )
    assert mapped.table("cases").values == {
        "prolific": {"true": "true", "no": "false", "3": "true", "2.5": "false", "x": "true", "": "false"},
        "tier": {"7": "3"},
        "mappa_level": {},
    }


@pytest.mark.parametrize(
    ("written", "text", "day"),
    [
        ("dd/mm/yyyy", "03/02/2026", "2026-02-03"),
        ("d.m.yy", "3.2.26", "2026-02-03"),
        ("dd-MMM-yyyy", "03-Feb-2026", "2026-02-03"),
        ("d mmmm yyyy", "3 February 2026", "2026-02-03"),
        ("mm/dd/yyyy", "02/03/2026", "2026-02-03"),
        ("yyyymmdd", "20260203", "2026-02-03"),
        ("mmmm d, yyyy", "February 3, 2026", "2026-02-03"),
    ],
)
def test_a_date_format_reads_the_dates_that_look_like_it(written: str, text: str, day: str, tmp_path: Path) -> None:
    mapped = map_of(tmp_path, f"cases: {{dates: '{written}'}}")
    assert mapped.table("cases").dates["sentence_start"] == written.lower()
    assert datetime.strptime(text, strptime_format(written)).date().isoformat() == day  # noqa: DTZ007


@pytest.mark.parametrize(
    "written", ["dd/mm", "dd/mm/yyyy hh:mm", "dd/dd/yyyy", "'%d/%m/%Y'", "yyyy", "dd/mm/yyyyy", "7", "[dd]", "''"]
)
def test_a_format_without_one_day_one_month_and_one_year_is_refused_once(written: str, tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, f"cases: {{dates: {written}}}")
    assert fault.startswith("cases.dates: ")
    assert fault.endswith(" is not a date format: write it such as dd/mm/yyyy, dd-mmm-yyyy or excel")


def test_a_format_for_all_tables_may_meet_one_without_dates_but_not_its_own(tmp_path: Path) -> None:
    assert map_of(tmp_path, "dates: dd/mm/yyyy").table("organisation").dates == {}
    assert faults_of(tmp_path, "organisation: {dates: dd/mm/yyyy}") == [
        "organisation.dates: the table has no column of dates"
    ]


COLUMNS_OF_EVENTS = "crn, kind, occurred_on"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "columns: {}",
            "columns: is not one of tables, organisation, offender_managers, cases, assessments, events, duties, "
            "reductions, enforcement, contacts, oversight, tier_inputs, values, dates, delimiter, encoding",
        ),
        ("tables: [cases]", "tables: is not a list of names, each with a text"),
        (
            "tables: {case: x}",
            "tables.case: is not one of organisation, offender_managers, cases, assessments, events, duties, "
            "reductions, enforcement, contacts, oversight, tier_inputs",
        ),
        ("tables: {cases: 7}", "tables.cases: give the heading as a text, in quotes if it is a number"),
        ("events: crn", "events: is not a list of columns, each with its heading"),
        (
            "events: {crm: X}",
            f"events.crm: is not one of {COLUMNS_OF_EVENTS} or values, dates, delimiter, encoding",
        ),
        ("events: {crn: ' '}", "events.crn: give the heading as a text, in quotes if it is a number"),
        ("events: {crn: X, kind: X}", "events: crn, kind are mapped to one heading 'X'; each needs its own"),
        (
            "events: {values: crn}",
            "events.values: give our column, and under it their value and ours, such as {High: high}",
        ),
        ("events: {values: {crm: {a: b}}}", f"events.values.crm: is not one of {COLUMNS_OF_EVENTS}"),
        ("events: {values: {crn: a}}", "events.values.crn: give their value and ours, such as {High: high}"),
        ("cases: {values: {rosh: {H: hi}}}", "cases.values.rosh: 'hi' is not one of low, medium, high, very_high"),
        ("cases: {values: {prolific: {Y: on time}}}", "cases.values.prolific: 'on time' is not one of true, false"),
        ("events: {dates: {crn: dd/mm/yyyy}}", "events.dates.crn: is not one of occurred_on"),
        (
            "events: {dates: {occurred_on: soon}}",
            "events.dates: 'soon' is not a date format: write it such as dd/mm/yyyy, dd-mmm-yyyy or excel",
        ),
        ("events: {delimiter: colon}", "events.delimiter: 'colon' is not one of comma, semicolon, tab, pipe"),
        (
            "events: {encoding: utf-99}",
            "events.encoding: 'utf-99' is not an encoding: write it such as cp1252, utf-16 or utf-8",
        ),
        (
            "events: {encoding: base64}",
            "events.encoding: 'base64' is not an encoding: write it such as cp1252, utf-16 or utf-8",
        ),
        (
            "events: {encoding: rot13}",
            "events.encoding: 'rot13' is not an encoding: write it such as cp1252, utf-16 or utf-8",
        ),
    ],
)
def test_a_fault_says_where_it_is_and_what_may_stand_there(text: str, fault: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, text) == [fault]


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    text = """
teams: {}
tables: {case: x}
cases: {crm: z, tier: Same, rosh: Same, values: {rosh: {H: hi}}, dates: soon, delimiter: colon, encoding: utf-99}
"""
    assert [fault.partition(": ")[0] for fault in faults_of(tmp_path, text)] == [
        *("teams", "tables.case", "cases.crm", "cases"),
        *("cases.values.rosh", "cases.dates", "cases.delimiter", "cases.encoding"),
    ]


def test_a_wrong_entry_at_the_top_is_a_fault_of_each_table(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, "delimiter: colon")
    assert [fault.partition(": ")[0] for fault in faults] == [f"{table}.delimiter" for table in TABLES]


@pytest.mark.parametrize(
    ("text", "start"),
    [("", "the file: "), ("[cases]", "the file: "), ("cases: {tier: 'A}", "not valid YAML: ")],
)
def test_a_file_that_is_no_map_is_refused(text: str, start: str, tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, text)
    assert fault.startswith(start)


def test_a_map_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match=r"nowhere\.yaml: the file is missing"):
        load_heading_map(tmp_path / "nowhere.yaml")
