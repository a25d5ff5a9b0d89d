"""The table of a team's people: sorted by any column through its address, with what a phone shows of it."""

import re
from dataclasses import replace

import pytest

from monitor.web.dependencies import Reader
from monitor.web.pages.units.team import team_of
from monitor.web.pages.view_models.team_models import Heading, TeamTable

from ...conftest import ReaderAs, SignIn


@pytest.fixture(scope="module")
def reader(reader_as: ReaderAs) -> Reader:
    """A reader of everything in area N and, as the table asks only for its unit, of the rest."""
    return reader_as("north")


def table(reader: Reader, code: str = "O1", **query: str) -> TeamTable:
    unit = reader.week.unit("office", code)
    assert unit is not None
    return team_of(replace(reader, query=query), unit)


def codes(team: TeamTable) -> list[str]:
    return [member.code for member in team.members]


def heading(team: TeamTable, name: str) -> Heading:
    return next(heading for heading in team.headings if heading.name == name)


def test_the_hottest_come_first_without_a_wish(reader: Reader) -> None:
    team = table(reader)
    assert (codes(team), team.total.code) == (["M1", "M2"], "O1")
    assert {heading.direction for heading in team.headings} == {""}


@pytest.mark.parametrize(
    ("sort", "order", "expected"),
    [
        ("name", "", ["M2", "M1"]),
        ("name", "descending", ["M1", "M2"]),
        ("capacity_percentage", "", ["M1", "M2"]),
        ("capacity_percentage", "ascending", ["M2", "M1"]),
        ("cases", "descending", ["M1", "M2"]),
        ("grade", "", ["M1", "M2"]),
        ("no such column", "", ["M1", "M2"]),
    ],
)
def test_the_address_says_how_it_is_sorted(sort: str, order: str, expected: list[str], reader: Reader) -> None:
    assert codes(table(reader, sort=sort, order=order)) == expected


def test_a_person_without_capacity_is_sorted_last_either_way(reader: Reader) -> None:
    for order in ("ascending", "descending"):
        assert codes(table(reader, "O3", sort="capacity_percentage", order=order)) == ["M5", "M6"]


def test_a_heading_sorts_by_its_column_and_the_other_way_round_the_next_time(reader: Reader) -> None:
    plain = heading(table(reader), "cases")
    assert plain.path == "/here?sort=cases&order=descending#people"
    sorted_now = heading(table(reader, sort="cases"), "cases")
    assert (sorted_now.direction, sorted_now.path) == ("descending", "/here?sort=cases&order=ascending#people")
    assert heading(table(reader), "name").path.endswith("order=ascending#people")


def test_every_column_can_be_sorted_by(reader: Reader) -> None:
    for column in table(reader).headings:
        assert heading(table(reader, sort=column.name), column.name).direction


def test_headings_say_which_days_and_which_line_they_mean(reader: Reader) -> None:
    team = table(reader)
    assert heading(team, "due_this_week").note == "Assessments and plans due up to 22 November 2026"
    assert heading(team, "due_next_week").note.endswith("from 23 November 2026 to 29 November 2026")
    assert heading(team, "weeks_over").note == "Weeks running over 110%"


def test_a_phone_shows_five_columns_or_all(reader: Reader) -> None:
    team = table(reader)
    assert [heading.name for heading in team.headings if heading.on_phone] == [
        "name", "capacity_percentage", "change", "overdue", "due_this_week"
    ]  # fmt: skip
    assert (team.is_whole, team.other_columns) == (False, "/here?columns=all")
    assert (table(reader, columns="all").is_whole, table(reader, columns="all").other_columns) == (True, "/here")


def test_people_with_posts_elsewhere_are_counted(reader: Reader) -> None:
    unit = reader.week.unit("team", "T1")
    assert unit is not None
    assert team_of(reader, unit).elsewhere == 1
    assert table(reader).elsewhere == 0


def test_the_page_shows_the_table_once_and_no_column_for_the_band(signed_in: SignIn) -> None:
    page = signed_in("north").get("/office/O1?sort=name").text
    assert page.count('aria-label="Offender managers, table"') == 1
    assert 'aria-sort="ascending"' in page
    assert "Offender managers by name, ascending" in page
    assert ">Band<" not in page
    assert re.search(r"131\.2%\s+<strong class=\"govuk-tag govuk-tag--red\">Red", page)
