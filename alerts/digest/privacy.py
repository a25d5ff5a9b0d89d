"""Decide what may never leave by email: whose figures are withheld, and which words stop a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from alerts.wording import clean, join_list

Unit = tuple[str, str]

SMALL, NEXT_TO_SMALL = "small", "next to small"
LEVELS: Final = ("area", "cluster", "office", "team")
_MOST_NAMED: Final = 3


@dataclass(frozen=True)
class ReaderScope:
    """What one reader may see: one unit, or several of one level.

    level: area, cluster, office, team or all.
    code: the code of the unit; ``all`` for the whole service.
    name: as it reads in the email.
    more: codes of further units of the same level.
    """

    level: str
    code: str
    name: str
    more: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.more)

    def teams(self, organisation: pd.DataFrame) -> pd.DataFrame:
        """The rows of the organisation within this scope."""
        if self.level == "all":
            return organisation
        return organisation[organisation[f"{self.level}_code"].isin(self.codes)]


def name_scope(units: Sequence[Unit], organisation: pd.DataFrame) -> ReaderScope:
    """Make a scope from units of one level, (level, code), with the names that they have in the organisation."""
    level, code = units[0]
    more = tuple(other for _, other in units[1:])
    if level == "all":
        return ReaderScope("all", code, "the whole service")
    known = organisation.drop_duplicates(f"{level}_code").set_index(f"{level}_code")[f"{level}_name"]
    names = [clean(str(known.get(unit_code, unit_code))) for unit_code in (code, *more)]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"]
    return ReaderScope(level, code, join_list(names), more)


def withheld_units(workload: pd.DataFrame, small_team: int, together: ReaderScope | None = None) -> dict[Unit, str]:
    """Find the units whose figures no email shows, by (level, code): ``small``, or ``next to small``.

    workload: columns level, code, parent_code, offender_managers.
    together: units that are shown as one.

    - A small unit has 1 to ``small_team`` - 1 offender managers.
    - A small unit's figures could be calculated from those of its parent and of the parent's other units. The next
      smallest are therefore withheld too, until at least two units with ``small_team`` offender managers together are.
    - Every unit below a withheld unit is withheld.
    """
    units = workload[workload["level"].isin(LEVELS)]
    keys: list[Unit] = list(zip(units["level"], units["code"], strict=True))
    people = dict(zip(keys, units["offender_managers"].astype(int), strict=True))
    parents = dict(zip(keys, units["parent_code"], strict=True))
    withheld = {unit: SMALL for unit, count in people.items() if 0 < count < small_team}
    above = "all"
    for level in LEVELS:
        families: dict[str, list[Unit]] = {}
        for unit in sorted(key for key in people if key[0] == level):
            families.setdefault(str(parents[unit]), []).append(unit)
        for parent, family in families.items():
            if (above, parent) in withheld:
                withheld.update({unit: withheld.get(unit, NEXT_TO_SMALL) for unit in family})
            else:
                withheld.update(_withheld_neighbours(family, people, withheld, small_team))
        above = level
    if together is not None and together.more:
        shown_as_one = [(together.level, code) for code in together.codes if (together.level, code) in people]
        withheld.update(_withheld_neighbours(shown_as_one, people, withheld, small_team))
    return withheld


def withheld_siblings(workload: pd.DataFrame, siblings: Sequence[Unit], small_team: int) -> dict[Unit, str]:
    """Find the siblings of a reader's units whose totals that reader may not see, by (level, code).

    workload: as of ``withheld_units``.
    siblings: of one level and one parent.

    The reader knows the figures of their own units, so these protect no small one: the siblings alone must. All are
    withheld below a withheld unit.
    """
    units = workload[workload["level"].isin(LEVELS)]
    keys: list[Unit] = list(zip(units["level"].tolist(), units["code"].tolist(), strict=True))
    people = dict(zip(keys, units["offender_managers"].astype(int).tolist(), strict=True))
    parents = dict(zip(keys, units["parent_code"].tolist(), strict=True))
    above = dict(zip(LEVELS[1:], LEVELS, strict=False))
    everywhere = withheld_units(workload, small_team)
    if any((above.get(unit[0]), parents[unit]) in everywhere for unit in siblings):
        return {unit: everywhere[unit] for unit in siblings}
    withheld = {unit: SMALL for unit in siblings if 0 < people[unit] < small_team}
    return withheld | _withheld_neighbours(siblings, people, withheld, small_team)


def _withheld_neighbours(
    family: Sequence[Unit], people: dict[Unit, int], withheld: dict[Unit, str], small_team: int
) -> dict[Unit, str]:
    """The further units of one parent that have to be withheld, smallest first."""
    hidden = [unit for unit in family if unit in withheld]
    shown = sorted((unit for unit in family if unit not in withheld), key=lambda unit: (people[unit], unit))
    more: dict[Unit, str] = {}
    while hidden and shown and (len(hidden) < 2 or sum(people[unit] for unit in hidden) < small_team):
        hidden.append(shown.pop(0))
        more[hidden[-1]] = NEXT_TO_SMALL
    return more
