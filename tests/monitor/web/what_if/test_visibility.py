"""Who gets in, who sees and changes which what-if, and that every look is on record."""

from typing import Any

import sqlalchemy

from tests.monitor.conftest import Home

from .planner import Planner, another, planner_of


def test_only_whoever_saved_it_changes_it_and_others_try_another_way(planner: Planner) -> None:
    path = planner.new()
    plan = planner.solved(path)
    second = another(planner, "second")
    page = second.get(path)
    assert "Find the best plan" not in page
    assert "This one stays" not in second.get(plan)
    for action, form in (
        ("add/pin", {"crn": "X000103"}),
        ("remove", {"place": 1, "version": 1}),
        ("limits", {"intake": "2"}),
        ("solve", {}),
    ):
        assert "Only its creator can change this what-if" in second.send(f"{path}/{action}", 403, **form)
    second.send(f"{plan}/cancel", 403)
    second.send(f"{plan}/edit", 403, pin="X000103")
    assert planner.row(path).version == 1
    copy = second.send(f"{path}/copy")
    row = second.row(copy)
    assert (row.name, row.author) == ("Two away, another way", "second@example.org")
    second.send(f"{copy.partition('?')[0]}/add/pin", crn="X000103")


def looks(home: Home) -> list[tuple[Any, ...]]:
    query = sqlalchemy.text("SELECT who, page, level, code, crn, allowed FROM looked_at ORDER BY id")
    with home.store.engine.connect() as connection:
        return [(row[0].partition("@")[0], *row[1:5], bool(row[5])) for row in connection.execute(query)]


def test_every_look_at_a_plan_is_on_record_and_every_refusal(planner: Planner) -> None:
    path = planner.new()
    plan = planner.solved(path)
    planner.browser.get(plan, params={"table": "moves", "format": "csv"})
    planner.get(f"{plan}/print")
    planner.get(path)
    planner.send(f"{path}/add/pin", 400, crn="x999")
    another(planner, "planner.south").get(plan, 403)
    another(planner, "spo1").get(path, 403)
    assert looks(planner.home)[-6:] == [
        ("planner", f"{plan}?table=moves&format=csv", "cluster", "C1", None, True),
        ("planner", f"{plan}/print", "cluster", "C1", None, True),
        ("planner", path, "cluster", "C1", None, True),
        ("planner", f"{path}/add/pin", "cluster", "C1", "X999", True),
        ("planner.south", plan, "", "", None, False),
        ("spo1", path, "", "", None, False),
    ]


def test_a_planner_of_one_area_sees_plans_of_that_area_only(planner: Planner) -> None:
    everywhere = planner.new("all/", "Everything")
    south = another(planner, "planner.south")
    own = south.new("office/O3", "South alone")
    listed = south.get("/what-if")
    assert "South alone" in listed
    assert "Everything" not in listed
    south.get(everywhere, 403)
    south.get("/what-if/4711", 403)
    planner.get("/what-if/4711", 404)
    planner.get(f"/what-if/{2**40}", 404)
    assert "South alone" in planner.get("/what-if")
    plan = planner.solved(planner.send(f"{own}/copy").partition("?")[0])
    assert "X000106" in south.get(plan)


def test_where_there_is_no_snapshot_there_is_nothing_to_try(new_home: Home) -> None:
    planner = planner_of(new_home)
    assert "There is no snapshot yet" in planner.get("/what-if", 503)
