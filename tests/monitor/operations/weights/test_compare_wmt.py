"""Both tools' figures of a workbook, owner by owner."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.extracts import ExtractRefused
from monitor.operations.weights import compare_wmt
from monitor.operations.weights.compare_wmt import COLUMNS, Comparison, compare_workbook, describe
from monitor.settings import Settings, load_settings

from ...extracts.small import small, write_csv
from ...extracts.wmt.book import AS_AT, SPECIMEN, book_of, owner, place, write_book

TEAM, OTHER = place(0)["team_code"], place(1)["team_code"]
TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Comparison:
    """A workbook in which everything differs for a reason of its own."""
    folder = tmp_path_factory.mktemp("workbook")
    known = [owner("SAME"), owner("IDLE", grade=" "), owner("LESS"), owner("TWO"), owner("TWO", 1), owner("TEXT")]
    known += [owner("SOON"), owner("AGAIN"), owner("GRADE", grade="?"), *(owner(f"OK{number}") for number in range(9))]
    counted = [row | {"commtiera3": 2} for row in known if row["om_key"] not in ("TEXT", "AGAIN")]
    counted += [owner("TEXT", commtiera3="2x"), owner("AGAIN", commtiera3=1), owner("AGAIN", commtiera3=2)]
    counted += [owner("GONE", commtiera3=1), owner("", commtiera3=1)]
    contact = {
        "contact_date": AS_AT + timedelta(days=1), "contact_type_code": "CMS01", "contact_staff_key": "SOON",
        "contact_team_key": TEAM, "om_key": "NO ONE", "om_team_key": TEAM,
    }  # fmt: skip
    write_book(
        book_of(wmt_extract=known, wmt_extract_filtered=counted, cms=[contact], omic_teams=[owner("O", custtierb2=1)]),
        folder / "WMT_PS.xlsx",
    )
    posts = f"LESS,{TEAM},Jo,PO,18.5\nNEW,{TEAM},Al,PO,37\nGRADE,{TEAM},Jo,PSO,37\n"
    (folder / "offender_managers.csv").write_text(f"om_code,team_code,om_name,grade,contracted_hours\n{posts}")
    (folder / "reductions.csv").write_text(
        f"om_code,team_code,reason,hours,starts_on\nLESS,{TEAM},sickness,37,2026-01-01\n"
    )
    return compare_workbook(str(folder), None, "wmt", settings, None, TODAY)


def test_every_difference_has_its_reason(compared: Comparison) -> None:
    why = {(row.team_code, row.om_code): row.why for row in compared.owners.itertuples()}
    same = {key for key, reason in why.items() if not reason}
    assert same == {(TEAM, "SAME"), *((TEAM, f"OK{number}") for number in range(9))}
    assert {key: reason for key, reason in why.items() if reason} == {
        (TEAM, ""): compare_wmt.NO_OWNER,
        (TEAM, "AGAIN"): compare_wmt.REPEATED,
        (TEAM, "GONE"): compare_wmt.LOST,
        (TEAM, "GRADE"): compare_wmt.GRADE,
        (TEAM, "IDLE"): compare_wmt.NO_CAPACITY,
        (TEAM, "LESS"): compare_wmt.NEGATIVE,
        (TEAM, "NEW"): compare_wmt.ONLY_GIVEN,
        (TEAM, "SOON"): compare_wmt.AHEAD,
        (TEAM, "TEXT"): compare_wmt.MISREAD,
        (TEAM, "TWO"): compare_wmt.SPLIT,
        (OTHER, "TWO"): compare_wmt.SPLIT,
    }


def test_both_figures_stand_side_by_side(compared: Comparison) -> None:
    assert list(compared.owners.columns) == COLUMNS
    figures = compared.owners.set_index(["team_code", "om_code"])
    two = figures.loc[(TEAM, "TWO")]
    assert (two["tool_available_points"], two["our_available_points"]) == (2176, 1088)
    less = figures.loc[(TEAM, "LESS")]
    assert (less["tool_available_points"], less["our_available_points"]) == (-1088, 0)
    assert (less["tool_total_points"], less["our_total_points"]) == (412, 412)
    assert compared.custody["custody_points"].tolist() == [48]


def test_the_lines_count_the_reasons_and_show_who_differs(compared: Comparison) -> None:
    lines = list(describe(compared))
    assert lines[0] == "As at 2026-11-20: 21 owners; 10 the same in both tools, 11 not"
    assert f"  2: {compare_wmt.SPLIT}" in lines
    assert f"{TEAM}/GONE Jo DoeGONE: tool nothing, here 206 of 2,176 points (9.5%): {compare_wmt.LOST}" in lines
    assert f"{TEAM}/ (no owner): tool nothing, here 206 points: {compare_wmt.NO_OWNER}" in lines
    assert lines[-1].startswith("Custody (OMIC) teams, in no workload of either tool: 1 owner, 48 custody points, 132 ")
    assert not any("SAME" in line for line in lines)


def test_the_date_is_that_of_the_workbook_unless_one_is_given(settings: Settings) -> None:
    assert compare_workbook(str(SPECIMEN), None, "wmt", settings, None, TODAY).as_at == date(2021, 7, 2)
    assert compare_workbook(str(SPECIMEN), AS_AT, "wmt", settings, None, TODAY).as_at == AS_AT


def test_a_workbook_without_a_date_is_as_at_today_and_a_rejected_owner_is_named(
    tmp_path: Path, settings: Settings
) -> None:
    rows = [owner(key, team, commtiera3=1, datestamp="?") for key, team in (("A", 0), ("a", 0), ("B", 1), ("C", 2))]
    source = write_book(book_of(wmt_extract=rows, wmt_extract_filtered=rows), tmp_path / "book.xlsx")
    rest = settings.model_copy(update={"rejected_share": 1.0})
    comparison = compare_workbook(source, None, "wmt", rest, None, TODAY)
    why = dict(zip(comparison.owners["om_code"], comparison.owners["why"], strict=True))
    assert comparison.as_at == TODAY
    assert (why["A"], why["B"]) == (compare_wmt.REJECTED, "")


def test_another_extract_is_no_workbook(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ExtractRefused, match="is no workbook of the Workload Management Tool"):
        compare_workbook(write_csv(tmp_path, small()), None, "wmt", settings, None, TODAY)
