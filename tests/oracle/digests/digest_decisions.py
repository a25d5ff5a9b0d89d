"""What was decided about a hotspot, and who cannot carry their caseload, from plain rows, and the lines they make."""

from .digest_figures import Truth
from .digest_outcomes import since_line
from .digest_rows import PlainDecision, UnitRow
from .digest_words import short_date


def decision_about(truth: Truth, row: UnitRow) -> PlainDecision | None:
    """The decision that counts: the last about each rule, of these the last in force, else the last withdrawn.

    Rules that make it a hotspot now, or, of a hotspot that has ended, those that did the week before.
    """
    best: PlainDecision | None = None
    states = truth.rules_of((row.level, row.code))
    live = [rule for rule, (now, _) in states.items() if now]
    for rule in live or [rule for rule, (_, was) in states.items() if was]:
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
    since = since_line(truth, row, made)
    return f"Decided {short_date(made.decided_on)}, {made.owner}: {made.kind}, {review}.{since}"


def outcome_line(truth: Truth, row: UnitRow) -> str:
    """The line about a hotspot that has ended; empty if nothing was in force."""
    made = decision_about(truth, row)
    if made is None or made.review_on is None:
        return ""
    return f"Decided {short_date(made.decided_on)}, {made.owner}: {made.kind}.{since_line(truth, row, made)}"


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
