"""The cases of a problem: what each weighs, whether it must move or must stay, and what moving it costs."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.problem.limits import Locks
from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.policies.policy import Policy
from tiering.terms import Rosh, Setting
from tiering.timeliness.assessments import assessment_items

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_RANK = {rosh.value: rank for rank, rosh in enumerate(Rosh)}
# Below every known rank, so that the higher of two sources is always one that says something.
_UNCLASSIFIED = -1
_HIGH = _RANK[Rosh.HIGH]
_VERY_HIGH = _RANK[Rosh.VERY_HIGH]
_WEIGHED = ["crn", "om_code", "team_code", "tier", "rosh", "setting", "number_of_cases", "points"]
_FACTS = ["rosh_delius", "mappa_level", "release_on", "allocated_on", "transferred_in_on"]
_NAMES = {"om_code": "from_om_code", "team_code": "from_team_code"}
_PLACE = ["team_type", "office_code", "office_name", "cluster_code"]
NOT_FOR_TRAINEES = ("2", "3", "unrecorded")
"""The MAPPA levels whose cases no trainee takes on."""

NAMED = "it was moved by name"
PINNED = "it was pinned: this one stays"
PERSON_LOCKED = "its offender manager neither gives nor takes"
SEVERAL = "the row stands for several cases and is moved only where it must be"
FROZEN = "very high RoSH under MAPPA with an assessment due or overdue: moved only where it must be"
WEIGHTLESS = "it weighs nothing at present, so that moving it would relieve no one"


def scope_cases(
    caseload: Caseload,
    weighed: WeighedCases,
    policy: Policy,
    costs: Costs,
    posts: pd.DataFrame,
    teams: frozenset[str],
    as_at: date,
    holders_changed: "pd.Series[int] | None" = None,
) -> tuple[pd.DataFrame, Integers]:
    """The cases held or waiting in ``teams``, by CRN, with their facts and costs; and their exact points.

    - posts: those in scope; weighed, policy, costs: as in force on ``as_at``.
    - holders_changed: changes of offender manager in the last 52 weeks, by CRN; none if it is not given.
    - Returns the columns of ``Problem.cases`` up to cost, and the exact points in whole units of the weighed cases.
    """
    inside = np.flatnonzero(weighed.frame["team_code"].isin(teams))
    inside = inside[np.argsort(weighed.frame["crn"].to_numpy(dtype=str)[inside], kind="stable")]
    cases = weighed.frame[_WEIGHED].iloc[inside].reset_index(drop=True)
    cases[_FACTS] = caseload.cases[_FACTS].iloc[inside].reset_index(drop=True)
    cases = cases.rename(columns=_NAMES).join(
        caseload.organisation.set_index("team_code")[_PLACE], on="from_team_code", validate="many_to_one"
    )
    keys = pd.MultiIndex.from_frame(posts[["om_code", "team_code"]])
    cases["post"] = keys.get_indexer(pd.MultiIndex.from_frame(cases[["from_om_code", "from_team_code"]]))
    cases["next_due"] = _next_due(caseload, weighed, inside, policy, as_at)
    cases["holders_changed"] = _holders_changed(cases, holders_changed)
    return _judge(cases, policy, costs, as_at), weighed.exact[inside]


def settle(cases: pd.DataFrame, posts: pd.DataFrame, exact: Integers, locks: Locks) -> pd.DataFrame:
    """Decide which cases must move, which must stay and why, and where a named move takes a case.

    - A case must be placed if it is unallocated, if its holder has no available points, or if it is barred from its
      holder.
    - A case stays for the first reason that applies, in this order: the planner decided so; it must not be split or
      disturbed without need; moving it would gain nothing.
    - Only the planner's decision keeps a case that must be placed.
    """
    holder = cases["post"].to_numpy(dtype=np.int64)
    # The last row stands for no holder: row -1 of posts.
    idle = np.array([points == 0 for points in posts["available"]] + [True], dtype=bool)
    apart = pd.MultiIndex.from_tuples(sorted(locks.barred) or [("", "")])
    barred = pd.MultiIndex.from_frame(cases[["crn", "from_om_code"]]).isin(apart)
    must = idle[holder] | barred
    row_of = {key: row for row, key in enumerate(zip(posts["om_code"], posts["team_code"], strict=True))}
    fixed = {crn: row_of[om_code, team_code] for crn, om_code, team_code in locks.fixed}
    target = cases["crn"].map(fixed).fillna(-1).to_numpy(dtype=np.int64)
    reasons = [
        (target >= 0, NAMED),
        (cases["crn"].isin(locks.crns).to_numpy(dtype=bool), PINNED),
        (cases["from_om_code"].isin(locks.om_codes).to_numpy(dtype=bool), PERSON_LOCKED),
        (~must & cases["number_of_cases"].ne(1).to_numpy(dtype=bool), SEVERAL),
        (~must & cases["frozen"].to_numpy(dtype=bool), FROZEN),
        (~must & (exact == 0), WEIGHTLESS),
    ]
    why = np.select([flags for flags, _ in reasons], [words for _, words in reasons], default="")
    return cases.assign(
        exact=exact,
        needs_placing=must,
        barred=barred,
        locked=why != "",
        why_locked=pd.Series(why, dtype="str").where(why != ""),
        forced=must & (why == ""),
        fixed_to=target,
    )


def _judge(cases: pd.DataFrame, policy: Policy, costs: Costs, as_at: date) -> pd.DataFrame:
    """Add to the cases their risk, what makes a move untimely, and the cost of a move.

    - rank: the higher RoSH of OASys and case record; high if both are missing, because an omission never makes a case
      harmless.
    - high, only_po, not_trainee: which rules of eligibility apply.
    - mappa, recent, changed_often, release_soon, review_soon: what adds to the cost, each once.
    - frozen: very high RoSH under MAPPA with an assessment near; such a case moves only if it must.
    """
    today = pd.Timestamp(as_at)
    oasys, delius = (
        cases[name].map(_RANK).fillna(_UNCLASSIFIED).to_numpy(dtype=int) for name in ("rosh", "rosh_delius")
    )
    rank = np.maximum(oasys, delius)
    rank = np.where(rank == _UNCLASSIFIED, _HIGH, rank)
    last_change = cases[["allocated_on", "transferred_in_on"]].max(axis=1)
    flags: dict[str, Flags] = {
        "high": rank >= _HIGH,
        "only_po": (rank >= _HIGH) | cases["tier"].isin(policy.highest_tiers).to_numpy(dtype=bool),
        "not_trainee": cases["mappa_level"].isin(NOT_FOR_TRAINEES).to_numpy(dtype=bool),
        "mappa": cases["mappa_level"].notna().to_numpy(dtype=bool),
        "recent": last_change.ge(today - timedelta(days=costs.recent_days)).to_numpy(dtype=bool),
        "changed_often": cases["holders_changed"].ge(costs.continuity_changes).to_numpy(dtype=bool),
        "release_soon": cases["setting"].eq(Setting.CUSTODY).to_numpy(dtype=bool)
        & cases["release_on"].le(today + timedelta(days=costs.release_days)).to_numpy(dtype=bool),
        "review_soon": cases["next_due"].le(today + timedelta(days=costs.review_days)).to_numpy(dtype=bool),
    }
    cost: Floats = np.array([costs.rosh[rosh] for rosh in Rosh])[rank] + costs.move
    for flag in ("mappa", "recent"):
        cost += flags[flag] * getattr(costs, flag)
    cost += flags["changed_often"] * costs.continuity
    cost += flags["release_soon"] * costs.release + flags["review_soon"] * costs.review
    frozen = (rank == _VERY_HIGH) & flags["mappa"] & flags["review_soon"]
    return cases.assign(rank=rank, frozen=frozen, cost=cost, last_change=last_change, **flags)


def _holders_changed(cases: pd.DataFrame, changes: "pd.Series[int] | None") -> "pd.Series[int]":
    """The changes of offender manager of each case in a year; 0 for a row that stands for several cases."""
    if changes is None:
        return pd.Series(0, index=cases.index, dtype="int64")
    return cases["crn"].map(changes).fillna(0).astype("int64").where(cases["number_of_cases"].eq(1), 0)


def _next_due(
    caseload: Caseload, weighed: WeighedCases, inside: Integers, policy: Policy, as_at: date
) -> "pd.Series[pd.Timestamp]":
    """The day on which the first assessment of each case that is not done falls, or fell, due."""
    cases = caseload.cases.iloc[inside].reset_index(drop=True)
    own = Caseload(
        caseload.organisation,
        caseload.offender_managers,
        cases,
        caseload.assessments[caseload.assessments["crn"].isin(cases["crn"])],
        caseload.events[caseload.events["crn"].isin(cases["crn"])],
    )
    frame = weighed.frame.iloc[inside].reset_index(drop=True)
    items = assessment_items(
        own, WeighedCases(frame, weighed.exact[inside], weighed.units, weighed.post[inside]), policy, as_at
    )
    undone = items[items["done_on"].isna()]
    return undone.groupby("crn")["due_on"].min().reindex(cases["crn"]).reset_index(drop=True)
