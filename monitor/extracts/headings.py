"""Which heading of a source is which of our columns.

A map is a YAML file: our column against the heading used there; what is not named keeps our own heading. ``tables``
gives the names of files (without ending), sheets or database tables where they are not ours::

    tables: {cases: caseload_export}
    cases: {crn: Case Ref No, tier: Tier Code}
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import RootModel, StringConstraints

from monitor.extracts.refusal import ExtractRefused, Quoting, first_faults
from monitor.safe_text import list_names, shorten
from tiering.caseload import TABLES, Column, Table
from tiering.faults import ConfigFault
from tiering.yaml_files import read_yaml

_NAMES = "tables"
Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class HeadingMap(RootModel[dict[str, dict[str, Heading]]]):
    """Headings used elsewhere, by our table and column; the entry ``tables`` names the tables themselves."""

    def name_of(self, table: str) -> str:
        """What the source calls a table."""
        return self.root.get(_NAMES, {}).get(table, table)

    def heading_of(self, table: str, column: str) -> str | None:
        """What the source calls a column, None where it is not mapped."""
        return self.root.get(table, {}).get(column)


OUR_OWN = HeadingMap({})


@dataclass(frozen=True)
class Choice:
    """The columns of a source that are read, by position; the headings left out; what is wrong."""

    wanted: dict[int, Column] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def load_headings(path: Path | None) -> HeadingMap:
    """The heading map of a file, our own headings without one; raises ExtractRefused with every fault of the file."""
    if path is None:
        return OUR_OWN
    try:
        headings = read_yaml(path, HeadingMap)
    except ConfigFault as fault:
        raise ExtractRefused(fault.faults) from None
    faults = [f"{path}: {fault}" for fault in _faults(headings.root)]
    if faults:
        raise ExtractRefused(faults)
    return headings


def _faults(root: dict[str, dict[str, str]]) -> Iterable[str]:
    for name, mapped in root.items():
        if name != _NAMES and name not in TABLES:
            yield f"{name}: is not one of {_NAMES}, {', '.join(TABLES)}"
            continue
        known = list(TABLES) if name == _NAMES else TABLES[name].column_names
        for one in mapped:
            if one not in known:
                yield f"{name}.{one}: is not one of {', '.join(known)}"
        for heading, times in Counter(mapped.values()).items():
            if times > 1:
                both = ", ".join(one for one, used in mapped.items() if used == heading)
                yield f"{name}: {both} are mapped to one heading {heading!r}; each needs its own"


def choose_columns(shown: str, headings: list[str], table: Table, mapping: HeadingMap) -> Choice:
    """The columns of ``table`` among the headings of a source."""
    found = [heading.strip() for heading in headings]
    places = {heading: place for place, heading in reversed(list(enumerate(found))) if heading}
    mapped = {column.name: mapping.heading_of(table.name, column.name) for column in table.columns}
    claimed = {heading for heading in mapped.values() if heading is not None}
    wanted: dict[int, Column] = {}
    known = {*table.column_names, *claimed}
    twice = [
        _unquoted(shown, heading, times, known) for heading, times in Counter(found).items() if heading and times > 1
    ]
    faults = first_faults(shown, twice)
    here = list_names(heading for heading in found if heading)
    for column in table.columns:
        heading = mapped[column.name] or column.name
        if heading in places and (mapped[column.name] or heading not in claimed):
            wanted[places[heading]] = column
        elif mapped[column.name]:
            lost = f"{shown}: {column.name} is mapped to the heading {heading!r}, which is not there"
            faults.append(Quoting.of(f"{lost}: {here}", [lost]))
        elif column.required:
            lost = f"{shown}: the column {column.name} is missing; add it, or map its heading with --columns"
            faults.append(Quoting.of(f"{lost}: {here}", [lost]))
    unused = [heading or f"(column {place + 1})" for place, heading in enumerate(found) if place not in wanted]
    return Choice(wanted, unused, faults)


def _unquoted(shown: str, heading: str, times: int, known: Collection[str]) -> str:
    """The fault, told without its heading where that is none of ours: a file without headings begins with a row."""
    says = f"stands there {times:,} times; keep one"
    fault = f"{shown}: the heading {shorten(heading)!r} {says}"
    return fault if heading in known else Quoting.of(fault, [f"{shown}: a heading {says}"])
