"""The page on which a planner chooses who else takes a case that a plan moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps
from typing import Final

from alerts.wording import percent_at
from monitor.redistribution.results.tables.receivers import Receiver
from monitor.snapshots.tables import PlanRow
from monitor.web.pages.view_models.page import Page
from monitor.web.what_if.pages.move_list import anchor_of, place_in
from monitor.web.what_if.pages.plan_rows import Move
from monitor.web.what_if.pages.scenario import MENU, OpenedScenario, head_of, page_of

BEST: Final = 10
"""How many of those who may take a case are shown at first; the others are behind a summary."""


@dataclass(frozen=True)
class Candidate:
    """One who may take the case.

    capacity: without and with the case, in words; value: what the form sends.
    in_plan: whether the plan chose them; chosen: whether the planner did, or else the plan.
    """

    receiver: Receiver
    capacity: str
    value: str
    in_plan: bool
    chosen: bool


@dataclass(frozen=True)
class ReceiversPage:
    """Who may take a case: the best, and the others.

    - action: where the form is sent; back: the row in the list of moves.
    - fault: what is wrong with what was sent.
    """

    plan: PlanRow
    move: Move
    best: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    action: str
    back: str
    fault: str


def receivers_page(
    opened: OpenedScenario,
    plan: PlanRow,
    move: Move,
    receivers: Sequence[Receiver],
    fault: str = "",
    wanted: str = "",
) -> Page:
    """Those who may take the case of a move, best first.

    - fault: what is wrong with what was sent; wanted: the post that was chosen in it, as the form sends it.
    """
    plan_address = f"{MENU}/plan/{plan.id}"
    in_plan = value_of(move.to_om_code, move.to_team_code)
    values = [value_of(taker.om_code, taker.team_code) for taker in receivers]
    chosen = wanted if wanted in values else in_plan
    candidates = [
        Candidate(taker, _from_to(taker), value, value == in_plan, value == chosen)
        for taker, value in zip(receivers, values, strict=True)
    ]
    page = ReceiversPage(
        plan=plan,
        move=move,
        best=tuple(candidates[:BEST]),
        others=tuple(candidates[BEST:]),
        action=f"{plan_address}/receiver{place_in(opened.asked)}",
        back=f"{plan_address}{place_in(opened.asked)}#{anchor_of(move.crn)}",
        fault=fault,
    )
    trail = (*opened.trail, (f"Plan {plan.id}", plan_address))
    return page_of("what_if_receivers.html", f"Who takes {move.crn}", head_of(opened), page, trail=trail)


def _from_to(taker: Receiver) -> str:
    return f"{percent_at(taker.before, taker.line)} to {percent_at(taker.after, taker.line)}"


def value_of(om_code: str, team_code: str) -> str:
    """A post as the form sends it."""
    return dumps([om_code, team_code])
