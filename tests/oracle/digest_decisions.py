"""What was decided about a hotspot, and who cannot carry their caseload, from plain rows, and the lines they make."""

from datetime import timedelta
from math import isnan, nan

from .digest_figures import Truth
from .digest_rows import SMALL_TEAM, PlainDecision, UnitRow
from .digest_words import short_date


def decision_about(truth: Truth, row: UnitRow) -> PlainDecision | None:
    """The decision that counts: the last about each rule, of these the last in force, else the last withdrawn."""
    best: PlainDecision | None = None
    for rule in ("over_threshold", "hot_and_late", "no_capacity"):
        last: PlainDecision | None = None
        for made in truth.decisions:
            if (made.rule, made.level, made.code) == (rule, row.level, row.code):
                last = made if last is None or made.number > last.number else last
        if last is None:
            continue
        rank = (last.review_on is not None, last.decided_on)
        if best is None or rank > (best.review_on is not None, best.decided_on):
            best = last
    return best


def waits_for_decision(truth: Truth, row: UnitRow) -> bool:
    """Whether the rules ask for a decision and none is in force."""
    made = decision_about(truth, row)
    return truth.asks_for_decision(row) and (made is None or made.review_on is None)


def is_review_overdue(truth: Truth, row: UnitRow) -> bool:
    made = decision_about(truth, row)
    return made is not None and made.review_on is not None and made.review_on < truth.now.as_at


def change_since(truth: Truth, row: UnitRow, decision: PlainDecision) -> float:
    """Percentage points since the week of a decision, like with like; nan where they do not compare."""
    monday = truth.now.as_at - timedelta(days=truth.now.as_at.weekday())
    for week in truth.history:
        is_it = week.as_at.isocalendar()[:2] == decision.as_at.isocalendar()[:2]
        if is_it and week is not truth.now and week.as_at >= monday - timedelta(weeks=26):
            key = (row.level, row.code)
            figures, then = truth.figures(key, week), week.units.get(truth.key_then(key, week))
            if figures and then and then.people >= SMALL_TEAM and week.weights == truth.now.weights:
                return row.capacity - figures.capacity
    return nan


def decision_line(truth: Truth, row: UnitRow) -> str:
    """The line that the digest must have; empty if it must have none."""
    made, asked = decision_about(truth, row), waits_for_decision(truth, row)
    if made is None:
        life = truth.life((row.level, row.code))
        least = "at least " if truth.begins_with_history(life.since) else ""
        return f"No decision recorded for {least}{life.weeks} weeks." if asked else ""
    if made.review_on is None:
        gone = f"Withdrawn {short_date(made.decided_on)}, {made.owner}."
        return f"{gone} No decision is in force." if asked else gone
    day = short_date(made.review_on)
    review = f"review overdue since {day}" if is_review_overdue(truth, row) else f"review {day}"
    change = change_since(truth, row, made)
    size = f"{abs(change):.1f}"
    way = "no change" if size == "0.0" else f"{'up' if change > 0 else 'down'} {size} pp"
    since = "" if isnan(change) else f" Since then {way}."
    return f"Decided {short_date(made.decided_on)}, {made.owner}: {made.kind}, {review}.{since}"


def concerns_line(truth: Truth) -> str:
    """How many offender managers of the scope cannot carry their caseload; empty if no one says so."""
    inside = truth.concerns_inside()
    waits = [(truth.now.as_at - concern.waits_since).days for concern in inside if concern.waits_since is not None]
    if not inside:
        return ""
    who = "1 offender manager says" if len(inside) == 1 else f"{len(inside)} offender managers say"
    if not waits:
        rest = "it is answered" if len(inside) == 1 else "all are answered"
    else:
        days = max(waits)
        which = ", the longest" if len(waits) > 1 else ""
        since = "" if days < 1 else f"{which} for {days} day{'' if days == 1 else 's'}"
        rest = f"{len(waits)} unanswered{since}"
    return f"{who} that they cannot carry their caseload safely; {rest}."
