"""Checking the rows of one table: types, ranges, lists, keys and references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.heading_map import NOTHING, TableMap
from monitor.extracts.judgement.values import Judged, Objects, all_empty, judge, sort_order, with_default
from monitor.extracts.reading.rows import Mask, Positions, Rows, has_text
from monitor.extracts.reading.size_limits import MOST_FAULTS
from monitor.extracts.wording import fold_codes
from tiering.caseload import OFFENDER_MANAGERS, ORGANISATION, OVERSIGHT, Column, Table
from tiering.terms import OversightKind

REJECTED_COLUMNS = {"table": "str", "line": "int64", "column": "str", "value": "str", "reason": "str"}
_LONGEST_SHOWN = {"value": 200, "reason": 500}
_UNPRINTABLE = "[\x00-\x08\x0b-\x1f\x7f-\x9f]"
_NAMED_AT_MOST = 5
# A code, and what may differ between the rows that hold it in no case: its name and the code above it.
_CODES_ABOVE = {ORGANISATION.name: ("office_code", "cluster_code", "area_code")}
_HIERARCHY = {
    "office_code": ("office_name", "cluster_code"),
    "cluster_code": ("cluster_name", "area_code"),
    "area_code": ("area_name",),
}


@dataclass(frozen=True)
class Checked:
    """The rows of one table after the checks.

    - accepted: the table's columns and dtypes, sorted by all of them.
    - rejected: one row per fault with the columns of REJECTED_COLUMNS, the first MOST_FAULTS of them by kind of fault.
    - read: rows in the source.
    - repeated: identical rows of a keyed table after the first.
    - faults: how many faults there are.
    - ambiguous: accepted posts whose code ``team_code/om_code`` another post has too, with line and the three codes.
    - filled: how many rows have a value, by column, before defaults and whether it is accepted or not.
    - mapped: how many rows the heading map changes, by column, their value and ours.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    read: int
    repeated: int
    faults: int
    ambiguous: pd.DataFrame
    filled: Mapping[str, int]
    mapped: Mapping[tuple[str, str, str], int]

    @property
    def rows(self) -> int:
        """Rows accepted or rejected."""
        return self.read - self.repeated

    @property
    def rejected_rows(self) -> int:
        """Rows rejected, each counted once however many faults it has."""
        return self.rows - len(self.accepted)


@dataclass(frozen=True)
class _Faults:
    """Faults of one column: row numbers from 0, what is written there, and why it is rejected.

    What is written and why may be given of the first MOST_FAULTS rows only.
    """

    rows: Positions
    column: str
    texts: Objects
    reasons: Objects | str


def check_rows(
    rows: Rows, table: Table, as_at: date, accepted: Mapping[str, pd.DataFrame], mapping: TableMap = NOTHING
) -> Checked:
    """Part the rows of a table.

    - accepted: the accepted rows of other tables; references to tables that are not among them are not followed.
    - mapping: what the heading map says about values and dates.
    """
    lines, judged = _judge_rows(rows, table, as_at, mapping)
    full = {column.name: with_default(judged[column.name], column.default) for column in table.columns}
    frame = pd.DataFrame({name: column.column() for name, column in full.items()}, index=range(len(lines)))
    repeated, conflicts = _repeats(frame, full, table)
    faults = [
        *(fault for column in table.columns for fault in _column_faults(full[column.name], column)),
        *conflicts,
        *_spelling_faults(judged, table),
        *_hierarchy_faults(frame, table),
        *_dates_out_of_order(frame),
        *_subject_faults(frame, table),
        *_reference_faults(frame, table, accepted),
    ]
    kept = ~repeated
    for fault in faults:
        kept[fault.rows] = False
    return Checked(
        _in_order(full, table, np.flatnonzero(kept)),
        _rejected(faults, rows, lines, repeated, table),
        len(lines) + len(rows.broken),
        int(repeated.sum()),
        len(rows.broken) + sum(int((~repeated[fault.rows]).sum()) for fault in faults),
        _ambiguous_posts(frame, lines, kept, table),
        {name: int(np.count_nonzero(column.codes >= 0)) for name, column in judged.items()},
        {mapped: count for name, column in judged.items() for mapped, count in _count_mapped(name, column)},
    )


