"""Find who will soon have no hours: a case given to them would have to be placed again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import pandas as pd

from tiering.capacity import Post, exact_fraction, has_left, reduction_hours
from tiering.caseload import Caseload

LOOK_AHEAD: Final = timedelta(days=28)
"""How far ahead an absence counts: four weeks, as for assessments that are due soon."""


@dataclass(frozen=True)
class HoursEnd:
    """The first day on which a post has no hours; leaves: its holder leaves it, rather than being absent."""

    day: date
    leaves: bool


HoursAhead = Mapping[Post, HoursEnd]
"""The end of the hours of each post for which one is known."""


def find_hours_ahead(caseload: Caseload, om_codes: Collection[str], as_at: date) -> HoursAhead:
    """Find the posts of some people that have hours on ``as_at`` and will have none.

    - An absence counts if it leaves no hours from a day within ``LOOK_AHEAD``; leaving counts on any later day.
    - If both are known of a post, the earlier counts.
    """
    managers = caseload.offender_managers[caseload.offender_managers["om_code"].isin(om_codes)]
    reductions = caseload.reductions[caseload.reductions["om_code"].isin(om_codes)]
    today, last = pd.Timestamp(as_at), pd.Timestamp(as_at + LOOK_AHEAD)
    days = [*reductions["starts_on"], *managers["left_on"].dropna()]
    changes = sorted({day for day in days if today < day <= last})
    able = _posts_with_hours(managers, reductions, as_at)
    ends = {
        (om_code, team_code): HoursEnd(left_on.date(), leaves=True)
        for om_code, team_code, left_on in managers[["om_code", "team_code", "left_on"]].itertuples(index=False)
        if pd.notna(left_on) and (om_code, team_code) in able
    }
    for day in changes:
        still = _posts_with_hours(managers, reductions, day.date())
        for post in able - still:
            if post not in ends or ends[post].day > day.date():
                ends[post] = HoursEnd(day.date(), leaves=False)
        able &= still
    return ends


def _posts_with_hours(managers: pd.DataFrame, reductions: pd.DataFrame, as_at: date) -> set[Post]:
    """The posts that have hours left on ``as_at``."""
    lost = reduction_hours(reductions, managers, as_at)
    held = managers[~has_left(managers, as_at)]
    columns = (held[name].tolist() for name in ("om_code", "team_code", "contracted_hours"))
    return {
        (om_code, team_code)
        for om_code, team_code, hours in zip(*columns, strict=True)
        if exact_fraction(hours) > lost.get((om_code, team_code), Fraction(0))
    }
