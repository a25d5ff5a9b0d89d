"""How well a plan holds, in words."""

from typing import Any

import pytest

from monitor.redistribution.robust.model import HoldingUnit, Robustness
from monitor.redistribution.robust.wording import (
    compare_robustness,
    describe_margin,
    describe_robustness,
    describe_sickness,
    unit_name,
)
from tiering.terms import Level


def unit(**changed: Any) -> HoldingUnit:
    facts: dict[str, Any] = {
        "level": Level.OFFICE, "code": "F011", "name": "Kentish Town", "people": 17, "capacity_percentage": 98.4,
        "before": 0.05, "after": 0.8, "before_at_end": 0.1, "after_at_end": 0.85, "before_whole": 0.96,
        "after_whole": 0.99, "margin": 6.4,
    }  # fmt: skip
    return HoldingUnit(**(facts | changed))


def judged(**changed: Any) -> Robustness:
    whole = unit(level=Level.ALL, code="all", name="", after=0.4)
    facts: dict[str, Any] = {
        "draws": 200, "weeks": 8, "line": 110.0, "sick_share": 0.023, "sick_weeks": 1.25, "sick_weeks_read": 51.0,
        "whole": whole, "offices": (unit(),),
    }  # fmt: skip
    return Robustness(**(facts | changed))


def test_a_plan_says_how_often_each_office_holds() -> None:
    lines = list(describe_robustness(judged()))
    assert lines[0] == "in 200 draws of the next 8 weeks, no one over 110%:"
    assert lines[1].split() == ["before", "after", "at", "the", "end", "as", "a", "whole"]
    assert lines[2].split() == ["everyone", "in", "scope", "5%", "40%", "85%", "99%"]
    assert lines[3].split() == ["F011", "Kentish", "Town", "5%", "80%", "85%", "99%"]
    assert lines[4].strip().startswith("a margin of about 6.4 points")
    assert lines[5].strip().startswith("sickness as in the last 51 weeks")
    assert next(describe_robustness(judged(draws=1))).startswith("in 1 draw of")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "a margin of about 6.4 points below 110% would do for 9 of 10 draws (limits.margin)"),
        ({"after": 0.9}, "no margin is needed: 9 of 10 draws hold"),
        ({"margin": None}, "no margin would do: all together are at 98.4% of capacity already"),
        (
            {"margin": None, "capacity_percentage": None},
            "no margin would do: no one there has available points",
        ),
    ],
)
def test_the_margin_that_would_do(changed: dict[str, Any], says: str) -> None:
    assert describe_margin(unit(**changed), 110.0) == says


def test_sickness_says_what_it_was_estimated_from() -> None:
    assert describe_sickness(judged()) == (
        "sickness as in the last 51 weeks: 2.3% of contracted hours, 1.2 weeks a spell"
    )
    assert describe_sickness(judged(sick_weeks=0.0)).startswith("no one falls sick in these draws")


def test_the_whole_scope_has_no_code() -> None:
    assert [unit_name(one) for one in judged().units] == ["everyone in scope", "F011 Kentish Town"]


def test_two_plans_compare_by_what_holds() -> None:
    a, b = judged(), judged(whole=unit(after=0.9, after_whole=1.0))
    assert compare_robustness(a, b) == (
        ("draws with no one over the line", ("5%", "40%", "90%")),
        ("draws with all together under the line", ("96%", "99%", "100%")),
    )
    assert compare_robustness(None, b)[0][1] == ("5%", "", "90%")
    assert compare_robustness(None, None) == ()
