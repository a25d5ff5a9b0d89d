"""Compare a week with earlier ones, row by row: one row per case or post and part, which add up exactly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from alerts.causes.case_parts import WEIGHED_COLUMNS, case_parts
from alerts.causes.model import PLACE_COLUMNS, ROW_DTYPES, EarlierWeek, Part, empty_frame
from alerts.causes.places import Places, find_places
from alerts.causes.post_parts import post_parts
from alerts.causes.weighed_week import Floats, WeighedWeek, weigh_week
from alerts.detection.organisation.model import OrganisationChanges
from tiering.points import weigh_cases

Changes = Mapping[date, OrganisationChanges]

_KEY = ["weeks_back", "part", "crn", "om_code", *PLACE_COLUMNS]
_SUMS = ["points", "available_points", "cases", "posts"]


@dataclass(frozen=True)
class Comparison:
    """A week compared with an earlier one.

    * weeks_back, since: which earlier one, and its as-at date.
    * rows: columns ``ROW_DTYPES``. The rows of a unit are those with its code in the column of its level.
    * before, now: points and available_points of the teams of either week, each under the units it belonged to, columns
      ``PLACE_COLUMNS``.
    """

    weeks_back: int
    since: pd.Timestamp
    rows: pd.DataFrame
    before: pd.DataFrame
    now: pd.DataFrame


def compare_weeks(earlier: EarlierWeek, now: WeighedWeek, changes: Changes) -> Comparison:
    """Compare a week with an earlier one; changes: those of the organisation since, by as-at date."""
    places = find_places(earlier.caseload.organisation, now.caseload.organisation, earlier.as_at, changes)
    cases, managers = earlier.caseload.cases, earlier.caseload.offender_managers
    weighed = weigh_cases(cases, managers, earlier.policy)
    before = weigh_week(earlier.caseload, weighed, earlier.policy, earlier.as_at)
    is_reweighed = earlier.policy.weights_fingerprint != now.policy.weights_fingerprint
    again = _weigh_again(before, now) if is_reweighed else before
    sums, sums_again = before.team_sums(), again.team_sums()
    parts = [
        *_organisation(sums, places),
        *([_weights(sums, sums_again, places)] if is_reweighed else []),
        *case_parts(again, now, places),
        *post_parts(again, now, places),
    ]
    return Comparison(
        weeks_back=earlier.weeks_back,
        since=pd.Timestamp(earlier.as_at).as_unit("s"),
        rows=_in_order(parts, places, earlier),
        before=places.table.iloc[places.then].reset_index(drop=True).join(sums),
        now=now.caseload.organisation[PLACE_COLUMNS].join(now.team_sums()),
    )


def stack_rows(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """The rows of several comparisons, by weeks_back and key."""
    if not comparisons:
        return empty_frame(ROW_DTYPES)
    return pd.concat([comparison.rows for comparison in comparisons], ignore_index=True)


def _weigh_again(before: WeighedWeek, now: WeighedWeek) -> WeighedWeek:
    """Weigh an earlier week by the policy of now.

    A tier that this policy does not know cannot be weighed. Such a case counts as it is now, so that all that changed
    about it is the weights; if it has ended, it counts with the points it had, so that all that changed is its end.
    """
    cases, managers = before.caseload.cases, before.caseload.offender_managers
    unknown = cases["tier"].notna() & ~cases["tier"].isin(list(now.policy.tier_points))
    if not unknown.any():
        return weigh_week(before.caseload, weigh_cases(cases, managers, now.policy), now.policy, before.as_at)
    row_now = now.crns.get_indexer(pd.Index(cases["crn"]))
    goes_on = unknown.to_numpy(dtype=bool) & (row_now >= 0)
    has_ended = unknown.to_numpy(dtype=bool) & (row_now < 0)
    known = cases.copy()
    for name in WEIGHED_COLUMNS[:-1]:
        known.loc[goes_on, name] = now.cases.frame[name].to_numpy()[row_now[goes_on]]
    known["tier"] = known["tier"].mask(has_ended)
    counted: Floats = np.where(has_ended, before.points, np.nan)
    return weigh_week(before.caseload, weigh_cases(known, managers, now.policy), now.policy, before.as_at, counted)


def _organisation(sums: pd.DataFrame, places: Places) -> Iterator[pd.DataFrame]:
    """What each team that counts for other units takes from those of then, and brings to those of now."""
    moved = sums[places.moved]
    for place, sign in ((places.then, -1), (places.now, 1)):
        yield (sign * moved[_SUMS]).assign(part=Part.ORGANISATION.value, place=place[places.moved])


def _weights(sums: pd.DataFrame, again: pd.DataFrame, places: Places) -> pd.DataFrame:
    """What the new weights make of the cases and posts of then, team by team."""
    gain = again[_SUMS] - sums[_SUMS]
    return gain.assign(cases=0, posts=0, part=Part.WEIGHTS.value, place=places.now)


def _in_order(parts: Sequence[pd.DataFrame], places: Places, earlier: EarlierWeek) -> pd.DataFrame:
    """All rows with the units they count for, in the order of their key."""
    some = [part for part in parts if len(part)] or parts[:1]
    rows = pd.concat([part.reindex(columns=["part", "crn", "om_code", "place", *_SUMS]) for part in some])
    of_place = places.table.iloc[rows["place"].to_numpy(dtype=np.int64)].reset_index(drop=True)
    rows = rows.drop(columns="place").reset_index(drop=True).join(of_place)
    rows = rows.fillna(dict.fromkeys(_SUMS, 0))
    rows = rows.assign(weeks_back=earlier.weeks_back, since=pd.Timestamp(earlier.as_at).as_unit("s"))
    return rows[list(ROW_DTYPES)].astype(ROW_DTYPES).sort_values(_KEY, ignore_index=True)
