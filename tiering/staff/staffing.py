"""Count who left and who joined, the hours lost to sickness, and the experience of offender managers and SPOs."""

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd

from tiering.by_level import by_level
from tiering.capacity import exact_fraction, has_left, reduction_hours
from tiering.caseload import Caseload
from tiering.exact import Exact
from tiering.policies.policy import Policy
from tiering.terms import Grade, Level, ReductionReason

WINDOW: Final = timedelta(weeks=52)
"""How far back leavers, joiners and sickness are counted."""

LEVELS: Final = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)

PATH: Final = ["team_code", "office_code", "cluster_code", "area_code"]

SEEN: Final = ["om_code", *PATH, "first_seen", "last_seen", "counted_since"]

COLUMNS: Final = [
    "level",
    "code",
    "name",
    "weeks",
    "people",
    "leavers",
    "joiners",
    "sick_people",
    "sick_hours",
    "contracted_hours",
    "sick_percentage",
    "sick_weeks",
    "sick_percentage_mean",
    "offender_managers",
    "inexperienced",
    "experience_unknown",
    "inexperienced_percentage",
    "spos",
    "spos_inexperienced",
    "spos_experience_unknown",
    "spo_years",
]

_DAYS_A_YEAR: Final = 365.25
_GONE: Final = ""
"""The code of a unit that is no more: it is the code of no unit."""


def people_seen(caseload: Caseload, before: pd.DataFrame | None, as_at: date) -> pd.DataFrame:
    """Note when each person was first and last seen in post in each team, from last week's notes and this week's posts.

    before: the same a week ago, under the codes of now; None starts anew.

    Returns one row per person and team of the last 52 weeks, sorted; columns ``SEEN``. The units above a team are those
    it has now, or had last. A person who is away for less than 52 weeks and comes back was there all the time.
    """
    today = pd.Timestamp(as_at).as_unit("s")
    managers = caseload.offender_managers
    posts = managers.loc[~has_left(managers, as_at), ["om_code", "team_code"]]
    now = posts.assign(first_seen=today, last_seen=today)
    since = today
    if before is not None and not before.empty:
        since = before["counted_since"].min()
        lately = before[before["last_seen"].ge(today - WINDOW)]
        now = pd.concat([lately[["om_code", *PATH, "first_seen", "last_seen"]], now], ignore_index=True)
    places = caseload.organisation.set_index("team_code")[PATH[1:]]
    for column in PATH[1:]:
        ours = now["team_code"].map(places[column])
        now[column] = (ours.fillna(now[column]) if column in now else ours).astype("str")
    kept = now.groupby(["om_code", *PATH], as_index=False).agg(
        first_seen=("first_seen", "min"), last_seen=("last_seen", "max")
    )
    return kept.assign(counted_since=since)[SEEN].astype(dict.fromkeys(SEEN[-3:], "datetime64[s]"))


def count_staffing(
    caseload: Caseload,
    units: pd.DataFrame,
    seen: pd.DataFrame,
    past: pd.DataFrame,
    snapshots: Collection[date],
    policy: Policy,
    as_at: date,
) -> pd.DataFrame:
    """Count the staff of every unit from the team up.

    units: the workload with the columns of tiering.staff.supervision.
    seen: as ``people_seen`` returns them for this week.
    past: earlier weeks under the codes of now; columns as_at, level, code, sick_hours, contracted_hours.
    snapshots: dates of the earlier snapshots.

    Returns one row per unit, sorted by level and code; columns ``COLUMNS``:

    - weeks: between the earliest snapshot of the last 52 weeks with which this one is compared and this one
    - people: those with a post that they have not left, of any grade
    - leavers: people in post at any time since that snapshot who are not now; missing without such a snapshot
    - joiners: people first in post after it; who came and left is both, who moved within the unit neither
    - sick_people, sick_hours: people with reductions for sickness in force, and their hours a week, at most those
      contracted; sick_percentage: of contracted_hours, missing without any
    - sick_weeks, sick_percentage_mean: weeks of the last 52 with figures, and the percentage over all of them
    - inexperienced_percentage: of the offender managers whose experience is known
    - spos, spos_inexperienced, spos_experience_unknown: SPOs in post, those qualified less than
      ``policy.experienced_after_years`` ago, and those without a date; spo_years: mean years since qualifying
    """
    rows = units[units["level"].isin(LEVELS)].reset_index(drop=True)
    facts = rows[
        ["level", "code", "name", "offender_managers", "inexperienced", "experience_unknown", "contracted_hours"]
    ]
    posts = _posts(caseload, as_at)
    parts = [
        _turnover(seen, snapshots, as_at),
        _sickness(caseload, posts, as_at),
        _spos(posts, policy, as_at),
    ]
    for part in parts:
        facts = facts.merge(part, on=["level", "code"], how="left")
    counts = ["people", "leavers", "joiners", "sick_people", "spos", "spos_inexperienced", "spos_experience_unknown"]
    facts[counts] = facts[counts].fillna(0).astype("int64")
    facts["sick_hours"] = facts["sick_hours"].fillna(0.0)
    facts["sick_percentage"] = _percentage(facts["sick_hours"], facts["contracted_hours"])
    facts = facts.merge(_mean_sickness(facts, past, as_at), on=["level", "code"], how="left")
    known = facts["offender_managers"] - facts["experience_unknown"]
    facts["inexperienced_percentage"] = _percentage(facts["inexperienced"], known)
    facts["weeks"] = (pd.Timestamp(as_at) - _compared_with(seen, snapshots, as_at)).days // 7
    turnover = ["leavers", "joiners"]
    facts[turnover] = facts[turnover].astype("Int64").where(facts["weeks"].gt(0))
    return facts[COLUMNS].sort_values(["level", "code"], ignore_index=True)


