"""The pages about decisions as typed values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, NamedTuple

from alerts.digest.ranking import Hotspot
from alerts.follow_through.decisions import Decision, DecisionKind
from monitor.follow_through.terms import SentTerms
from monitor.web.pages.view_models.page import Link, PageModel, Part, part_of
from monitor.web.pages.view_models.proposals import ShownProposal

DecidePath = Callable[[Hotspot], str]
"""The address of the form about a hotspot; empty if the reader may not decide on it."""


def no_decision(_spot: Hotspot) -> str:
    """Where a page that is the same for all readers lets no one decide."""
    return ""


_WHOLE: Final = part_of(0, 1)


@dataclass(frozen=True)
class DecisionCounts:
    """How many hotspots of a reader's scope wait for what.

    due: the rules ask for a decision, and none is in force. undecided: with those, all without one in force.
    to_review: their review is due; overdue: of them, those whose day has passed.
    """

    due: int
    undecided: int
    to_review: int
    overdue: int


NOTHING_TO_DECIDE: Final = DecisionCounts(0, 0, 0, 0)


@dataclass(frozen=True)
class ListedHotspot:
    """A hotspot or an episode that has ended, in the list of decisions.

    line: what was decided, or how long nothing was; since: what happened since then.
    decide: the address of the form, plan: of the plan that the decision is to carry out; empty without one.
    """

    level: str
    code: str
    name: str
    line: str
    since: str = ""
    note: str = ""
    state: str = ""
    decide: str = ""
    plan: str = ""


@dataclass(frozen=True)
class DecisionFilters:
    """What the list is narrowed to; empty for everything. unit: level and code with / between."""

    unit: str = ""
    owner: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionsPage(PageModel):
    """The decisions of a scope: what to decide, what to review, what is open, what has ended.

    counts: None for an operator, who sees only by_kind, how many decisions of each kind there are.
    concerns: for an operator, how many were raised, and how many answered.
    units: level and code of units to choose from, with their names.
    part: of the list of what has ended.
    """

    template: ClassVar[str] = "decisions.html"

    counts: DecisionCounts | None
    by_kind: Mapping[str, int]
    concerns: tuple[int, int] = (0, 0)
    chosen: DecisionFilters
    units: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()
    kinds: tuple[DecisionKind, ...] = tuple(DecisionKind)
    to_decide: tuple[ListedHotspot, ...] = ()
    to_review: tuple[ListedHotspot, ...] = ()
    open: tuple[ListedHotspot, ...] = ()
    ended: tuple[ListedHotspot, ...] = ()
    ended_count: int = 0
    part: Part = _WHOLE


@dataclass(frozen=True)
class ShownDecision:
    """One decision about the episode of a form.

    is_new: made since the reader opened the form.
    plan: the address of the plan that it is to carry out; empty without one.
    """

    decision: Decision
    line: str
    is_new: bool
    plan: str = ""


class AgreedChoice(NamedTuple):
    """An agreed plan that a decision may carry out: its number, and how it is named."""

    number: str
    says: str


@dataclass(frozen=True, kw_only=True)
class DecidePage(PageModel):
    """The form of a decision.

    episode, seen: the identity of the episode, and the number of the last decision that the page shows.
    why: what makes the unit a hotspot.
    faults: in words by field; the empty field stands for the whole form.
    owners: names that can be chosen; usual_review, latest_review: the days of the review.
    proposal: what the run proposes about the unit; may_agree: whether the reader may agree its plan;
        wants_plan: whether they asked to see it next.
    plans: agreed plans to choose from; agreed: the number of the one chosen, empty for none.
    """

    template: ClassVar[str] = "decide.html"

    unit: Link
    level: str
    rule: str
    why: str
    episode: str
    seen: int
    made: tuple[ShownDecision, ...]
    sent: SentTerms
    faults: Mapping[str, str]
    kinds: tuple[DecisionKind, ...]
    owners: tuple[str, ...]
    usual_review: date
    latest_review: date
    proposal: ShownProposal
    may_agree: bool
    wants_plan: bool
    plans: tuple[AgreedChoice, ...] = ()
    agreed: str = ""
