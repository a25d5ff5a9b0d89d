"""The totals of the units next to the reader's own, as far as the service lets readers compare."""

from typing import NamedTuple

import numpy as np

from alerts.digest.privacy import withheld_siblings
from monitor.web.dependencies import Reader
from monitor.web.read_model.rows import UnitTotals


class Sibling(NamedTuple):
    """A unit next to one of the reader's. totals: None if it is too small, or next to a small one."""

    level: str
    name: str
    totals: UnitTotals | None


def siblings_of(reader: Reader, level: str, code: str) -> tuple[Sibling, ...]:
    """The units next to one of the reader's own, by name; none of a unit that is not their own.

    Who may see what is decided by ``Visibility``; the figures of small units are withheld as in email.
    """
    places = reader.week.places.parent_of
    beside = [unit for unit in reader.sight.siblings if unit[0] == level and places[unit] == places.get((level, code))]
    if (level, code) not in reader.sight.units or not beside:
        return ()
    withheld = withheld_siblings(reader.week.units, beside, reader.small_team)
    rows = np.array([reader.week.row_of[unit] for unit in beside], dtype=np.int64)
    units = reader.week.indexed("units").rows(UnitTotals, rows)
    shown = [
        Sibling(unit.level, unit.name or unit.code, None if (unit.level, unit.code) in withheld else unit)
        for unit in units
    ]
    return tuple(sorted(shown, key=lambda sibling: (sibling.name, sibling.level)))
