"""The rejected rows of a table as a person reads them: by column and reason, with examples and what to change."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from monitor.extracts.judgement.checks import Checked
from monitor.extracts.judgement.likely_cause import different, likely_cause
from monitor.extracts.refusal import Quoting
from monitor.safe_text import MOST_LISTED, shorten
from tiering.caseload import Kind, Table

_EXAMPLES: Final = 3
_LONGEST_EXAMPLE = 60
_OF_ITS_ROW = re.compile(r"(: '|, which can have|, which differ in| starts_on \d|; it runs over).*")
"""The part of a reason that differs from row to row."""

_MAP = "under values: in the heading map (--columns)"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[\d.]*\d,\d+")
_TIME_OF_DAY = re.compile(r"\d[T ]\d{1,2}:\d{2}")
_OTHER_DATES = {
    "yyyy/mm/dd": r"\d{4}/\d{1,2}/\d{1,2}",
    "yyyy.mm.dd": r"\d{4}\.\d{1,2}\.\d{1,2}",
    "yyyymmdd": r"(19|20|21)\d{6}",
    "dd-mmm-yyyy": r"\d{1,2}-[A-Za-z]{3}-\d{4}",
    "dd-mmm-yy": r"\d{1,2}-[A-Za-z]{3}-\d{2}",
    "dd mmm yyyy": r"\d{1,2} [A-Za-z]{3} \d{4}",
    "dd mmmm yyyy": r"\d{1,2} [A-Za-z]{3,9} \d{4}",
    "dd/mm/yy": r"\d{1,2}/\d{1,2}/\d{2}",
}
"""What dates look like in formats that a heading map can state, the more special ones first."""
_SERIAL = re.compile(r"^\d{5}(\.0+)?$")


def fault_groups(shown: str, table: Table, checked: Checked, accepted: Mapping[str, pd.DataFrame]) -> Iterator[Quoting]:
    """One line per column and reason, most rows first; of more than twenty, the first and how many more."""
    rejected = checked.rejected.assign(kind=kinds_of_fault(checked.rejected["reason"]))
    groups = sorted(rejected.groupby(["column", "kind"], sort=False), key=lambda group: -len(group[1]))
    for (column, reason), rows in groups[:MOST_LISTED]:
        yield _line(shown, table, str(column), str(reason), rows, checked, accepted)
    rest = len(groups) - MOST_LISTED
    if rest > 0:
        more = f"{table.name}: and {rest:,} more kinds of fault; list them with: hotspots check --extract"
        yield Quoting.of(more, [more], rest)


def kinds_of_fault(reasons: "pd.Series[str]") -> "pd.Series[str]":
    """The reasons without what differs from row to row, so that they quote no row and can be counted."""
    return reasons.str.replace(_OF_ITS_ROW, "", regex=True)


def faulty_share(checked: Checked) -> dict[str, float]:
    """The share of the values of each column that are rejected, for columns with more than one of them."""
    lines = checked.rejected.drop_duplicates(["line", "column"])["column"].value_counts()
    return {name: lines[name] / filled for name, filled in checked.filled.items() if filled and lines.get(name, 0) > 1}


def _line(
    shown: str,
    table: Table,
    column: str,
    reason: str,
    rows: pd.DataFrame,
    checked: Checked,
    accepted: Mapping[str, pd.DataFrame],
) -> Quoting:
    place = ", ".join(f"{table.name}.{name}" for name in column.split(", ")) if column else table.name
    says = f"{place}: {len(rows):,} of {checked.rows:,} rows in {shown} are rejected: {reason}"
    first = rows.drop_duplicates("value").head(_EXAMPLES)
    quoted = [
        f"{shorten(value, _LONGEST_EXAMPLE)!r} (line {line})"
        for value, line in zip(first["value"], first["line"], strict=True)
    ]
    lines = "line" if len(first) == 1 else "lines"
    at = f"{lines} {', '.join(str(line) for line in first['line'])}"
    way_out = _way_out(table, column, reason, rows, accepted)
    return Quoting.of(f"{says}: {', '.join(quoted)}{way_out}", [f"{says}, for example {at}{way_out}"], len(rows))


def _way_out(table: Table, column: str, reason: str, rows: pd.DataFrame, accepted: Mapping[str, pd.DataFrame]) -> str:
    """What to change, as far as the values say."""
    value = str(rows["value"].iloc[0])
    if column in table.column_names:
        kind = table.column(column).kind
        if kind is Kind.DATE and reason.startswith("is not a date"):
            return _way_out_of_dates(rows["value"])
        if kind in (Kind.NUMBER, Kind.WHOLE):
            return _way_out_of_numbers(value)
        if reason.startswith("is not one of"):
            return f"; map them {_MAP}"
    if reason.startswith("is in no accepted row of"):
        cause = likely_cause(different(rows["value"]), _known(table, column, accepted))
        return f"; {cause}" if cause else ""
    return ""


def _known(table: Table, column: str, accepted: Mapping[str, pd.DataFrame]) -> Any:
    reference = next(one for one in table.references if ", ".join(one.columns) == column)
    frame = accepted[reference.table]
    codes = frame[reference.target[0]]
    for target in reference.target[1:]:
        codes = codes.str.cat(frame[target], sep=", ")
    return different(codes)


def _way_out_of_numbers(value: str) -> str:
    """What to change in a number such as 1,924, whose comma may divide thousands, or 37,5."""
    if _THOUSANDS.fullmatch(value):
        return "; write it without commas between thousands, or with a decimal point if that is what the comma is"
    return "; write a decimal point, not a comma" if _DECIMAL_COMMA.fullmatch(value) else ""


def _way_out_of_dates(values: "pd.Series[str]") -> str:
    slashed = values.str.extract(r"^(\d{1,2})([/.-])(\d{1,2})\2\d{4}$").dropna()
    if len(slashed) > len(values) / 2:
        sign = slashed[1].iloc[0]
        american = (slashed[2].astype(int) > 12).any() and not (slashed[0].astype(int) > 12).any()
        parts = ("mm", "dd", "yyyy") if american else ("dd", "mm", "yyyy")
        return f"; set dates: {sign.join(parts)} in the heading map (--columns)"
    if values.str.fullmatch(_SERIAL).mean() > 0.5:
        return (
            "; these look like Excel's day numbers: format the cells as dates, or set dates: excel in the heading map"
        )
    if values.str.contains(_TIME_OF_DAY).mean() > 0.5:
        return "; leave out the time of day"
    common = (name for name, pattern in _OTHER_DATES.items() if values.str.fullmatch(pattern).mean() > 0.5)
    return f"; set dates: {next(common, 'and their format')} in the heading map (--columns)"
