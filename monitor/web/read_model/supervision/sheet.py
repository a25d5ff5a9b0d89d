"""What a sheet for supervision says of a person's cases: by risk, under MAPPA, changed since an earlier snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from monitor.snapshots.store import RowsRemoved
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.cases import case_rows
from monitor.web.read_model.history import list_snapshots
from monitor.web.read_model.index import IndexedFrame
from monitor.web.read_model.rows import UnitFigures
from monitor.web.read_model.snapshot import SnapshotView
from tiering.terms import Level, Rosh

BETWEEN_MEETINGS: Final = timedelta(weeks=4)
"""How far back the last supervision is taken to be if no date is given."""

_RISKS = (*(rosh.value for rosh in reversed(Rosh)), "")


class RiskCount(NamedTuple):
    """The cases of one RoSH, empty if unclassified: how many, their points, and how many of them are under MAPPA."""

    rosh: str
    cases: int
    points: float
    mappa: int


@dataclass(frozen=True)
class ChangedCase:
    """A case whose RoSH or tier changed; None if it was, or is, not known."""

    crn: str
    rosh_before: str | None
    rosh: str | None
    tier_before: str | None
    tier: str | None


@dataclass(frozen=True)
class SinceThen:
    """What changed in a person's caseload since a snapshot.

    - before: the person's figures then; None if they were not in it. compares: whether points and percentages compare.
    - came, gone: CRNs; changed: cases that stayed. kept: False if retention removed the rows of then.
    """

    as_at: date
    before: UnitFigures | None
    compares: bool
    kept: bool = True
    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[ChangedCase, ...] = ()


def snapshot_before(cache: SnapshotCache, week: SnapshotView, day: date) -> SnapshotView | None:
    """Return the last of the home's snapshots up to a day and before this one; None if there is none."""
    dates = [stored.as_at for stored in list_snapshots(cache) if not stored.comparison]
    earlier = max((as_at for as_at in dates if as_at <= day and as_at < week.as_at), default=None)
    return None if earlier is None else cache.week(earlier)


def usual_snapshot_before(cache: SnapshotCache, week: SnapshotView) -> SnapshotView | None:
    """Return the snapshot that a sheet compares with if no date is given; None if there is none."""
    return snapshot_before(cache, week, week.as_at - BETWEEN_MEETINGS)


def mappa_levels(week: SnapshotView) -> dict[str, str]:
    """Return the MAPPA level of every case that has one, by CRN."""
    levels: dict[str, str] = week.memo.get(("mappa levels",), lambda: _mappa_levels(week))
    return levels


def _mappa_levels(week: SnapshotView) -> dict[str, str]:
    cases = week.load("extract_cases")[["crn", "mappa_level"]].dropna()
    return dict(zip(cases["crn"].tolist(), cases["mappa_level"].tolist(), strict=True))


def count_by_risk(week: SnapshotView, sight: Visibility, code: str) -> tuple[RiskCount, ...]:
    """Count the cases of a person that may be seen, the highest RoSH first; without a RoSH that none has."""
    columns, rows = week.indexed("cases").columns, case_rows(week, sight, "cases", code)
    levels, counts = mappa_levels(week), dict[str, RiskCount]()
    names = ("crn", "rosh", "number_of_cases", "points")
    for crn, rosh, cases, points in zip(*(columns[name][rows].tolist() for name in names), strict=True):
        key = rosh if isinstance(rosh, str) else ""
        _, so_far, weight, mappa = counts.get(key, RiskCount(key, 0, 0.0, 0))
        counts[key] = RiskCount(key, so_far + int(cases), weight + points, mappa + int(cases) * (crn in levels))
    return tuple(counts[rosh] for rosh in _RISKS if rosh in counts)


def mappa_cases(week: SnapshotView, sight: Visibility, code: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the CRNs of a person's cases under MAPPA that may be seen, by level."""
    levels, crns = mappa_levels(week), _crns(week, sight, code)
    return tuple(
        (level, tuple(sorted(crn for crn in crns if levels.get(crn) == level)))
        for level in sorted({levels[crn] for crn in crns if crn in levels})
    )


def found_cases(week: SnapshotView, sight: Visibility, finding: str, code: str) -> tuple[str, ...]:
    """Return the CRNs of a person's cases with a finding, each once."""
    table, rows = week.indexed("findings"), case_rows(week, sight, "findings", code)
    kinds, crns = table.columns["finding"][rows], table.columns["crn"][rows]
    return tuple(sorted(set(crns[kinds == finding].tolist())))


def changes_since(week: SnapshotView, earlier: SnapshotView, sight: Visibility, code: str) -> SinceThen:
    """Return what changed in the cases of a person that may be seen since an earlier snapshot."""
    before = earlier.unit(Level.OFFENDER_MANAGER, code)
    compares = week.compares_with(earlier)
    try:
        then, now = (_cases_by_crn(view, sight, code) for view in (earlier, week))
    except RowsRemoved:
        return SinceThen(earlier.as_at, before, compares, kept=False)
    stayed = sorted(then.keys() & now.keys())
    changed = (ChangedCase(crn, then[crn][0], now[crn][0], then[crn][1], now[crn][1]) for crn in stayed)
    return SinceThen(
        earlier.as_at,
        before,
        compares,
        came=tuple(sorted(now.keys() - then.keys())),
        gone=tuple(sorted(then.keys() - now.keys())),
        changed=tuple(case for case in changed if (case.rosh_before, case.tier_before) != (case.rosh, case.tier)),
    )


def _crns(week: SnapshotView, sight: Visibility, code: str) -> list[str]:
    crns: list[str] = week.indexed("cases").columns["crn"][case_rows(week, sight, "cases", code)].tolist()
    return crns


def _cases_by_crn(week: SnapshotView, sight: Visibility, code: str) -> dict[str, tuple[str | None, str | None]]:
    """Return RoSH and tier of every case of a person that may be seen, by CRN."""
    table: IndexedFrame = week.indexed("cases")
    rows = case_rows(week, sight, "cases", code)
    crns, rosh, tier = (table.columns[name][rows].tolist() for name in ("crn", "rosh", "tier"))
    return dict(zip(crns, zip(_known(rosh), _known(tier), strict=True), strict=True))


def _known(values: Iterable[object]) -> list[str | None]:
    """Return texts, None for what is missing: NaN is not even the same as itself."""
    return [value if isinstance(value, str) else None for value in values]
