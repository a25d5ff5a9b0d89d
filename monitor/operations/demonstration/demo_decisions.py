"""Decisions of the demonstration: recorded as people record them, while its weeks go by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from alerts.follow_through.decisions import DecisionKind
from alerts.people import Person, Role
from alerts.recipients import teams_in_scope
from monitor.follow_through.record import LiveEpisode, live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from tiering.terms import Level

DECIDED_AFTER: Final = timedelta(days=3)
_DECIDE: Final = (Role.DIRECTOR, Role.ACO, Role.SPO)


ANY: Final = ""
"""The code of the first unit about which nothing is decided yet."""


@dataclass(frozen=True)
class SampleDecision:
    """One decision of the story.

    weeks_before_last: after which snapshot it is made, counted back from the last.
    """

    weeks_before_last: int
    level: Level
    code: str
    kind: DecisionKind
    owner: str
    note: str = ""


DECISIONS: Final = (
    SampleDecision(
        6,
        Level.OFFICE,
        "F021",
        DecisionKind.REDISTRIBUTE,
        "ACO Hackney and Tower Hamlets",
        "Cases to the cooler offices of the cluster by the agreed plan, until the first return from sickness.",
    ),
    SampleDecision(
        2,
        Level.OFFICE,
        "F051",
        DecisionKind.BORROW,
        "ACO of the cluster",
        "Two officers from the next office for six weeks; reviews that are late come first.",
    ),
    SampleDecision(1, Level.OFFICE, ANY, DecisionKind.LOOK_INTO, "SPO of the office"),
)
"""What is decided in the sample; at its end, the review of the first is overdue."""


def decide_in_sample(store: Store, snapshot: Snapshot, people: Sequence[Person], weeks_left: int) -> int:
    """Record the decisions that follow a snapshot of the sample, and return how many.

    * people: of the people file; what none of them answers for is left undecided.
    * weeks_left: weeks from this snapshot to the last.

    Nothing is decided twice: a demonstration that is run again finds its decisions.
    """
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    live = [
        episode
        for episode in live_episodes(store.hotspots(snapshot.id), snapshot.as_at)
        if episode.rule == "over_threshold"
    ]
    made = read_decisions(store.engine, [episode.identity for episode in live])
    if any(decision.as_at == snapshot.as_at for decision in made):
        return 0
    decided = {decision.episode for decision in made}
    lasting = [episode for episode in live if episode.identity not in decided]
    teams = store.archived_frame(snapshot.id, "extract_organisation")
    recorded = 0
    for planned in DECISIONS:
        episode = next((episode for episode in lasting if _is_about(planned, episode)), None)
        if planned.weeks_before_last != weeks_left or episode is None:
            continue
        inside = frozenset(teams.loc[teams[f"{episode.level}_code"].eq(episode.code), "team_code"])
        deciding = (person for person in people if person.role in _DECIDE and inside <= teams_in_scope(person, teams))
        person = next(deciding, None)
        if person is not None:
            recorded += _record(store, snapshot, episode, person, people, planned)
    return recorded


def _is_about(planned: SampleDecision, episode: LiveEpisode) -> bool:
    return episode.level == planned.level and planned.code in (ANY, episode.code)


def _record(
    store: Store,
    snapshot: Snapshot,
    episode: LiveEpisode,
    person: Person,
    people: Sequence[Person],
    planned: SampleDecision,
) -> bool:
    today = snapshot.as_at + DECIDED_AFTER
    answer = record_decision(
        store,
        snapshot,
        episode,
        person,
        SentTerms(planned.kind.value, planned.owner, planned.note),
        seen=0,
        people=people,
        today=today,
        now=datetime.combine(today, time(10), UTC),
    )
    return answer.decision is not None
