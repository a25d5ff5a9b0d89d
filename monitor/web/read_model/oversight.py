"""What a unit owes beyond assessments: enforcement, contacts, management oversight and supervision."""

import pandas as pd

from monitor.snapshots.contracts.frames import OVERSIGHT_RATES
from monitor.web.read_model.snapshot import SnapshotView


def oversight_of(week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    """Return the rates of a unit by rule, most overdue first; no rows if its service records none of it."""
    if not week.has_frame(OVERSIGHT_RATES.name):
        return OVERSIGHT_RATES.empty()
    indexed = week.indexed(OVERSIGHT_RATES.name)
    rates = indexed.frame.iloc[indexed.rows_of_units([(level, code)])]
    return rates.sort_values(["high_risk_overdue", "overdue", "rule"], ascending=[False, False, True])
