"""Court reports and case management support contacts of the workbook as rows of ``duties``."""

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from monitor.extracts.reading.rows import Source
from monitor.extracts.wmt.counts import parse_counts
from monitor.extracts.wmt.sheet import CONTACTS, IDENTITY, SheetRows, no_rejections, read_sheet, reject
from monitor.extracts.wording import folded
from tiering.policies.policy import Policy
from tiering.terms import DutyKind, SupportKind

Found = tuple[pd.DataFrame, pd.DataFrame]
"""Rows of ``duties``, each with the sheet and line it is from, and what is rejected."""

_REPORTS: Final = {
    DutyKind.SDR: "sdr_last_30",
    DutyKind.FDR: "sdr_conv_last_30",
    DutyKind.ORAL_REPORT: "oral_reports",
}
REPORT_COLUMNS: Final = (*IDENTITY, *_REPORTS.values())
_SIDES: Final = {
    SupportKind.GIVEN: ("contact_staff_key", "contact_team_key"),
    SupportKind.RECEIVED: ("om_key", "om_team_key"),
}
_COURT_ONLY: Final = "is in no sheet of owners: a court reporter, whose reports carry no points and no capacity"
_COLUMNS: Final = ["om_code", "team_code", "kind", "quantity", "starts_on", "ends_on", "line"]


def read_reports(rows: SheetRows, owners: pd.MultiIndex, as_at: date) -> Found:
    """The reports completed in the last 30 days; the workbook gives their number, so they are dated ``as_at``.

    - rows: the sheet of the reports; owners: (om_code, team_code) of every post.
    """
    posts = _posts(rows, "om_key", "team_code")
    known = posts.isin(owners)
    rejected = [reject(rows, ~known, "om_key", _COURT_ONLY)]
    parts = [_no_duties()]
    for kind, column in _REPORTS.items():
        count, faulty = parse_counts(rows.arrays[folded(column)])
        rejected.append(reject(rows, faulty & known, column, "is not a whole number from 0, so no report is counted"))
        some = known & (count > 0)
        parts.append(_duties(rows, posts, some, kind.value, count[some].astype(str), as_at.isoformat(), ""))
    return pd.concat(parts, ignore_index=True), pd.concat(rejected, ignore_index=True)


def read_contacts(opened: Source, owners: pd.MultiIndex, policy: Policy) -> Found:
    """The contacts that move points from the person whose case it is to the person who did the work.

    The quantity is the points that the policy gives to the contact's code; they count for the policy's days.
    """
    columns = ["contact_date", "contact_type_code", *(column for side in _SIDES.values() for column in side)]
    rows = read_sheet(opened, CONTACTS, columns)
    code = rows.text("contact_type_code")
    worth = {text: (policy.contact_points or {}).get(text) for text in code.unique()}
    points = code.map({text: float(value) for text, value in worth.items() if value is not None})
    dates = pd.to_datetime(rows.text("contact_date").str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    no_points, no_date = points.isna().to_numpy(), dates.isna().to_numpy()
    rejected = [
        reject(rows, no_points, "contact_type_code", "is no code of a contact that moves points"),
        reject(rows, no_date & ~no_points, "contact_date", "is not a date, such as 2026-11-20"),
    ]
    lasts = timedelta(days=(policy.contact_days or 1) - 1)
    parts = [_no_duties()]
    for kind, (person, team) in _SIDES.items():
        posts = _posts(rows, person, team)
        known = posts.isin(owners)
        good = ~no_points & ~no_date
        rejected.append(reject(rows, good & ~known, person, "is with this team no owner in this workbook"))
        some = good & known & points.gt(0).to_numpy()
        quantity = points[some].map("{:g}".format).to_numpy()
        starts, ends = (days.dt.strftime("%Y-%m-%d").to_numpy() for days in (dates[some], dates[some] + lasts))
        parts.append(_duties(rows, posts, some, kind.value, quantity, starts, ends))
    return pd.concat(parts, ignore_index=True), pd.concat(rejected, ignore_index=True)


def _posts(rows: SheetRows, person: str, team: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([rows.text(person), rows.text(team)])


def _duties(
    rows: SheetRows,
    posts: pd.MultiIndex,
    which: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    kind: str,
    quantity: object,
    starts_on: object,
    ends_on: object,
) -> pd.DataFrame:
    chosen = posts[which]
    columns = {
        "om_code": chosen.get_level_values(0),
        "team_code": chosen.get_level_values(1),
        "kind": kind,
        "quantity": quantity,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "line": rows.lines[which],
    }
    return pd.DataFrame(columns, index=range(len(chosen)))[_COLUMNS]


def _no_duties() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="int64" if name == "line" else "str") for name in _COLUMNS})


def join_found(*found: Found) -> Found:
    """What several sheets brought, as one."""
    return (
        pd.concat([duties for duties, _ in found], ignore_index=True),
        pd.concat([no_rejections(), *(rejected for _, rejected in found)], ignore_index=True),
    )
