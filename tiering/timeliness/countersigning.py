"""Draw the countersigned plans that a second SPO reads again, so that both judge by the same standard.

*A Stalled Journey* (2009) asked managers to "benchmark consistently the quality of practice".
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Final, NamedTuple

import pandas as pd

from tiering.capacity import has_left
from tiering.caseload import Caseload
from tiering.policies.policy import CountersigningSample, Policy
from tiering.terms import Grade, Rosh
from tiering.timeliness.coming import PLACES, PLAN_KINDS

COLUMNS: Final = [
    "month", "spo_code", "second_spo_code", "crn", "om_code", "team_code", *PLACES, "rosh", "kind", "completed_on",
    "countersigned_on", "drawn", "countersigned",
]  # fmt: skip
_KEY: Final = ["team_code", "crn", "kind", "completed_on", "countersigned_on"]
_STRATA: Final = (*(rosh.value for rosh in reversed(Rosh)), "")
Plan = Mapping[str, Any]


def benchmark_plans(caseload: Caseload, weighed: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """Draw plans countersigned in the calendar month before that of ``as_at``; columns ``COLUMNS``, sorted by ``_KEY``.

    - weighed: the cases with the post that holds each, from tiering.points: columns crn, om_code.

    A plan counts for the SPO who countersigned it, if the extract has the code of one in post. The other plans of a
    team count as those of its SPOs in post, or of those of its office if it has none: ``spo_code`` has the codes,
    joined by "; ", and so many plans are drawn as the policy has for each of them. They are dealt one from each RoSH in
    turn, the highest first, and within one RoSH in an order that only the policy's seed and the plan decide: anyone who
    draws again, on any day of the month, draws the same.

    - second_spo_code: an SPO of the case's office who is none of these, else of the cluster; missing if there is none.
    - drawn, countersigned: plans of this RoSH drawn for these SPOs, and how many they are drawn from.

    No rows if the policy has no ``countersigning_sample``, and none for a team whose office has no SPO.
    """
    numbers = policy.countersigning_sample
    plans = _plans_of_month(caseload, weighed, as_at)
    if numbers is None or plans.empty:
        return _frame([])
    spos = _spos_of_teams(caseload, as_at)
    rows: list[dict[str, Any]] = []
    in_post = {code for of_team in spos.values() for code in of_team.in_cluster}
    signed = plans["countersigned_by"].where(plans["countersigned_by"].isin(in_post))
    for signer, of_signer in plans.groupby(signed):
        rows += _drawn([str(signer)], of_signer, spos, numbers)
    for team, of_team in plans[signed.isna()].groupby("team_code"):
        rows += _drawn(spos[str(team)].own, of_team, spos, numbers)
    return _frame(rows)


def _drawn(
    own: Sequence[str], plans: pd.DataFrame, spos: Mapping[str, "_Spos"], numbers: CountersigningSample
) -> list[dict[str, Any]]:
    """The plans drawn for some SPOs, each with a second one who is none of them."""
    drawn = draw_plans(plans.to_dict("records"), len(own) * numbers.plans_per_spo, numbers.seed)
    return [
        {**plan, "spo_code": "; ".join(own), **_second(plan, spos[plan["team_code"]].others(own), numbers.seed)}
        for plan in drawn
    ]


def month_before(as_at: date) -> date:
    """The first day of the calendar month before."""
    return (as_at.replace(day=1) - timedelta(days=1)).replace(day=1)


def draw_plans(plans: Sequence[Mapping[Any, Any]], most: int, seed: int) -> list[dict[str, Any]]:
    """Draw up to ``most`` plans, one from each RoSH in turn, the highest first.

    Each comes with ``drawn`` and ``countersigned``: of its RoSH, how many were drawn and how many there were.
    """
    by_risk = {risk: [plan for plan in plans if _risk(plan) == risk] for risk in _STRATA}
    shuffled = [sorted(group, key=lambda plan: _lot(plan, seed)) for group in by_risk.values()]
    in_turn = [plan for turn in zip_longest(*shuffled) for plan in turn if plan is not None]
    chosen = in_turn[:most]
    return [
        {
            **plan,
            "drawn": sum(_risk(other) == _risk(plan) for other in chosen),
            "countersigned": len(by_risk[_risk(plan)]),
        }
        for plan in chosen
    ]


def _plans_of_month(caseload: Caseload, weighed: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Each plan countersigned in the month before, once, with its case and where that is."""
    first, end = pd.Timestamp(month_before(as_at)), pd.Timestamp(as_at.replace(day=1))
    done = caseload.assessments
    signed = done[done["kind"].isin(PLAN_KINDS) & done["countersigned_on"].ge(first) & done["countersigned_on"].lt(end)]
    plan = ["crn", "kind", "completed_on", "countersigned_on"]
    # A plan that is listed twice counts once, for the first of those who are named.
    once = signed[[*plan, "countersigned_by"]].sort_values("countersigned_by").drop_duplicates(plan)
    cases = caseload.cases[["crn", "team_code", "rosh"]].merge(weighed[["crn", "om_code"]], on="crn")
    places = caseload.organisation[["team_code", *PLACES]]
    return once.merge(cases, on="crn").merge(places, on="team_code").assign(month=first)


