"""What the page of one case shows: the people who may take it, best first, and why the rest may not."""

from dataclasses import dataclass
from typing import Final

from alerts.people import Role
from monitor.redistribution.results.tables.receivers import Refusal
from monitor.redistribution.results.who import Who, from_to
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.page import Page
from monitor.web.what_if.pages.scenario import MENU, TRAIL, page_of

WHO: Final = f"{MENU}/who"
_BEST: Final = 10
"""How many of those who may take a case are shown at first; the others are behind a summary."""

_MOST_UNALLOCATED: Final = 50


@dataclass(frozen=True)
class ReceiverLine:
    """One person who may take the case: the post, the load without and with the case, and what speaks against them."""

    om_code: str
    name: str
    team_code: str
    office_name: str
    grade: str
    capacity: str
    over_line: bool
    against: tuple[str, ...]


@dataclass(frozen=True)
class UnallocatedCase:
    """A case of the reader's teams that no one holds."""

    crn: str
    team_code: str
    tier: str | None


@dataclass(frozen=True)
class WhoPage:
    """Who may take one case.

    - crn: as it was asked for, empty at first; found: whether the reader may see such a case.
    - held_by, team_code: who holds it, empty if no one does, and in which team.
    - unallocated: cases to choose from while no CRN is asked for.
    - best: how many of those who may take it are shown at first.
    - proposed: whether a move was just proposed; plans: whether the reader opens what-ifs.
    """

    crn: str
    found: bool
    held_by: str
    team_code: str
    receivers: tuple[ReceiverLine, ...]
    refused: tuple[Refusal, ...]
    unallocated: tuple[UnallocatedCase, ...]
    best: int
    proposed: bool
    plans: bool


def who_page(
    asked: Reader,
    crn: str = "",
    answer: Who | None = None,
    unallocated: tuple[UnallocatedCase, ...] = (),
    *,
    proposed: bool = False,
) -> Page:
    """The page of one case; answer: None before one is asked for, or if the reader sees no such case."""
    plans = asked.sight.person.role is Role.PLANNER
    model = WhoPage(
        crn=crn,
        found=answer is not None,
        held_by=(answer.held_by if answer else None) or "",
        team_code=answer.team_code if answer else "",
        receivers=_lines(answer) if answer else (),
        refused=answer.refused if answer else (),
        unallocated=unallocated,
        best=_BEST,
        proposed=proposed,
        plans=plans,
    )
    return page_of("what_if_who.html", "Who may take one case", model, trail=(TRAIL,) if plans else ())


def unallocated_in(asked: Reader) -> tuple[UnallocatedCase, ...]:
    """The cases of the reader's teams that no one holds, by CRN; the first of them."""
    cases = asked.week.frame("cases")
    own = cases[cases["om_code"].isna() & cases["team_code"].isin(asked.sight.teams)].sort_values("crn")
    rows = own[["crn", "team_code", "tier"]].head(_MOST_UNALLOCATED).itertuples(index=False)
    return tuple(
        UnallocatedCase(str(crn), str(team), tier if isinstance(tier, str) else None) for crn, team, tier in rows
    )


def _lines(answer: Who) -> tuple[ReceiverLine, ...]:
    return tuple(
        ReceiverLine(
            om_code=receiver.om_code,
            name=receiver.name,
            team_code=receiver.team_code,
            office_name=receiver.office_name,
            grade=receiver.grade,
            capacity=from_to(receiver),
            over_line=receiver.over_line,
            against=receiver.reasons_against,
        )
        for receiver in answer.receivers
    )
