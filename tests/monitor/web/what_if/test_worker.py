"""Plans solved behind the pages."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.redistribution import repository
from monitor.redistribution.plan import Plan, plan_from_store
from monitor.redistribution.repository import PlanState
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.tables.moves import list_moves
from monitor.redistribution.results.tables.recruitment import TimedOut
from monitor.redistribution.scenario.yaml_file import read_scenario
from tests.monitor.conftest import AS_AT, Home

from ..conftest import NOW
from .planner import Planner, asked_elsewhere, number_in, planner_of


def test_the_same_what_if_gives_the_same_answer_again(planner: Planner) -> None:
    path = planner.new("area/N")
    plans = [planner.plan(planner.solved(path)) for _ in range(2)]
    answers = [PlanRecord.from_bytes(plan.answer, plan.figures or "") for plan in plans]
    for name in ("moves", "people", "unmoved", "units"):
        assert answers[0].tables[name].equals(answers[1].tables[name]), name
    assert plans[0].text == plans[1].text
    scenario = read_scenario(plans[0].text, "kept")
    assert (scenario.as_at, scenario.policy_fingerprint) == (AS_AT, plans[0].policy_fingerprint)
    other = plan_from_store(scenario, planner.home.store, planner.home.settings.config, "kept")
    moves = list_moves(other.problem, other.solution)
    assert moves.equals(answers[0].tables["moves"][moves.columns.tolist()])


def test_a_plan_whose_process_died_is_shown_as_broken_off_and_started_anew(planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    repository.begin(planner.home.store.engine, number_in(plan), "elsewhere:1", NOW)
    assert "Being solved" in planner.get(plan)
    later = planner_of(planner.home, now=NOW + repository.LEASE + timedelta(seconds=1))
    page = later.get(plan)
    assert "Broken off" in page
    assert "refresh" not in later.browser.get(plan).headers
    assert later.send(f"{path}/solve") != plan
    later.app.state.planning.close()


def test_a_server_that_ends_leaves_nothing_that_seems_to_be_solved_for_ever(home: Home) -> None:
    planner = planner_of(home)
    with planner.browser:
        path = planner.new("all/")
        plan = planner.send(f"{path}/solve")
    assert [one for one in threading.enumerate() if one.name.startswith("plan")] == []
    later = planner_of(home, now=NOW + repository.LEASE + timedelta(seconds=1))
    assert "refresh" not in later.browser.get(plan).headers
    assert later.plan(later.solved(path)).state == PlanState.DONE
    later.app.state.planning.close()


def test_what_is_not_found_in_time_is_left_out_and_the_plan_stands(planner: Planner) -> None:
    def too_slow(plan: Plan, cancelled: Callable[[], bool]) -> dict[str, pd.DataFrame]:
        raise TimedOut(["no recruitment was found in the time allowed"])

    planner.app.state.planning.further = (("Whom to recruit", too_slow),)
    page = planner.get(planner.solved(planner.new()))
    assert "This was not found in the time allowed" in page


def test_a_fault_of_the_configuration_is_the_reason_of_a_plan_that_failed(planner: Planner, tmp_path: Path) -> None:
    planner.app.state.planning.config = tmp_path
    plan = planner.send(f"{planner.new()}/solve")
    planner.app.state.planning.finish()
    assert planner.plan(plan).state == PlanState.FAILED
    assert "redistribution.yaml" in planner.get(plan)


def test_an_error_inside_is_logged_and_said_without_its_words(
    planner: Planner, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(plan: Plan, cancelled: Callable[[], bool]) -> dict[str, pd.DataFrame]:
        raise ZeroDivisionError("secret")

    planner.app.state.planning.further = (("Broken", broken),)
    plan = planner.send(f"{planner.new()}/solve")
    planner.app.state.planning.finish()
    assert planner.plan(plan).state == PlanState.DONE
    assert "secret" not in planner.get(plan)
    assert "secret" in caplog.text
