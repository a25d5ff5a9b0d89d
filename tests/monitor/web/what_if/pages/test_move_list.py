"""The list of a plan's moves: narrowed, a page at a time, and nothing lost."""

import re
from collections.abc import Iterator

import pandas as pd
import pytest
from sqlmodel import Session

from monitor.redistribution.results.record import PlanRecord
from monitor.snapshots.tables import PlanRow
from monitor.web.what_if.pages.move_list import AT_ONCE, NO_ONE, anchor_of
from monitor.web.what_if.pages.plan import record_in

from ..planner import Planner, number_in

MANY = 60
ROSH = ("low", "medium", "high", "very_high", None)


def with_many_moves(planner: Planner) -> str:
    """A plan whose record has as many moves as one of a cluster: by two givers to two receivers in three weeks."""
    plan = planner.solved(planner.new("all/"))
    record = record_in(planner.plan(plan))
    one = record.tables["moves"].iloc[[0]]
    moves = pd.concat([one] * MANY, ignore_index=True)
    moves["crn"] = [f"Z{place:03}" for place in range(MANY)]
    moves["from_om_code"] = ["M3" if place % 2 else None for place in range(MANY)]
    moves["from_team_code"] = "T3"
    moves["to_om_code"], moves["to_team_code"] = zip(*[("M1", "T1"), ("M5", "T4")] * (MANY // 2), strict=True)
    moves["rosh"] = pd.array([ROSH[place % 5] for place in range(MANY)], dtype="str")
    moves["week"] = [1 + place // 20 for place in range(MANY)]
    larger = PlanRecord(record.figures, record.remarks, {**record.tables, "moves": moves})
    with Session(planner.home.store.engine) as session, session.begin():
        session.get_one(PlanRow, number_in(plan)).answer = larger.to_bytes()
    return plan


def crns_in(page: str) -> list[str]:
    return re.findall(r'<th scope="rowgroup"[^>]*>(\w+)</th>', page)


def pages_of(planner: Planner, plan: str, **words: str) -> Iterator[list[str]]:
    """The CRNs of each page of the list, by its links to the next."""
    page = planner.get(plan, **words)
    yield crns_in(page)
    while following := re.search(r'href="([^"#]*)#moves" rel="next"', page):
        page = planner.get(following[1])
        yield crns_in(page)


def test_the_list_is_shown_a_page_at_a_time_and_every_move_once(planner: Planner) -> None:
    plan = with_many_moves(planner)
    pages = list(pages_of(planner, plan))
    assert [len(page) for page in pages] == [AT_ONCE, AT_ONCE, MANY - 2 * AT_ONCE]
    assert [crn for page in pages for crn in page] == [f"Z{place:03}" for place in range(MANY)]
    assert f"1 to {AT_ONCE} of {MANY} moves, week by week" in planner.get(plan)
    assert len(planner.rows(plan, "moves")) == MANY
    assert len(crns_in(planner.get(plan, page="99"))) == MANY - 2 * AT_ONCE


def test_each_filter_leaves_what_it_says_and_the_pages_keep_it(planner: Planner) -> None:
    plan = with_many_moves(planner)
    places = range(MANY)
    expected = {
        ("giver", "M3"): [place for place in places if place % 2],
        ("giver", NO_ONE): [place for place in places if not place % 2],
        ("receiver", "M5"): [place for place in places if place % 2],
        ("office", "O1"): [place for place in places if not place % 2],
        ("office", "O2"): list(places),
        ("risk", "high"): [place for place in places if place % 5 in (2, 3)],
        ("risk", "very_high"): [place for place in places if place % 5 == 3],
        ("risk", "unclassified"): [place for place in places if place % 5 == 4],
        ("week", "2"): list(range(20, 40)),
        ("week", "9"): [],
    }
    for (name, value), left in expected.items():
        shown = [crn for page in pages_of(planner, plan, **{name: value}) for crn in page]
        assert shown == [f"Z{place:03}" for place in left], (name, value)
    page = planner.get(plan, receiver="M5", week="2")
    assert crns_in(page) == [f"Z{place:03}" for place in range(21, 40, 2)]
    assert f"10 moves with these filters, {MANY} in all" in page
    assert '<option value="M5" selected>' in page
    assert "Show all moves" in page
    assert "No move matches these filters" in planner.get(plan, week="9")


def test_a_filter_offers_what_there_is_with_its_number_of_moves(planner: Planner) -> None:
    page = planner.get(with_many_moves(planner))
    for option in (
        f'<option value="{NO_ONE}">Unallocated cases: 30 moves',
        '<option value="M3">-Cy Minusham (M3): 30 moves',
        "(O3): 30 moves</option>",
        '<option value="3">Week 3: 20 moves',
    ):
        assert option in page, option


def test_a_form_leads_back_to_the_same_place(planner: Planner) -> None:
    plan = with_many_moves(planner)
    page = planner.get(plan, receiver="M5", page="2", row="Z051", said="pin", odd="1")
    assert f'action="{plan}/edit?receiver=M5&page=2&row=Z051"' in page
    assert f'action="{plan}/solve?receiver=M5&page=2&row=Z051"' in page
    assert f'href="{plan}/receiver?receiver=M5&page=2&row=Z051&crn=Z051"' in page
    assert f'href="{plan}?receiver=M5&page=1#moves" rel="prev"' in page


def test_the_way_to_a_case_leads_to_its_page(planner: Planner) -> None:
    plan = with_many_moves(planner)
    answer = planner.browser.get(plan, params={"at": "Z040"}, follow_redirects=False)
    assert answer.headers["location"] == f"{plan}?page=3&row=Z040#case-Z040"
    answer = planner.browser.get(plan, params={"at": "Z041", "receiver": "M5", "page": "3"}, follow_redirects=False)
    assert answer.headers["location"] == f"{plan}?receiver=M5&page=2&row=Z041#case-Z041"


@pytest.mark.parametrize(("crn", "anchor"), [("X1", "case-X1"), ("A B/é", "case-A%20B%2F%C3%A9")])
def test_any_crn_has_a_place_in_the_page(crn: str, anchor: str) -> None:
    assert anchor_of(crn) == anchor
