"""Teams, posts and hours."""

from fractions import Fraction

import pandas as pd

from monitor.extracts.wmt.counts import CountSheet, read_counts
from monitor.extracts.wmt.owners import grades_of_given, hours_of_given, list_owners, list_teams, with_default_hours
from tests.oracle.national_tool import Row
from tests.tiering.rows import LONDON, WMT

from .book import book_of, owner, place, source_of


def sheet(*rows: Row, name: str = "wmt_extract") -> CountSheet:
    return read_counts(source_of(book_of(**{name: list(rows)})), name, WMT)


def test_a_team_is_its_own_office_in_its_pdu_and_region() -> None:
    teams = list_teams([sheet(owner("A"), owner("B"), owner("C", 13))])
    assert teams["team_code"].tolist() == ["N00T000", "N01T013"]
    assert teams.iloc[1].drop("line").to_dict() == {
        "team_code": "N01T013", "team_name": "Team 13", "team_type": "omu", "office_code": "N01T013",
        "office_name": "Team 13", "cluster_code": "PDU003", "cluster_name": "Central", "area_code": "N01",
        "area_name": "Region 1",
    }  # fmt: skip


def test_a_code_has_the_first_name_it_is_given_or_its_own() -> None:
    rows = [owner("A"), owner("B", 1, pdu_desc="Other"), owner("C", 2, team_desc="")]
    teams = list_teams([sheet(*rows)]).set_index("team_code")
    assert set(teams["cluster_name"]) == {"Central"}
    assert teams.loc[place(2)["team_code"], "team_name"] == place(2)["team_code"]


def test_a_team_in_two_pdus_is_two_rows_for_the_checks_to_refuse() -> None:
    assert len(list_teams([sheet(owner("A"), owner("B", pdu_code="PDU9"))])) == 2


def test_an_owner_who_is_missing_from_the_first_sheet_is_not_lost() -> None:
    known = list_owners(
        [
            sheet(owner("A", grade="NPSQ"), owner("")),
            sheet(owner("A", grade="NPSM"), owner("B"), name="wmt_extract_filtered"),
            sheet(owner("C", grade=" "), name="t2a"),
        ]
    )
    assert known[["om_code", "om_name", "grade", "sheet"]].to_numpy().tolist() == [
        ["A", "Jo DoeA", "PSO", "wmt_extract"],
        ["B", "Jo DoeB", "PO", "wmt_extract_filtered"],
        ["C", "Jo DoeC", "unknown", "t2a"],
    ]


def test_an_owner_without_a_name_is_called_by_the_key() -> None:
    assert list_owners([sheet(owner("A", om_surname="", om_forename=" "))])["om_name"].tolist() == ["A"]


def hours(stated: dict[str, Fraction], *owners: Row) -> list[str]:
    known = list_owners([sheet(*owners)])
    return list(with_default_hours(known, stated, WMT)["contracted_hours"])


def test_hours_that_no_table_gives_are_the_default_of_the_grade() -> None:
    grades = ("NPSM", "NPSQ", "NPSP", "NPSB", " ")
    assert hours({}, *(owner(f"P{grade}", grade=grade) for grade in grades)) == ["37", "37", "37", "0", "0"]


def test_a_person_in_two_teams_has_one_default_and_not_two() -> None:
    two = owner("A"), owner("A", 1)
    assert hours({}, *two) == ["18.5", "18.5"]
    assert hours({"A": Fraction(22)}, *two) == ["7.5", "7.5"]
    assert hours({"A": Fraction(40)}, *two) == ["0", "0"]


def test_a_policy_without_defaults_gives_none() -> None:
    known = list_owners([sheet(owner("A"))])
    assert with_default_hours(known, {}, LONDON)["contracted_hours"].tolist() == ["0"]


def test_the_grade_of_the_workbook_stands_unless_it_knows_none() -> None:
    known = list_owners([sheet(owner("A", grade="NPSQ"), owner("B", grade=" "))])
    team = place(0)["team_code"]
    given = pd.DataFrame({"om_code": ["A", "B", "C"], "team_code": team, "grade": ["PO", "TPO", "SPO"]})
    assert grades_of_given(given, known).tolist() == ["PSO", "TPO", "SPO"]


def test_hours_of_a_given_table_are_added_up_but_for_those_of_posts_that_were_left() -> None:
    rows = [
        ("A", "18.5", ""),
        ("A", "10", "2026-11-21"),
        ("A", "5", "2026-11-20"),
        ("B", "many", ""),
        ("C", "1/0", ""),
    ]
    given = pd.DataFrame(rows, columns=["om_code", "contracted_hours", "left_on"])
    assert hours_of_given(given, "2026-11-20") == {"A": Fraction("28.5")}
