"""Stored scenarios: changed in one window at a time."""

from monitor.redistribution.scenario.yaml_file import read_scenario

from .planner import Planner


def test_two_windows_do_not_overwrite_each_other(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/pin", crn="X000103")
    stale = planner.row(path).version
    planner.send(f"{path}/add/pin", crn="X000104")
    assert "The list has changed meanwhile" in planner.send(f"{path}/remove", 409, place=1, version=stale)
    planner.send(f"{path}/remove", 409, place=3, version=stale + 1)
    assert len(read_scenario(planner.row(path).text, "kept").changes) == 2
