"""A plan in a few figures, as programmes read them."""

import json

import pytest

from monitor.redistribution.results.figures import METRICS, PlanFigures, summarise
from monitor.redistribution.results.people import tabulate_people

from ...conftest import Home
from ..service import moves_of, plan_for

KEYS = [
    "name", "as_at", "policy_fingerprint", "objective", "bound", "gap", "seconds", "status", "moves_elective",
    "moves_forced", "unplaced", "before", "after", "moves_named", "moves_high_rosh", "moves_to_other_office", "author",
    "revision", "scope", "prices_fingerprint", "local_assumptions", "people", "cases", "weeks", "over_line",
    "moves_over_line", "moves_kept", "moves_changed",
]  # fmt: skip
"""What a programme that reads the answer relies on, in this order."""


def test_the_figures_have_the_keys_that_programmes_rely_on_in_their_order(service: Home) -> None:
    plan = plan_for(service)
    people = tabulate_people(plan)
    figures = summarise(plan, people)
    plain = json.loads(json.dumps(figures.model_dump(mode="json")))
    assert list(plain) == KEYS
    for side in ("before", "after"):
        assert list(plain[side]) == [*METRICS, "over_line"]
        assert METRICS[:6] == ("peak", "over_100", "over_110", "points_over", "max_over_mean", "gini")
        assert isinstance(plain[side]["over_110"], int)
    assert figures.moves == len(moves_of(plan))
    assert figures.gap == pytest.approx(1 - figures.bound / figures.objective, abs=1e-9)
    assert figures.before.peak == people["before_capacity_percentage"].max()
    assert PlanFigures.model_validate_json(json.dumps(plain)) == figures


def test_the_number_above_the_line_is_that_of_the_line_asked_for(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - threshold: {over: 60}\n")
    people = tabulate_people(plan)
    over = people["after_capacity_percentage"].gt(60).sum()
    assert over > 0
    assert summarise(plan, people).after.over_line == over
