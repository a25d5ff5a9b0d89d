"""What may never leave by mail: whose figures are withheld, and which words stop a message."""

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
    """What one reader may see: one unit, or some of one level.

    level: area, cluster, office, team or all. code: of the unit; ``all`` for the whole service. name: as it reads in
    the mail. beside: codes of further units of the same level.
    """

    level: str
    code: str
    name: str
    beside: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.beside)

    def teams(self, organisation: pd.DataFrame) -> pd.DataFrame:
        """The rows of the organisation within this scope."""
        if self.level == "all":
            return organisation
        return organisation[organisation[f"{self.level}_code"].isin(self.codes)]


def scope_named(units: Sequence[Unit], organisation: pd.DataFrame) -> ReaderScope:
    """The scope of units of one level, (level, code), with the name they have in the organisation."""
    level, code = units[0]
    beside = tuple(other for _, other in units[1:])
    if level == "all":
        return ReaderScope("all", code, "the whole service")
    known = organisation.drop_duplicates(f"{level}_code").set_index(f"{level}_code")[f"{level}_name"]
    names = [clean(str(known.get(one, one))) for one in (code, *beside)]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"]
    return ReaderScope(level, code, join_list(names), beside)


def withheld_units(workload: pd.DataFrame, small_team: int, together: ReaderScope | None = None) -> dict[Unit, str]:
    """The units whose figures no mail shows, by (level, code): ``small``, or ``next to small``.

    Small is a unit of 1 to ``small_team`` - 1 offender managers. Where the figures of a parent and of its other units
    would give a small one away, the next smallest are withheld too, until at least two are, of ``small_team``
    offender managers together. Whatever belongs to a withheld unit is withheld. together: units shown as one.
    workload: columns level, code, parent_code, offender_managers.
    """
    units = workload[workload["level"].isin(LEVELS)]
    keys: list[Unit] = list(zip(units["level"], units["code"], strict=True))
    people = dict(zip(keys, units["offender_managers"].astype(int), strict=True))
    parents = dict(zip(keys, units["parent_code"], strict=True))
    withheld = {unit: SMALL for unit, count in people.items() if 0 < count < small_team}
    above = "all"
    for level in LEVELS:
        families: dict[str, list[Unit]] = {}
        for unit in sorted(one for one in people if one[0] == level):
            families.setdefault(str(parents[unit]), []).append(unit)
        for parent, family in families.items():
            if (above, parent) in withheld:
                withheld.update({unit: withheld.get(unit, NEXT_TO_SMALL) for unit in family})
            else:
                withheld.update(_withheld_neighbours(family, people, withheld, small_team))
        above = level
    if together is not None and together.beside:
        shown_as_one = [(together.level, code) for code in together.codes if (together.level, code) in people]
        withheld.update(_withheld_neighbours(shown_as_one, people, withheld, small_team))
    return withheld


def _withheld_neighbours(
    family: Sequence[Unit], people: dict[Unit, int], withheld: dict[Unit, str], small_team: int
) -> dict[Unit, str]:
    """The further units of a family that have to be withheld, smallest first."""
    hidden = [unit for unit in family if unit in withheld]
    shown = sorted((unit for unit in family if unit not in withheld), key=lambda unit: (people[unit], unit))
    more: dict[Unit, str] = {}
    while hidden and shown and (len(hidden) < 2 or sum(people[unit] for unit in hidden) < small_team):
        hidden.append(shown.pop(0))
        more[hidden[-1]] = NEXT_TO_SMALL
    return more
