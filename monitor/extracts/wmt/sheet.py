"""One sheet of the workbook: its rows as text, and the rows of it that cannot count."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from monitor.extracts.judgement.checks import REJECTED_COLUMNS
from monitor.extracts.reading.rows import Mask, NotCalculated, Positions, Sheet, Source
from monitor.extracts.reading.workbook import CALCULATE
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.wording import folded
from monitor.safe_text import list_names
from tiering.caseload import Column

EXTRACT: Final = "wmt_extract"
FILTERED: Final = "wmt_extract_filtered"
T2A: Final = "t2a"
OMIC: Final = "omic_teams"
REPORTS: Final = "court_reports"
CONTACTS: Final = "cms"
FLAGS: Final = ("flag_warr_4_n", "flag_upw", "flag_o_due", "flag_priority", "wmt_extract_sa", "suspended_lifers")
SHEETS: Final = (EXTRACT, FILTERED, T2A, OMIC, REPORTS, *FLAGS, CONTACTS, "t2a_detail")
"""The sheets without any of which the tool refuses a workbook, and so does this."""

IDENTITY: Final = ("region_code", "region_desc", "pdu_code", "pdu_desc", "team_code", "team_desc", "om_key")


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet that hold something.

    - name: what the tool calls the sheet; shown: the same for messages; file: the file it is in.
    - arrays: an Arrow array of text by the heading as it is compared (see ``wording.folded``).
    - headings: each heading as it is written, by the same.
    - unused: headings of no column that is read.
    """

    name: str
    shown: str
    file: str
    sha256: str
    lines: Positions
    arrays: Mapping[str, Any]
    headings: Mapping[str, str]
    unused: tuple[str, ...]

    def text(self, column: str) -> "pd.Series[str]":
        """A column without the blanks around its texts; empty text where nothing is written."""
        return self._texts[folded(column)]

    @cached_property
    def _texts(self) -> "_Texts":
        return _Texts(self.arrays, len(self.lines))


class _Texts(dict[str, "pd.Series[str]"]):
    """Columns as pandas text, each made when it is first asked for; empty where the sheet has no such column."""

    def __init__(self, arrays: Mapping[str, Any], rows: int) -> None:
        super().__init__()
        self._arrays, self._rows = arrays, rows

    def __missing__(self, key: str) -> "pd.Series[str]":
        if key not in self._arrays:
            texts = pd.Series([""] * self._rows, dtype="str")
        else:
            texts = pd.Series(self._arrays[key].fill_null("").to_pandas(), dtype="str").str.strip()
        self[key] = texts
        return texts


def missing_sheets(opened: Source) -> list[str]:
    """The sheets of the tool that a source lacks."""
    here = {folded(name) for name in opened.names}
    return [name for name in SHEETS if folded(name) not in here]


def read_sheet(opened: Source, name: str, needed: Collection[str], patterns: Collection[str] = ()) -> SheetRows:
    """Read one sheet.

    - needed: columns that must be there; IDENTITY and what else is asked for later must be among them to be read.
    - patterns: beginnings of further headings to read, as they are compared.
    - Raises ExtractRefused where a column is missing or a formula of it was never calculated.
    """
    sheet = _find(opened, name)
    keys = [folded(heading) for heading in sheet.headings]
    missing = [column for column in needed if folded(column) not in keys]
    if missing:
        raise ExtractRefused([f"{sheet.shown}: the columns {list_names(missing)} are missing; export it again"])
    wanted = {folded(column) for column in needed}
    places = {
        place: Column(key)
        for place, key in enumerate(keys)
        if (key in wanted or key.startswith(tuple(patterns))) and keys.index(key) == place
    }
    try:
        rows = sheet.read(places)
    except NotCalculated as formulas:
        named = list_names(sheet.headings[keys.index(key)] for key in formulas.counts)
        raise ExtractRefused([f"{sheet.shown}: {named} holds formulas {CALCULATE}"]) from None
    unused = [heading for place, heading in enumerate(sheet.headings) if place not in places and heading.strip()]
    kept = _filled(rows.columns, len(rows.lines))
    return SheetRows(
        name,
        sheet.shown,
        sheet.file,
        rows.sha256,
        rows.lines[kept],
        {key: array.filter(pa.array(kept)) for key, array in rows.columns.items()},
        {column.name: sheet.headings[place].strip() for place, column in places.items()},
        tuple(unused),
    )


def _find(opened: Source, name: str) -> Sheet:
    found = next(here for here in opened.names if folded(here) == folded(name))
    sheet = opened.find(found)
    if sheet is None:
        raise ValueError(f"{found} is listed in the source and not found")
    return sheet


def _filled(columns: Mapping[str, Any], rows: int) -> Mask:
    """The rows that hold a text in any column."""
    filled = np.zeros(rows, dtype=bool)
    for array in columns.values():
        filled |= array.is_valid().to_numpy(zero_copy_only=False)
    return filled


def reject(
    rows: SheetRows, which: Mask | Positions, column: str, reason: "str | Sequence[str] | pd.Series[str]"
) -> pd.DataFrame:
    """Rows of a sheet that cannot count, as they are reported: REJECTED_COLUMNS.

    - column: as the tool calls it; empty for a whole row.
    - reason: one for all of them, or one each.
    """
    places = np.flatnonzero(which) if which.dtype == bool else which
    texts = rows.text(column).to_numpy()[places] if column else ""
    reasons = reason if isinstance(reason, str) else np.asarray(reason, dtype=object)
    shown = rows.headings.get(folded(column), column) if column else ""
    columns = {"table": rows.name, "line": rows.lines[places], "column": shown, "value": texts, "reason": reasons}
    return pd.DataFrame(columns, index=range(len(places))).astype(REJECTED_COLUMNS)


def no_rejections() -> pd.DataFrame:
    """No row is rejected."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in REJECTED_COLUMNS.items()})
