"""The synthetic London of twenty weeks, made once for every test of its folder."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.sample import sample_weeks
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.workload import weigh_units

LAST = date(2026, 11, 20)
Tables = dict[str, pd.DataFrame]
Weeks = dict[date, Tables]
Capacity = Callable[[str, str, int], float]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(Path("config"), "london-2009", LAST)


@pytest.fixture(scope="session")
def weeks(policy: Policy) -> Weeks:
    return dict(sample_weeks(weeks=20, cases=12_000, seed=2009, last_as_at=LAST, policy=policy))


@pytest.fixture(scope="session")
def capacity(weeks: Weeks, policy: Policy) -> Capacity:
    """Capacity percentage of a unit, so many weeks before the last extract."""
    weighed: dict[date, pd.Series] = {}

    def percentage(level: str, code: str, back: int) -> float:
        as_at = LAST - timedelta(weeks=back)
        if as_at not in weighed:
            caseload = Caseload(**weeks[as_at])
            cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
            units = weigh_units(caseload, cases, policy, as_at)
            weighed[as_at] = units.set_index(["level", "code"])["capacity_percentage"]
        return float(weighed[as_at][level, code])

    return percentage
