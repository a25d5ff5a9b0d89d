"""What is to come, in words."""

from typing import Final

from alerts.wording import count_of, hours
from monitor.web.formatting import title_words, words
from tiering.timeliness.coming import Coming

KINDS: Final = {
    Coming.ASSESSMENT.value: "Assessments due",
    Coming.PLAN.value: "Plans due",
    Coming.REPORT.value: "Reports due",
    Coming.RELEASE.value: "Releases",
    Coming.END.value: "Ends",
    Coming.REDUCTION_START.value: "Reductions start",
    Coming.REDUCTION_END.value: "Back from reductions",
}
"""Every kind as the heading of its counts."""


def describe(kind: str, what: str, quantity: float) -> str:
    """One thing to come: 'RoSH review due', '2 reports due (SDR)', 'Back from training, 7.5 hours a week'."""
    match kind:
        case Coming.RELEASE:
            return "Release from custody"
        case Coming.END:
            return "Supervision ends"
        case Coming.REPORT:
            return f"{count_of(quantity, 'report')} due ({words(what)})"
        case Coming.REDUCTION_START:
            return f"{title_words(what)} starts, {hours(quantity)} hours a week"
        case Coming.REDUCTION_END:
            return f"Back from {words(what)}, {hours(quantity)} hours a week"
        case _:
            return f"{title_words(what)} due"


def describe_without_person(kind: str, what: str, quantity: float) -> str:
    """The same for a calendar, which names no person and no reason for an absence."""
    match kind:
        case Coming.REDUCTION_START:
            return "A reduction starts"
        case Coming.REDUCTION_END:
            return "A reduction ends"
        case _:
            return describe(kind, what, quantity)
