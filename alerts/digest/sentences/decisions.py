"""What was decided about a hotspot, in one line."""

from alerts.detection import phrases
from alerts.digest.ranking import FollowUp, Hotspot
from alerts.follow_through.decisions import Decision
from alerts.wording import change_text, clean, day_and_month, percent


def decision_line(spot: Hotspot) -> str:
    """What was decided and what has happened since, or that a decision is due; empty if there is nothing to say."""
    answer = spot.follow_up
    if answer is None:
        return ""
    if answer.decision is not None and answer.decision.is_in_force:
        return f"{decision_text(answer.decision, is_overdue=answer.is_overdue)}{_since_in_short(answer)}"
    withdrawn = "" if answer.decision is None else f"{withdrawal(answer.decision)} "
    asked = f"No decision recorded for {phrases.lasting(spot.weeks, at_least=spot.at_least)}."
    if answer.is_asked:
        return f"{withdrawn}No decision is in force." if withdrawn else asked
    return withdrawn.strip()


def asks_for_link(spot: Hotspot) -> bool:
    """Whether the line asks the reader to record a decision."""
    return spot.follow_up is not None and spot.follow_up.is_asked


def decision_text(decision: Decision, *, is_overdue: bool) -> str:
    """One decision in force: when, whose, what, and its review."""
    day = "" if decision.review_on is None else day_and_month(decision.review_on)
    review = f"review overdue since {day}" if is_overdue else f"review {day}"
    return f"Decided {day_and_month(decision.decided_on)}, {clean(decision.owner)}: {decision.kind.words}, {review}."


def withdrawal(decision: Decision) -> str:
    return f"Withdrawn {day_and_month(decision.decided_on)}, {clean(decision.owner)}."


def since_then(answer: FollowUp) -> str:
    """The capacity at the decision and now, for pages; empty where they do not compare."""
    if not change_text(answer.change):
        return ""
    return f"Since then {percent(answer.then)} → {percent(answer.now)}, {change_text(answer.change)}."


def _since_in_short(answer: FollowUp) -> str:
    change = change_text(answer.change)
    return f" Since then {change}." if change else ""
