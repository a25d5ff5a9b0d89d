"""What the Workload Management Tool makes of a workbook, its faults included: for comparison with our own figures."""

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.extracts.wmt.counts import YOUNG, CountSheet
from monitor.extracts.wmt.sheet import EXTRACT, FILTERED, OMIC, REPORTS, T2A
from monitor.extracts.wmt.workbook import WorkbookRows
from monitor.extracts.wording import folded
from tiering.capacity import Post
from tiering.policies.policy import Policy
from tiering.terms import UNKNOWN_GRADE, DutyKind, Grade, Setting, SupportKind

Floats = npt.NDArray[np.float64]

_BEGINNING = re.compile(r"\s*[+-]?\d+")
_SCORED_REPORTS: Final = {"sdrlast30": DutyKind.SDR, "sdrconvlast30": DutyKind.FDR}
_NO_POINTS: Final = (DutyKind.ORAL_REPORT.value,)


def score_as_tool(
    rows: WorkbookRows, hours: Mapping[Post, Fraction], lost: Mapping[Post, Fraction], policy: Policy, as_at: date
) -> pd.DataFrame:
    """The tool's figures of each owner it knows: those of its first sheet.

    - hours: contracted hours of posts whose hours a table gives; every other post has the default of its grade.
    - lost: hours of reductions in force, by post.
    - Returns om_code, team_code, total_points, available_points and capacity_percentage (0 without available points;
      all missing where a count is no number at all).
    """
    owners = rows.owners[rows.owners["sheet"].eq(EXTRACT)]
    posts = pd.MultiIndex.from_frame(owners[["om_code", "team_code"]])
    points = _case_points(rows.sheets[FILTERED], posts, policy, young=False)
    points += _case_points(rows.sheets[T2A], posts, policy, young=True)
    points += _duty_points(rows, posts, policy, as_at)
    points += _misread_points(rows, posts, policy)
    # Sums of published points are whole; of points with decimals the error of adding is far below this.
    total = np.floor(np.round(points, 9) + 0.5)
    available = np.array(
        [
            _available(grade, hours.get(post), lost.get(post, Fraction(0)), policy)
            for post, grade in zip(posts.tolist(), owners["grade"], strict=True)
        ],
        dtype=np.float64,
    )
    percentage = np.divide(100 * total, available, out=np.zeros_like(total), where=available != 0)
    columns = {"total_points": total, "available_points": available, "capacity_percentage": percentage}
    return owners[["om_code", "team_code"]].reset_index(drop=True).assign(**columns)


def _weights(sheet: CountSheet, policy: Policy, *, young: bool) -> Floats:
    """The points of one case of each class; untiered cases, and tiers that the policy lacks, have none."""
    return np.array([_weight(setting, tier, policy, young=young) for setting, tier in sheet.classes])


def _weight(setting: Setting, tier: str | None, policy: Policy, *, young: bool) -> float:
    name = f"{YOUNG}{tier}" if young and f"{YOUNG}{tier}" in policy.tier_points else tier
    return float(policy.tier_points[name][setting]) if name in policy.tier_points else 0.0


def _case_points(sheet: CountSheet, posts: pd.MultiIndex, policy: Policy, *, young: bool) -> Floats:
    """Points of the row of each owner; of several rows, the first."""
    keys = pd.MultiIndex.from_arrays([sheet.rows.text("om_key"), sheet.rows.text("team_code")])
    first = ~keys.duplicated()
    row = keys[first].get_indexer(posts)
    points = (sheet.counts @ _weights(sheet, policy, young=young))[first]
    return np.where(row >= 0, np.append(points, 0.0)[row], 0.0)


def _duty_points(rows: WorkbookRows, posts: pd.MultiIndex, policy: Policy, as_at: date) -> Floats:
    """Points of reports, and of contacts that are at most six days old or still to come."""
    duties = rows.duties
    worth = {kind.value: float(points) for kind, points in policy.report_points.items()}
    worth |= {SupportKind.GIVEN.value: 1.0, SupportKind.RECEIVED.value: -1.0} | dict.fromkeys(_NO_POINTS, 0.0)
    oldest = (as_at - timedelta(days=(policy.contact_days or 1) - 1)).isoformat()
    points = duties["quantity"].astype("float64") * duties["kind"].map(worth).astype("float64")
    counts = duties["starts_on"].ge(oldest)
    place = posts.get_indexer(pd.MultiIndex.from_frame(duties[["om_code", "team_code"]]))
    known = (place >= 0) & counts.to_numpy(dtype=bool)
    return np.bincount(place[known], points[known], minlength=len(posts)).astype(np.float64)