def _count_mapped(name: str, judged: Judged) -> Iterator[tuple[tuple[str, str, str], int]]:
    if not judged.mapped:
        return
    counts = np.bincount(judged.codes[judged.codes >= 0], minlength=len(judged.texts))
    for text, count in zip(judged.texts.to_pylist(), counts.tolist(), strict=True):
        if count and text in judged.mapped:
            yield (name, text, judged.mapped[text]), count


def _judge_rows(rows: Rows, table: Table, as_at: date, mapping: TableMap) -> tuple[Positions, dict[str, Judged]]:
    """Line and values of each row that holds anything in a column of ours; spreadsheets end in rows that do not."""
    rows = _without_blank(rows)
    judged = {
        column.name: judge(rows.columns[column.name], column, as_at, mapping.column(column.name))
        if column.name in rows.columns
        else all_empty(column, len(rows.lines))
        for column in table.columns
    }
    held = np.zeros(len(rows.lines), dtype=bool)
    for column in judged.values():
        held |= column.codes >= 0
    full = np.flatnonzero(held)
    return rows.lines[full], {name: column.only(full) for name, column in judged.items()}


def _without_blank(rows: Rows) -> Rows:
    """The rows without those of no text at all, which cost less here than once they are judged."""
    held = np.zeros(len(rows.lines), dtype=bool)
    for texts in rows.columns.values():
        held |= has_text(texts)
        if held.all():
            return rows
    columns = {name: texts.filter(pa.array(held)) for name, texts in rows.columns.items()}
    return replace(rows, columns=columns, lines=rows.lines[held])


def _column_faults(judged: Judged, column: Column) -> Iterator[_Faults]:
    """Texts that cannot be accepted, and empty values where one is needed."""
    faulty = np.flatnonzero(judged.faulty)
    if faulty.size:
        first = faulty[:MOST_FAULTS]
        yield _Faults(faulty, column.name, judged.text_at(first), judged.reason_at(first))
    empty = np.flatnonzero(judged.codes < 0)
    if column.required and empty.size:
        yield _Faults(empty, column.name, judged.text_at(empty[:MOST_FAULTS]), "is empty; a value is needed")


def _repeats(frame: pd.DataFrame, judged: Mapping[str, Judged], table: Table) -> tuple[Mask, list[_Faults]]:
    """Identical rows after the first, and the faults of rows that share a key and differ."""
    repeated = np.zeros(len(frame), dtype=bool)
    key = list(table.key)
    if not key:
        return repeated, []
    shared = np.flatnonzero(frame.duplicated(key, keep=False) & frame[key].notna().all(axis=1))
    if not shared.size:
        return repeated, []
    # A text that cannot be accepted has no value to compare by.
    written = {
        f"{name} as written": np.where(one.faulty[shared], one.text_at(shared), "") for name, one in judged.items()
    }
    alike = frame.iloc[shared].reset_index(drop=True).assign(**written)
    again = alike.duplicated().to_numpy()
    repeated[shared[again]] = True
    first = alike[~again]
    differing = first[first.duplicated(key, keep=False)]
    if differing.empty:
        return repeated, []
    reasons = "is on several rows, which differ in " + _unlike(differing, table) + "; keep one"
    return repeated, [
        _Faults(shared[differing.index.to_numpy()], ", ".join(key), _joined(differing, key), _objects(reasons))
    ]


def _unlike(differing: pd.DataFrame, table: Table) -> "pd.Series[str]":
    """The columns in which rows of one key differ, as a list for each row."""
    groups = differing.groupby(list(table.key), sort=False)
    named = pd.Series("", index=differing.index, dtype="str")
    for name in [name for name in table.column_names if name not in table.key]:
        values = groups[name].transform("nunique", dropna=False) > 1
        texts = groups[f"{name} as written"].transform("nunique") > 1
        named = named.mask(values | texts, named + ", " + name)
    return named.str.removeprefix(", ")


