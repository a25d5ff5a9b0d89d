"""The planner's table of known events: what it may say, what is refused, and in which words."""

from pathlib import Path

import pandas as pd
import pytest

from monitor.reference.known_events import KNOWN_EVENTS, event_faults, fingerprint, load_known_events
from monitor.snapshots.archive import keep, recall
from tests.tiering.rows import CONFIG, caseload, team
from tiering.faults import ConfigFault

HEADINGS = "starts_on,ends_on,level,code,kind,quantity,note"
RECRUITS = "2026-12-07,,team,T1,hours,74,Two start"
SCHEME = "2027-01-18,2027-02-28,all,all,release,,Early release"
ORGANISATION = caseload(organisation=[team(), team("T2", office="F2")]).organisation


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "known_events.csv"


def events(path: Path, *lines: str, headings: str = HEADINGS) -> pd.DataFrame:
    path.write_text("\n".join([headings, *lines]) + "\n", encoding="utf-8")
    return load_known_events(path)


def faults(path: Path, *lines: str, headings: str = HEADINGS) -> list[str]:
    """The faults of a file, without its name, which each of them must start with."""
    with pytest.raises(ConfigFault) as caught:
        events(path, *lines, headings=headings)
    return without_name(path, caught.value.faults)


def without_name(path: Path, found: list[str]) -> list[str]:
    assert [fault for fault in found if not fault.startswith(f"{path}: ")] == []
    return [fault.removeprefix(f"{path}: ") for fault in found]


def plain(found: pd.DataFrame) -> list[tuple[object, ...]]:
    """The rows with the line of each, None where a value is missing."""
    return [tuple(None if pd.isna(value) else value for value in row) for row in found.itertuples()]


# What it may say


def test_an_event_is_read_with_its_line_an_open_end_and_an_empty_quantity_are_missing(path: Path) -> None:
    found = events(
        path,
        RECRUITS,
        "2026-12-21,2027-01-03,cluster,C1,hours,-18.5,",
        "2027-01-11,,office,F1,points,0,",
        SCHEME,
        "2027-04-05,,area,A1,rebase,,New weights",
    )
    day = pd.Timestamp
    assert plain(found) == [
        (2, day("2026-12-07"), None, "team", "T1", "hours", 74.0, "Two start"),
        (3, day("2026-12-21"), day("2027-01-03"), "cluster", "C1", "hours", -18.5, None),
        (4, day("2027-01-11"), None, "office", "F1", "points", 0.0, None),
        (5, day("2027-01-18"), day("2027-02-28"), "all", "all", "release", None, "Early release"),
        (6, day("2027-04-05"), None, "area", "A1", "rebase", None, "New weights"),
    ]


DTYPES = ["datetime64[s]", "datetime64[s]", "str", "str", "str", "float64", "str"]


def test_without_a_file_nothing_is_known_in_the_same_columns(path: Path) -> None:
    for found in (load_known_events(None), events(path), events(path, RECRUITS)):
        assert list(found.columns) == KNOWN_EVENTS.column_names == HEADINGS.split(",")
        assert [str(dtype) for dtype in found.dtypes] == DTYPES
    assert load_known_events(None).empty
    assert events(path).empty


def test_how_a_spreadsheet_saves_the_file_does_not_matter(path: Path) -> None:
    expected = plain(events(path, RECRUITS, SCHEME))
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([HEADINGS, RECRUITS, SCHEME, ""]).encode())
    assert plain(load_known_events(path)) == expected
    turned = "note, code ,kind,quantity,ends_on,starts_on,level"
    lines = ("Two start,T1,hours, 74 ,,2026-12-07,team", "Early release,all,release,,2027-02-28, 2027-01-18,all")
    assert plain(events(path, *lines, headings=turned)) == expected
    assert [row[1:] for row in plain(events(path, RECRUITS, ",,,,,,", "", SCHEME))] == [row[1:] for row in expected]
    assert list(events(path, RECRUITS, ",,,,,,", "", SCHEME).index) == [2, 5]


def test_an_event_may_last_one_day(path: Path) -> None:
    (row,) = plain(events(path, "2026-12-07,2026-12-07,team,T1,hours,-7.4,Training day"))
    assert row[1] == row[2] == pd.Timestamp("2026-12-07")


def test_the_same_line_twice_counts_twice(path: Path) -> None:
    assert list(events(path, RECRUITS, RECRUITS)["quantity"]) == [74, 74]


def test_a_note_is_any_text_on_one_line(path: Path) -> None:
    found = events(path, '2026-12-07,,team,T1,hours,74,"=1+1, ""quoted""\nand  more"', SCHEME)
    assert list(found["note"]) == ['=1+1, "quoted" and more', "Early release"]
    assert list(found.index) == [2, 4]


