"""Two plans side by side."""

from monitor.redistribution.plan import plan_from_store
from monitor.redistribution.results.compare import WHOLE, compare_plans
from monitor.redistribution.scenario.yaml_file import read_scenario
from tests.monitor.conftest import AS_AT, WEEK

from ..planner import Planner, number_in


def test_two_plans_stand_side_by_side_as_the_terminal_compares_them(planner: Planner) -> None:
    first = planner.new("area/N", "As it is")
    copy = planner.send(f"{first}/copy").partition("?")[0]
    planner.send(f"{copy}/add/absent", om_code="M2", reason="other")
    plans = [planner.solved(path) for path in (first, copy)]
    numbers = {side: str(number_in(plan)) for side, plan in zip("ab", plans, strict=True)}
    page = planner.get("/what-if/compare", **numbers)
    assert "As it is, another way" in page
    rows = [planner.plan(plan) for plan in plans]
    store, config = planner.home.store, planner.home.settings.config
    full = [plan_from_store(read_scenario(row.text, "kept"), store, config, "kept") for row in rows]
    expected = compare_plans(full[0], full[1], ("a", "b"))
    answer = planner.browser.get("/what-if/compare", params=numbers | {"table": "compare", "format": "csv"})
    assert len(answer.text.splitlines()) == len(expected) + 1
    answer = planner.browser.get("/what-if/compare", params=numbers | {"table": "whole", "format": "csv"})
    assert len(answer.text.splitlines()) == len(WHOLE) + 1
    for label in ("Moves by choice", "Necessary moves", "People taken over the line by the plan"):
        assert label in page


def test_plans_of_different_snapshots_are_not_compared(planner: Planner) -> None:
    paths = [planner.new(), planner.new()]
    planner.start_from(paths[1], AS_AT - WEEK)
    a, b = (number_in(planner.solved(path)) for path in paths)
    assert "These two start from different snapshots" in planner.get("/what-if/compare", a=a, b=b)
