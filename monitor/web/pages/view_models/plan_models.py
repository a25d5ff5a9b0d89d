"""The page of plans as typed values."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from monitor.web.pages.view_models.page import PageModel


@dataclass(frozen=True)
class OwnMove:
    """One move of an agreed plan that touches the reader's people.

    crn: empty for a case that is in no team of theirs. giver, receiver: the person, or where that person works.
    state: what has happened to it, in words; empty once the rows of the week are removed.
    """

    crn: str
    giver: str
    receiver: str
    week: int
    state: str


@dataclass(frozen=True)
class ListedPlan:
    """One plan of the list.

    path: of its page; empty unless the reader may open it.
    says: who agreed it when, or that no one has; since: how many of its moves were made.
    moves: those that touch the reader's people, for an SPO.
    """

    name: str
    as_at: date
    path: str
    says: str
    since: str = ""
    moves: tuple[OwnMove, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlansPage(PageModel):
    """Plans of the reader's scope, or for an SPO agreed plans that touch their people; the latest first."""

    template: ClassVar[str] = "plans.html"

    of_people: bool
    plans: tuple[ListedPlan, ...]
