"""What came of decisions up to a snapshot, with what like units did: found anew from what the weeks have stored."""

from collections.abc import Collection
from datetime import date

import pandas as pd
from sqlmodel import Session, col, select

from alerts.detection.episodes import iso_week, places_of
from alerts.follow_through.decisions import Decision
from alerts.follow_through.like_units import outcomes_of_decisions
from monitor.snapshots.contracts.follow_through import DECISION_OUTCOMES
from monitor.snapshots.contracts.frames import UNIT_WEEKS
from monitor.snapshots.follow_through.decisions import read_recent_decisions
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot, UnitWorkload
from monitor.snapshots.weeks.history import history_of
from tiering.terms import Level

_OVER = ["offender_managers_over_then", "offender_managers_over_now"]


def read_decision_outcomes(store: Store, snapshot: Snapshot) -> pd.DataFrame:
    """What has come of the last decision about each episode of the half year; columns as ``DECISION_OUTCOMES``.

    Offender managers over the line are those of the unit as it stood then; the other figures are those of the teams
    that it has now. A snapshot of an earlier version, which stored no weeks of units, has no outcomes.
    """
    if snapshot.id is None or not store.has_archived(snapshot.id, UNIT_WEEKS.name):
        return DECISION_OUTCOMES.empty()
    hotspots = store.hotspots(snapshot.id)
    places = places_of(hotspots[hotspots["level"].ne(Level.OFFENDER_MANAGER)], snapshot.as_at)
    known = read_recent_decisions(store.engine, places, snapshot.as_at)
    decisions = {
        (decision.episode, decision.number): decision for decision in known if decision.as_at <= snapshot.as_at
    }
    weeks = store.archived_frame(snapshot.id, UNIT_WEEKS.name)
    table = outcomes_of_decisions(decisions.values(), places, weeks, small_team=1)
    made = [decisions[key] for key in zip(table["episode"], table["number"], strict=True)]
    return _with_people_over(store, snapshot, made, _with_terms(store, snapshot.id, snapshot.as_at, made, table))


def _with_terms(store: Store, number: int, as_at: date, made: list[Decision], table: pd.DataFrame) -> pd.DataFrame:
    """The outcomes with what was decided, and the name of the unit now."""
    units = store.units(number)
    names = dict(zip(zip(units["level"], units["code"], strict=True), units["name"], strict=True))
    return table.assign(
        as_at=pd.Timestamp(as_at),
        rule=[decision.rule for decision in made],
        name=[names[place] for place in zip(table["level"], table["code"], strict=True)],
        kind=[decision.kind.value for decision in made],
        decided_on=pd.to_datetime([decision.decided_on for decision in made]),
        since=pd.to_datetime([decision.as_at for decision in made]),
    )


def _with_people_over(store: Store, snapshot: Snapshot, made: list[Decision], table: pd.DataFrame) -> pd.DataFrame:
    """The outcomes with the offender managers over the line in the week of each decision and in this one."""
    weeks = {iso_week(day): number for number, day in _dates_of(store, history_of(snapshot))}
    starts = [weeks[iso_week(decision.as_at)] for decision in made]
    places = list(zip(table["level"], table["code"], strict=True))
    codes = {decision.code for decision in made} | set(table["code"])
    over = {number: _people_over(store, number, codes) for number in {*starts, snapshot.id or 0}}
    then = [over[start].get((decision.level, decision.code)) for start, decision in zip(starts, made, strict=True)]
    now = [over[snapshot.id or 0].get(place) for place in places]
    for name, values in zip(_OVER, (then, now), strict=True):
        table[name] = pd.array([pd.NA if value is None else value for value in values], dtype="Int64")
    ordered = table[DECISION_OUTCOMES.column_names].astype(DECISION_OUTCOMES.dtypes)
    return ordered.sort_values(["since", "episode"], ignore_index=True)


def _dates_of(store: Store, numbers: Collection[int]) -> list[tuple[int, date]]:
    query = select(col(Snapshot.id), col(Snapshot.as_at)).where(col(Snapshot.id).in_(numbers))
    with Session(store.engine) as session:
        return [(number, day) for number, day in session.exec(query) if number is not None]


def _people_over(store: Store, number: int, codes: Collection[str]) -> dict[tuple[str, str], int]:
    """How many offender managers of units of these codes were over the line in a snapshot."""
    query = select(col(UnitWorkload.level), col(UnitWorkload.code), col(UnitWorkload.offender_managers_over)).where(
        col(UnitWorkload.snapshot_id) == number, col(UnitWorkload.code).in_(sorted(codes))
    )
    with Session(store.engine) as session:
        return {(level, code): over for level, code, over in session.exec(query)}
