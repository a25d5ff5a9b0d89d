"""The posts of offender managers: their load, their hours and reductions, and how a unit's people are spread."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from monitor.web.read_model.index import NO_ROWS, IndexedFrame, Positions
from monitor.web.read_model.rows import UnitFigures
from monitor.web.read_model.snapshot import SnapshotView
from tiering.capacity import has_left, is_in_force
from tiering.terms import Level

ENDS_SOON: Final = timedelta(days=30)
"""How long before its end a reduction is marked, so that anyone who allocates cases sees the capacity coming back."""


def reduction_table(week: SnapshotView) -> IndexedFrame:
    """Return every reduction in force, those that end soonest first.

    Columns om_code, om_name, team_code (missing if it is about every post of the holder), reason, hours, starts_on,
    ends_on, soon (ends within 30 days).
    """
    return week.memo.get(("reductions",), lambda: IndexedFrame(_reductions_in_force(week)))


def reductions_of(week: SnapshotView, teams: frozenset[str]) -> Positions:
    """Return the rows of ``reduction_table`` about the holders of posts in the teams."""
    table = reduction_table(week)
    of_every_post: dict[str, Positions] = week.memo.get(
        ("reductions of every post",), lambda: _rows_without_a_team(table.frame)
    )
    posts = week.indexed("extract_offender_managers").rows_of_teams(teams) if of_every_post else NO_ROWS
    holders = set(week.posts["om_code"].iloc[posts].tolist())
    everywhere = [rows for holder, rows in of_every_post.items() if holder in holders]
    return np.sort(np.concatenate([table.rows_of_teams(teams), *everywhere]))


def _reductions_in_force(week: SnapshotView) -> pd.DataFrame:
    rows = week.frame("extract_reductions")
    rows = rows[is_in_force(rows, week.as_at)]
    soon = rows["ends_on"].le(pd.Timestamp(week.as_at + ENDS_SOON)).fillna(False)
    return rows.assign(om_name=rows["om_code"].map(week.names), soon=soon).sort_values(
        ["ends_on", "om_code"], na_position="last", ignore_index=True
    )


def _rows_without_a_team(reductions: pd.DataFrame) -> dict[str, Positions]:
    """Return the rows that are about every post of their holder, by om_code."""
    rows_of: dict[str, list[int]] = {}
    rows = np.flatnonzero(reductions["team_code"].isna()).tolist()
    for row, holder in zip(rows, reductions["om_code"].iloc[rows].tolist(), strict=True):
        rows_of.setdefault(holder, []).append(row)
    return {holder: np.array(of_holder, dtype=np.int64) for holder, of_holder in rows_of.items()}


def post_table(week: SnapshotView) -> IndexedFrame:
    """Return every post with its figures, grade and hours, the name of its team, and whether its holder has left."""
    return week.memo.get(("posts",), lambda: IndexedFrame(_posts_with_figures(week)))


def posts_of(week: SnapshotView, om_code: str) -> pd.DataFrame:
    """Return the posts of one person, as ``post_table`` has them."""
    table = post_table(week)
    return table.frame.iloc[week.rows_in(table, Level.OFFENDER_MANAGER, om_code)]


def _posts_with_figures(week: SnapshotView) -> pd.DataFrame:
    posts, names = week.posts, dict(zip(week.organisation["team_code"], week.organisation["team_name"], strict=True))
    keys = zip(posts["team_code"].tolist(), posts["om_code"].tolist(), strict=True)
    rows = [week.row_of[Level.POST.value, f"{team}/{holder}"] for team, holder in keys]
    figures = week.units.iloc[rows].reset_index(drop=True)
    figures = figures[["cases", "case_points", "duty_points", "total_points", "available_points", "reduction_hours"]]
    posts = posts.reset_index(drop=True).join(figures)
    return posts.assign(team_name=posts["team_code"].map(names), left=has_left(posts, week.as_at))


@dataclass(frozen=True)
class Spread:
    """How the people of a unit are spread: how many in all, over the red line, with room, and without hours."""

    people: int
    over: int
    spare: int
    without_hours: int

    @property
    def share_over(self) -> float:
        """Per cent of the people who are over the red line; NaN if there are none."""
        return 100 * self.over / self.people if self.people else math.nan


def spread_of(week: SnapshotView, people: Positions, unit: UnitFigures) -> Spread:
    """Count the offender managers of a unit. people: their rows in units; unit: its figures."""
    has_room = week.memo.get(("has room",), lambda: week.units["band"].eq("spare").fillna(False).to_numpy(dtype=bool))
    return Spread(
        people=int(unit.offender_managers),
        over=int(unit.offender_managers_over),
        spare=int(has_room[people].sum()),
        without_hours=int(unit.offender_managers_without_hours),
    )
