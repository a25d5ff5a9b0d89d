"""One caseload weighed under several policies, unit by unit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.workload import weigh_units

COLUMNS = [
    "policy",
    "level",
    "code",
    "name",
    "parent_code",
    "cases",
    "other_tiers",
    "total_points",
    "available_points",
    "capacity_percentage",
    "band",
]


def weigh_by_policy(caseload: Caseload, policies: Sequence[Policy], as_at: date) -> pd.DataFrame:
    """Weigh every unit under each policy; columns ``COLUMNS``, sorted by policy, level and code.

    A tier that is of no scheme of a policy weighs as untiered there: tiers of two schemes are never mapped to each
    other. ``other_tiers`` counts such cases.
    """
    parts = [_weigh(caseload, policy, as_at).assign(policy=policy.name) for policy in policies]
    rows = pd.concat(parts, ignore_index=True).astype({"policy": "str"})
    return rows[COLUMNS].sort_values(["policy", "level", "code"], ignore_index=True)


def _weigh(caseload: Caseload, policy: Policy, as_at: date) -> pd.DataFrame:
    tier = caseload.cases["tier"]
    other = tier.notna() & ~tier.isin(policy.tiers)
    cases = caseload.cases.assign(tier=tier.mask(other))
    units = _units(replace(caseload, cases=cases), policy, as_at)
    if not other.any():
        return units.assign(other_tiers=0)
    counted = _units(replace(caseload, cases=cases[other]), policy, as_at)[["level", "code", "cases"]]
    units = units.merge(counted.rename(columns={"cases": "other_tiers"}), on=["level", "code"], how="left")
    return units.assign(other_tiers=units["other_tiers"].fillna(0).astype("int64"))


def _units(caseload: Caseload, policy: Policy, as_at: date) -> pd.DataFrame:
    return weigh_units(caseload, weigh_cases(caseload.cases, caseload.offender_managers, policy), policy, as_at)
