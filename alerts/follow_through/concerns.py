"""Offender managers who say that they cannot carry their caseload safely, and how long they wait for an answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from alerts.wording import choose, count_of

COUNTED_FOR: Final = timedelta(weeks=4)
"""How long after it was raised a concern with an answer still counts."""


@dataclass(frozen=True)
class Concern:
    """One offender manager's "I cannot carry this safely", and the answer of their SPO.

    id: its number in the store. number: counts the concerns of that offender manager, from 1.
    raised_on, answered_on: the day by the clocks of the service; answered_on is None without an answer.
    note, answer: empty once their term is over.
    answered_by: address of the SPO; empty without an answer.
    """

    id: int
    om_code: str
    number: int
    raised_on: date
    note: str
    answered_on: date | None = None
    answered_by: str = ""
    answer: str = ""

    def counts(self, on: date) -> bool:
        """Whether it is unanswered, or was raised in the last weeks."""
        return self.answered_on is None or on - self.raised_on <= COUNTED_FOR


@dataclass(frozen=True)
class CountedConcern:
    """What is counted of one offender manager: where their posts are, and nothing that names them.

    units: (level, code) of every unit with a post of theirs, and of the whole service.
    waits_since: the day on which their oldest unanswered concern was raised; None if all are answered.
    """

    units: frozenset[tuple[str, str]]
    waits_since: date | None


@dataclass(frozen=True)
class ConcernCount:
    """How many offender managers raised a concern, how many have no answer, and for how many days at most."""

    raised: int = 0
    unanswered: int = 0
    longest: int = 0


NO_CONCERNS: Final = ConcernCount()


def count_concerns(concerns: Iterable[CountedConcern], units: Collection[tuple[str, str]], on: date) -> ConcernCount:
    """Count the offender managers with a post in any of these units, (level, code); each counts once."""
    inside = [concern for concern in concerns if not concern.units.isdisjoint(units)]
    days = [(on - concern.waits_since).days for concern in inside if concern.waits_since is not None]
    return ConcernCount(len(inside), len(days), max(days, default=0))


def concerns_in_words(count: ConcernCount) -> str:
    """How many raised a concern and wait for an answer, as one sentence; empty if no one did."""
    if not count.raised:
        return ""
    says = choose(count.raised, "says", "say")
    said = f"{count_of(count.raised, 'offender manager')} {says} that they cannot carry their caseload safely"
    if not count.unanswered:
        return f"{said}; {choose(count.raised, 'it is', 'all are')} answered."
    longest = "" if count.unanswered == 1 else ", the longest"
    days = f"{longest} for {count_of(count.longest, 'day')}" if count.longest > 0 else ""
    return f"{said}; {count.unanswered} unanswered{days}."
