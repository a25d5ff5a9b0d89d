"""Which heading of a source is which of our columns."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.extracts.heading_map import TableMap
from monitor.extracts.refusal import ExtractRefused, Quoting, first_faults
from monitor.extracts.wording import folded
from monitor.safe_text import list_names, shorten
from tiering.caseload import Column, Table

_MOST_OF_A_TITLE = 2
"""Texts in a first row that may be a title; every table of ours needs more headings."""


@dataclass(frozen=True)
class Choice:
    """What is read of a source table.

    * wanted: our column by the position of its heading.
    * unused: the headings left out.
    * missing: our columns, all optional, that no heading stands for.
    * faults: what is wrong with the headings.
    """

    wanted: dict[int, Column] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def choose_name(wanted: str, names: Sequence[str]) -> str:
    """The name of a table in a source: as it is written or, if none is, but for case, blanks, ``_`` and ``-``.

    Raises ExtractRefused where several could be meant. A name that is not there is given back.
    """
    if wanted in names:
        return wanted
    alike = [name for name in names if folded(name) == folded(wanted)]
    if len(alike) > 1:
        raise ExtractRefused([f"{wanted}: could be each of {list_names(sorted(alike))}; keep one"])
    return alike[0] if alike else wanted


def choose_columns(shown: str, headings: list[str], table: Table, mapping: TableMap) -> Choice:
    """The columns of ``table`` among the headings of a source.

    Case, blanks, underscores, hyphens and what cannot be seen do not count. A heading mapped to one column does not
    stand for the column of its own name.
    """
    found = [heading.strip() for heading in headings]
    keys = [folded(heading) for heading in found]
    asked = {column.name: mapping.headings.get(column.name, column.name) for column in table.columns}
    claimed = {folded(heading) for heading in mapping.headings.values()}
    known = {folded(heading) for heading in asked.values()} | {folded(name) for name in table.column_names}
    places = {key: place for place, key in reversed(list(enumerate(keys))) if key}
    wanted: dict[int, Column] = {}
    missing: list[str] = []
    faults = first_faults(shown, list(_repeated(shown, found, keys, known)))
    here = list_names(heading for heading in found if heading)
    for column in table.columns:
        is_mapped = column.name in mapping.headings
        key = folded(asked[column.name])
        if key in places and (is_mapped or key not in claimed):
            wanted[places[key]] = column
        elif is_mapped:
            lost = f"{table.name}.{column.name}: is mapped to the heading {asked[column.name]!r}, which {shown} has not"
            faults.append(Quoting.of(f"{lost}: {here}", [lost]))
        elif column.required:
            lost = f"{table.name}.{column.name}: the column is missing in {shown}; add it, or map its heading"
            faults.append(Quoting.of(f"{lost} with --columns: {here}", [f"{lost} with --columns"]))
        else:
            missing.append(column.name)
    if not wanted and faults and may_be_title(found):
        faults = [_title_fault(shown, found)]
    unused = [heading or f"(column {place + 1})" for place, heading in enumerate(found) if place not in wanted]
    return Choice(wanted, unused, missing, faults)


def may_be_title(headings: Sequence[str]) -> bool:
    """Whether a first row holds too few texts to be the headings of a table: a title, or nothing."""
    return sum(1 for heading in headings if heading.strip()) <= _MOST_OF_A_TITLE


def _title_fault(shown: str, found: Sequence[str]) -> Quoting:
    """What is wrong where a title stands for the headings; the title may hold a name and is not quoted in email."""
    says = f"{shown}: the first row is not the headings"
    way_out = "delete every row above the headings in the source, so that they are the first row"
    texts = list_names(repr(shorten(heading)) for heading in found if heading)
    return Quoting.of(f"{says} but {texts}: {way_out}", [f"{says}: {way_out}"])


def _repeated(shown: str, found: list[str], keys: list[str], known: Collection[str]) -> Iterator[str]:
    """Headings that stand several times; not quoted where none of ours: a file without headings begins with a row."""
    first: Mapping[str, str] = dict(reversed(list(zip(keys, found, strict=True))))
    counted = Counter(key if key in known else heading for key, heading in zip(keys, found, strict=True))
    for heading, times in counted.items():
        if not heading or times == 1:
            continue
        says = f"stands there {times:,} times; keep one"
        fault = f"{shown}: the heading {shorten(first.get(heading, heading))!r} {says}"
        yield fault if heading in known else Quoting.of(fault, [f"{shown}: a heading {says}"])
