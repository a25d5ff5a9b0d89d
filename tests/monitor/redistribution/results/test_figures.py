"""A plan in a few figures, as programmes read them."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from monitor.redistribution.plan import make_plan
from monitor.redistribution.results.figures import METRICS, PlanFigures, summarise
from monitor.redistribution.results.tables.people import over_line, tabulate_people
from monitor.snapshots.weeks.holders import HolderChanges

from ...conftest import AS_AT, Home
from ..service import costs_for, moves_of, plan_for

KEYS = [
    "name", "as_at", "policy_fingerprint", "objective", "bound", "gap", "seconds", "status", "moves_elective",
    "moves_forced", "unplaced", "before", "after", "moves_named", "moves_high_rosh", "moves_to_other_office", "author",
    "revision", "scope", "prices_fingerprint", "local_assumptions", "people", "cases", "weeks", "over_line",
    "moves_over_line", "moves_kept", "moves_changed",
    "moves_changed_often", "holder_weeks", "robust",
    "peak_first", "taken_over",
]  # fmt: skip
"""What a programme that reads the answer relies on, in this order."""


def test_the_figures_have_the_keys_that_programmes_rely_on_in_their_order(service: Home) -> None:
    plan = plan_for(service)
    people = tabulate_people(plan)
    figures = summarise(plan, people)
    plain = json.loads(json.dumps(figures.model_dump(mode="json")))
    assert list(plain) == KEYS
    for side in ("before", "after"):
        assert list(plain[side]) == list(METRICS)
        assert METRICS[:6] == ("peak", "over_100", "over_110", "points_over", "max_over_mean", "gini")
        assert METRICS[6:] == ("without_hours", "over_line", "points_over_line")
        assert isinstance(plain[side]["over_110"], int)
    assert figures.moves == len(moves_of(plan))
    assert figures.gap == pytest.approx(1 - figures.bound / figures.objective, abs=1e-9)
    assert figures.before.peak == people["before_capacity_percentage"].max()
    assert PlanFigures.model_validate_json(json.dumps(plain)) == figures


def test_the_number_above_the_line_is_that_of_the_line_asked_for(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - threshold: {over: 60}\n")
    people = tabulate_people(plan)
    over = people["after_capacity_percentage"].gt(60)
    assert over.any()
    figures = summarise(plan, people)
    assert figures.after.over_line == over.sum() == over_line(people, "after").sum()
    assert figures.taken_over == (over & people["before_capacity_percentage"].le(60)).sum()
    above = people["after_points"] - 0.6 * people["after_available_points"]
    assert figures.after.points_over_line == pytest.approx(above.clip(lower=0).sum())


def test_moves_of_people_who_changed_often_are_counted(service: Home) -> None:
    plan = plan_for(service)
    moved = moves_of(plan)["crn"].tolist()
    changes = HolderChanges(pd.Series({moved[0]: 2, moved[-1]: 1, "X000950": 9}), 40)
    often = make_plan(
        plan.scenario, replace(plan.baseline, holders=changes), costs_for(service.settings.config, AS_AT), "tried.yaml"
    )
    figures = summarise(often, tabulate_people(often))
    assert often.problem.cases.set_index("crn").loc[moved[0], "changed_often"]
    assert figures.moves_changed_often == moves_of(often)["crn"].eq(moved[0]).sum()
    assert figures.holder_weeks == 40


def test_figures_that_were_stored_without_the_newer_keys_are_read(service: Home) -> None:
    plan = plan_for(service)
    plain = json.loads(summarise(plan, tabulate_people(plan)).model_dump_json())
    for name in ("peak_first", "taken_over"):
        del plain[name]
    for side in ("before", "after"):
        del plain[side]["points_over_line"]
    stored = PlanFigures.model_validate_json(json.dumps(plain))
    assert (stored.peak_first, stored.taken_over, stored.after.points_over_line) == (False, None, None)
