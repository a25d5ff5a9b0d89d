"""Find the causes of one week: its parts, and what changed since earlier weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from alerts.causes.model import EarlierWeek
from alerts.causes.rows import compare_weeks, stack_rows
from alerts.causes.standing import standing_causes
from alerts.causes.units import causes_of_units
from alerts.causes.weighed_week import weigh_week
from alerts.detection.organisation.model import OrganisationChanges
from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.policies.policy import Policy


@dataclass(frozen=True)
class Causes:
    """The causes of one week, with the columns of ``alerts.causes.model``.

    * rows: one row per case or post and part of each comparison; case-level.
    * units: the parts of each unit in each comparison.
    * standing: what the load of each unit consists of.
    """

    rows: pd.DataFrame
    units: pd.DataFrame
    standing: pd.DataFrame


def find_causes(
    caseload: Caseload,
    weighed: WeighedCases,
    policy: Policy,
    as_at: date,
    compared: Sequence[EarlierWeek],
    changes: Mapping[date, OrganisationChanges],
) -> Causes:
    """Find the causes of a week; changes: those of the organisation since the earliest compared week, by as-at date."""
    week = weigh_week(caseload, weighed, policy, as_at)
    comparisons = [compare_weeks(earlier, week, changes) for earlier in compared]
    return Causes(stack_rows(comparisons), causes_of_units(comparisons), standing_causes(week))
