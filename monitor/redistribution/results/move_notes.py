"""Add to the moves of a plan what someone who is handed only the list of moves needs to know."""

from collections.abc import Iterable

import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.scenario.remarks import AcceptedRisk

NOTES = ["over_line", "holder_changes", "accepted_risk"]


def add_notes(moves: pd.DataFrame, plan: Plan, accepted: Iterable[AcceptedRisk]) -> pd.DataFrame:
    """Add the columns ``NOTES`` after all others.

    - moves: with the columns crn and from_om_code.
    - over_line: whether the case goes above the line, because no one below it can take the case.
    - holder_changes: of the case in the last 52 weeks; missing if no stored week could be read.
    - accepted_risk: the dangerous cases that stay with the giver, or with no one if the case is unallocated: why, and
      by whom it is accepted; missing if there are none.
    """
    cases = plan.problem.cases
    over_line = moves["crn"].isin(cases["crn"][plan.solution.over_line])
    counts = dict(zip(cases["crn"], cases["holders_changed"], strict=True)) if plan.baseline.holders.weeks else {}
    changes = pd.Series([counts.get(crn) for crn in moves["crn"]], dtype="Int64", index=moves.index)
    risks: dict[str, list[str]] = {}
    for risk in accepted:
        says = f"{risk.crn} stays: {risk.reason} (accepted by {risk.accepted_by})"
        risks.setdefault(risk.om_code or "", []).append(says)
    stays = moves["from_om_code"].fillna("").map({om_code: "; ".join(says) for om_code, says in risks.items()})
    return moves.assign(over_line=over_line, holder_changes=changes, accepted_risk=stays.astype("str"))
