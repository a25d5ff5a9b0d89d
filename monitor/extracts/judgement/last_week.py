"""What an extract had last week and has no longer: columns, tables, rows and codes that do not vanish by themselves."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd
import pyarrow.compute as pc

from alerts.wording import count_of, long_date
from monitor.extracts.judgement.likely_cause import count_alike, different
from monitor.safe_text import list_names
from tiering.caseload import CASES, ENFORCEMENT, OFFENDER_MANAGERS, ORGANISATION, OVERSIGHT, TABLES, Kind

CODES: Final = (
    (ORGANISATION.name, "area_code"),
    (ORGANISATION.name, "cluster_code"),
    (ORGANISATION.name, "office_code"),
    (ORGANISATION.name, "team_code"),
    (OFFENDER_MANAGERS.name, "om_code"),
    (CASES.name, "crn"),
)
"""The columns whose codes tell units, persons and cases apart from week to week."""

KINDS: Final = (ENFORCEMENT.name, OVERSIGHT.name)
"""The tables whose rules judge only the kinds that are recorded, so that a kind must not vanish in silence."""

_FEW = 10
"""Up to so many values or codes may come and go without being suspect, unless they are half of all."""
_FILLED_SHARE = 0.2
"""By how much the share of rows that have a value may fall: as much as the number of cases may swing."""
_SPREAD = 4
"""How many standard deviations the number of values may vary by chance, as that of a sparse column does."""
_FACTOR = 5
"""How many times larger or smaller the middle value may be."""


@dataclass(frozen=True)
class LastWeek:
    """What the last snapshot was taken from.

    - as_at: its date; None if there is no snapshot.
    - cases: how many cases it counts.
    - rows: accepted rows by table.
    - read: accepted and rejected rows by table, of which ``filled`` is a part.
    - filled: rows with a value by table and column, for optional columns.
    - middle: the median of each column of numbers.
    - codes: the different codes of the columns CODES, as Arrow arrays.
    - kinds: how many rows each kind has in the tables KINDS, by table.
    - unmatched_share: the share of its cases whose officer has no post, of those that name an officer.
    - rejected_share: the share of its rows that were rejected.
    - missing: columns and tables that it lacked on request.
    """

    as_at: date | None = None
    cases: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)
    filled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    middle: Mapping[tuple[str, str], float] = field(default_factory=dict)
    codes: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unmatched_share: float = 0.0
    rejected_share: float = 0.0
    missing: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The date in words."""
        return "in the last snapshot" if self.as_at is None else f"on {long_date(self.as_at)}"


NO_WEEK: Final = LastWeek()


@dataclass(frozen=True)
class Loss:
    """Something that last week's extract had: a column, or a table where ``column`` is empty, and what to say."""

    table: str
    column: str
    says: str

    @property
    def name(self) -> str:
        """What ``--accept-missing`` calls it."""
        return f"{self.table}.{self.column}" if self.column else self.table


def column_losses(
    name: str, shown: str, rows: int, filled: Mapping[str, int], missing: list[str], unused: list[str], last: LastWeek
) -> Iterator[Loss]:
    """Optional columns of one table that had values last week and have none now, or many fewer.

    - shown: what messages call the table, empty where it is not there.
    - rows, filled: its rows, and how many of them have a value, by column.
    - missing, unused: our columns that no heading stands for, and the headings that stand for none.
    """
    before = last.read.get(name, 0)
    way_out = f"send it or, if it is right so, run again with --accept-missing {name}"
    if before and not rows and (not shown or not TABLES[name].required):
        what = f"has no rows in {shown}" if shown else "the table is missing"
        yield Loss(name, "", f"{name}: {what}; {last.day} it had {count_of(before, 'row')}; {way_out}")
        return
    for column in [column.name for column in TABLES[name].columns if not column.required]:
        was, now = last.filled.get((name, column), 0), filled.get(column, 0)
        had = f"{last.day} {count_of(was, 'row')} of {before:,} had a value"
        way_out = f"or, if it is right so, run again with --accept-missing {name}.{column}"
        if column in missing and was:
            left = f" (headings left over: {list_names(unused, 5)})" if unused else ""
            says = f"the column is missing in {shown}; {had}; add it, or map its heading with --columns{left}"
            yield Loss(name, column, f"{name}.{column}: {says} {way_out}")
        elif not now and was and rows and (was > _FEW or 2 * was >= before):
            yield Loss(name, column, f"{name}.{column}: is empty in {shown}; {had}; fill it, {way_out}")
        elif before and rows and _has_fallen(now, rows, was / before):
            share = f"only {now:,} of {rows:,} rows in {shown} have a value; {had}"
            yield Loss(name, column, f"{name}.{column}: {share}; fill it, {way_out}")


