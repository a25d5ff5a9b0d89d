"""Turnover, sickness and experience of a scope in words."""

import math

from alerts.digest.scope.staffing import Staff, StaffSickness, StaffTurnover
from alerts.wording import choose, count_of, number, percent


def staff_lines(staff: Staff | None) -> list[str]:
    """At most two lines: the whole scope, and the parts that stand out; none if nothing is known."""
    if staff is None:
        return []
    whole = [
        _turnover(staff.turnover, staff.smallest),
        _sickness(staff.sickness),
        _experience(staff.inexperienced),
    ]
    parts = [_most_leavers(staff.most_leavers, staff.smallest), _most_sickness(staff.most_sickness)]
    lines = (" ".join(filter(None, sentences)) for sentences in (whole, parts))
    return [line for line in lines if line]


def _turnover(turnover: StaffTurnover | None, smallest: int) -> str:
    if turnover is None:
        return ""
    left, joined = (_count(people, smallest) for people in (turnover.leavers, turnover.joiners))
    now = f"{number(turnover.people)} {choose(turnover.people, 'is', 'are')} in post now"
    return f"In {count_of(turnover.weeks, 'week')} {left} left and {joined} joined; {now}."


def _count(people: int, smallest: int) -> str:
    """A number of people; a small one is not said exactly, so that it gives no one away."""
    return f"fewer than {number(smallest)} people" if 0 < people < smallest else count_of(people, "person")


def _sickness(sickness: StaffSickness | None) -> str:
    if sickness is None:
        return ""
    mean = f"; {percent(sickness.mean)} over {count_of(sickness.weeks, 'week')}" if sickness.weeks > 1 else ""
    return f"{percent(sickness.percentage)} of contracted hours are lost to sickness{mean}."


def _experience(inexperienced: float) -> str:
    return "" if math.isnan(inexperienced) else f"{percent(inexperienced)} of offender managers are inexperienced."


def _most_leavers(most: StaffTurnover | None, smallest: int) -> str:
    if most is None:
        return ""
    left = f"{_count(most.leavers, smallest)}; {number(most.people)} in post now"
    return f"Most left for its size: {most.unit.name} ({left})."


def _most_sickness(most: StaffSickness | None) -> str:
    return "" if most is None else f"Most hours lost to sickness: {most.unit.name} ({percent(most.percentage)})."
