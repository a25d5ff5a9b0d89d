"""Court reports and support contacts."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from monitor.extracts.reading.rows import Source
from monitor.extracts.wmt.duties import REPORT_COLUMNS, join_found, read_contacts, read_reports
from monitor.extracts.wmt.sheet import SheetRows, read_sheet
from tests.oracle.national_tool import Row
from tests.tiering.rows import LONDON, WMT

from .book import AS_AT, book_of, owner, place, source_of

TEAM = place(0)["team_code"]
OWNERS = pd.MultiIndex.from_tuples([("A", TEAM), ("B", TEAM)])


def sheet_of(opened: Source) -> SheetRows:
    return read_sheet(opened, "court_reports", REPORT_COLUMNS)


def reports(*rows: Row) -> tuple[list[Any], list[Any]]:
    duties, rejected = read_reports(sheet_of(source_of(book_of(court_reports=list(rows)))), OWNERS, AS_AT)
    return (
        duties[["om_code", "kind", "quantity", "starts_on"]].to_numpy().tolist(),
        rejected[["line", "column", "value"]].to_numpy().tolist(),
    )


def contact(code: str = "CMS02", day: object = AS_AT, giver: str = "A", receiver: str = "B") -> Row:
    return {
        "contact_date": day, "contact_type_code": code, "contact_staff_key": giver, "contact_team_key": TEAM,
        "om_key": receiver, "om_team_key": TEAM,
    }  # fmt: skip


def contacts(*rows: Row, policy: Any = WMT) -> tuple[list[Any], list[Any]]:
    duties, rejected = read_contacts(source_of(book_of(cms=list(rows))), OWNERS, policy)
    return (
        duties[["om_code", "kind", "quantity", "starts_on", "ends_on"]].to_numpy().tolist(),
        rejected[["line", "column", "value"]].to_numpy().tolist(),
    )


def test_reports_of_the_last_30_days_are_duties_and_those_to_come_are_not() -> None:
    row = owner("A") | {"sdr_last_30": 2, "sdr_due_next_30": 9, "sdr_conv_last_30": 1, "oral_reports": 3}
    day = AS_AT.isoformat()
    assert reports(row) == ([["A", "sdr", "2", day], ["A", "fdr", "1", day], ["A", "oral_report", "3", day]], [])


def test_a_court_reporter_and_a_text_that_is_no_number_are_reported() -> None:
    bad = owner("A") | {"sdr_last_30": "2x"}
    stranger = owner("Z") | {"sdr_last_30": "many"}
    assert reports(bad, stranger) == ([], [[3, "om_key", "Z"], [2, "sdr_last_30", "2x"]])


def test_a_contact_gives_points_to_one_and_takes_them_from_the_other_for_seven_days() -> None:
    last = (AS_AT + timedelta(days=6)).isoformat()
    assert contacts(contact()) == (
        [
            ["A", "support_given", "13", AS_AT.isoformat(), last],
            ["B", "support_received", "13", AS_AT.isoformat(), last],
        ],
        [],
    )


def test_a_time_of_day_makes_no_difference_and_codes_of_no_points_move_none() -> None:
    assert len(contacts(contact(day="2026-11-20 08:58:11"))[0]) == 2
    assert contacts(contact("CMS40")) == ([], [])


def test_contacts_that_move_nothing_are_reported() -> None:
    rows = (contact("OTHER"), contact(day="last week"), contact(giver="Z"), contact("OTHER", day=date(1, 1, 1)))
    duties, rejected = contacts(*rows)
    assert [duty[:2] for duty in duties] == [["B", "support_received"]]
    assert rejected == [
        [2, "contact_type_code", "OTHER"],
        [5, "contact_type_code", "OTHER"],
        [3, "contact_date", "last week"],
        [4, "contact_staff_key", "Z"],
    ]


def test_a_policy_without_points_of_contacts_moves_none() -> None:
    assert contacts(contact(), policy=LONDON) == ([], [[2, "contact_type_code", "CMS02"]])


def test_what_several_sheets_brought_is_joined() -> None:
    opened = source_of(book_of(cms=[contact()], court_reports=[owner("A") | {"sdr_last_30": 1}, owner("Z")]))
    duties, rejected = join_found(read_reports(sheet_of(opened), OWNERS, AS_AT), read_contacts(opened, OWNERS, WMT))
    assert (duties["kind"].tolist(), len(rejected)) == (["sdr", "support_given", "support_received"], 1)
