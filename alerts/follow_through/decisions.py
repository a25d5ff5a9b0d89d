"""A decision about an episode: its kinds, its terms, and whether it is in force, due for review or withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

LONGEST_NOTE: Final = 500
"""Characters of a note."""

LONGEST_OWNER: Final = 80
"""Characters of an owner."""

USUAL_REVIEW: Final = timedelta(weeks=4)
LATEST_REVIEW: Final = timedelta(weeks=13)
"""When a decision is reviewed unless another day is given, and when at the latest."""


class DecisionKind(StrEnum):
    """What was decided."""

    REDISTRIBUTE = "redistribute"
    BORROW = "borrow_or_backfill"
    RECRUIT = "recruit"
    REDUCE_DUTIES = "reduce_other_duties"
    ACCEPT = "accept_until_review"
    LOOK_INTO = "look_into_it"
    OTHER = "other"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Decision:
    """One decision about one episode; a later one follows it and never changes it.

    episode: the identity of the episode, see ``alerts.detection.episodes``.
    number: counts the decisions about the episode, from 1.
    as_at: date of the snapshot that the person saw.
    decided_on: the day, by the clocks of the service.
    decided_by: address of the person.
    owner: who sees to it: a role, or a person of the people file.
    note: empty if there is none, or none any more.
    review_on: None for a withdrawal.
    plan_id: number of the plan that it is to carry out; None without one.
    """

    episode: str
    number: int
    rule: str
    level: str
    code: str
    as_at: date
    decided_on: date
    decided_by: str
    kind: DecisionKind
    owner: str
    note: str = ""
    review_on: date | None = None
    plan_id: int | None = None

    @property
    def is_in_force(self) -> bool:
        return self.kind is not DecisionKind.WITHDRAWN

    def is_due(self, on: date) -> bool:
        """Whether its review is due on that day, or was before."""
        return self.is_in_force and self.review_on is not None and self.review_on <= on

    def is_overdue(self, on: date) -> bool:
        """Whether the day of its review has passed."""
        return self.is_in_force and self.review_on is not None and self.review_on < on


def latest_by_episode(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The last decision about each episode."""
    return {decision.episode: decision for decision in sorted(decisions, key=lambda decision: decision.number)}


def reviewed_episodes(decisions: Iterable[Decision]) -> set[str]:
    """The episodes whose decision was reviewed: another in force followed it on a later day.

    One that follows on the same day corrects it.
    """
    in_force = [decision for decision in decisions if decision.is_in_force]
    latest = latest_by_episode(in_force)
    return {decision.episode for decision in in_force if decision.decided_on < latest[decision.episode].decided_on}


def choose_decision(episodes: Sequence[str], latest: Mapping[str, Decision]) -> Decision | None:
    """The decision that counts for a unit with several episodes at a time.

    episodes: of the unit, live ones, the one to decide about first.
    latest: the last decision about each episode.

    That is the last one in force, else the last one withdrawn.
    """
    decisions = [latest[episode] for episode in episodes if episode in latest]
    return max(decisions, key=lambda decision: (decision.is_in_force, decision.decided_on), default=None)
