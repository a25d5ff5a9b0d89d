"""Recorded outages in words, next to what is late."""

from collections.abc import Sequence

from alerts.detection.outages import Outage
from alerts.wording import clean, count_of, date_range, long_date, number


def outage_lines(outages: Sequence[Outage]) -> list[str]:
    """One sentence per outage: when it was, of what, and what fell due then."""
    return [_outage_line(outage) for outage in outages]


def _outage_line(outage: Outage) -> str:
    first, last = outage.starts_on, outage.ends_on
    when = f"since {long_date(first)}" if last is None else date_range(first, last)
    place = f"{clean(outage.place)}, " if outage.place else ""
    return f"Outage recorded: {clean(outage.what)} ({place}{when}). {_due_then(outage)}"


def _due_then(outage: Outage) -> str:
    """What of the overdue assessments fell due during an outage."""
    if not outage.overdue:
        return "None of the overdue assessments fell due then."
    due = f"{count_of(outage.overdue, 'overdue assessment')} fell due then"
    if not outage.high_risk_overdue:
        return f"{due}, none of high RoSH."
    if outage.overdue == 1:
        return f"{due}, of high RoSH."
    return f"{due}, {number(outage.high_risk_overdue)} of high RoSH."
