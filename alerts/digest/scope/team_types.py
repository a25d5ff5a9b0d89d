"""Find the type of team that carries far more of its capacity than the scope does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.units import Unit, Units
from alerts.digest.week_facts import records

_LEAST_GAP: Final = 10.0
"""In percentage points: types of team differ by less from one week to the next without being resourced differently."""

_LEAST_TEAMS: Final = 2


@dataclass(frozen=True)
class HeavyType:
    """A type of team whose capacity percentage is far above that of the scope.

    - gap: percentage points above the scope
    """

    team_type: str
    teams: int
    capacity: float
    gap: float


def find_heavy_type(
    team_types: pd.DataFrame, teams: pd.DataFrame, units: Units, whole: Unit, scope: ReaderScope, small_team: int
) -> HeavyType | None:
    """Find the type furthest above the scope; None if none is far above it, or none may be shown.

    - team_types: of tiering.staff.team_types, for every unit
    - teams: rows of the organisation within the scope
    """
    if len(scope.codes) > 1:
        return None
    own = team_types[team_types["level"].eq(scope.level) & team_types["code"].eq(scope.code)]
    heavy = [
        HeavyType(row["team_type"], int(row["teams"]), row["capacity_percentage"], gap)
        for row in records(own)
        if (gap := row["capacity_percentage"] - whole.capacity) >= _LEAST_GAP
        and _may_show(teams.loc[teams["team_type"].eq(row["team_type"]), "team_code"].tolist(), units, small_team)
    ]
    return max(heavy, key=lambda entry: (entry.gap, entry.team_type), default=None)


def _may_show(codes: Sequence[str], units: Units, small_team: int) -> bool:
    """Whether the sum over these teams gives away the figures of no team that is withheld."""
    teams = [unit for code in codes if (unit := units.by_key.get(("team", code))) is not None]
    hidden = [unit for unit in teams if unit.withheld]
    shown = len(teams) - len(hidden)
    is_mixed = len(hidden) > 1 and sum(unit.offender_managers for unit in hidden) >= small_team
    return shown >= _LEAST_TEAMS and (not hidden or is_mixed)
