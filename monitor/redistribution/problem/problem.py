"""The question: which cases, which posts, who may take what, and what each move costs."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.cases import scope_cases, settle
from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.problem.eligibility import classify
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.problem.posts import all_posts, scope_people, scope_posts
from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.policy import Policy

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """A question to be solved.

    posts: one row a post in scope; columns om_code, team_code, om_name, grade, team_type, office_code, office_name,
        cluster_code, cluster_name, person (row of people), available (points, Fraction), unrounded (duties, the same),
        open (may receive at all).
    people: one row a person with a post in scope; om_code, name, team_code (main post), grade, available and fixed
        (points over all posts, Fraction; fixed: duties, and cases of posts outside the scope), outside_cases,
        outside_high_points, outside_high_cases, locked, newly_qualified, mixed (posts outside the scope too).
    cases: one row a case held in scope, by CRN; crn, from_om_code (missing: unallocated), from_team_code, tier, rosh,
        setting, points, exact (whole ``unit``), number_of_cases, post (row of posts, -1: nobody), office_code,
        office_name, cluster_code, team_type, mappa_level, release_on, next_due, high, only_po, not_trainee, recent,
        release_soon, review_soon, cost, needs_placing, forced, locked, why_locked, fixed_to (row of posts, or -1), kind
        (row of eligible).
    eligible: whether a kind of case (row) may go to a post (column).
    unit: points of one whole of ``exact``.
    """

    posts: pd.DataFrame
    people: pd.DataFrame
    cases: pd.DataFrame
    eligible: Flags
    unit: Fraction
    policy: Policy
    prices: Costs
    limits: Limits
    as_at: date

    @property
    def start(self) -> Integers:
        """Who holds each case now: row of posts, or -1."""
        return self.cases["post"].to_numpy(dtype=np.int64)


def pose(
    caseload: Caseload,
    weighed: WeighedCases,
    policy: Policy,
    prices: Costs,
    teams: frozenset[str],
    limits: Limits,
    locks: Locks,
    as_at: date,
) -> Problem:
    """The question for the cases and posts of ``teams`` (codes), as they stand on ``as_at``."""
    held = all_posts(caseload, weighed, policy, teams, as_at)
    people = scope_people(held, prices, locks.om_codes, as_at)
    posts = scope_posts(held, locks.om_codes)
    posts["person"] = pd.Index(people["om_code"]).get_indexer(pd.Index(posts["om_code"]))
    cases, exact = scope_cases(caseload, weighed, policy, prices, posts, teams, as_at)
    common = int(np.gcd.reduce(exact)) or 1
    cases = settle(cases, posts, exact // common, locks)
    cases["kind"], eligible = classify(cases, posts, people, prices, locks.barred, limits.between_clusters)
    unit = Fraction(common, weighed.units)
    return Problem(posts, people, cases, eligible, unit, policy, prices, limits, as_at)