def _misread_points(rows: WorkbookRows, posts: pd.MultiIndex, policy: Policy) -> Floats:
    """Points that the tool gives for texts that are no counts: "12abc" counts as 12, "abc" makes all missing."""
    extra = np.zeros(len(posts))
    for table, column, value, post in misread_cells(rows):
        place = posts.get_indexer(pd.MultiIndex.from_tuples([post]))[0]
        if place >= 0:
            extra[place] += _as_number(value) * _worth(rows, table, column, policy)
    return extra


def misread_cells(rows: WorkbookRows) -> list[tuple[str, str, str, Post]]:
    """Cells that are no counts and that the tool reads all the same: sheet, heading, value and owner."""
    found = []
    for name in (FILTERED, T2A):
        sheet = rows.sheets[name]
        keys = dict(zip(sheet.rows.lines.tolist(), _posts_of(sheet), strict=True))
        faults = sheet.rejected[sheet.rejected["column"].map(folded).isin(sheet.headings)]
        found += [
            (name, column, value, keys[line])
            for line, column, value in zip(faults["line"], faults["column"], faults["value"], strict=True)
        ]
    reports = rows.rejected[rows.rejected["table"].eq(REPORTS)]
    reports = reports[reports["column"].map(folded).isin(_SCORED_REPORTS)]
    for line, column, value in zip(reports["line"], reports["column"], reports["value"], strict=True):
        found.append((REPORTS, column, value, rows.reporters[line]))
    return found


def _posts_of(sheet: CountSheet) -> list[Post]:
    return list(zip(sheet.rows.text("om_key"), sheet.rows.text("team_code"), strict=True))


def _as_number(text: str) -> float:
    found = _BEGINNING.match(text)
    return float(found.group()) if found else math.nan


def _worth(rows: WorkbookRows, table: str, column: str, policy: Policy) -> float:
    key = folded(column)
    if table == REPORTS:
        return float(policy.report_points[_SCORED_REPORTS[key]])
    sheet = rows.sheets[table]
    return float(_weights(sheet, policy, young=table == T2A)[sheet.headings.index(key)])


def _available(grade: str, hours: Fraction | None, lost: Fraction, policy: Policy) -> int:
    """Points cut to a whole number; below 0 where more hours are taken than there are."""
    if grade == UNKNOWN_GRADE:
        return 0
    band = Fraction((policy.default_contracted_hours or {}).get(Grade(grade), 0))
    base = band if hours is None else hours
    if not base or not band:
        return 0
    return math.trunc(Fraction(policy.nominal_target[Grade(grade)]) * (base - lost) / band)


def score_custody_teams(rows: WorkbookRows, policy: Policy) -> pd.DataFrame:
    """The custody (OMIC) teams: points of their custody cases, and of the same cases at the points of a licence.

    Returns om_code, team_code, om_name, cases, custody_points, projected_licence_points, sorted by team and owner.
    """
    sheet = rows.sheets[OMIC]
    custody = [place for place, (setting, _) in enumerate(sheet.classes) if setting is Setting.CUSTODY]
    counts = sheet.counts[:, custody]
    tiers = [sheet.classes[place][1] for place in custody]
    text = sheet.rows.text
    columns: dict[str, object] = {
        "om_code": text("om_key"),
        "team_code": text("team_code"),
        "om_name": (text("om_forename") + " " + text("om_surname")).str.strip(),
        "cases": counts.sum(axis=1),
    }
    for setting, name in ((Setting.CUSTODY, "custody_points"), (Setting.LICENCE, "projected_licence_points")):
        columns[name] = counts @ np.array([_weight(setting, tier, policy, young=False) for tier in tiers])
    owned = pd.DataFrame(columns)[sheet.owned]
    return owned.sort_values(["team_code", "om_code"], ignore_index=True)