def _objects(values: "pd.Series[str]") -> Objects:
    return values.to_numpy(dtype=object)


def _joined(frame: pd.DataFrame, columns: list[str]) -> Objects:
    """The codes of several columns, row by row, the way a report shows them."""
    return _objects(_pasted(frame, columns, ", "))


def _pasted(frame: pd.DataFrame, columns: list[str], divider: str) -> "pd.Series[str]":
    pasted = frame[columns[0]]
    for name in columns[1:]:
        pasted = pasted + divider + frame[name]
    return pasted


def _spelling_faults(judged: Mapping[str, Judged], table: Table) -> Iterator[_Faults]:
    """Codes that differ from another of their column only in case, blanks or width: one thing, counted as two."""
    for name in (*table.key, *_CODES_ABOVE.get(table.name, ())):
        column = judged[name]
        keys = fold_codes(column.texts)
        # Each text is there once, but for blanks around it: most columns are done with here.
        if pc.count_distinct(keys).as_py() == len(keys) - keys.null_count:
            continue
        texts = pd.Series(column.texts.to_pandas()).where(~column.reasons.astype(bool))
        alike = pd.Series(keys.to_pandas()).where(texts.notna())
        spellings = texts.groupby(alike).nunique()
        several = alike[alike.map(spellings).gt(1)]
        if several.empty:
            continue
        named = (
            texts[several.index].groupby(several).transform(lambda codes: _list(codes.drop_duplicates().sort_values()))
        )
        rows = np.flatnonzero(np.isin(column.codes, several.index.to_numpy()))
        codes = column.codes[rows]
        reasons = "is one of several codes that differ only in case, blanks or width: " + named[codes]
        yield _Faults(rows, name, _objects(texts[codes]), _objects(reasons))


def _hierarchy_faults(frame: pd.DataFrame, table: Table) -> Iterator[_Faults]:
    """Offices in several clusters, clusters in several areas, and codes with several names."""
    if table.name != ORGANISATION.name:
        return
    for code, attributes in _HIERARCHY.items():
        for attribute in attributes:
            pairs = frame[[code, attribute]].dropna().drop_duplicates()
            several = pairs[pairs.duplicated(code, keep=False)]
            if several.empty:
                continue
            named = several.sort_values(attribute).groupby(code)[attribute].agg(_list)
            rows = np.flatnonzero(frame[code].isin(named.index) & frame[attribute].notna())
            codes = frame[code].iloc[rows]
            reasons = f"is one of several for {code} " + codes + ", which can have only one: " + codes.map(named)
            yield _Faults(rows, attribute, _objects(frame[attribute].iloc[rows]), _objects(reasons))


def _ambiguous_posts(frame: pd.DataFrame, lines: Positions, kept: Mask, table: Table) -> pd.DataFrame:
    """The posts that share a post code with another: team "A/B" with officer "C", and team "A" with officer "B/C"."""
    columns = ["line", "team_code", "om_code", "post_code"]
    if table.name != OFFENDER_MANAGERS.name:
        return pd.DataFrame(columns=columns)
    posts = frame[kept]
    posts = posts.assign(line=lines[kept], post_code=_pasted(posts, ["team_code", "om_code"], "/"))
    return posts.loc[posts["post_code"].duplicated(keep=False), columns].sort_values(["post_code", "line"])


def _list(values: "pd.Series[str]") -> str:
    some = [f"'{one}'" for one in values.head(_NAMED_AT_MOST)]
    return ", ".join(some) + (" and more" if len(values) > _NAMED_AT_MOST else "")


_IN_ORDER = (("starts_on", "ends_on"), ("occurred_on", "acted_on"), ("occurred_on", "resolved_on"))
"""Dates of which the second never comes before the first."""


def _dates_out_of_order(frame: pd.DataFrame) -> Iterator[_Faults]:
    """Rows that end before they start."""
    for first, second in _IN_ORDER:
        if not {first, second} <= set(frame.columns):
            continue
        rows = np.flatnonzero(frame[second] < frame[first])
        if rows.size:
            starts, ends = (frame[name].iloc[rows].dt.strftime("%Y-%m-%d") for name in (first, second))
            yield _Faults(rows, second, _objects(ends), _objects(f"is before {first} " + starts))


