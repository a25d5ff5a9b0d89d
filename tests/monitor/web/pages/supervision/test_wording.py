"""What is to come, in words: with the person's reason on the page, and without it in a calendar."""

import math

import pytest

from monitor.web.pages.supervision.wording import KINDS, describe, describe_without_person
from tiering.timeliness.coming import Coming


@pytest.mark.parametrize(
    ("kind", "what", "quantity", "says"),
    [
        ("assessment", "rosh_review", math.nan, "RoSH review due"),
        ("plan", "sentence_plan", math.nan, "Sentence plan due"),
        ("release", "", math.nan, "Release from custody"),
        ("end", "", math.nan, "Supervision ends"),
        ("report", "sdr", 1.0, "1 report due (SDR)"),
        ("report", "oral_report", 2.0, "2 reports due (oral report)"),
        ("reduction_start", "training", 7.5, "Training starts, 7.5 hours a week"),
        ("reduction_end", "sickness", 37.0, "Back from sickness, 37 hours a week"),
    ],
)
def test_each_kind_says_what_it_is(kind: str, what: str, quantity: float, says: str) -> None:
    assert describe(kind, what, quantity) == says
    calendar = describe_without_person(kind, what, quantity)
    assert calendar == ({"reduction_start": "A reduction starts", "reduction_end": "A reduction ends"}.get(kind, says))


def test_every_kind_has_a_heading() -> None:
    assert set(KINDS) == {kind.value for kind in Coming}
