"""Finding units and offender managers by code or name, and cases by CRN, among what one reader may see."""

import heapq
from typing import Final, NamedTuple

import pandas as pd

from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cases import visible_rows
from monitor.web.read_model.index import Beginnings
from monitor.web.read_model.rows_of_cases import FoundCase, FoundUnit
from monitor.web.read_model.snapshot import SnapshotView

SHORTEST_CRN: Final = 3
"""Characters of a CRN that find cases: fewer would list the caseload rather than find one."""

_LEVELS: Final = ("area", "cluster", "office", "team", "offender_manager")


class SearchEntry(NamedTuple):
    """A unit or offender manager that can be found: name and code without capitals, then as they are shown."""

    folded_name: str
    folded_code: str
    level: str
    code: str
    name: str


def find_units(week: SnapshotView, sight: Visibility, words: str, most: int) -> tuple[FoundUnit, ...]:
    """Return units and offender managers whose code or name holds the words.

    Only what may be seen; an exact code first, then by name; ``most`` of them.
    """
    wanted = words.casefold()
    hits = [entry for entry in search_entries(week) if wanted in entry.folded_name or wanted in entry.folded_code]
    visible = [entry for entry in hits if sight.may_see(entry.level, entry.code)]
    first = heapq.nsmallest(
        most, visible, key=lambda entry: (entry.folded_code != wanted, entry.folded_name, entry.level, entry.code)
    )
    return tuple(FoundUnit(entry.level, entry.code, entry.name) for entry in first)


def search_entries(week: SnapshotView) -> list[SearchEntry]:
    """Return everything that can be found by its name or code, prepared once for all searches."""
    return week.memo.get(("search entries",), lambda: _entries_of(week.units))


def _entries_of(units: pd.DataFrame) -> list[SearchEntry]:
    named = units.loc[units["level"].isin(_LEVELS), ["level", "code", "name"]].fillna({"name": ""})
    return [
        SearchEntry(name.casefold(), code.casefold(), level, code, name)
        for level, code, name in zip(*(named[column].tolist() for column in named), strict=True)
    ]


def find_cases(week: SnapshotView, sight: Visibility, words: str, most: int) -> tuple[FoundCase, ...]:
    """Return cases whose CRN is, or begins with, the words (three characters or more), and which may be seen."""
    if len(words) < SHORTEST_CRN:
        return ()
    rows, cases = visible_rows(week, sight, "cases", crns(week).with_prefix(words))[:most], week.indexed("cases")
    holders = [code if isinstance(code, str) else "" for code in cases.columns["om_code"][rows]]
    names = [week.names.get(holder, "") for holder in holders]
    return cases.rows(FoundCase, rows, om_code=holders, om_name=names)


def crns(week: SnapshotView) -> Beginnings:
    """Return the CRN of every case by what it begins with."""
    return week.memo.get(("crns",), lambda: Beginnings(week.frame("cases")["crn"].tolist()))
