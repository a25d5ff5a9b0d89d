"""Stored scenarios: changed in one window at a time."""

from datetime import timedelta

import pytest

from monitor.redistribution import repository
from monitor.redistribution.scenario.yaml_file import read_scenario

from ..conftest import NOW
from .planner import Planner, number_in


def changes_of(planner: Planner, path: str) -> list[str]:
    return [change.kind for change in read_scenario(planner.row(path).text, "kept").changes]


def test_a_change_by_a_window_that_was_faster_by_a_moment_is_not_overwritten(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, change = planner.new(), repository.change
    overtaken = []

    def change_after_another(*asked: object, **values: object) -> bool:
        if not overtaken:
            overtaken.append(asked)
            change(planner.home.store.engine, number_in(path), 1, NOW + timedelta(seconds=1), name="Faster")
        return change(*asked, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(repository, "change", change_after_another)
    page = planner.send(f"{path}/add/pin", 409, crn="X000103")
    assert "This what-if was changed since you opened the page" in page
    assert 'value="X000103"' in page
    assert (planner.row(path).name, planner.row(path).version, changes_of(planner, path)) == ("Faster", 2, [])
