"""Carry moves out on the rows of a caseload: who holds each case from the as-at date on."""

from datetime import date

import numpy as np
import pandas as pd

from tiering.caseload import CASES, Caseload


def carry_out(caseload: Caseload, moves: pd.DataFrame, as_at: date) -> Caseload:
    """The caseload with every move done: holder, team, and allocated on the as-at date; all other rows as they are.

    moves: columns crn, to_om_code, to_team_code. Raises KeyError for a CRN that is not there.
    """
    cases = caseload.cases.copy()
    rows = pd.Index(cases["crn"]).get_indexer(pd.Index(moves["crn"]))
    if (rows < 0).any():
        raise KeyError(sorted(moves["crn"][rows < 0]))
    today = np.full(len(moves), pd.Timestamp(as_at).to_datetime64())
    written = {"om_code": moves["to_om_code"], "team_code": moves["to_team_code"], "allocated_on": today}
    for name, values in written.items():
        column = cases[name].to_numpy(dtype=object)
        column[rows] = np.asarray(values, dtype=object)
        cases[name] = pd.array(column, dtype=CASES.column(name).kind.dtype)
    tables = caseload.tables() | {CASES.name: cases}
    return Caseload(**tables)
