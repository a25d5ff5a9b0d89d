"""What happened to every case between two weeks under one policy: rows that add up to the change of case points."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from alerts.causes.model import Part
from alerts.causes.places import Places
from alerts.causes.weighed_week import Positions, WeighedWeek
from tiering.points import weigh_cases

STEPS: Final = {
    "tier": Part.TIER,
    "rosh": Part.ROSH,
    "setting": Part.SETTING,
    "activity": Part.ACTIVITY,
    "number_of_cases": Part.NUMBER_OF_CASES,
}
"""The order in which the columns of a case are changed from what they were to what they are.

Each step weighs the case again, so the steps of a case add up to its change, whatever the order. The order is that of
the weights: tier points, RoSH points, the setting that both depend on, then what multiplies them.
"""

WEIGHED_COLUMNS: Final = list(STEPS)


def case_parts(before: WeighedWeek, now: WeighedWeek, places: Places) -> Iterator[pd.DataFrame]:
    """Compare the cases of two weeks.

    * before: weighed by the policy of now.
    * Yields frames with columns part, crn, om_code, place (row of ``places.table``), points, cases.
    """
    row_before = before.crns.get_indexer(now.crns).astype(np.int64)
    stays = np.flatnonzero(row_before >= 0)
    same = row_before[stays]
    yield _rows(now, np.flatnonzero(row_before < 0), Part.ARRIVALS, now.team)
    place_before = places.now[before.team]
    has_ended = np.ones(len(before.points), dtype=bool)
    has_ended[same] = False
    yield _rows(before, np.flatnonzero(has_ended), Part.ENDS, place_before, sign=-1)
    left = place_before[same] != now.team[stays]
    yield _rows(before, same[left], Part.TRANSFERS, place_before, sign=-1)
    arrived = _rows(before, same[left], Part.TRANSFERS, place_before)
    yield arrived.assign(om_code=now.cases.frame["om_code"].to_numpy()[stays[left]], place=now.team[stays[left]])
    yield from _changed_cases(before, now, same, stays)


def _rows(week: WeighedWeek, rows: Positions, part: Part, place: Positions, sign: int = 1) -> pd.DataFrame:
    cases = week.cases.frame
    return pd.DataFrame(
        {
            "part": part.value,
            "crn": cases["crn"].to_numpy()[rows],
            "om_code": cases["om_code"].to_numpy()[rows],
            "place": place[rows],
            "points": sign * week.points[rows],
            "cases": sign * week.counts[rows],
        }
    )


def _changed_cases(before: WeighedWeek, now: WeighedWeek, same: Positions, stays: Positions) -> Iterator[pd.DataFrame]:
    """Change one column after the other of the cases of both weeks; same, stays: their rows before and now."""
    old, new = before.cases.frame, now.cases.frame
    differs = {name: _differs(old[name].iloc[same], new[name].iloc[stays]) for name in WEIGHED_COLUMNS}
    changed = np.flatnonzero(np.logical_or.reduce(list(differs.values())))
    earlier, later = old.iloc[same[changed]], new.iloc[stays[changed]]
    step = later.assign(**{name: earlier[name].to_numpy() for name in WEIGHED_COLUMNS})
    # Who holds the cases does not matter for their points, and to look that up takes longer than to weigh them.
    no_posts = now.caseload.offender_managers.iloc[:0]
    weighed = weigh_cases(step, no_posts, now.policy)
    place, count = now.team[stays[changed]], later["number_of_cases"].to_numpy(dtype=np.int64)
    for name, part in STEPS.items():
        step = step.assign(**{name: later[name]})
        exact = weighed.exact
        weighed = weigh_cases(step, no_posts, now.policy)
        counted = count if part is not Part.NUMBER_OF_CASES else count - earlier["number_of_cases"].to_numpy(np.int64)
        # A case that counts for more or fewer cases than before is a change even if it has no points.
        which = (weighed.exact != exact) | ((part is Part.NUMBER_OF_CASES) & (counted != 0))
        yield pd.DataFrame(
            {
                "part": part.value,
                "crn": later["crn"].to_numpy()[which],
                "om_code": later["om_code"].to_numpy()[which],
                "place": place[which],
                "points": ((weighed.exact - exact) / weighed.units)[which],
                "cases": counted[which],
            }
        )


def _differs(old: "pd.Series[str]", new: "pd.Series[str]") -> "np.typing.NDArray[np.bool_]":
    left, right = old.reset_index(drop=True), new.reset_index(drop=True)
    return (left.ne(right) & ~(left.isna() & right.isna())).to_numpy(dtype=bool)
