"""What happened to every case between two weeks under one policy: rows that add up to the change of case points."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from alerts.causes.model import Part
from alerts.causes.places import Places
from alerts.causes.weighed_week import Floats, Positions, WeighedWeek
from tiering.points import weigh_cases
from tiering.terms import PRIORITISED

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
    steps = []
    for done, (name, part) in enumerate(STEPS.items()):
        changed = np.flatnonzero(_differs(old[name].iloc[same], new[name].iloc[stays]))
        if len(changed):
            steps.append((part, done, old.iloc[same[changed]], new.iloc[stays[changed]], now.team[stays[changed]]))
    if not steps:
        return
    # Every case before and after each of its steps at once: weighing them step by step takes three times as long.
    states = [_state(earlier, later, done + after) for _, done, earlier, later, _ in steps for after in (0, 1)]
    # Who holds the cases does not matter for their points, and to look that up takes longer than to weigh them.
    weighed = weigh_cases(pd.concat(states, ignore_index=True), now.caseload.offender_managers.iloc[:0], now.policy)
    exact = np.split(weighed.exact, np.cumsum([len(state) for state in states])[:-1])
    for (part, _, earlier, later, place), was, becomes in zip(steps, exact[::2], exact[1::2], strict=True):
        yield _step_rows(part, earlier, later, place, (becomes - was) / weighed.units)


def _state(earlier: pd.DataFrame, later: pd.DataFrame, done: int) -> pd.DataFrame:
    """Cases whose first ``done`` columns are those of now, and the others those of then."""
    columns = {name: (later if place < done else earlier)[name] for place, name in enumerate(WEIGHED_COLUMNS)}
    columns |= {name: later[name] for name in ("crn", "om_code", "team_code")}
    return pd.DataFrame({name: column.array for name, column in columns.items()})


def _step_rows(
    part: Part, earlier: pd.DataFrame, later: pd.DataFrame, place: Positions, points: Floats
) -> pd.DataFrame:
    """The rows of one step, of the cases whose points it changed."""
    cases = later["number_of_cases"].to_numpy(dtype=np.int64)
    which = points != 0
    if part is Part.NUMBER_OF_CASES:
        cases = cases - earlier["number_of_cases"].to_numpy(dtype=np.int64)
        # A case that counts for more or fewer cases than before is a change even if it has no points.
        which = cases != 0
    return pd.DataFrame(
        {
            "part": _parts_of(part, earlier, later)[which],
            "crn": later["crn"].to_numpy()[which],
            "om_code": later["om_code"].to_numpy()[which],
            "place": place[which],
            "points": points[which],
            "cases": cases[which],
        }
    )


def _parts_of(part: Part, earlier: pd.DataFrame, later: pd.DataFrame) -> "np.typing.NDArray[np.object_]":
    """The part of each case of one step: contact that a prioritisation stopped or resumed is a part of its own."""
    parts = np.full(len(later), part.value, dtype=object)
    if part is Part.ACTIVITY:
        touched = earlier["activity"].isin(PRIORITISED).to_numpy() | later["activity"].isin(PRIORITISED).to_numpy()
        parts[touched] = Part.PRIORITISATION.value
    return parts


def _differs(old: "pd.Series[str]", new: "pd.Series[str]") -> "np.typing.NDArray[np.bool_]":
    left, right = old.reset_index(drop=True), new.reset_index(drop=True)
    return (left.ne(right) & ~(left.isna() & right.isna())).to_numpy(dtype=bool)
