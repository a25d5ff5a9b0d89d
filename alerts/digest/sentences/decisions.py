"""What was decided about a hotspot, in one line."""

from alerts.detection import phrases
from alerts.digest.ranking import Cleared, FollowUp, Hotspot
from alerts.follow_through.decisions import Decision
from alerts.follow_through.like_units import FEWEST_LIKE, Judgement
from alerts.wording import PLURALS, change_text, clean, count_of, day_and_month, percent, signed_change


def decision_line(spot: Hotspot) -> str:
    """What was decided and what has happened since, or that a decision is due; empty if there is nothing to say."""
    answer = spot.follow_up
    if answer is None:
        return ""
    if answer.decision is not None and answer.decision.is_in_force:
        since = _since_in_short(answer, spot.unit.level)
        return f"{decision_text(answer.decision, is_overdue=answer.is_overdue)}{since}"
    withdrawn = "" if answer.decision is None else f"{withdrawal(answer.decision)} "
    asked = f"No decision recorded for {phrases.lasting(spot.weeks, at_least=spot.at_least)}."
    if answer.is_asked:
        return f"{withdrawn}No decision is in force." if withdrawn else asked
    return withdrawn.strip()


def outcome_line(entry: Cleared) -> str:
    """What was decided about a hotspot that has ended, and what came of it; empty without a decision in force."""
    answer = entry.follow_up
    if answer is None or answer.decision is None or not answer.decision.is_in_force:
        return ""
    return f"{ended_text(answer.decision)}{_since_in_short(answer, entry.unit.level)}"


def asks_for_link(spot: Hotspot) -> bool:
    """Whether the line asks the reader to record a decision."""
    return spot.follow_up is not None and spot.follow_up.is_asked


def decision_text(decision: Decision, *, is_overdue: bool) -> str:
    """One decision in force: when, whose, what, and its review."""
    day = "" if decision.review_on is None else day_and_month(decision.review_on)
    review = f"review overdue since {day}" if is_overdue else f"review {day}"
    return f"Decided {day_and_month(decision.decided_on)}, {clean(decision.owner)}: {decision.kind.words}, {review}."


def ended_text(decision: Decision) -> str:
    """One decision in force about a hotspot that has ended: without a review, which is no longer needed."""
    return f"Decided {day_and_month(decision.decided_on)}, {clean(decision.owner)}: {decision.kind.words}."


def withdrawal(decision: Decision) -> str:
    return f"Withdrawn {day_and_month(decision.decided_on)}, {clean(decision.owner)}."


def since_then(answer: FollowUp) -> str:
    """The capacity at the decision and now, with like units, for pages; empty where they do not compare."""
    if answer.decision is None or not change_text(answer.change):
        return ""
    like = _like_units(answer, answer.decision.level)
    return f"Since then {percent(answer.then)} → {percent(answer.now)}, {change_text(answer.change)}{like}"


def _since_in_short(answer: FollowUp, level: str) -> str:
    change = change_text(answer.change)
    return f" Since then {change}{_like_units(answer, level)}" if change else ""


def _like_units(answer: FollowUp, level: str) -> str:
    """What like units did, as the end of a sentence; that there are too few, if there are."""
    like = answer.like
    if like is None:
        return "."
    if like.count < FEWEST_LIKE:
        return f"; fewer than five like {PLURALS[level]} to compare with."
    moved = f"moved between {signed_change(like.low)} and {signed_change(like.high)}"
    more = " It fell clearly more than they did." if like.judgement is Judgement.WORKED else ""
    number = count_of(like.count, level).replace(" ", " like ", 1)
    return f"; {number} without a decision {moved} (middle {signed_change(like.middle)}).{more}"
