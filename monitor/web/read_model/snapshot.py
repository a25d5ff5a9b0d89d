"""One stored snapshot as the pages read it: each frame once, with its indexes, and where each unit stands in them."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from alerts.detection.organisation.model import OrganisationChanges
from alerts.detection.rules import Rule
from alerts.detection.trends.unit_weeks import weights_since
from alerts.digest.privacy import LEVELS
from alerts.digest.week_facts import records
from monitor.snapshots.benchmark_plans import read_benchmark_plans
from monitor.snapshots.coming import read_coming
from monitor.snapshots.contracts.frames import FRAMES
from monitor.snapshots.contracts.read_off import BENCHMARK_PLANS, COMING
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.catalogue import dates_and_weights
from monitor.snapshots.weeks.history import history_of
from monitor.snapshots.weeks.organisation import changes_of, read_changes
from monitor.web.auth.permissions import OrganisationIndex
from monitor.web.read_model.index import NO_ROWS, Flags, IndexedFrame, Positions, hottest_first
from monitor.web.read_model.memo import Memo, RecentMemo
from monitor.web.read_model.retained import load_frame
from monitor.web.read_model.rows import UnitFigures
from tiering.policies.policy import Policy
from tiering.terms import Level

MOST_RECENT: Final = 1024
"""How many pages and stories of one snapshot stay in memory, the ones asked for last."""

PARTS: Final = {"all": "area", "area": "cluster", "cluster": "office", "office": "team", "team": "offender_manager"}

START: Final = ("what-if start",)
"""Where ``recent`` of a week keeps the rows that its what-ifs and proposals start from."""


class SnapshotView:
    """The figures of one stored snapshot. Only reads; what is derived from it are functions of it.

    * memo: what such functions make once for the whole snapshot, kept as long as the view
    * recent: what they make for single units and readers, the ones asked for last
    """

    def __init__(self, store: Store, snapshot: Snapshot) -> None:
        if snapshot.id is None:
            raise ValueError("the snapshot is not stored")
        self._store = store
        self.memo = Memo()
        self.recent = RecentMemo(MOST_RECENT)
        self.snapshot = snapshot
        self.number: int = snapshot.id
        self.as_at: date = snapshot.as_at
        self.history_ids = history_of(snapshot)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame of the archive or of the database (units, hotspots, timeliness).

        Raises RowsRemoved for rows of single cases that retention removed, ArchiveDamaged for a damaged file.
        """
        return self.indexed(name).frame

    def has_frame(self, name: str) -> bool:
        """Whether the archive has a frame of that name; snapshots of earlier versions lack some."""
        return self.memo.get(("is stored", name), lambda: self._store.has_archived(self.number, name))

    def frame_if_stored(self, name: str) -> pd.DataFrame:
        """Return a frame with a contract; without rows if the snapshot is from before such frames existed."""
        contract = FRAMES[name]
        is_stored = not contract.archived or self.has_frame(name)
        return self.frame(name) if is_stored else contract.empty()

    def indexed(self, name: str) -> IndexedFrame:
        """Return a frame with its indexes; raises as ``frame`` does."""
        return self.memo.get(("frame", name), lambda: IndexedFrame(self._read(name)))

    def load(self, name: str) -> pd.DataFrame:
        """Return a frame without keeping it, for what needs a few of its rows or columns once.

        Raises as ``frame`` does.
        """
        return self._read(name)

    def _read(self, name: str) -> pd.DataFrame:
        if name == "units":
            return _as_computed(self._store.units(self.number))
        if name == "hotspots":
            return _as_computed(self._store.hotspots(self.number))
        if name == "timeliness":
            return self._store.timeliness(self.number)
        if name == COMING.name:
            return read_coming(self._store, self.number, self.as_at, self.policy.due_soon)
        if name == BENCHMARK_PLANS.name:
            return read_benchmark_plans(self._store, self.number, self.policy, self.as_at)
        return load_frame(self._store, self.number, name)

    def rows(self, name: str, level: str, code: str) -> Positions:
        """Return the rows of a frame of cases that belong to a unit or an offender manager, in their order."""
        return self.rows_in(self.indexed(name), level, code)

    def rows_in(self, indexed: IndexedFrame, level: str, code: str) -> Positions:
        """Return the rows of any frame with team_code and om_code that belong to a unit or an offender manager."""
        if level == Level.ALL:
            return np.arange(len(indexed.frame))
        if level == Level.OFFENDER_MANAGER:
            return indexed.positions("om_code").get(code, NO_ROWS)
        return indexed.rows_of_teams(self.places.teams_of.get((level, code), frozenset()))

    @property
    def units(self) -> pd.DataFrame:
        return self.frame("units")

    @property
    def hotspots(self) -> pd.DataFrame:
        return self.frame("hotspots")

    @property
    def timeliness(self) -> pd.DataFrame:
        return self.frame("timeliness")

    @property
    def organisation(self) -> pd.DataFrame:
        return self.frame("extract_organisation")

    @property
    def posts(self) -> pd.DataFrame:
        """The posts, with the names of their holders."""
        return self.frame("extract_offender_managers")

    @cached_property
    def places(self) -> OrganisationIndex:
        return OrganisationIndex(self.organisation, self.posts, self.as_at)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every offender manager, by om_code."""
        return dict(zip(self.posts["om_code"].tolist(), self.posts["om_name"].tolist(), strict=True))

    @cached_property
    def parameters(self) -> Parameters:
        """Every number the snapshot was judged by."""
        return Parameters.of_snapshot(self.snapshot)

    @property
    def policy(self) -> Policy:
        return self.parameters.policy

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.parameters.rules

    def rule(self, name: str) -> Rule:
        """Return the rule of a name, as it was in force."""
        return self.parameters.rule(name)

    @cached_property
    def red_line(self) -> float:
        return float(self.policy.bands.red_above)

    @cached_property
    def summary(self) -> RunSummary:
        return RunSummary.of_snapshot(self.snapshot)

    @cached_property
    def weighings(self) -> dict[int, tuple[date, bool]]:
        """For this snapshot and each of its history, by id: the as-at date, and whether it was weighed as this one."""
        return dates_and_weights(self._store.engine, [*self.history_ids, self.number], self.snapshot)

    def compares_with(self, other: "SnapshotView | None") -> bool:
        """Whether points and percentages can be compared with those of an earlier snapshot."""
        return other is not None and self.weighings.get(other.number, (other.as_at, False))[1]

    @cached_property
    def changes(self) -> OrganisationChanges:
        """What changed in the organisation since the snapshot before."""
        return changes_of(self.snapshot)

    @cached_property
    def changes_by_date(self) -> dict[date, OrganisationChanges]:
        """What changed in the organisation in this snapshot and each of its history, by as-at date."""
        return read_changes(self._store.engine, [*self.history_ids, self.number])

    @cached_property
    def weights_since(self) -> date | None:
        """The first week weighed as this one, if any earlier one was weighed otherwise."""
        weeks = sorted(self.weighings.values())
        return weights_since([as_at for as_at, _ in weeks], [alike for _, alike in weeks])

    @cached_property
    def row_of(self) -> dict[tuple[str, str], int]:
        """The row of every unit, by (level, code)."""
        keys = zip(self.units["level"].tolist(), self.units["code"].tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}

    def unit(self, level: str, code: str) -> UnitFigures | None:
        """Return the figures of one unit; None if there is no such unit."""
        row = self.row_of.get((level, code))
        if row is None:
            return None
        return self.indexed("units").rows(UnitFigures, np.array([row]))[0]

    def parts(self, level: str, code: str) -> Positions:
        """Return the rows of the units right below one: those without capacity first, then the hottest."""
        below = self.indexed("units").positions("level", "parent_code").get((PARTS[level], code), NO_ROWS)
        return below[np.argsort(self._heat[below])]

    def people(self, teams: frozenset[str]) -> Positions:
        """Return the rows of the offender managers with a post in the teams, the hottest first.

        Those who hold nothing and have no capacity are left out.
        """
        posts = self.indexed("extract_offender_managers").rows_of_teams(teams)
        rows = np.unique(self._holders[posts])
        rows = rows[(rows >= 0) & self._holds[rows]]
        return rows[np.argsort(self._heat[rows])]

    @cached_property
    def _heat(self) -> Positions:
        """How many units are hotter than each: sorting a few rows by this sorts them as all of them are sorted."""
        return np.argsort(hottest_first(self.units))

    @cached_property
    def _holds(self) -> Flags:
        """Which units hold or could hold anything."""
        holds = self.units["available_points"].gt(0) | self.units["total_points"].gt(0)
        return holds.to_numpy(dtype=bool)

    @cached_property
    def _holders(self) -> Positions:
        """The row in units of the holder of every post; -1 if there is none."""
        level = Level.OFFENDER_MANAGER.value
        return np.array([self.row_of.get((level, code), -1) for code in self.posts["om_code"].tolist()], dtype=np.int64)

    def above(self, level: str, code: str) -> list[tuple[str, str, str]]:
        """Return level, code and name of the units above one, from the area down."""
        if level != Level.OFFENDER_MANAGER:
            return self._chains.get((level, code), [])[:-1]
        unit = self.unit(level, code)
        return [] if unit is None else self._chains.get((Level.TEAM.value, str(unit.parent_code)), [])

    @cached_property
    def _chains(self) -> Mapping[tuple[str, str], list[tuple[str, str, str]]]:
        """Level, code and name of every unit from the area down to itself, by (level, code)."""
        chains: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for row in records(self.organisation):
            chain = [(level, str(row[f"{level}_code"]), str(row[f"{level}_name"])) for level in LEVELS]
            for depth, level in enumerate(LEVELS, start=1):
                chains.setdefault((level, row[f"{level}_code"]), chain[:depth])
        return chains


def _as_computed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as it was before it was stored: counts that may be missing are floats, NaN if they are."""
    counts = [name for name in frame.columns if frame[name].dtype == "Int64"]
    return frame.astype(dict.fromkeys(counts, "float64"))
