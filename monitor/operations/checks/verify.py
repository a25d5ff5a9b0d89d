"""Calculate a stored snapshot again, from its archived rows, policy, rules and past, and compare every figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.run import compute
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.frames import FRAMES, HOTSPOTS, TIMELINESS, UNITS
from monitor.snapshots.other_policies import read_policies
from monitor.snapshots.parameters import Parameters, fingerprint_of
from monitor.snapshots.store import Store, StoredFigures
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.earlier_weeks import read_earlier_weeks
from monitor.snapshots.weeks.history import Past, history_of, read_past
from monitor.snapshots.weeks.organisation import changes_of
from tiering.caseload import Caseload
from tiering.policies.policy import Policy

NAMED_LATER = ("episode",)
"""Columns that snapshots of earlier versions have no values in."""


@dataclass(frozen=True)
class Verdict:
    """The result of a verification.

    * figures: how many figures were compared.
    * differences: places where the stored and the calculated figure differ, in words.
    """

    figures: int
    differences: list[str]


@dataclass(frozen=True)
class StoredInputs:
    """What a stored snapshot was calculated from: rows, numbers, and the past for the organisation of its week."""

    caseload: Caseload
    rejected: pd.DataFrame
    known_events: pd.DataFrame
    numbers: Parameters
    past: Past
    proposing: ProposalNumbers | None
    also: tuple[Policy, ...]


def verify(store: Store, snapshot: Snapshot) -> Verdict:
    """Compare every stored figure of the snapshot with a new calculation.

    Raises RowsRemoved or ArchiveDamaged.
    """
    inputs = read_inputs(store, snapshot)
    numbers, proposing, also = inputs.numbers, inputs.proposing, inputs.also
    derived = compute(
        inputs.caseload,
        inputs.rejected,
        inputs.known_events,
        numbers,
        inputs.past,
        snapshot.as_at,
        proposing,
        also,
    )
    stored = read_figures(store, snapshot, derived.archived)
    differences = []
    if numbers.policy.fingerprint != snapshot.policy_fingerprint:
        differences.append("policy: the stored numbers do not have the stored fingerprint")
    judged_by = fingerprint_of(numbers, inputs.known_events, "" if proposing is None else proposing.fingerprint, also)
    if judged_by != snapshot.rules_fingerprint:
        differences.append("rules: the stored numbers do not have the stored fingerprint")
    figures = 0
    for name, contract, ours, theirs in _pairs(stored, derived):
        figures += theirs.size
        differences += [f"{name}: {difference}" for difference in _differences(contract, ours, theirs)]
    return Verdict(figures, differences)


def read_inputs(store: Store, snapshot: Snapshot) -> StoredInputs:
    """Read what a snapshot was calculated from; raises RowsRemoved or ArchiveDamaged."""
    number = number_of(snapshot)
    numbers, caseload = Parameters.of_snapshot(snapshot), store.caseload(number)
    past = read_past(store, history_of(snapshot), numbers.policy.weights_fingerprint)
    # Like the past, they are given: the case rows of the week before may have been removed since.
    past = past.carry_over(caseload.organisation, changes_of(snapshot), snapshot.as_at)
    return StoredInputs(
        caseload=caseload,
        rejected=store.archived_frame(number, "rejected"),
        known_events=store.archived_frame(number, "known_events"),
        numbers=numbers,
        past=replace(past, compared=read_earlier_weeks(store, history_of(snapshot), snapshot.as_at)),
        proposing=ProposalNumbers.of_json(snapshot.proposals_json),
        also=read_policies(store, number),
    )


def read_figures(store: Store, snapshot: Snapshot, names: Iterable[str]) -> StoredFigures:
    """Read the stored figures of a snapshot; names: of archived frames, of which an earlier version may lack some."""
    number = number_of(snapshot)
    archived = {name: store.archived_frame(number, name) for name in names if store.has_archived(number, name)}
    return StoredFigures(store.units(number), store.hotspots(number), store.timeliness(number), archived)


def number_of(snapshot: Snapshot) -> int:
    """The number of a snapshot in the database."""
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    return snapshot.id


def _with_none(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """The values as plain objects, None for missing ones, whatever their type uses for these."""
    return values.astype("object").where(values.notna(), None)


def _pairs(stored: StoredFigures, derived: StoredFigures) -> list[tuple[str, DerivedFrame, pd.DataFrame, pd.DataFrame]]:
    """The name, the contract and both sides of every frame that can be calculated again."""
    pairs = [
        ("workload", UNITS, stored.units, derived.units),
        ("hotspots", HOTSPOTS, stored.hotspots, derived.hotspots),
        ("timeliness", TIMELINESS, stored.timeliness, derived.timeliness),
    ]
    kept = [frame for name, frame in FRAMES.items() if frame.archived and frame.derived and name in stored.archived]
    both = stored.archived, derived.archived
    return pairs + [(frame.name, frame, *_common_weeks(*both, frame.name)) for frame in kept]


def _common_weeks(
    stored_frames: Mapping[str, pd.DataFrame], derived_frames: Mapping[str, pd.DataFrame], name: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both sides of a frame; of one that compares weeks, only those whose rows were there then and are there now."""
    stored, derived = stored_frames[name], derived_frames[name]
    if "weeks_back" not in derived:
        return stored, derived
    weeks = set(stored["weeks_back"]) & set(derived["weeks_back"])
    return stored[stored["weeks_back"].isin(weeks)], derived[derived["weeks_back"].isin(weeks)]


def _differences(contract: DerivedFrame, stored: pd.DataFrame, derived: pd.DataFrame) -> list[str]:
    """The first cells of each column that differ between two frames of one contract, in words."""
    key = list(contract.key)
    left = stored[contract.column_names].set_index(key).sort_index()
    right = derived[contract.column_names].set_index(key).sort_index()
    if not left.index.equals(right.index):
        only = left.index.symmetric_difference(right.index)
        return [f"{len(only)} rows are only on one side, the first {only[0]}"]
    # With one index for both sides, a column that is the same is seen without a look at each cell.
    left.index = right.index
    differences = []
    for column in right.columns:
        if left[column].equals(right[column]):
            continue
        # A snapshot of an earlier version lacks what was named later.
        if column in NAMED_LATER and left[column].isna().all():
            continue
        ours, theirs = _with_none(left[column]), _with_none(right[column])
        unlike = ours.ne(theirs) & ~(ours.isna() & theirs.isna())
        differences += [f"{at} {column}: stored {ours[at]}, derived {theirs[at]}" for at in right.index[unlike][:5]]
    return differences
