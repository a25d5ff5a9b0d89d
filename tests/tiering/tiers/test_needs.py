"""The severity of a need."""

import pytest

from tiering.tiers.needs import Need, answer_score, is_answered, score_section
from tiering.tiers.schemes import NeedThresholds

LIMITS = NeedThresholds(ordinary={"STANDARD": 2, "SEVERE": 7}, san={"STANDARD": 3, "SEVERE": 5})


@pytest.mark.parametrize(
    ("answer", "score"),
    [("Significant", 2), ("SOME", 1), ("None", 0), ("Yes", 2), ("No", 0), ("Previous", 1), ("Currently", 2)],
)
def test_an_answer_has_its_score(answer: str, score: int) -> None:
    assert (is_answered(answer), answer_score(answer)) == (True, score)


@pytest.mark.parametrize("answer", [None, "", "Missing", "unknown"])
def test_no_answer_scores_nothing(answer: str | None) -> None:
    assert (is_answered(answer), answer_score(answer)) == (False, 0)


@pytest.mark.parametrize(
    ("answers", "san", "need"),
    [
        ([], False, Need(None, None)),
        (["Missing", None], False, Need(None, None)),
        (["No", None], False, Need(0, "NO_NEED")),
        (["Some"], False, Need(1, "NO_NEED")),
        (["Yes"], False, Need(2, "STANDARD")),
        (["Yes"], True, Need(2, "NO_NEED")),
        (["Yes", "Yes", "Some"], True, Need(5, "SEVERE")),
        (["Yes", "Yes", "Yes", "Some"], False, Need(7, "SEVERE")),
    ],
)
def test_a_section_reaches_its_severity(answers: list[str | None], san: bool, need: Need) -> None:
    assert score_section(answers, san, LIMITS) == need


def test_a_need_that_weighs_nothing_has_a_score_alone() -> None:
    assert score_section(["Yes"], False, None) == Need(2, None)
