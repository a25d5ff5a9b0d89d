"""Compare what the Workload Management Tool makes of its workbook with what we make of it, owner by owner."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from alerts.wording import count_of
from monitor.extracts import Extract, ExtractRefused, Insistence
from monitor.extracts.heading_map import load_heading_map
from monitor.extracts.reading.rows import Source
from monitor.extracts.reading.sources import open_source
from monitor.extracts.wmt.as_tool import misread_cells, score_as_tool, score_custody_teams
from monitor.extracts.wmt.sheet import EXTRACT, FILTERED, read_sheet
from monitor.extracts.wmt.source import HOURS_ASSUMED, adapt
from monitor.extracts.wmt.workbook import WorkbookRows, is_workbook
from monitor.run import read_judged
from monitor.safe_text import without_secrets
from monitor.settings import Settings
from monitor.snapshots.parameters import load_numbers
from monitor.table_bounds import table_bounds
from tiering.capacity import Post, exact_fraction, reduction_hours
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.terms import UNKNOWN_GRADE, Level
from tiering.workload import keys_of_posts, weigh_units

_FIGURES: Final = ("total_points", "available_points", "capacity_percentage")
COLUMNS: Final = [
    "om_code",
    "team_code",
    "om_name",
    "grade",
    *(f"{whose}_{figure}" for figure in _FIGURES for whose in ("tool", "our")),
    "why",
]
LOST: Final = f"not in {EXTRACT}: the tool loses this owner"
NO_OWNER: Final = "cases of no owner: the tool skips the row, here they are unallocated in the team"
NO_CAPACITY: Final = "no available points: the tool shows 0%, here there is no percentage"
NEGATIVE: Final = "more hours taken than contracted: the tool goes below 0, here it stops at 0"
SPLIT: Final = "in several teams without stated hours: the tool gives each post the default of a whole person"
MISREAD: Final = "a text that is no count: the tool reads the number it begins with, here the cell is rejected"
ONLY_GIVEN: Final = "only in the table next to the workbook: the tool does not know this post"
GRADE: Final = "the tool knows no grade, the table next to the workbook does"
REJECTED: Final = "rejected here: hotspots check --extract shows why"
AHEAD: Final = "a contact of a day to come: the tool counts it already"
REPEATED: Final = "several rows of one owner that differ: the tool takes one, here none counts"
UNKNOWN: Final = "not explained: please report this"


@dataclass(frozen=True)
class Comparison:
    """Both tools' figures.

    - as_at: the date they are for.
    - owners: one row per owner, columns COLUMNS, sorted by team and owner; ``why`` is empty where nothing differs.
    - custody: the custody (OMIC) teams, which neither counts in the workload; see ``score_custody_teams``.
    """

    as_at: date
    owners: pd.DataFrame
    custody: pd.DataFrame


def compare_workbook(
    source: str, as_at: date | None, policy_name: str, settings: Settings, headings: Path | None, today: date
) -> Comparison:
    """Read a workbook, with the tables next to it if it is a folder, and store nothing.

    - as_at: None for the date of the workbook, or today if it has none.
    - Raises ExtractRefused or ConfigFault, each with every fault found.
    """
    mapping = load_heading_map(headings)
    with open_source(source, table_bounds(settings), mapping.form_of) as opened:
        if not is_workbook(opened):
            raise ExtractRefused(
                [f"{without_secrets(source)}: is no workbook of the Workload Management Tool: it has no {FILTERED}"]
            )
        day = as_at or _date_of(opened) or today
        policy = load_numbers(settings.config, policy_name, day).policy
        rows = adapt(opened, mapping, policy, day).rows
    insistence = Insistence(swing=True, unmatched=True)
    extract = read_judged(source, day, policy, settings, headings, insistence)
    return Comparison(day, _compare(rows, extract, policy, day), score_custody_teams(rows, policy))


def _date_of(opened: Source) -> date | None:
    with suppress(ValueError):
        days = read_sheet(opened, FILTERED, ["datestamp"]).text("datestamp").str.slice(0, 10)
        return date.fromisoformat(days.max()) if len(days) else None
    return None


def _compare(rows: WorkbookRows, extract: Extract, policy: Policy, as_at: date) -> pd.DataFrame:
    caseload = extract.caseload
    managers = caseload.offender_managers
    stated = managers[~managers[HOURS_ASSUMED].fillna(False).astype(bool)]
    keys = zip(stated["om_code"], stated["team_code"], strict=True)
    hours = dict(zip(keys, map(exact_fraction, stated["contracted_hours"]), strict=True))
    lost = reduction_hours(caseload.reductions, managers, as_at)
    tool = score_as_tool(rows, hours, lost, policy, as_at)
    units = weigh_units(caseload, weigh_cases(caseload.cases, managers, policy), policy, as_at)
    both = _our_figures(units).merge(tool.rename(columns={name: f"tool_{name}" for name in _FIGURES}), how="outer")
    names = pd.concat([rows.owners, managers])[["om_code", "team_code", "om_name", "grade"]]
    names = names.drop_duplicates(["om_code", "team_code"], keep="last")
    both = both.merge(names, on=["om_code", "team_code"], how="left").reset_index(drop=True)
    both["why"] = _Reasons(rows, set(hours), managers, as_at).of(both)
    both = pd.concat([both, _unallocated(units)], ignore_index=True)
    return both[COLUMNS].sort_values(["team_code", "om_code"], ignore_index=True)


def _our_figures(units: pd.DataFrame) -> pd.DataFrame:
    posts = units.loc[units["level"].eq(Level.POST), list(_FIGURES)]
    return keys_of_posts(units).join(posts.rename(columns={name: f"our_{name}" for name in _FIGURES}))


def _unallocated(units: pd.DataFrame) -> pd.DataFrame:
    """A row for the cases of no owner of each team that has any."""
    teams = units[units["level"].eq(Level.TEAM) & units["unallocated_cases"].gt(0)]
    columns = {"om_code": "", "team_code": teams["code"], "om_name": "(no owner)", "grade": "", "why": NO_OWNER}
    return pd.DataFrame({**columns, "our_total_points": teams["unallocated_points"]}).reindex(columns=COLUMNS)


class _Reasons:
    """Why the two figures of an owner differ."""

    def __init__(self, rows: WorkbookRows, stated: set[Post], managers: pd.DataFrame, as_at: date) -> None:
        self._rows = rows
        self._stated = stated
        self._posts = Counter(managers["om_code"])
        self._of_workbook = set(zip(rows.owners["om_code"], rows.owners["team_code"], strict=True))
        no_grade = rows.owners[rows.owners["grade"].eq(UNKNOWN_GRADE)]
        self._no_grade = set(zip(no_grade["om_code"], no_grade["team_code"], strict=True))
        self._misread = {post for _, _, _, post in misread_cells(rows)}
        ahead = rows.duties[rows.duties["starts_on"].gt(as_at.isoformat())]
        self._ahead = set(zip(ahead["om_code"], ahead["team_code"], strict=True))
        self._repeated = {
            (sheet.rows.text("om_key").iloc[place], sheet.rows.text("team_code").iloc[place])
            for sheet in rows.sheets.values()
            for place in (~sheet.accepted).nonzero()[0].tolist()
        }

    def of(self, both: pd.DataFrame) -> list[str]:
        """The reasons of each row, joined; empty where both figures are the same."""
        names = ["om_code", "team_code", *(f"{whose}_{figure}" for figure in _FIGURES for whose in ("tool", "our"))]
        return ["; ".join(self._reasons(*row)) for row in both[names].itertuples(index=False, name=None)]

    def _reasons(
        self,
        om_code: str,
        team_code: str,
        tool_total: float,
        our_total: float,
        tool_available: float,
        our_available: float,
        tool_percentage: float,
        our_percentage: float,
    ) -> Iterator[str]:
        post = (om_code, team_code)
        if pd.isna(our_total):
            yield REJECTED
            return
        if pd.isna(tool_total) and post not in self._misread:
            yield LOST if post in self._of_workbook else ONLY_GIVEN
            return
        if tool_total != our_total:
            causes = ((self._misread, MISREAD), (self._ahead, AHEAD), (self._repeated, REPEATED))
            yield from [reason for posts, reason in causes if post in posts] or [UNKNOWN]
        if tool_available != our_available:
            if tool_available < 0:
                yield NEGATIVE
            elif post in self._no_grade:
                yield GRADE
            else:
                yield SPLIT if post not in self._stated and self._posts[om_code] > 1 else UNKNOWN
        if pd.isna(our_percentage) and tool_percentage == 0 and our_total > 0:
            yield NO_CAPACITY


def describe(comparison: Comparison) -> Iterator[str]:
    """The comparison in lines: how many owners differ and why, then each of them."""
    owners = comparison.owners
    differing = owners[owners["why"].ne("")]
    same = len(owners) - len(differing)
    counted = f"{count_of(len(owners), 'owner')}; {same:,} the same in both tools, {len(differing):,} not"
    yield f"As at {comparison.as_at}: {counted}"
    for why, count in Counter(part for whole in differing["why"] for part in whole.split("; ")).most_common():
        yield f"  {count:,}: {why}"
    for row in differing.itertuples():
        name = f"{row.team_code}/{row.om_code} {row.om_name}"
        figures = ", ".join(f"{label} {_figures(row, whose)}" for label, whose in (("tool", "tool"), ("here", "our")))
        yield f"{name}: {figures}: {row.why}"
    if len(comparison.custody):
        points = comparison.custody[["custody_points", "projected_licence_points"]].sum()
        yield (
            f"Custody (OMIC) teams, in no workload of either tool: {count_of(len(comparison.custody), 'owner')}, "
            f"{points.iloc[0]:,.0f} custody points, {points.iloc[1]:,.0f} at the points of a licence (--table custody)"
        )


def _figures(row: object, whose: str) -> str:
    total, available, percentage = (getattr(row, f"{whose}_{figure}") for figure in _FIGURES)
    if pd.isna(total):
        return "nothing"
    share = "no percentage" if pd.isna(percentage) else f"{percentage:.1f}%"
    return f"{total:,.0f} points" if pd.isna(available) else f"{total:,.0f} of {available:,.0f} points ({share})"
