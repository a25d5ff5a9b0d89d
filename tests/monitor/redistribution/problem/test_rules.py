"""The rule that keeps a case from a post, in words."""

from typing import Any

import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.problem.rules import broken_rule

from ..offices import case
from .asking import asked


def rule(problem: Problem, om_code: str) -> str:
    """What keeps the first case from a person's post."""
    row: Any = next(problem.cases.itertuples())
    post = problem.posts.index[problem.posts["om_code"].eq(om_code)][0]
    assert not problem.eligible[row.kind, post]
    return broken_rule(problem, row, problem.posts.iloc[post])


@pytest.mark.parametrize(
    ("om_code", "says"),
    [
        ("S", "an SPO holds no cases"),
        ("Z", "no one without available hours takes a case"),
        ("C", "the highest tier, and high or very high RoSH, go to a PO only"),
        ("E", "high RoSH does not go to anyone qualified for less than 1 year"),
        ("H", "a ppu team does not take the cases of a omu team; widen it if it should"),
        ("G", "it is another cluster; set limits.between_clusters: true if it should go there"),
    ],
)
def test_the_first_rule_that_is_broken_is_named(om_code: str, says: str) -> None:
    assert rule(asked([case("X1", rosh="high")]), om_code) == says


def test_a_trainee_a_pinned_person_and_a_bar_have_their_own_rules() -> None:
    assert rule(asked([case("X1", mappa_level="2")]), "D") == "MAPPA level 2, 3 or unrecorded does not go to a trainee"
    pinned = asked([case("X1")], om_codes=frozenset({"B"}))
    assert rule(pinned, "B") == "a person pinned neither gives nor takes"
    barred = asked([case("X1")], barred=frozenset({("X1", "B"), ("X1", "G")}), between_clusters=True)
    assert rule(barred, "B") == rule(barred, "G") == "the two are barred from each other"
