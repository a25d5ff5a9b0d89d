"""Roll the items beyond assessments up: how much fell due and was done on time, and how much is late, in every unit."""

from datetime import date, timedelta
from typing import Final

import pandas as pd

from tiering.by_level import by_level
from tiering.policies.policy import Policy
from tiering.terms import Level
from tiering.timeliness.assessments import IDENTITY, timeliness_band

LATE: Final = "late"
DUE: Final = "due"

LEVELS: Final = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)

COUNTS: Final = ["fell_due", "on_time", "overdue", "high_risk_overdue", "due_soon"]

LISTED: Final = [
    "status", "rule", "kind", *IDENTITY, "since", "due_on", "days_overdue", "overdue", "high_risk",
]  # fmt: skip
RATES: Final = ["level", "code", "rule", *COUNTS[:2], "percentage", "band", *COUNTS[2:]]


def late_and_due(items: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """The items not done that are late, or that fall due from ``as_at`` to the policy's horizon, both days included.

    Returns the items in their order, columns ``LISTED``: status is late or due; days_overdue are calendar days, missing
    if it is not late.
    """
    last = pd.Timestamp(as_at + timedelta(days=policy.due_soon))
    late = items["overdue"]
    soon = items["done_on"].isna() & items["due_on"].between(pd.Timestamp(as_at), last)
    kept = items[late | soon].reset_index(drop=True)
    status = pd.Series(DUE, index=kept.index, dtype="str").mask(kept["overdue"], LATE)
    days = (pd.Timestamp(as_at) - kept["due_on"]).dt.days.astype("Int64").where(kept["overdue"])
    return kept.assign(status=status, days_overdue=days)[LISTED]


def count_rates(items: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """Calculate for every unit from the team up and every rule what fell due in the policy's window, and what is late.

    Returns one row per level, unit and rule with any item that counts, sorted by these: fell_due and on_time (items,
    in the window), percentage and band (missing if nothing fell due), overdue, high_risk_overdue and due_soon (items,
    now). Timely is not the same as good: the share says nothing about the content.
    """
    today, horizon = pd.Timestamp(as_at), pd.Timestamp(as_at + timedelta(days=policy.due_soon))
    first = pd.Timestamp(as_at - timedelta(days=policy.timeliness_window))
    fell_due = items["due_on"].gt(first) & items["due_on"].le(today)
    counted = items.assign(
        fell_due=fell_due,
        on_time=fell_due & items["done_on"].le(items["due_on"]),
        high_risk_overdue=items["overdue"] & items["high_risk"],
        due_soon=items["done_on"].isna() & items["due_on"].between(today, horizon),
    )
    teams = counted.groupby(["team_code", "office_code", "cluster_code", "area_code", "rule"])[COUNTS].sum()
    teams = teams[teams.any(axis=1)].reset_index()
    key = ["level", "code", "rule"]
    rates = by_level(teams, LEVELS, ["rule", *COUNTS]).groupby(key)[COUNTS].sum().reset_index()
    rates = rates.astype({**dict.fromkeys(key, "str"), **dict.fromkeys(COUNTS, "int64")})
    rates["percentage"] = (100 * rates["on_time"] / rates["fell_due"]).where(rates["fell_due"].gt(0))
    bands = [
        timeliness_band(done, due, policy.timeliness_bands) if due else None
        for done, due in zip(rates["on_time"].tolist(), rates["fell_due"].tolist(), strict=True)
    ]
    rates["band"] = pd.Series(bands, dtype="str", index=rates.index)
    return rates[RATES].sort_values(key, ignore_index=True)
