"""The tool's own figures, against the second reader."""

import math
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from monitor.extracts.wmt.as_tool import misread_cells, score_as_tool, score_custody_teams
from monitor.extracts.wmt.workbook import WorkbookRows, read_workbook
from tests.oracle import national_tool as tool
from tests.oracle.national_tool import Book, Row
from tests.tiering.rows import WMT

from .book import AS_AT, book_of, make_book, make_hours, owner, place, source_of

TEAM = place(0)["team_code"]


def rows_of(book: Book) -> WorkbookRows:
    return read_workbook(source_of(book), WMT, AS_AT)


def scored(book: Book, **rest: Any) -> dict[tuple[str, str], list[float]]:
    """Total, available and per cent of each owner."""
    scores = score_as_tool(rows_of(book), rest.get("hours", {}), rest.get("lost", {}), WMT, AS_AT)
    keys = zip(scores["om_code"], scores["team_code"], strict=True)
    figures = scores[["total_points", "available_points", "capacity_percentage"]].to_numpy().tolist()
    return dict(zip(keys, figures, strict=True))


def test_every_owner_has_the_figures_of_the_second_reader() -> None:
    book = make_book(250)
    hours, reduced = make_hours(book)
    exact = {"hours": {key: Fraction(own) for key, own in hours.items()}}
    exact |= {"lost": {key: Fraction(own) for key, own in reduced.items()}}
    expected = tool.score_book(book, AS_AT, hours, reduced)
    found = scored(book, **exact)
    assert found.keys() == expected.keys()
    for key, score in expected.items():
        assert found[key] == pytest.approx([score["total"], score["available"], score["capacity"]], rel=1e-12)
    assert min(available for _, available, _ in found.values()) < 0


def of_one(filtered: Row, **sheets: list[Row]) -> list[float]:
    """The figures of owner A."""
    book = book_of(wmt_extract=[owner("A")], wmt_extract_filtered=[owner("A"), filtered], **sheets)
    book["wmt_extract_filtered"].pop(0)
    return scored(book)["A", TEAM]


def test_a_text_counts_as_the_number_it_begins_with() -> None:
    young = [owner("A", commtiera3="2 or 3")]
    reports = [owner("A") | {"sdr_last_30": "1st", "oral_reports": "many"}, owner("Z") | {"sdr_last_30": "x"}]
    total = of_one(
        owner("A", commtiera3="12abc", custtiera3=-1, **{"v-crn_count": 9}), t2a=young, court_reports=reports
    )[0]
    assert total == 12 * 206 - 75 + 2 * 75 + 138


def test_a_text_that_begins_with_none_makes_every_figure_missing() -> None:
    assert math.isnan(of_one(owner("A", commtiera3="abc", **{"v-crn_count": 9}))[0])


def test_what_the_tool_misreads_is_listed_with_its_owner() -> None:
    book = book_of(
        wmt_extract=[owner("A")],
        wmt_extract_filtered=[
            owner("A", commtiera3="3.9", **{"v-crn_count": 9}),
            owner("B") | {"om_key": "", "commtiera3": "x"},
        ],
        court_reports=[owner("A") | {"sdr_conv_last_30": "2x"}],
    )
    assert misread_cells(rows_of(book)) == [
        ("wmt_extract_filtered", "commtiera3", "3.9", ("A", TEAM)),
        ("wmt_extract_filtered", "commtiera3", "x", ("", TEAM)),
        ("court_reports", "sdr_conv_last_30", "2x", ("A", TEAM)),
    ]
    assert scored(book)["A", TEAM][0] == 3 * 206 + 2 * 65


def test_a_contact_counts_for_seven_days_and_before_its_day() -> None:
    def contact(days: int) -> Row:
        return {
            "contact_date": AS_AT + timedelta(days=days), "contact_type_code": "CMS01", "contact_staff_key": "A",
            "contact_team_key": TEAM, "om_key": "Z", "om_team_key": TEAM,
        }  # fmt: skip

    book = book_of(wmt_extract=[owner("A")], cms=[contact(-7), contact(-6), contact(3)])
    assert scored(book)["A", TEAM][0] == 18


def test_custody_teams_have_the_points_of_custody_and_of_licence() -> None:
    book = book_of(
        omic_teams=[
            owner("O", 1, custtierb2=2, custtier0=3, commtiera3=5),
            owner("P", custtiera3s=1),
            owner("", custtiera3=4),
        ]
    )
    teams = score_custody_teams(rows_of(book), WMT)
    expected = [["P", TEAM, "Jo DoeP", 1, 0.0, 0.0], ["O", place(1)["team_code"], "Jo DoeO", 5, 2 * 48.0, 2 * 132.0]]
    assert teams.to_numpy().tolist() == expected
