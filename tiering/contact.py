"""Count the cases with suspended contact, and those that a national prioritisation touches, apart from all others."""

import numpy as np
import pandas as pd

from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.terms import PRIORITISED, Activity, Level
from tiering.workload import ALL

APART = (Activity.SUSPENDED, *PRIORITISED)
"""The activities that are counted apart."""

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
COLUMNS = ["level", "code", "activity", "cases", "points", "full_points"]


def count_contact(caseload: Caseload, weighed: WeighedCases) -> pd.DataFrame:
    """Count cases and points by unit and activity; columns ``COLUMNS``, sorted by level, code and activity.

    - points: what the cases weigh.
    - full_points: what they would weigh as active cases, so that the difference is the effect on the unit.

    A unit without such cases has no row.
    """
    cases = weighed.frame[weighed.frame["activity"].isin(APART)]
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)
    rows = pd.DataFrame(
        {
            "team_code": cases["team_code"],
            "activity": cases["activity"],
            "cases": number,
            "points": cases["points"],
            "full_points": (cases["tier_points"] + cases["rosh_points"]) * number,
        }
    ).merge(caseload.organisation, on="team_code", validate="many_to_one")
    parts = []
    # Without a case, one level has all that the others would: nothing.
    for level in LEVELS if len(rows) else LEVELS[:1]:
        code = ALL if level is Level.ALL else rows[f"{level}_code"]
        grouped = rows.assign(level=level.value, code=code).groupby(["level", "code", "activity"], as_index=False)
        parts.append(grouped[["cases", "points", "full_points"]].sum())
    text = {"level": "str", "code": "str", "activity": "str"}
    return pd.concat(parts)[COLUMNS].astype(text).sort_values(COLUMNS[:3], ignore_index=True)
