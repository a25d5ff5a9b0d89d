"""The severity of a need, from the answers of its section in an assessment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tiering.tiers.columns import SEVERITIES
from tiering.tiers.schemes import NeedThresholds

ANSWER_SCORES = {
    "NONE": 0,
    "SOME": 1,
    "SIGNIFICANT": 2,
    "YES": 2,
    "NO": 0,
    "NEVER": 0,
    "PREVIOUS": 1,
    "CURRENTLY": 2,
}
UNANSWERED = ("MISSING", "UNKNOWN", "")


@dataclass(frozen=True)
class Need:
    """The score and severity of one section; both None if no question of it is answered."""

    score: int | None
    severity: str | None


def is_answered(answer: str | None) -> bool:
    """Whether a question has an answer; the word may be in any case."""
    return (answer or "").upper() not in UNANSWERED


def answer_score(answer: str | None) -> int:
    """The score of one answer; 0 if it is missing or unknown."""
    return ANSWER_SCORES[answer.upper()] if answer is not None and is_answered(answer) else 0


def score_section(answers: Iterable[str | None], san: bool, thresholds: NeedThresholds | None) -> Need:
    """Score a section.

    - san: whether the assessment is a SAN one; without limits of its own for that, the ordinary ones apply.
    - thresholds: None for a section whose need weighs nothing, so that it has a score and no severity.
    """
    given = list(answers)
    if not any(map(is_answered, given)):
        return Need(None, None)
    score = sum(map(answer_score, given))
    return Need(score, None if thresholds is None else _severity(score, san, thresholds))


def _severity(score: int, san: bool, thresholds: NeedThresholds) -> str:
    limits: Mapping[str, int] = thresholds.ordinary if not san or thresholds.san is None else thresholds.san
    reached = [severity for severity in SEVERITIES if severity in limits and score >= limits[severity]]
    return reached[-1] if reached else SEVERITIES[0]