class _Spos(NamedTuple):
    """The SPOs in post for one team, sorted by code: its own or else those of its office, and all further ones."""

    own: list[str]
    in_office: list[str]
    in_cluster: list[str]

    def others(self, own: Sequence[str]) -> list[list[str]]:
        """Those who are none of ``own``: first of the office, then of the cluster."""
        return [[code for code in near if code not in own] for near in (self.in_office, self.in_cluster)]


def _spos_of_teams(caseload: Caseload, as_at: date) -> dict[str, _Spos]:
    """The SPOs of every team."""
    posts = caseload.offender_managers
    posts = posts[posts["grade"].eq(Grade.SPO) & ~has_left(posts, as_at)]
    held = posts[["om_code", "team_code"]].merge(caseload.organisation, on="team_code")
    within = {
        level: {str(code): sorted(set(group["om_code"])) for code, group in held.groupby(f"{level}_code")}
        for level in ("team", "office", "cluster")
    }
    spos = {}
    for team, office, cluster in caseload.organisation[["team_code", *PLACES[:2]]].itertuples(index=False):
        of_office = within["office"].get(office, [])
        spos[str(team)] = _Spos(within["team"].get(team, of_office), of_office, within["cluster"].get(cluster, []))
    return spos


def _second(plan: Plan, others: Iterable[Sequence[str]], seed: int) -> dict[str, str | None]:
    """A second SPO for a plan, from the nearest who are not those of its team."""
    nearest: Iterator[Sequence[str]] = (near for near in others if near)
    choice = next(nearest, [])
    lot = int(_lot(plan, seed), 16)
    return {"second_spo_code": choice[lot % len(choice)] if choice else None}


def _risk(plan: Plan) -> str:
    return plan["rosh"] if isinstance(plan["rosh"], str) else ""


def _lot(plan: Plan, seed: int) -> str:
    """The lot of a plan: looks like chance, and is the same whenever it is drawn."""
    days = (f"{plan[name]:%Y-%m-%d}" for name in ("completed_on", "countersigned_on"))
    return hashlib.sha256("|".join([str(seed), plan["crn"], plan["kind"], *days]).encode()).hexdigest()


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    texts = [name for name in COLUMNS if name.endswith("_code") or name in ("crn", "rosh", "kind")]
    days = ("month", "completed_on", "countersigned_on")
    dtypes = dict.fromkeys(texts, pd.StringDtype(na_value=float("nan"))) | dict.fromkeys(days, "datetime64[s]")
    counts = dict.fromkeys(("drawn", "countersigned"), "int64")
    return pd.DataFrame(rows, columns=COLUMNS).astype({**dtypes, **counts}).sort_values(_KEY, ignore_index=True)