def test_the_example_is_read_and_shows_every_kind() -> None:
    found = load_known_events(CONFIG / "known_events.example.csv")
    assert set(found["kind"]) == set(KNOWN_EVENTS.column("kind").choices)
    assert set(found["level"]) == set(KNOWN_EVENTS.column("level").choices)
    assert found["note"].notna().all()


# What is refused


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("07/12/2026,,team,T1,hours,74,", "starts_on: '07/12/2026' is not a date"),
        ("2026-02-30,,team,T1,hours,74,", "starts_on: '2026-02-30' is not a date"),
        ("20261207,,team,T1,hours,74,", "starts_on: '20261207' is not a date"),
        ("0026-12-07,,team,T1,hours,74,", "starts_on: '0026-12-07' is not a date from 1900 to 2199"),
        (",,team,T1,hours,74,", "starts_on: is empty; write the first day"),
        ("2026-12-07,soon,team,T1,hours,74,", "ends_on: 'soon' is not a date"),
        ("2026-12-07,2026-12-06,team,T1,hours,74,", "ends_on: 2026-12-06 is before starts_on, 2026-12-07; write"),
        (
            "2026-12-07,,offices,T1,hours,74,",
            "level: 'offices' is not known (did you mean office?); write one of team,",
        ),
        ("2026-12-07,,post,T1,hours,74,", "level: 'post' is not known"),
        ("2026-12-07,,,T1,hours,74,", "level: is empty; write one of team, office, cluster, area, all"),
        ("2026-12-07,,team,,hours,74,", "code: is empty; write the code of the team as the extract has it"),
        ("2026-12-07,,all,T1,hours,74,", "code: 'T1' does not go with the level all; write all, or"),
        (
            "2026-12-07,,team,T1,Hours,74,",
            "kind: 'Hours' is not known (did you mean hours?); write one of hours, points,",
        ),
        ("2026-12-07,,team,T1,hours,,", "quantity: is empty; write hours a week in plain digits"),
        ("2026-12-07,,team,T1,points,,", "quantity: is empty; write points in plain digits"),
        ("2026-12-07,,team,T1,hours,nan,", "quantity: 'nan' is not a number; write hours a week in plain digits"),
        ("2026-12-07,,team,T1,hours,inf,", "quantity: 'inf' is not a number"),
        ("2026-12-07,,team,T1,hours,1e999,", "quantity: '1e999' is not a number"),
        ('2026-12-07,,team,T1,hours,"1,000",', "quantity: '1,000' is not a number"),
        ("2026-12-07,,team,T1,points,99999999999,", "quantity: '99999999999' is beyond 1,000,000,000; write points"),
        ("2026-12-07,2027-01-01,all,all,release,5,", "quantity: '5' does not go with the kind release; leave it empty"),
        ("2026-12-07,,all,all,release,,", "ends_on: is empty; write the last planned release date"),
        ("2026-12-07,,all,all,rebase,5,", "quantity: '5' does not go with the kind rebase; leave it empty"),
        ("2026-12-07,2027-01-01,all,all,rebase,,", "ends_on: '2027-01-01' does not go with the kind rebase; leave it"),
        ("2026-11-03,2026-11-07,all,all,outage,5,OASys", "quantity: '5' does not go with the kind outage; leave it"),
        ("2026-11-03,2026-11-07,all,all,outage,,", "note: is empty; write what was out of use, such as OASys"),
        (
            "2026-12-07,,team,T1,hours,74,\x07",
            "note: '\\x07' holds a character that cannot be printed; write plain text",
        ),
        ("2026-12-07,,team,T1,hours,74,one, two", "has 8 values where the heading row has 7; write one value under"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_with_what_to_write_instead(path: Path, line: str, fault: str) -> None:
    (found,) = faults(path, RECRUITS, line)
    assert found.startswith(f"line 3: {fault}")


def test_every_fault_of_every_line_is_told_at_once_in_the_order_of_the_lines(path: Path) -> None:
    found = faults(path, "soon,,region,,leave,,", RECRUITS, "2026-12-07", "2026-12-07,,team,T1,hours,x,")
    assert [fault.split()[:3] for fault in found] == [
        ["line", "2:", "starts_on:"],
        ["line", "2:", "level:"],
        ["line", "2:", "kind:"],
        ["line", "2:", "code:"],
        ["line", "4:", "has"],
        ["line", "5:", "quantity:"],
    ]


def test_wrong_headings_are_told_with_those_that_are_needed(path: Path) -> None:
    instead = f"; the headings are {HEADINGS}"
    assert faults(path, RECRUITS, headings="start_on,ends_on,level,code,kind,quantity,level,") == [
        f"line 1: the heading 'level' stands there 2 times; keep one{instead}",
        f"line 1: the heading starts_on is missing; add it{instead}",
        f"line 1: the heading note is missing; add it{instead}",
        f"line 1: 'start_on' is not a heading here (did you mean starts_on?); delete or rename the column{instead}",
        f"line 1: '' is not a heading here; delete or rename the column{instead}",
    ]


def test_a_file_that_is_no_table_is_refused(path: Path) -> None:
    def of_bytes(content: bytes) -> list[str]:
        path.write_bytes(content)
        with pytest.raises(ConfigFault) as caught:
            load_known_events(path)
        return without_name(path, caught.value.faults)

    assert of_bytes(b"") == ["the file is empty; its first line must be the heading row"]
    (fault,) = of_bytes(f"{HEADINGS}\n{RECRUITS}\n".encode() + b"\xff\n")
    assert fault.startswith("line 3 is not UTF-8 (byte 0xff); save it as CSV UTF-8. If it belongs to an extract,")
    assert of_bytes(f'{HEADINGS}\n2026-12-07,,team,T1,hours,74,"open\n'.encode())[0].startswith("line 2: a quote is")


def test_a_file_that_is_named_and_not_there_is_refused(path: Path, tmp_path: Path) -> None:
    for wrong, says in ((path, "the file is missing"), (tmp_path, "cannot be read: Is a directory")):
        with pytest.raises(ConfigFault) as caught:
            load_known_events(wrong)
        assert caught.value.faults == [f"{wrong}: {says}"]


# Codes


def test_a_code_that_is_no_unit_of_its_level_is_told_with_its_line_and_the_likely_one(path: Path) -> None:
    found = events(
        path,
        RECRUITS,
        "2026-12-07,,team,T22,hours,74,",
        "2026-12-07,,office,C1,hours,74,",
        "2026-12-07,,area,Wales,hours,74,",
        "2026-12-07,,cluster,all,hours,74,",
        *(
            f"2026-12-07,,{level},{code},hours,74,"
            for level, code in (("office", "F2"), ("cluster", "C1"), ("area", "A1"))
        ),
        SCHEME,
    )
    assert event_faults(found, ORGANISATION) == [
        "line 3: code: 'T22' is no team of the snapshot (did you mean T2?); "
        "write a code of that level as the extract has it",
        "line 4: code: 'C1' is no office of the snapshot; write the level cluster, or another code",
        "line 5: code: 'Wales' is no area of the snapshot; write a code of that level as the extract has it",
        "line 6: code: 'all' is no cluster of the snapshot; write the level all, or another code",
    ]
    assert event_faults(load_known_events(None), ORGANISATION) == []


# Fingerprint


def test_the_fingerprint_changes_with_whatever_changes_a_figure(path: Path) -> None:
    changed = [
        "2026-12-08,,team,T1,hours,74,",
        "2026-12-07,2026-12-31,team,T1,hours,74,",
        "2026-12-07,,office,T1,hours,74,",
        "2026-12-07,,team,T2,hours,74,",
        "2026-12-07,,team,T1,points,74,",
        "2026-12-07,,team,T1,hours,74.5,",
    ]
    changed += [f"2026-11-03,{end},all,all,outage,,{note}" for end, note in (("", "OASys"), ("2026-11-07", "nDelius"))]
    files = [(), (RECRUITS,), (RECRUITS, RECRUITS), *((line,) for line in changed)]
    assert len({fingerprint(events(path, *lines)) for lines in files}) == len(files)


def test_the_fingerprint_stays_with_order_notes_and_how_a_number_is_written(path: Path) -> None:
    expected = fingerprint(events(path, RECRUITS, SCHEME))
    assert fingerprint(events(path, SCHEME, "2026-12-07,,team,T1,hours,+74.0,another note")) == expected
    zeros = {fingerprint(events(path, f"2026-12-07,,team,T1,hours,{zero},")) for zero in ("0", "-0", "0.0")}
    assert len(zeros) == 1


def test_the_fingerprint_stays_when_events_are_kept_and_read_again(path: Path, tmp_path: Path) -> None:
    outage = "2026-11-03,,all,all,outage,,OASys"
    for found in (load_known_events(None), events(path, RECRUITS), events(path, RECRUITS, SCHEME, outage)):
        again = recall(tmp_path, keep(tmp_path, found))
        assert fingerprint(again) == fingerprint(found)