def _subject_faults(frame: pd.DataFrame, table: Table) -> Iterator[_Faults]:
    """Oversight of no one: supervision is of an officer, every other kind is of a case."""
    if table.name != OVERSIGHT.name:
        return
    of_officer = frame["kind"].eq(OversightKind.SUPERVISION)
    for column, wanted in (("om_code", of_officer), ("crn", ~of_officer & frame["kind"].notna())):
        rows = np.flatnonzero(wanted & frame[column].isna())
        if rows.size:
            kinds = frame["kind"].iloc[rows]
            reasons = "is empty; a row of kind " + kinds + f" needs the {column} that it is about"
            yield _Faults(rows, column, _objects(pd.Series("", index=kinds.index, dtype="str")), _objects(reasons))


def _reference_faults(frame: pd.DataFrame, table: Table, accepted: Mapping[str, pd.DataFrame]) -> Iterator[_Faults]:
    """Rows that name what no accepted row has; a row at fault by one reference is not tried by the next."""
    tried = np.zeros(len(frame), dtype=bool)
    for one in table.references:
        if one.table not in accepted:
            continue
        columns = list(one.columns)
        # No accepted code holds the divider. Arrow looks texts up some ten times faster than Series.isin.
        known = pa.array(_pasted(accepted[one.table], list(one.target), "\x00"))
        keys = pa.array(_pasted(frame, columns, "\x00"))
        lost = pc.and_not(pc.is_valid(keys), pc.is_in(keys, value_set=known)).to_numpy(zero_copy_only=False) & ~tried
        rows = np.flatnonzero(lost)
        if rows.size:
            tried |= lost
            texts = _joined(frame.iloc[rows[:MOST_FAULTS]], columns)
            yield _Faults(rows, ", ".join(columns), texts, f"is in no accepted row of {one.table}")


def _rejected(faults: list[_Faults], rows: Rows, lines: Positions, repeated: Mask, table: Table) -> pd.DataFrame:
    """The faults as they are reported, those of rows that could not be parted into columns included."""
    parts = [_reported(one, lines, repeated) for one in faults]
    if rows.broken:
        apart = [(one.line, "", one.text, one.reason) for one in rows.broken]
        parts.append(pd.DataFrame(apart, columns=["line", "column", "value", "reason"]))
    if not parts:
        return _none_rejected()
    found = pd.concat(parts).assign(table=table.name)[list(REJECTED_COLUMNS)].astype(REJECTED_COLUMNS)
    for name, limit in _LONGEST_SHOWN.items():
        # A database or terminal may choke on control characters.
        plain = found[name].str.replace(_UNPRINTABLE, "\N{REPLACEMENT CHARACTER}", regex=True)
        found[name] = plain.where(plain.str.len() <= limit, plain.str.slice(0, limit) + "\N{HORIZONTAL ELLIPSIS}")
    return found.sort_values(list(REJECTED_COLUMNS), ignore_index=True)


@cache
def _none_rejected() -> pd.DataFrame:
    """The rejected rows of a table that has none; not to be changed."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in REJECTED_COLUMNS.items()})


def _reported(found: _Faults, lines: Positions, repeated: Mask) -> pd.DataFrame:
    rows = found.rows[:MOST_FAULTS]
    texts = found.texts[:MOST_FAULTS]
    reasons = found.reasons if isinstance(found.reasons, str) else found.reasons[:MOST_FAULTS]
    frame = pd.DataFrame({"line": lines[rows], "column": found.column, "value": texts, "reason": reasons})
    return frame[~repeated[rows]]


def _in_order(judged: Mapping[str, Judged], table: Table, kept: Positions) -> pd.DataFrame:
    """Some rows, sorted by every column in the table's order; the key alone decides where there is one."""
    by = table.key or tuple(table.column_names)
    order = kept[sort_order([judged[name].ranks()[kept] for name in by])]
    return pd.DataFrame({name: one.only(order).column() for name, one in judged.items()}, index=range(len(kept)))
