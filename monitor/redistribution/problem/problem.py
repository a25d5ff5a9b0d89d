"""Pose the problem: which cases, which posts, who may take what, and what each move costs.

Points are counted in whole units of their greatest common part, so that loads are exact and the figures of a plan match
those of an ordinary run to the last digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.cases import scope_cases, settle
from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.problem.eligibility import classify
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.problem.penalty import Penalty, penalty_of
from monitor.redistribution.problem.posts import all_posts, scope_people, scope_posts
from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.policies.policy import Policy

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ANYWHERE = -2
"""The earlier holder of a case whose earlier move is no longer possible: wherever it goes, it breaks no promise."""

EarlierMoves = Mapping[str, tuple[str, str]]
"""The moves of an earlier plan: om_code and team_code of the receiver, by CRN."""


@dataclass(frozen=True)
class Problem:
    """A problem for the solver.

    posts: one row per post in scope, by om_code and team_code:

    - om_code, team_code, om_name, grade, team_type, office_code, office_name, cluster_code, cluster_name
    - person: row of people
    - available, unrounded: points as Fraction; what it can carry, and its duties
    - open: whether it may receive at all

    people: one row per person with a post in scope, by om_code:

    - om_code, name, team_code (of the main post), grade
    - available, fixed: points over all posts as Fraction; fixed are duties, and cases of posts outside the scope
    - outside_cases, outside_high_points, outside_high_cases: held in posts outside the scope
    - locked, newly_qualified, mixed (has posts outside the scope too)

    cases: one row per case held in scope, by CRN:

    - crn, from_om_code (missing: unallocated), from_team_code, tier, rosh, setting, mappa_level, release_on, next_due
    - points, exact (in whole ``unit``), number_of_cases
    - post (row of posts, -1: no one), office_code, office_name, cluster_code, team_type
    - holders_changed: changes of offender manager in the last 52 weeks
    - high, only_po, not_trainee, recent, changed_often, release_soon, review_soon: see problem.cases
    - cost: of moving it within its office
    - needs_placing, forced (needs placing and may move), locked, why_locked
    - fixed_to: row of posts of a named move, or -1
    - kind: row of eligible

    eligible: whether a kind of case (row) may go to a post (column).
    earlier: the holder of each case under the plan that the scenario is based on, row of posts or -1; ``ANYWHERE`` for
    a case without such a promise, and so for every case if there is no earlier plan.
    unit: points of one whole of ``exact``.
    """

    posts: pd.DataFrame
    people: pd.DataFrame
    cases: pd.DataFrame
    eligible: Flags
    earlier: Integers
    unit: Fraction
    policy: Policy
    costs: Costs
    limits: Limits
    as_at: date

    @property
    def start(self) -> Integers:
        """The holder of each case now: row of posts, or -1."""
        return self.cases["post"].to_numpy(dtype=np.int64)

    @property
    def line(self) -> Fraction:
        """The capacity percentage above which a person counts as over."""
        return Fraction(self.policy.bands.red_above)

    @property
    def receivers_line(self) -> Fraction:
        """The capacity percentage that no one is lifted above by choice: the line less the margin asked for."""
        return max(self.line - Fraction(repr(self.limits.margin)), Fraction(0))

    @cached_property
    def penalty(self) -> Penalty:
        """The penalty of a person's load."""
        return penalty_of(self.costs, float(self.line))


def pose(
    caseload: Caseload,
    weighed: WeighedCases,
    policy: Policy,
    costs: Costs,
    teams: frozenset[str],
    limits: Limits,
    locks: Locks,
    as_at: date,
    based_on: EarlierMoves | None = None,
    holders_changed: "pd.Series[int] | None" = None,
) -> Problem:
    """Pose the problem for the cases and posts of ``teams`` (codes), as they are on ``as_at``.

    - based_on: the moves of the plan that is to be kept where it can be; None for no such plan.
    - holders_changed: changes of offender manager in the last 52 weeks, by CRN; none if it is not given.
    """
    held = all_posts(caseload, weighed, policy, teams, as_at)
    people = scope_people(held, costs, locks.om_codes, as_at)
    posts = scope_posts(held, locks.om_codes)
    posts["person"] = pd.Index(people["om_code"]).get_indexer(pd.Index(posts["om_code"]))
    cases, exact = scope_cases(caseload, weighed, policy, costs, posts, teams, as_at, holders_changed)
    # The greatest common part keeps the whole numbers, and so the coefficients of the model, as small as possible.
    common = int(np.gcd.reduce(exact)) or 1
    cases = settle(cases, posts, exact // common, locks)
    cases["kind"], eligible = classify(cases, posts, people, costs, locks.barred, limits.between_clusters)
    unit = Fraction(common, weighed.units)
    earlier = np.full(len(cases), ANYWHERE) if based_on is None else earlier_holder(cases, posts, eligible, based_on)
    return Problem(posts, people, cases, eligible, earlier, unit, policy, costs, limits, as_at)


def earlier_holder(cases: pd.DataFrame, posts: pd.DataFrame, eligible: Flags, moves: EarlierMoves) -> Integers:
    """Find the holder of each case under an earlier plan: row of posts, -1, or ``ANYWHERE`` for an impossible move.

    A move is impossible if a lock now keeps the case, or if the rules no longer let the receiver take it.
    """
    start, fixed = (cases[name].to_numpy(dtype=np.int64) for name in ("post", "fixed_to"))
    row_of = {key: row for row, key in enumerate(zip(posts["om_code"], posts["team_code"], strict=True))}
    holder = start.copy()
    moved = np.flatnonzero(cases["crn"].isin(moves))
    to = np.array([row_of.get(moves[crn], ANYWHERE) for crn in cases["crn"].iloc[moved]], dtype=np.int64)
    kinds = cases["kind"].to_numpy(dtype=np.int64)[moved]
    known = to >= 0
    allowed = known & ~cases["locked"].to_numpy(dtype=bool)[moved]
    allowed[known] &= eligible[kinds[known], to[known]]
    holder[moved] = np.where(allowed | (to == fixed[moved]) | (to == start[moved]), to, ANYWHERE)
    return holder
