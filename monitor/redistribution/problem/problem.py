"""Pose the problem: which cases, which posts, who may take what, and what each move costs.

Points are counted in whole units of their greatest common part, so that loads are exact and the figures of a plan match
those of an ordinary run to the last digit.
"""

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
    unit: points of one whole of ``exact``.
    """

    posts: pd.DataFrame
    people: pd.DataFrame
    cases: pd.DataFrame
    eligible: Flags
    unit: Fraction
    policy: Policy
    costs: Costs
    limits: Limits
    as_at: date

    @property
    def start(self) -> Integers:
        """The holder of each case now: row of posts, or -1."""
        return self.cases["post"].to_numpy(dtype=np.int64)


def pose(
    caseload: Caseload,
    weighed: WeighedCases,
    policy: Policy,
    costs: Costs,
    teams: frozenset[str],
    limits: Limits,
    locks: Locks,
    as_at: date,
    holders_changed: "pd.Series[int] | None" = None,
) -> Problem:
    """Pose the problem for the cases and posts of ``teams`` (codes), as they are on ``as_at``.

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
    return Problem(posts, people, cases, eligible, unit, policy, costs, limits, as_at)
