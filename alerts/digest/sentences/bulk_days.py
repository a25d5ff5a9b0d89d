"""Days on which far more assessments were completed or countersigned than usual, in plain words."""

from collections.abc import Sequence

from alerts.digest.scope.bulk_days import BulkDay
from alerts.wording import count_of, day_and_month, hours, number
from tiering.timeliness.bulk_days import COUNTERSIGNED

WHAT_IT_MAY_MEAN = (
    "It can be a day set aside for it, a backlog recorded at once, or work done without the time it needs: ask before "
    "you judge."
)


def bulk_line(days: Sequence[BulkDay]) -> str:
    """The day furthest from its unit's usual day, and how many more there are; empty if there is none."""
    if not days:
        return ""
    more = f" {count_of(len(days) - 1, 'more such day')} in this period." if len(days) > 1 else ""
    return f"Many on one day: {_of_day(days[0])}.{more} {WHAT_IT_MAY_MEAN}"


def _of_day(day: BulkDay) -> str:
    done = "countersigned" if day.what == COUNTERSIGNED else "completed"
    usual = "where none is usual" if day.times_usual is None else f"{hours(day.times_usual)} times its usual day"
    near = f"; {number(day.near_deadline)} of them were close to their due date" if day.near_deadline else ""
    return f"{day.unit.name} {done} {count_of(day.assessments, 'assessment')} on {day_and_month(day.on)}, {usual}{near}"