def _has_fallen(now: int, rows: int, share: float) -> bool:
    """Whether far fewer rows have a value than the last share lets expect."""
    expected = rows * share
    by_chance = _SPREAD * math.sqrt(expected * max(0.0, 1 - share))
    return expected - now > max(_FEW, _FILLED_SHARE * expected, by_chance)


def other_changes(tables: Mapping[str, pd.DataFrame], last: LastWeek, swing_share: Decimal) -> Iterator[str]:
    """Tables that shrank, codes that changed and numbers of another size; ``--accept-swing`` accepts them all.

    - tables: those to compare, which need not be all.
    """
    way_out = "if the change is real, run again with --accept-swing"
    for (name, column), before in last.codes.items():
        if name not in tables:
            continue
        if says := _changed_codes(different(tables[name][column]), before, unit=name == ORGANISATION.name):
            yield f"{name}.{column}: {says} {last.day}; correct them or, {way_out}"
    for name, was in last.rows.items():
        if name not in tables:
            continue
        now, allowed = len(tables[name]), swing_share if TABLES[name].required else Decimal("0.5")
        if name != CASES.name and now and was - now > max(Decimal(_FEW), allowed * was):
            yield f"{name}: has {count_of(now, 'row')}, {last.day} {was:,}; send the whole table or, {way_out}"
    for name, kinds in last.kinds.items():
        for kind, count in _vanished_kinds(kinds, tables.get(name)).items():
            says = f"no row is of kind {kind}, {last.day} {count_of(count, 'row')} {'was' if count == 1 else 'were'}"
            yield f"{name}.kind: {says}; send them or, {way_out}"
    for (name, column), middle in middle_values(tables).items():
        usual = last.middle.get((name, column))
        if usual is not None and not 1 / _FACTOR < middle / usual < _FACTOR:
            says = f"its middle value is {middle:g}, {last.day} {usual:g}: is a decimal point lost?"
            yield f"{name}.{column}: {says} Correct it or, {way_out}"


def count_kinds(tables: Mapping[str, pd.DataFrame]) -> dict[str, Mapping[str, int]]:
    """How many rows each kind has in those of the tables KINDS that are there."""
    return {name: dict(Counter(tables[name]["kind"].tolist())) for name in KINDS if name in tables}


def _vanished_kinds(before: Mapping[str, int], now: pd.DataFrame | None) -> dict[str, int]:
    """The kinds of last week of which a table that is there has no row; a table that is lost is reported as such."""
    if now is None or now.empty:
        return {}
    there = set(now["kind"].unique())
    return {kind: count for kind, count in before.items() if kind not in there and count > _FEW}


def _changed_codes(now: Any, before: Any, *, unit: bool) -> str:
    """How the codes changed since last week; empty if they changed no more than codes do."""
    if not len(now) or not len(before):
        return ""
    gone = before.filter(pc.invert(pc.is_in(before, value_set=now)))
    new = now.filter(pc.invert(pc.is_in(now, value_set=before)))
    count, words = count_alike(new, before)
    if count and (unit or count > _FEW or 2 * count >= len(now)):
        return f"{count_of(count, 'new code')} would match {words} the codes"
    is_most = 2 * len(gone) > len(before) and len(gone) > 1
    return f"{count_of(len(gone), 'code')} are gone of the {len(before):,}" if is_most else ""


def middle_values(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], float]:
    """The median of every column of numbers that has more than a few values above 0."""
    middle = {}
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            if column.kind is Kind.NUMBER:
                values = frame[column.name][frame[column.name] > 0]
                if len(values) > _FEW:
                    middle[name, column.name] = float(values.median())
    return middle