def _compared_with(seen: pd.DataFrame, snapshots: Collection[date], as_at: date) -> pd.Timestamp:
    """The earliest snapshot of the last 52 weeks from which on people were noted; this one if there is none."""
    today = pd.Timestamp(as_at)
    if seen.empty:
        return today
    first = max(seen["counted_since"].min(), today - WINDOW)
    return min((day for day in map(pd.Timestamp, snapshots) if first <= day < today), default=today)


def _turnover(seen: pd.DataFrame, snapshots: Collection[date], as_at: date) -> pd.DataFrame:
    """People, leavers and joiners of every unit that anyone was seen in."""
    since = _compared_with(seen, snapshots, as_at)
    spans = (
        by_level(seen, LEVELS, ["om_code", "first_seen", "last_seen"])
        .groupby(["level", "code", "om_code"], as_index=False)
        .agg(first_seen=("first_seen", "min"), last_seen=("last_seen", "max"))
    )
    here = spans["last_seen"].eq(pd.Timestamp(as_at))
    spans["people"] = here
    spans["leavers"] = ~here & spans["last_seen"].ge(since)
    spans["joiners"] = spans["first_seen"].gt(since)
    return spans.groupby(["level", "code"], as_index=False)[["people", "leavers", "joiners"]].sum()


def _posts(caseload: Caseload, as_at: date) -> pd.DataFrame:
    """The posts that are held, each with its units."""
    managers = caseload.offender_managers
    return managers[~has_left(managers, as_at)].merge(
        caseload.organisation[PATH], on="team_code", validate="many_to_one"
    )


def _sickness(caseload: Caseload, posts: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """People and exact hours a week lost to sickness in every unit; a post loses no more than its hours."""
    sick = caseload.reductions[caseload.reductions["reason"].eq(ReductionReason.SICKNESS)]
    lost = reduction_hours(sick, caseload.offender_managers, as_at)
    keys = zip(*(posts[name].tolist() for name in ("om_code", "team_code", "contracted_hours")), strict=True)
    hours = [min(exact_fraction(own), lost.get((om_code, team), Fraction(0))) for om_code, team, own in keys]
    off = posts.assign(hours=pd.Series(hours, dtype=object, index=posts.index))[[bool(lost) for lost in hours]]
    if off.empty:
        return pd.DataFrame({"level": [], "code": [], "sick_people": [], "sick_hours": []}).astype(
            {"level": "str", "code": "str"}
        )
    off = by_level(off, LEVELS, ["om_code", "hours"])
    groups = off.groupby(["level", "code"])
    sums = Exact.of(off["hours"].tolist()).sums(np.asarray(groups.ngroup(), dtype=np.int64), groups.ngroups)
    table = groups["om_code"].nunique().rename("sick_people").reset_index()
    return table.assign(sick_hours=sums.floats())


def _mean_sickness(now: pd.DataFrame, past: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Over how many weeks of the last 52 each unit has figures, and its percentage over all of them."""
    columns = ["level", "code", "sick_hours", "contracted_hours"]
    lately = past.loc[past["as_at"].gt(pd.Timestamp(as_at) - WINDOW), columns]
    weeks = pd.concat([lately, now[columns]], ignore_index=True).groupby(["level", "code"], as_index=False)
    sums = weeks[["sick_hours", "contracted_hours"]].sum()
    share = _percentage(sums["sick_hours"], sums["contracted_hours"])
    return sums[["level", "code"]].assign(sick_weeks=weeks.size()["size"], sick_percentage_mean=share)


def _spos(posts: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """How many SPOs every unit has, and how long ago they qualified."""
    today = pd.Timestamp(as_at)
    spos = by_level(posts[posts["grade"].eq(Grade.SPO)], LEVELS, ["om_code", "qualified_on"])
    people = spos.groupby(["level", "code", "om_code"], as_index=False)["qualified_on"].min()
    recently = people["qualified_on"].gt(today - pd.DateOffset(years=policy.experienced_after_years))
    people = people.assign(
        spos=1,
        spos_inexperienced=recently.astype("int64"),
        spos_experience_unknown=people["qualified_on"].isna().astype("int64"),
        spo_years=(today - people["qualified_on"]).dt.days / _DAYS_A_YEAR,
    )
    counts = dict.fromkeys(("spos", "spos_inexperienced", "spos_experience_unknown"), "sum")
    units: pd.DataFrame = people.groupby(["level", "code"], as_index=False).agg({**counts, "spo_years": "mean"})
    return units


def _percentage(part: Any, whole: Any) -> "pd.Series[float]":
    """A part in per cent of the whole; missing where that is 0."""
    percentage: pd.Series[float] = 100 * part / whole.where(whole.gt(0)).astype("float64")
    return percentage
