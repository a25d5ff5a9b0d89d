"""Agreed plans behind the pages: their moves with what has happened, and nothing of a later snapshot."""

from sqlalchemy import text

from monitor.web.read_model.follow_through.plans import counts_since, followed_plans
from tests.monitor.snapshots.follow_through.test_outcomes import agree_early

from ....conftest import Home
from ...conftest import reader_of_newest


def test_a_plan_is_followed_until_its_rows_are_removed(home: Home) -> None:
    asked = reader_of_newest(home, "north")
    assert followed_plans(asked.snapshots, asked.week) == ()
    agreed = agree_early(home)
    (followed,) = followed_plans(asked.snapshots, asked.week)
    assert followed.moves is not None
    assert followed.moves["state"].tolist() == [
        "done", "still_with_giver", "still_with_giver", "gone_elsewhere", "ended",
    ]  # fmt: skip
    counts = counts_since(asked.snapshots, asked.week, agreed)
    assert counts == {"moves": 5, "due": 4, "done": 1, "still_with_giver": 2, "gone_elsewhere": 1, "ended": 1}
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM agreed_rows"))
    again = reader_of_newest(home, "north")
    assert followed_plans(again.snapshots, again.week)[0].moves is None
    assert counts_since(again.snapshots, again.week, agreed) is None
