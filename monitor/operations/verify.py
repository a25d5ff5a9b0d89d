"""Derive a stored snapshot again, from its archived rows, policy, rules and past, and compare every figure."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from monitor.run import compute
from monitor.snapshots.parameters import Parameters, fingerprint_of
from monitor.snapshots.store import Store, StoredFigures
from monitor.snapshots.tables import Snapshot
from tiering.caseload import TABLES, Caseload


@dataclass(frozen=True)
class Verdict:
    """What a verification found: figures compared, and every place where the stored one is not the derived one."""

    figures: int
    differences: list[str]


def verify(store: Store, snapshot: Snapshot) -> Verdict:
    """Compare every stored figure of the snapshot with the one derived again; raises ArchiveDamaged."""
    number = snapshot.id
    if number is None:
        raise ValueError("the snapshot is not stored")
    tables = {name: _with_types(name, store.archived(number, f"extract_{name}")) for name in TABLES}
    numbers = Parameters.stored_with(snapshot)
    past = store.past(json.loads(snapshot.history), numbers.policy.weights_fingerprint)
    rejected, known_events = store.archived(number, "rejected"), store.archived(number, "known_events")
    derived = compute(Caseload(**tables), rejected, known_events, numbers, past, snapshot.as_at)
    stored = StoredFigures(
        store.units(number),
        store.hotspots(number),
        store.timeliness(number),
        {name: store.archived(number, name) for name in derived.archived},
    )
    differences = []
    if numbers.policy.fingerprint != snapshot.policy_fingerprint:
        differences.append("policy: the stored numbers do not have the stored fingerprint")
    if fingerprint_of(numbers, known_events) != snapshot.rules_fingerprint:
        differences.append("rules: the stored numbers do not have the stored fingerprint")
    figures = 0
    for name, key, ours, theirs in _pairs(stored, derived):
        figures += theirs.size
        differences += [f"{name}: {difference}" for difference in _differences(key, ours, theirs)]
    return Verdict(figures, differences)


def _with_none(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """The values as plain objects, None where missing, whatever their type says for that."""
    return values.astype("object").where(values.notna(), None)


def _with_types(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({column.name: column.kind.dtype for column in TABLES[name].columns})


def _pairs(stored: StoredFigures, derived: StoredFigures) -> list[tuple[str, list[str], pd.DataFrame, pd.DataFrame]]:
    pairs = [
        ("workload", ["level", "code"], stored.units, derived.units),
        ("hotspots", ["rule", "level", "code"], stored.hotspots, derived.hotspots),
        ("timeliness", ["level", "code", "rule"], stored.timeliness, derived.timeliness),
    ]
    keys = {
        "cases": ["crn"],
        "overdue": ["rule", "crn"],
        "findings": ["finding", "crn", "detail"],
        "grades": ["level", "code", "grade"],
        "first_seen": ["crn"],
        "flow": ["team_code"],
        "forecast": ["level", "code", "weeks_ahead"],
        "forecast_scores": ["level", "weeks_ahead"],
    }
    return pairs + [(name, key, stored.archived[name], derived.archived[name]) for name, key in keys.items()]


def _differences(key: list[str], stored: pd.DataFrame, derived: pd.DataFrame) -> list[str]:
    """Every cell in which two frames of the same key differ, in words."""
    columns = list(derived.columns)
    left = stored[columns].set_index(key).sort_index()
    right = derived.set_index(key).sort_index()
    if not left.index.equals(right.index):
        only = left.index.symmetric_difference(right.index)
        return [f"{len(only)} rows are only on one side, the first {only[0]}"]
    differences = []
    for column in right.columns:
        ours, theirs = _with_none(left[column]), _with_none(right[column])
        unlike = ours.ne(theirs) & ~(ours.isna() & theirs.isna())
        differences += [f"{at} {column}: stored {ours[at]}, derived {theirs[at]}" for at in right.index[unlike][:5]]
    return differences
