"""What is owed beyond assessments, in plain words: counts and shares, nothing about a person or case."""

from collections.abc import Sequence
from typing import Final

from alerts.digest.scope.oversight import KeptRule
from alerts.digest.scope.units import Unit
from alerts.wording import join_list, number, percent

_MOST_NAMED: Final = 3


def oversight_line(whole: Unit, rules: Sequence[KeptRule]) -> str:
    """How much is late beyond assessments, and what is done in time least often; empty if nothing fell due."""
    if not rules:
        return ""
    late = f"{number(whole.oversight_overdue)} overdue, {number(whole.oversight_high_risk_overdue)} of them high RoSH"
    named = [
        f"{_words_of(rule.rule)} {percent(rule.percentage)} ({number(rule.on_time)} of {number(rule.fell_due)})"
        for rule in rules[:_MOST_NAMED]
    ]
    return f"Enforcement, contacts and oversight: {late}. Least often done in time: {join_list(named)}."


def _words_of(rule: str) -> str:
    return rule.replace("_", " ").replace("mappa", "MAPPA")
