"""The sheets that list single cases: warrants, unpaid work, overdue terminations, suspended sentences, lifers."""

from typing import Final

import numpy as np
import pandas as pd

from monitor.extracts.reading.rows import Source
from monitor.extracts.wmt.sheet import FLAGS, no_rejections, read_sheet, reject
from tiering.terms import Setting

ROW_TYPES: Final = tuple("NWUOSLPI")
"""Normal, warrant, unpaid work, overdue termination, suspended sentence, lifer, priority, integrated management."""

MOST_TIERS: Final = 32
"""A tier is a number from 0, for an untiered case, to this."""

_COLUMNS = ("row_type", "case_ref_no", "tier_code", "team_code", "om_key", "location")


def read_flags(opened: Source, owners: pd.MultiIndex) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many cases of each row type every owner has, and the rows that count for no one.

    A flag gives no points: cases that are not worked on are missing from the sheet that is weighed.

    - owners: (om_code, team_code) of every post.
    - Returns om_code, team_code, row_type, setting and cases; and what is rejected.
    """
    parts, rejected = [], [no_rejections()]
    for name in FLAGS:
        rows = read_sheet(opened, name, _COLUMNS)
        kind, tier = rows.text("row_type"), rows.text("tier_code")
        place = rows.text("location").str.lower()
        known = pd.MultiIndex.from_arrays([rows.text("om_key"), rows.text("team_code")]).isin(owners)
        good = np.ones(len(rows.lines), dtype=bool)
        numbers = [str(number) for number in range(MOST_TIERS + 1)]
        for fits, column, reason in (
            (kind.isin(ROW_TYPES), "row_type", f"is not one of {', '.join(ROW_TYPES)}"),
            (tier.isin(numbers), "tier_code", f"is not a tier number from 0 to {MOST_TIERS}"),
            (place.isin(list(Setting)), "location", f"is not one of {', '.join(Setting)}"),
            (pd.Series(known, index=kind.index), "om_key", "is with this team no owner in this workbook"),
        ):
            faulty = good & ~fits.to_numpy(dtype=bool)
            rejected.append(reject(rows, faulty, column, reason))
            good &= ~faulty
        columns = {"om_code": rows.text("om_key"), "team_code": rows.text("team_code"), "row_type": kind}
        parts.append(pd.DataFrame({**columns, "setting": place})[good])
    every = pd.concat(parts, ignore_index=True)
    tallies = every.groupby(list(every.columns), sort=True).size().rename("cases").reset_index()
    return tallies, pd.concat(rejected, ignore_index=True)
