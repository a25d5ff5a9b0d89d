"""Record a decision about an episode of the latest snapshot. Whether the person may decide is for the caller to ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pandas as pd

from alerts.detection.episodes import Episode, identity_of
from alerts.digest.disclosure.names import names_of_people
from alerts.digest.privacy import LEVELS
from alerts.follow_through.decisions import Decision
from alerts.people import Person, Role
from monitor.follow_through.terms import PrivateWords, SentTerms, check_terms
from monitor.snapshots.follow_through.decisions import add_decision, read_decisions
from monitor.snapshots.follow_through.tables import DecisionRow
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot

ANSWERS_FOR_UNITS: Final = (Role.DIRECTOR, Role.ACO, Role.SPO, Role.PLANNER)
"""Roles that can own a decision; no offender manager is named in one."""

MADE_UP: Final = "synthetic"
_ENDED: Final = "cleared"


@dataclass(frozen=True)
class LiveEpisode:
    """An episode that lasts in one snapshot.

    rule: the rule of its row, which may be ``watch``.
    weeks: that it has lasted.
    """

    identity: str
    rule: str
    level: str
    code: str
    unit_name: str
    weeks: int


@dataclass(frozen=True)
class Answer:
    """What came of recording a decision.

    decision: None if it was not recorded.
    faults: why not, in words by field.
    made_meanwhile: the decisions about the episode that the person had not seen; then nothing was recorded either.
    """

    decision: Decision | None
    faults: Mapping[str, str]
    made_meanwhile: tuple[Decision, ...] = ()


def live_episodes(hotspots: pd.DataFrame, as_at: date) -> Iterable[LiveEpisode]:
    """The episodes of units, from the team up, that last in a snapshot; hotspots: as stored."""
    live = hotspots[hotspots["status"].ne(_ENDED) & hotspots["level"].isin(LEVELS)]
    return (_live_episode(row, as_at) for row in live.to_dict("records"))


def _live_episode(row: Mapping[Any, Any], as_at: date) -> LiveEpisode:
    rule, level, code, name = (str(row[column]) for column in ("rule", "level", "code", "name"))
    return LiveEpisode(identity_of(row, as_at), rule, level, code, name, int(row["weeks"]))


def record_decision(
    store: Store,
    snapshot: Snapshot,
    episode: LiveEpisode,
    person: Person,
    sent: SentTerms,
    *,
    seen: int,
    people: Iterable[Person],
    today: date,
    now: datetime,
    plan: int | None = None,
) -> Answer:
    """Check the terms and store the decision.

    * snapshot: the one that the person saw, in which the episode lasts.
    * seen: the number of the last decision about the episode that the person saw; 0 if there was none.
    * people: of the people file.
    * today: the day of ``now`` by the clocks of the service.
    * plan: number of the plan that the decision is to carry out, which the caller has found.
    """
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    checked = check_terms(sent, today, private_words(store, snapshot.id, people))
    if checked.terms is None:
        return Answer(None, checked.faults, _made_after(store, episode, seen))
    terms, parts = checked.terms, Episode.of_identity(episode.identity)
    row = DecisionRow(
        episode=episode.identity,
        number=seen + 1,
        rule=parts.rule,
        level=episode.level,
        code=episode.code,
        first_week=parts.first_week,
        unit_name=episode.unit_name,
        snapshot_id=snapshot.id,
        as_at=snapshot.as_at,
        decided_by=person.email,
        role=person.role.value,
        decided_at=now,
        decided_on=today,
        kind=terms.kind.value,
        owner=terms.owner,
        has_note=bool(terms.note),
        review_on=terms.review_on,
        plan_id=plan,
        is_made_up=snapshot.source == MADE_UP,
    )
    if not _follows_what_was_seen(store, episode, seen) or not add_decision(store.engine, row, terms.note):
        return Answer(None, {}, _made_after(store, episode, seen))
    (decision,) = _made_after(store, episode, seen)[:1]
    return Answer(decision, {})


def private_words(store: Store, number: int, people: Iterable[Person]) -> PrivateWords:
    """What no decision about a snapshot of this id may give away; raises RowsRemoved for an old one."""
    posts = store.archived_frame(number, "extract_offender_managers")
    teams = store.archived_frame(number, "extract_organisation")
    names = names_of_people(posts["om_name"].dropna().unique())
    units = {str(name) for level in LEVELS for part in ("code", "name") for name in teams[f"{level}_{part}"].unique()}
    return PrivateWords(
        surnames=names.surnames,
        full_names=names.full_names,
        crns=frozenset(store.archived_frame(number, "extract_cases")["crn"]),
        om_codes=frozenset(posts["om_code"]),
        units=frozenset(units),
        owners=frozenset(person.name for person in people if person.role in ANSWERS_FOR_UNITS),
    )


def _made_after(store: Store, episode: LiveEpisode, seen: int) -> tuple[Decision, ...]:
    made = read_decisions(store.engine, [episode.identity])
    return tuple(decision for decision in made if decision.number > seen)


def _follows_what_was_seen(store: Store, episode: LiveEpisode, seen: int) -> bool:
    """Whether the decision seen is the last one: a number that is not there yet was seen by no one."""
    return len(read_decisions(store.engine, [episode.identity])) == seen
