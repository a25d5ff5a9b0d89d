"""The whole workbook: READ THIS FIRST in this folder."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
import pyarrow as pa

from monitor.extracts.reading.rows import Source
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.wmt.counts import CountSheet, check_young, classes_of_cases, read_counts
from monitor.extracts.wmt.duties import REPORT_COLUMNS, join_found, read_contacts, read_reports
from monitor.extracts.wmt.flags import read_flags
from monitor.extracts.wmt.owners import list_owners, list_teams
from monitor.extracts.wmt.sheet import (
    EXTRACT,
    FILTERED,
    OMIC,
    REPORTS,
    SHEETS,
    T2A,
    SheetRows,
    missing_sheets,
    read_sheet,
    reject,
)
from monitor.extracts.wording import folded
from monitor.safe_text import list_names
from tiering.capacity import Post
from tiering.policies.policy import Policy

_APART: Final = (
    "is of a custody (OMIC) team: kept apart from the workload, as in the tool; hotspots compare-wmt shows it"
)


@dataclass(frozen=True)
class WorkbookRows:
    """What a workbook of the Workload Management Tool holds.

    - sheets: the sheets that count, by name.
    - teams, owners, cases, duties: rows of our tables as text, each with the ``line`` of its sheet.
    - flags: cases of each row type, by owner.
    - rejected: every row and cell that cannot count, with its reason.
    - reporters: the owner of each line of the court reports.
    - dated: the date it was made, if it says so.
    """

    sheets: Mapping[str, CountSheet]
    teams: pd.DataFrame
    owners: pd.DataFrame
    cases: pd.DataFrame
    duties: pd.DataFrame
    flags: pd.DataFrame
    rejected: pd.DataFrame
    reporters: Mapping[int, Post]
    dated: date | None

    @property
    def main(self) -> SheetRows:
        """The sheet whose counts are weighed."""
        return self.sheets[FILTERED].rows


def is_workbook(opened: Source) -> bool:
    """Whether a source is such a workbook: it has the sheet that is weighed."""
    return folded(FILTERED) in {folded(name) for name in opened.names}


def read_workbook(opened: Source, policy: Policy, as_at: date, further: pd.MultiIndex | None = None) -> WorkbookRows:
    """Read every sheet of a workbook.

    - further: (om_code, team_code) of further posts, from a table next to the workbook.
    - Raises ExtractRefused where it is not whole.
    """
    if missing := missing_sheets(opened):
        raise ExtractRefused([f"the workbook has not all {len(SHEETS)} sheets; missing: {list_names(missing)}"])
    sheets = {name: read_counts(opened, name, policy) for name in (EXTRACT, FILTERED, T2A, OMIC)}
    check_young(sheets[FILTERED], sheets[T2A])
    owning = [sheets[EXTRACT], sheets[FILTERED], sheets[T2A]]
    owners = list_owners(owning)
    posts = pd.MultiIndex.from_frame(owners[["om_code", "team_code"]])
    posts = posts if further is None else posts.union(further)
    reports = read_sheet(opened, REPORTS, REPORT_COLUMNS)
    duties, not_counted = join_found(read_reports(reports, posts, as_at), read_contacts(opened, posts, policy))
    flags, not_flagged = read_flags(opened, posts)
    rejected = [sheet.rejected for sheet in owning]
    rejected += [_apart(sheets[OMIC]), not_counted, not_flagged]
    cases = [classes_of_cases(sheets[name], policy) for name in (FILTERED, T2A)]
    return WorkbookRows(
        sheets,
        list_teams(owning),
        owners,
        pd.concat(cases, ignore_index=True),
        duties,
        flags,
        pd.concat(rejected, ignore_index=True),
        dict(
            zip(
                reports.lines.tolist(), zip(reports.text("om_key"), reports.text("team_code"), strict=True), strict=True
            )
        ),
        _date_of(sheets[FILTERED].rows),
    )


def _apart(sheet: CountSheet) -> pd.DataFrame:
    """The rows of custody teams, each once, and what else is at fault in their sheet."""
    return pd.concat([sheet.rejected, reject(sheet.rows, sheet.accepted, "om_key", _APART)], ignore_index=True)


def _date_of(rows: SheetRows) -> date | None:
    with suppress(ValueError):
        days = sorted(filter(None, rows.text("datestamp").str.slice(0, 10).unique()))
        return date.fromisoformat(days[-1]) if days else None
    return None


def texts(column: "pd.Series[str]") -> pa.Array:
    """A column as an Arrow array of text, null where nothing is written."""
    array = pa.array(column.mask(column.eq("")), pa.string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
