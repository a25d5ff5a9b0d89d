"""What changed in the organisation since the last snapshot, as typed values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from alerts.detection.organisation.lineage import Lineage, trace_units
from alerts.detection.organisation.model import (
    LEVELS,
    ChangeKind,
    OrganisationChange,
    OrganisationChanges,
    OrganisationWeek,
    UnitName,
)
from tiering.terms import Level

Key = tuple[Level, str]

_EXPLAINED_BY = {
    ChangeKind.NEW: (ChangeKind.NEW, ChangeKind.REUSED),
    ChangeKind.GONE: (ChangeKind.GONE, ChangeKind.REUSED),
    ChangeKind.RECODED: (ChangeKind.RECODED,),
    ChangeKind.REUSED: (ChangeKind.REUSED,),
    ChangeKind.SPLIT: (ChangeKind.SPLIT,),
    ChangeKind.MERGED: (ChangeKind.MERGED,),
    ChangeKind.MOVED: (ChangeKind.SPLIT, ChangeKind.MERGED),
}
"""Which changes of the unit above say what happened to a unit."""


@dataclass(frozen=True)
class _Organisation:
    """The name of every unit and the units above it, the nearest first."""

    names: Mapping[Key, str]
    above: Mapping[Key, tuple[UnitName, ...]]


def find_changes(before: OrganisationWeek, now: OrganisationWeek) -> OrganisationChanges:
    """Every change of the organisation, from the area down, each level by kind and code; without points."""
    earlier, later = _named_units(before.teams), _named_units(now.teams)
    renamed = {
        key for key in earlier.names.keys() & later.names.keys() if _differ(earlier.names[key], later.names[key])
    }
    traced = {
        level: trace_units(level, before, now, {code for of_level, code in renamed if of_level is level})
        for level in LEVELS
    }
    changes = [change for level in reversed(LEVELS) for change in _changes_of(level, traced, earlier, later)]
    return tuple(change.model_copy(update={"explained": _is_explained(change, changes)}) for change in changes)


def add_points(changes: OrganisationChanges, units: pd.DataFrame, previous: pd.DataFrame) -> OrganisationChanges:
    """The changes with the points of their units; units, previous: the workload of this week and the last."""
    now, before = (
        dict(zip(zip(frame["level"], frame["code"], strict=True), frame["total_points"], strict=True))
        for frame in (units, previous)
    )
    ended = (ChangeKind.MERGED, ChangeKind.GONE)
    return tuple(
        change.model_copy(
            update={
                "points": float(
                    before[change.level, change.previous_code]
                    if change.kind in ended
                    else now[change.level, change.code]
                )
            }
        )
        for change in changes
    )


def _named_units(teams: pd.DataFrame) -> _Organisation:
    names: dict[Key, str] = {}
    above: dict[Key, tuple[UnitName, ...]] = {}
    columns = [(level, teams[f"{level}_code"].tolist(), teams[f"{level}_name"].tolist()) for level in LEVELS]
    for row in range(len(teams)):
        chain = [UnitName(level=level, code=codes[row], name=of_row[row]) for level, codes, of_row in columns]
        for place, unit in enumerate(chain):
            names.setdefault((unit.level, unit.code), unit.name)
            above.setdefault((unit.level, unit.code), tuple(chain[place + 1 :]))
    return _Organisation(names, above)


def _differ(name: str, other: str) -> bool:
    """Whether two names differ by more than capitals and spaces."""
    return " ".join(name.split()).casefold() != " ".join(other.split()).casefold()


def _changes_of(
    level: Level, traced: Mapping[Level, Lineage], before: _Organisation, now: _Organisation
) -> Iterator[OrganisationChange]:
    """The changes of one level by kind and code."""
    lineage = traced[level]

    def change(kind: ChangeKind, code: str, previous: str) -> OrganisationChange:
        own, earlier = (level, code), (level, previous)
        return OrganisationChange(
            kind=kind,
            level=level,
            code=code,
            name=now.names.get(own) or before.names.get(own, ""),
            previous_code=previous,
            previous_name=before.names.get(earlier, ""),
            above=now.above.get(own, ()),
            previous_above=before.above.get(earlier, ()),
        )

    for previous, code in sorted(lineage.successors.items(), key=lambda pair: pair[1]):
        if previous != code:
            yield change(ChangeKind.RECODED, code, previous)
        elif _differ(before.names[level, code], now.names[level, code]):
            yield change(ChangeKind.RENAMED, code, code)
        if _has_moved(traced, before.above[level, previous], now.above[level, code]):
            yield change(ChangeKind.MOVED, code, previous)
    for code, previous in sorted(lineage.split.items()):
        yield change(ChangeKind.SPLIT, code, previous)
    for previous, code in sorted(lineage.merged.items()):
        yield change(ChangeKind.MERGED, code, previous)
    for code in sorted(lineage.reused):
        yield change(ChangeKind.REUSED, code, code)
    for code in sorted(lineage.new):
        yield change(ChangeKind.NEW, code, "")
    for code in sorted(lineage.gone):
        yield change(ChangeKind.GONE, code, code)


def _has_moved(
    traced: Mapping[Level, Lineage], above_before: tuple[UnitName, ...], above_now: tuple[UnitName, ...]
) -> bool:
    """Whether the unit above is another one; the same one under another code is not."""
    if not above_now:
        return False
    parent = above_before[0]
    return traced[parent.level].successors.get(parent.code) != above_now[0].code


def _is_explained(change: OrganisationChange, changes: list[OrganisationChange]) -> bool:
    """Whether a change of the unit above, or of the one before, says the same."""
    kinds = _EXPLAINED_BY.get(change.kind, ())
    above = _codes(change.previous_above if change.kind is ChangeKind.GONE else change.above)
    before = _codes(change.previous_above)
    pairs = (ChangeKind.SPLIT, ChangeKind.MERGED)
    return any(
        other.kind in kinds
        and [(other.level, other.code)] == above
        and (other.kind not in pairs or [(other.level, other.previous_code)] == before)
        for other in changes
    )


def _codes(above: tuple[UnitName, ...]) -> list[Key]:
    """Level and code of the nearest unit above; nothing for an area."""
    return [(unit.level, unit.code) for unit in above[:1]]
