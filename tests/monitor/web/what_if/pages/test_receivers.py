"""Those who may take a case: the best ten first, the one of the plan marked."""

import re

from monitor.redistribution.results.tables.receivers import Receiver
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.pages.plan import record_in
from monitor.web.what_if.pages.plan_rows import Move
from monitor.web.what_if.pages.receivers import BEST, ReceiversPage, receivers_page, value_of
from monitor.web.what_if.pages.scenario import OpenedScenario

from ...conftest import NOW
from ..planner import Planner
from .test_plan_tables import reader_asking


def taker(number: int, *against: str) -> Receiver:
    return Receiver(
        f"P{number:02}", "T1", f"Officer {number}", "PO", "Office 1", 90.0, 95.0, number, False, against, 110.0
    )


def test_the_best_are_first_and_the_others_behind_a_summary(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.plan(planner.solved(path))
    move = rows_of(Move, record_in(plan).tables["moves"])[0]
    crn = move.crn
    page = planner.get(f"/what-if/plan/{plan.id}/receiver", crn=crn)
    assert re.search(rf'value="\["{move.to_om_code}", "{move.to_team_code}"\]" checked', page)
    assert f'href="/what-if/plan/{plan.id}#case-{crn}"' in page
    assert value_of("M1", "T1") == '["M1", "T1"]'


def test_everyone_is_on_the_page(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.plan(planner.solved(path))
    move = rows_of(Move, record_in(plan).tables["moves"])[0]
    asked = reader_asking(planner)
    opened = OpenedScenario(planner.row(path), asked.week, asked, mine=True, now=NOW)
    words = receivers_page(opened, plan, move, [taker(number) for number in range(13)]).context
    assert isinstance(words["best"], tuple)
    assert isinstance(words["others"], tuple)
    shown = [candidate.receiver.om_code for candidate in (*words["best"], *words["others"])]
    assert (len(words["best"]), shown) == (BEST, [f"P{number:02}" for number in range(13)])
    assert set(ReceiversPage.__annotations__) <= set(words)
